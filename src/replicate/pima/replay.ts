import * as z from 'zod'
import type { Backend } from '../../backend/backend.ts'
import { InvalidDataError } from '../../core/errors.ts'
import { positive, whole } from '../../core/fields.ts'
import { parseExact } from '../../core/validate.ts'
import type { Dataset } from '../../data/dataset.ts'
import type { Journal } from '../../study/journal/journal.ts'
import { MemoryJournal } from '../../study/journal/memory.ts'
import { createStudy, type Study } from '../../study/study.ts'
import { fitPopulation } from '../../train/fit.ts'
import type { Judgement } from '../claims.ts'
import { curvesOf, failureOf } from '../curves.ts'
import { runToEnd, secondsOf } from '../run.ts'
import { decideSeeds } from '../seeds.ts'
import { judgePima } from './claims.ts'
import { experimentOf, PIMA, PIMA_EXPERIMENTS, type PimaExperiment, pimaData, pimaStudy, SCALINGS, type Scaling } from './protocol.ts'
import type { PimaResult, PimaRow } from './result.ts'

const optionsSchema = z.strictObject({
  stages: z.array(z.enum(PIMA_EXPERIMENTS)).min(1, { error: 'must name at least one experiment' }).optional(),
  scalings: z.array(z.enum(SCALINGS)).min(1, { error: 'must name at least one scaling' }).optional(),
  seeds: whole(1, 1000).optional(),
  epochs: whole(1, 1_000_000).optional(),
  minutes: positive().optional(),
})

export interface PimaOptions extends z.infer<typeof optionsSchema> {
  /** In memory unless said; a replay that was stopped goes on from its journal. */
  readonly journal?: Journal | undefined
  readonly signal?: AbortSignal | undefined
  /** `done` from 0 to 1. */
  readonly onProgress?: ((done: number, note: string) => void) | undefined
}

export interface PimaReplay {
  readonly seeds: number
  readonly epochs: number
  readonly results: readonly PimaResult[]
  readonly judgements: Readonly<Partial<Record<Scaling, readonly Judgement[]>>>
  /** The share of the rows that are of the larger class. */
  readonly majority: number
  /** Networks trained. */
  readonly networks: number
  /** Of training, over all runs of the journal. */
  readonly seconds: number
  readonly notes: readonly string[]
}

/**
 * Replays the published study of the Pima Indians diabetes data: three experiments, on raw and on standardised features, every value
 * with `seeds` splits and initialisations (30 unless said), and judges its claims.
 * @param all the data set's 768 rows, as `loadDataset('pima')` gives them
 * @throws InvalidSpecError, InvalidDataError; AbortedError when stopped: with the same journal the next call goes on
 */
export async function replayPima(backend: Backend, all: Dataset, options: PimaOptions = {}): Promise<PimaReplay> {
  const { journal = new MemoryJournal(), signal, onProgress, ...plain } = options
  const given = parseExact(optionsSchema, plain, '', 'the options of the replay')
  const { stages = PIMA_EXPERIMENTS, scalings = SCALINGS, epochs = PIMA.epochs } = given
  checkPima(all)
  const runs = scalings.flatMap((scaling) => stages.map((experiment) => ({ scaling, experiment })))
  const { seeds, note } = await decideSeeds({
    asked: given.seeds,
    usual: PIMA.seeds,
    minutes: given.minutes,
    journal,
    study: pimaStudy(stages[0] ?? 'batchSize', scalings[0] ?? 'raw', 1, 1).name ?? '',
    secondsPerSeed: () => secondsPerSeed(backend, all, stages, scalings.length, epochs),
  })
  const results: PimaResult[] = []
  let seconds = 0
  for (const [i, { scaling, experiment }] of runs.entries()) {
    const study = await createStudy({ ...pimaStudy(experiment, scaling, seeds, epochs), journal })
    const trials = experimentOf(experiment).values.length
    await runToEnd(study, backend, pimaData(all, scaling), {
      signal,
      trials,
      onProgress: (done) => onProgress?.((i + done) / runs.length, `${experimentOf(experiment).title.toLowerCase()}, ${scaling} features`),
    })
    results.push({ experiment, scaling, rows: rowsOf(study, experiment) })
    seconds += secondsOf(study)
  }
  const judged = scalings.map((scaling) => [
    scaling,
    judgePima(
      results.filter((one) => one.scaling === scaling),
      epochs,
    ),
  ])
  return {
    seeds,
    epochs,
    results,
    judgements: Object.fromEntries(judged) as PimaReplay['judgements'],
    majority: majorityShare(all),
    networks: seeds * results.reduce((sum, { rows }) => sum + rows.length, 0),
    seconds,
    notes: note === undefined ? [] : [note],
  }
}

function rowsOf({ trials }: Study, experiment: PimaExperiment): PimaRow[] {
  return trials.map((trial) => ({
    value: String(trial.params[experiment]),
    params: trial.params,
    repeats: curvesOf(trial),
    failure: failureOf(trial),
  }))
}

function checkPima({ rows, inputSize, task }: Dataset): void {
  if (inputSize === 8 && task === 'binary') return
  throw new InvalidDataError(
    `the data has ${rows} rows of ${inputSize} features, ${task}; this replay takes the Pima Indians diabetes data, of 8 features and two classes: loadDataset('pima')`,
  )
}

function majorityShare({ targets, rows }: Dataset): number {
  const positive = targets.filter((target) => target === 1).length / rows
  return Math.max(positive, 1 - positive)
}

/** A few networks of the base are timed; others cost as many times that as they take steps. */
async function secondsPerSeed(
  backend: Backend,
  all: Dataset,
  stages: readonly PimaExperiment[],
  scalings: number,
  epochs: number,
): Promise<number> {
  const probes = 8
  const { batchSize, activation, optimizer } = PIMA.base
  const layers = [{ activation }, { activation }, { activation: 'sigmoid' as const }]
  const member = { layers, optimizer: { name: optimizer, learningRate: PIMA.learningRate }, epochs }
  const topology = { inputSize: 8, units: [...PIMA.hiddenUnits, 1], loss: 'binaryCrossentropy' as const, batchSize }
  const started = performance.now()
  await fitPopulation(
    backend,
    topology,
    Array.from({ length: probes }, (_, seed) => ({ ...member, seed })),
    pimaData(all, 'raw')(0),
  )
  const network = (performance.now() - started) / 1000 / probes
  const costs = stages.flatMap((stage) =>
    experimentOf(stage).values.map((value) => (stage === 'batchSize' ? PIMA.base.batchSize / Number(value) : 1)),
  )
  return network * scalings * costs.reduce((sum, cost) => sum + cost, 0)
}
