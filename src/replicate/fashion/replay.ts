// Runs the studies that replicate the Fashion-MNIST study.

import * as z from 'zod/mini'
import type { Backend } from '../../backend/backend.ts'
import { at } from '../../core/at.ts'
import { InvalidDataError, InvalidSpecError } from '../../core/errors.ts'
import { positive, whole } from '../../core/fields.ts'
import { parseExact } from '../../core/validate.ts'
import type { Dataset } from '../../data/dataset.ts'
import type { Journal } from '../../study/journal/journal.ts'
import { MemoryJournal } from '../../study/journal/memory.ts'
import { winnerTakesAllReport } from '../../study/sampler/winnerTakesAllReport.ts'
import type { Params } from '../../study/space/distributions.ts'
import { createStudy, type Study } from '../../study/study.ts'
import { runToEnd, secondsOf } from '../run.ts'
import { addedSeeds, decideSeeds, seedsText } from '../seeds.ts'
import { judgeFashion } from './claims.ts'
import { importancesOf, runControl } from './control.ts'
import { type Costs, costOf, costsOf, secondsAnEpoch } from './cost.ts'
import { Measurements } from './measurements.ts'
import {
  FIGURES,
  figureConfigurations,
  listedStudy,
  STAGE_EPOCHS,
  stagedSampler,
  stagedSpace,
  stagedStudy,
  tableConfigurations,
} from './protocol.ts'
import { FASHION_STAGES, type FashionStage } from './published.ts'
import type { FashionReplay, StagedResult } from './result.ts'

export const FASHION_PARTS = [...FASHION_STAGES, 'curves', 'control'] as const
/**
 * The six stages, Figure 2's curves, and the joint searches.
 * @useDeclaredType
 */
export type FashionPart = (typeof FASHION_PARTS)[number]

const optionsSchema = z.strictObject({
  stages: z.optional(z.array(z.enum(FASHION_PARTS)).check(z.minLength(1, { error: 'must name at least one stage' }))),
  seeds: z.optional(whole(1, 100)),
  epochs: z.optional(whole(1, 1000)),
  minutes: z.optional(positive()),
})

/** Which parts of the Fashion-MNIST study to replay, with how many seeds and epochs, and where it is recorded. */
export interface FashionOptions extends z.infer<typeof optionsSchema> {
  /** In memory by default; a replay that was stopped continues from its journal. */
  readonly journal?: Journal | undefined
  readonly signal?: AbortSignal | undefined
  /** Called before anything is trained: how many seeds, and how long it may take at most. */
  readonly onPlan?: ((plan: { readonly seeds: number; readonly seconds: number }) => void) | undefined
  /** `done` from 0 to 1. */
  readonly onProgress?: ((done: number, note: string) => void) | undefined
}

export const FASHION_SEEDS = 3
/** Begins the name of a study that gives the tables and curves one seed more. */
const SEED_STUDY = 'fashion-seed-'

/**
 * Replays the published study of Fashion-MNIST and judges its claims: the staged search, each stage holding the winners measured here; the
 * rows of the printed tables that it did not reach, as the study ran them; Figure 2's curves; and joint searches with as many epochs each.
 * `epochs` replaces the study's 5, and all other numbers of epochs scale with it.
 * @param data as `loadDataset('fashion-mnist')` gives it
 * @throws InvalidSpecError, InvalidDataError; AbortedError when stopped: with the same journal the next call continues
 */
export async function replayFashion(
  backend: Backend,
  data: { readonly train: Dataset; readonly test: Dataset },
  options: FashionOptions = {},
): Promise<FashionReplay> {
  const { journal = new MemoryJournal(), signal, onPlan, onProgress, ...plain } = options
  const given = parseExact(optionsSchema, plain, '', 'the options of the replay')
  const { stages: parts = FASHION_PARTS, epochs = STAGE_EPOCHS } = given
  const stages = stagesOf(parts)
  checkData(data.train)
  const costs = costsOf(stages, parts.includes('curves'), parts.includes('control'), epochs)
  const total = costs.staged + costs.tables + costs.curves + costs.control
  const second = await secondsAnEpoch(backend, data)
  const { seeds, more, note } = await decideSeeds({
    asked: given.seeds,
    usual: FASHION_SEEDS,
    minutes: given.minutes,
    journal,
    added: SEED_STUDY,
    study: stages.length > 0 ? 'fashion-staged' : 'fashion-curves',
    secondsPerSeed: async () => second * total,
  })
  onPlan?.({ seeds: seeds + more, seconds: second * (seeds * total + more * (costs.tables + costs.curves)) })
  const progress = progressOf({ ...costs, more: (more * (costs.tables + costs.curves)) / seeds }, onProgress)
  const measurements = new Measurements(epochs)
  const run = { backend, data, journal, seeds, epochs, signal }

  const staged = stages.length > 0 ? await runStaged(run, stages, progress('staged', 'staged search')) : undefined
  measurements.add(staged?.study.trials ?? [])
  const tables = stages.map((stage) => ({ stage, rows: tableConfigurations(stage, epochs) }))
  const tableRows = tables.flatMap(({ rows }) => rows.map(({ params }) => params))
  const tableStudy = await runListed(
    run,
    'fashion-tables',
    measurements.missing(tableRows),
    progress('tables', 'rows of the printed tables'),
  )
  measurements.add(tableStudy?.trials ?? [])
  const figures = (parts.includes('curves') ? FIGURES : []).map((figure) => ({ figure, rows: figureConfigurations(figure, epochs) }))
  const figureRows = figures.flatMap(({ rows }) => rows.map(({ params }) => params))
  const curveStudy = await runListed(run, 'fashion-curves', measurements.missing(figureRows), progress('curves', "Figure 2's curves"))
  measurements.add(curveStudy?.trials ?? [])
  const added = await runMore(run, [...tableRows, ...figureRows], more, progress('more', 'more seeds'))
  for (const study of added) measurements.addSeed(study.trials)
  const control =
    staged !== undefined && parts.includes('control')
      ? await runControl(backend, data, staged.result, {
          journal,
          seeds,
          epochs,
          signal,
          onProgress: progress('control', 'joint searches'),
        })
      : undefined

  const measured = {
    tables: tables.map(({ stage, rows }) => ({ stage, rows: rows.map(({ label, params }) => measurements.of(label, params)) })),
    figures: figures.map(({ figure, rows }) => ({ figure, rows: rows.map(({ label, params }) => measurements.of(label, params)) })),
    importances: importancesOf(control?.searches[0]?.trials ?? [], epochs),
    epochs,
  }
  const studies = [staged?.study, tableStudy, curveStudy].filter((study) => study !== undefined)
  return {
    ...measured,
    seeds: seeds + more,
    searchSeeds: seeds,
    staged: staged?.result,
    control,
    judgements: judgeFashion(measured),
    networks:
      seeds * studies.reduce((sum, { trials }) => sum + trials.length, 0) +
      added.reduce((sum, { trials }) => sum + trials.length, 0) +
      (control?.searches.reduce((sum, { trials, seeds: each }) => sum + trials.length * each + control.seeds, control.seeds) ?? 0),
    seconds: [...studies, ...added].reduce((sum, study) => sum + secondsOf(study), 0) + (control?.seconds ?? 0),
    notes: [
      ...(note === undefined ? [] : [note]),
      ...(more === 0
        ? []
        : [
            `The searches have ${seedsText(seeds)} a trial, those that the journal was begun with; the tables and curves have ${seeds + more}.`,
          ]),
      ...(epochs === STAGE_EPOCHS
        ? []
        : [`Every trial has ${epochs}/${STAGE_EPOCHS} of the study's epochs: the verdicts are not about the published study.`]),
    ],
  }
}

interface Run {
  readonly backend: Backend
  readonly data: { readonly train: Dataset; readonly test: Dataset }
  readonly journal: Journal
  readonly seeds: number
  readonly epochs: number
  readonly signal: AbortSignal | undefined
}

type OnDone = (done: number) => void

async function runStaged(
  { backend, data, journal, seeds, epochs, signal }: Run,
  stages: readonly FashionStage[],
  onProgress: OnDone,
): Promise<{ readonly study: Study; readonly result: StagedResult }> {
  const study = await createStudy({ ...stagedStudy(stages, seeds, epochs), journal })
  const trials = stages.reduce((sum, stage) => sum + tableConfigurations(stage, epochs).length, 0)
  await runToEnd(study, backend, data, { signal, onProgress, trials })
  const sampler = stagedSampler(stages, epochs)
  const view = { space: study.space, directions: study.directions, seed: 0, trials: study.trials }
  const report = winnerTakesAllReport(view, sampler)
  const winners = report.map(({ winner }) => winner?.values)
  const result = {
    stages,
    report,
    winner:
      winners.length === stages.length && winners.every((one) => one !== undefined)
        ? configuration(study, sampler.start, winners)
        : undefined,
    networkEpochs: seeds * study.trials.reduce((sum, { params }) => sum + Number(params.epochs), 0),
    seconds: secondsOf(study),
  }
  return { study, result }
}

/** What all stages decided, of active parameters alone. */
function configuration({ space }: Study, start: Params, winners: readonly (Params | undefined)[]): Params {
  const decided: Params = Object.assign({}, start, ...winners)
  return space.build((name) => decided[name] ?? null)
}

async function runListed(
  { backend, data, journal, seeds, epochs, signal }: Run,
  name: string,
  configurations: readonly Params[],
  onProgress: OnDone,
): Promise<Study | undefined> {
  if (configurations.length === 0) return undefined
  const byCost = [...configurations].sort((a, b) => costOf([b]) - costOf([a]))
  const study = await createStudy({ ...listedStudy(name, byCost, stagedSpace(epochs), { seeds }), journal })
  await runToEnd(study, backend, data, { signal, onProgress, trials: configurations.length })
  return study
}

/** Every row of the tables and figures with seeds that the journal was not begun with, a study each. */
async function runMore(
  { backend, data, journal, seeds, epochs, signal }: Run,
  rows: readonly Params[],
  more: number,
  onProgress: OnDone,
): Promise<Study[]> {
  const unique = new Measurements(epochs).missing(rows).sort((a, b) => costOf([b]) - costOf([a]))
  const following = addedSeeds({ seeds, more }, SEED_STUDY)
  const studies: Study[] = []
  for (const [i, { name, seed }] of following.entries()) {
    const study = await createStudy({
      ...listedStudy(name, unique, stagedSpace(epochs), { seeds: 1, seed }),
      journal,
    })
    await runToEnd(study, backend, data, { signal, trials: unique.length, onProgress: (done) => onProgress((i + done) / following.length) })
    studies.push(study)
  }
  return studies
}

/** The stages among the parts, which must be in the study's order: each begins with what the one before it decided. */
function stagesOf(parts: readonly FashionPart[]): FashionStage[] {
  const stages = FASHION_STAGES.filter((stage) => parts.includes(stage))
  const places = stages.map((stage) => FASHION_STAGES.indexOf(stage))
  if (places.some((place, i) => place !== at(places, 0) + i)) {
    throw new InvalidSpecError(
      `stages are ${parts.join(', ')}; the stages among them must follow one another as in ${FASHION_STAGES.join(', ')}`,
    )
  }
  if (parts.includes('control') && stages.length === 0)
    throw new InvalidSpecError(`stages are ${parts.join(', ')}; control compares with the staged search, so name stages of it, too`)
  return stages
}

export function checkData({ rows, inputSize, outputSize, task }: Dataset): void {
  if (inputSize === 784 && outputSize === 10 && task === 'multiclass') return
  throw new InvalidDataError(
    `the data has ${rows} rows of ${inputSize} features and ${outputSize} outputs, ${task}; this replay takes Fashion-MNIST, of 784 and 10: loadDataset('fashion-mnist')`,
  )
}

/** What each part costs a seed, as in `costsOf`, and the seeds that are added, as many of the first ones as they cost. */
type AllCosts = Costs & { readonly more: number }

/** Progress of the whole from that of its parts, weighted by their cost. */
function progressOf(costs: AllCosts, onProgress: FashionOptions['onProgress']): (part: keyof AllCosts, note: string) => OnDone {
  const order: readonly (keyof AllCosts)[] = ['staged', 'tables', 'curves', 'more', 'control']
  const sum = (parts: readonly (keyof AllCosts)[]): number => parts.reduce((all, part) => all + costs[part], 0)
  return (part, note) => (done) => onProgress?.((sum(order.slice(0, order.indexOf(part))) + done * costs[part]) / sum(order), note)
}
