// Runs the studies that replicate the Pima study.

import * as z from 'zod/mini'
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
import {
  experimentOf,
  PIMA,
  PIMA_EXPERIMENTS,
  PIMA_PARTS,
  type PimaExperiment,
  type PimaPart,
  pimaData,
  pimaStudy,
  READINGS,
  type Reading,
  SCALINGS,
  type Scaling,
} from './protocol.ts'
import type { PimaResult, PimaRow } from './result.ts'

const optionsSchema = z.strictObject({
  stages: z.optional(z.array(z.enum(PIMA_PARTS)).check(z.minLength(1, { error: 'must name at least one stage' }))),
  scalings: z.optional(z.array(z.enum(SCALINGS)).check(z.minLength(1, { error: 'must name at least one scaling' }))),
  seeds: z.optional(whole(1, 1000)),
  epochs: z.optional(whole(1, 1_000_000)),
  minutes: z.optional(positive()),
})

/** Which parts of the Pima study to replay, with how many seeds and epochs, and where it is recorded. */
export interface PimaOptions extends z.infer<typeof optionsSchema> {
  /** In memory by default; a replay that was stopped continues from its journal. */
  readonly journal?: Journal | undefined
  readonly signal?: AbortSignal | undefined
  /** `done` from 0 to 1. */
  readonly onProgress?: ((done: number, note: string) => void) | undefined
}

/** Everything that the replay measured, and its verdicts on the claims. */
export interface PimaReplay {
  readonly seeds: number
  readonly epochs: number
  readonly results: readonly PimaResult[]
  /** With the base's optimizer. */
  readonly judgements: Readonly<Partial<Record<Scaling, readonly Judgement[]>>>
  /** On raw features, had the study used another optimizer where it names none. */
  readonly readings: readonly { readonly optimizer: Reading; readonly judgements: readonly Judgement[] }[]
  /** The share of the rows that are of the larger class. */
  readonly majority: number
  /** Networks trained. */
  readonly networks: number
  /** Seconds of training, over all runs of the journal. */
  readonly seconds: number
  readonly notes: readonly string[]
}

/**
 * Replays the published study of the Pima Indians diabetes data: three experiments, on raw and on standardised features, every value
 * with `seeds` splits and initialisations (30 by default), and judges its claims.
 * @param all the data set's 768 rows, as `loadDataset('pima')` gives them
 * @throws InvalidSpecError, InvalidDataError; AbortedError when stopped: with the same journal the next call continues
 */
export async function replayPima(backend: Backend, all: Dataset, options: PimaOptions = {}): Promise<PimaReplay> {
  const { journal = new MemoryJournal(), signal, onProgress, ...plain } = options
  const given = parseExact(optionsSchema, plain, '', 'the options of the replay')
  const { stages = PIMA_PARTS, scalings = SCALINGS, epochs = PIMA.epochs } = given
  checkPima(all)
  const plan = planOf(stages, scalings)
  const { seeds, note } = await decideSeeds({
    asked: given.seeds,
    usual: PIMA.seeds,
    minutes: given.minutes,
    journal,
    study: plan[0] === undefined ? '' : nameOf(plan[0]),
    secondsPerSeed: () => secondsPerSeed(backend, all, plan, epochs),
  })
  const results: PimaResult[] = []
  let seconds = 0
  for (const [i, step] of plan.entries()) {
    const { experiment, scaling, optimizer } = step
    const study = await createStudy({ ...pimaStudy({ ...step, seeds, epochs }), journal })
    const { title, values } = experimentOf(experiment)
    const what = [title.toLowerCase(), `${scaling} features`, ...(optimizer === PIMA.base.optimizer ? [] : [optimizer])].join(', ')
    await runToEnd(study, backend, pimaData(all, scaling), {
      signal,
      trials: values.length,
      onProgress: (done) => onProgress?.((i + done) / plan.length, what),
    })
    results.push({ ...step, rows: rowsOf(study, experiment) })
    seconds += secondsOf(study)
  }
  const judged = (scaling: Scaling, optimizer: Reading): Judgement[] =>
    judgePima(
      results.filter((one) => one.scaling === scaling && one.optimizer === optimizer),
      epochs,
    )
  const own = results.filter(({ optimizer }) => optimizer === PIMA.base.optimizer)
  const others = READINGS.filter((reading) => reading !== PIMA.base.optimizer && results.some(({ optimizer }) => optimizer === reading))
  return {
    seeds,
    epochs,
    results: own,
    judgements: Object.fromEntries(
      SCALINGS.filter((scaling) => own.some((one) => one.scaling === scaling)).map((scaling) => [
        scaling,
        judged(scaling, PIMA.base.optimizer),
      ]),
    ),
    readings: others.map((optimizer) => ({ optimizer, judgements: judged('raw', optimizer) })),
    majority: majorityShare(all),
    networks: seeds * results.reduce((sum, { rows }) => sum + rows.length, 0),
    seconds,
    notes: note === undefined ? [] : [note],
  }
}

type PlannedStudy = Pick<PimaResult, 'experiment' | 'scaling' | 'optimizer'>

function planOf(stages: readonly PimaPart[], scalings: readonly Scaling[]): PlannedStudy[] {
  const experiments = PIMA_EXPERIMENTS.filter((experiment) => stages.includes(experiment))
  const { optimizer } = PIMA.base
  const own = scalings.flatMap((scaling) => experiments.map((experiment): PlannedStudy => ({ experiment, scaling, optimizer })))
  if (!stages.includes('readings')) return own
  const others = READINGS.filter((reading) => reading !== optimizer)
  const open = PIMA_EXPERIMENTS.filter((experiment) => experiment !== 'optimizer')
  return [
    ...own,
    ...others.flatMap((reading) => open.map((experiment): PlannedStudy => ({ experiment, scaling: 'raw', optimizer: reading }))),
  ]
}

const nameOf = (step: PlannedStudy): string => pimaStudy({ ...step, seeds: 1, epochs: 1 }).name ?? ''

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
async function secondsPerSeed(backend: Backend, all: Dataset, plan: readonly PlannedStudy[], epochs: number): Promise<number> {
  const probes = 8
  const { batchSize, activation, optimizer } = PIMA.base
  const layers = [{ activation }, { activation }, { activation: 'sigmoid' as const }]
  const member = { layers, optimizer: { name: optimizer, learningRate: PIMA.learningRate }, epochs }
  const topology = { inputSize: 8, units: [...PIMA.hiddenUnits, 1], loss: 'binaryCrossentropy' as const, batchSize }
  const members = Array.from({ length: probes }, (_, seed) => ({ ...member, seed }))
  const started = performance.now()
  await fitPopulation(backend, topology, members, pimaData(all, 'raw')(0))
  const network = (performance.now() - started) / 1000 / probes
  const costs = plan.flatMap(({ experiment }) =>
    experimentOf(experiment).values.map((value) => (experiment === 'batchSize' ? batchSize / Number(value) : 1)),
  )
  return network * costs.reduce((sum, cost) => sum + cost, 0)
}
