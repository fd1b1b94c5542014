// Runs what the Fashion-MNIST study left open, and judges its claims there.

import { mean } from 'simple-statistics'
import * as z from 'zod/mini'
import type { Backend } from '../../../backend/backend.ts'
import { positive, whole } from '../../../core/fields.ts'
import { parseExact } from '../../../core/validate.ts'
import type { Dataset } from '../../../data/dataset.ts'
import { MemoryJournal } from '../../../study/journal/memory.ts'
import type { StudyOptions } from '../../../study/options.ts'
import { type StageReport, winnerTakesAllReport } from '../../../study/sampler/winnerTakesAllReport.ts'
import type { Params } from '../../../study/space/distributions.ts'
import { createStudy, type Study } from '../../../study/study.ts'
import { type Claim, compare, type Judgement, judge } from '../../claims.ts'
import { curvesOf, failureOf, finals, until } from '../../curves.ts'
import { meanOf } from '../../quantity.ts'
import { runToEnd, secondsOf } from '../../run.ts'
import { addedSeeds, decideSeeds, type Seeds } from '../../seeds.ts'
import { secondsAnEpoch } from '../cost.ts'
import { FIGURES, STAGE_EPOCHS } from '../protocol.ts'
import { earlyRanking } from '../ranking.ts'
import { checkData, FASHION_SEEDS, type FashionOptions } from '../replay.ts'
import type { FigureResult, Measured } from '../result.ts'
import {
  extensionCosts,
  FAMILIES,
  FAMILY_STAGES,
  type Family,
  FINAL_SEEDS,
  familyCurves,
  familyRows,
  familySampler,
  familySearch,
  subQuantities,
  subQuantityLabel,
  subQuantityStudy,
} from './protocol.ts'

export const EXTENSION_PARTS = ['subQuantities', ...FAMILIES] as const
/**
 * L2 and dropout, and networks of other kinds.
 * @useDeclaredType
 */
export type ExtensionPart = (typeof EXTENSION_PARTS)[number]

const optionsSchema = z.strictObject({
  stages: z.optional(z.array(z.enum(EXTENSION_PARTS)).check(z.minLength(1, { error: 'must name at least one part' }))),
  seeds: z.optional(whole(1, 100)),
  epochs: z.optional(whole(1, 1000)),
  minutes: z.optional(positive()),
})

/** Which parts to run, as `FashionOptions`. A journal of fewer seeds is given more; a search keeps those that it was begun with. */
export interface ExtensionOptions extends z.infer<typeof optionsSchema>, Omit<FashionOptions, 'stages'> {}

/** A kind of network, searched by the study's protocol. */
export interface FamilyResult {
  readonly family: Family
  /** Of the search; the curves have as many or more. */
  readonly searchSeeds: number
  readonly curveSeeds: number
  readonly report: readonly StageReport[]
  /** What its search ended with, as a line. */
  readonly winner: string
  /** Its curves of the final number of epochs; where a claim is about it alone, of more seeds than those of the figures. */
  readonly final: Measured
  readonly figures: readonly FigureResult[]
}

/** Everything that was measured beyond the study, and the verdicts. */
export interface ExtensionReplay {
  readonly epochs: number
  /** One an entry of the grid; none if it was not asked for. */
  readonly grid: readonly Measured[]
  readonly families: readonly FamilyResult[]
  readonly judgements: readonly Judgement[]
  readonly networks: number
  readonly seconds: number
  readonly notes: readonly string[]
}

/**
 * Runs what the study named and left open: an L2 penalty and dropout over a grid, and convolutional and recurrent networks by the same staged protocol.
 * @param data as `loadDataset('fashion-mnist')` gives it
 * @throws InvalidSpecError, InvalidDataError; AbortedError when stopped: with the same journal the next call continues
 */
export async function replayFashionExtension(
  backend: Backend,
  data: { readonly train: Dataset; readonly test: Dataset },
  options: ExtensionOptions = {},
): Promise<ExtensionReplay> {
  const { journal = new MemoryJournal(), signal, onPlan, onProgress, ...plain } = options
  const given = parseExact(optionsSchema, plain, '', 'the options of the replay')
  const { stages: parts = EXTENSION_PARTS, epochs = STAGE_EPOCHS } = given
  checkData(data.train)
  const costs = extensionCosts(epochs)
  const wanted = EXTENSION_PARTS.filter((part) => parts.includes(part))
  const second = await secondsAnEpoch(backend, data)
  const aSeed = wanted.reduce((sum, part) => sum + costs[part].search + costs[part].listed, 0)
  const plans: { readonly part: ExtensionPart; readonly seeds: Seeds }[] = []
  for (const part of wanted) {
    const seeds = await decideSeeds({
      asked: given.seeds,
      usual: FASHION_SEEDS,
      minutes: given.minutes,
      journal,
      added: addedSeed(part),
      study: part === 'subQuantities' ? 'fashion-sub-quantities' : `fashion-${part}-staged`,
      secondsPerSeed: async () => second * aSeed,
    })
    plans.push({ part, seeds })
  }
  const costOf = ({ part, seeds: { seeds, more } }: (typeof plans)[number]): number =>
    seeds * costs[part].search + (seeds + more) * costs[part].listed + finalSeeds(part, seeds + more) * costs[part].final
  const total = plans.reduce((sum, plan) => sum + costOf(plan), 0)
  onPlan?.({ seeds: Math.max(...plans.map(({ seeds: { seeds, more } }) => seeds + more)), seconds: second * total })
  let before = 0
  const studies: Study[] = []
  /** Runs a study, whose trials cost so many epochs in all. */
  const run = async (plan: StudyOptions, trials: number, cost: number, part: ExtensionPart): Promise<Study> => {
    const study = await createStudy({ ...plan, journal })
    await runToEnd(study, backend, data, { signal, trials, onProgress: (done) => onProgress?.((before + done * cost) / total, part) })
    before += cost
    studies.push(study)
    return study
  }
  /** Runs rows that are listed beforehand: with the seeds that the journal was begun with, then with each of those that follow. */
  const runRows = async (plan: StudyOptions, rows: number, { part, seeds }: (typeof plans)[number]): Promise<Study[]> => {
    const { listed } = costs[part]
    const begun = await run(plan, rows, seeds.seeds * listed, part)
    const following: Study[] = []
    for (const own of addedSeeds(seeds, addedSeed(part))) following.push(await run({ ...plan, ...own, repeats: 1 }, rows, listed, part))
    return [begun, ...following]
  }

  let grid: Measured[] = []
  const families: FamilyResult[] = []
  for (const plan of plans) {
    const {
      part,
      seeds: { seeds },
    } = plan
    if (part === 'subQuantities') {
      const rows = await runRows(subQuantityStudy(seeds, epochs), subQuantities.length, plan)
      grid = subQuantities.map((params) => measuredIn(rows, subQuantityLabel(params), params))
    } else {
      const search = await run(familySearch(part, seeds, epochs), 38, seeds * costs[part].search, part)
      const view = { space: search.space, directions: search.directions, seed: 0, trials: search.trials }
      const report = winnerTakesAllReport(view, familySampler(part))
      const winner: Params | undefined =
        report.length === FAMILY_STAGES.length && report.every((stage) => stage.winner !== undefined)
          ? Object.assign({}, ...report.map((stage) => stage.winner?.values))
          : undefined
      if (winner !== undefined) {
        const figures = FIGURES.map((figure) => ({ figure, rows: familyRows(figure, winner) }))
        const rows = unique(search, [winner, ...figures.flatMap((one) => one.rows.map(({ params }) => params))])
        const curves = await runRows(familyCurves(part, rows, seeds, epochs), rows.length, plan)
        const has = seeds + plan.seeds.more
        const finals: Study[] = []
        for (const own of addedSeeds({ seeds: has, more: finalSeeds(part, has) }, `fashion-${part}-final-seed-`))
          finals.push(await run({ ...familyCurves(part, [winner], 1, epochs), ...own }, 1, costs[part].final, part))
        const label = Object.values(winner)
          .map((value) => String(value ?? 32))
          .join(', ')
        families.push({
          family: part,
          searchSeeds: seeds,
          curveSeeds: has,
          report,
          winner: label,
          final: measuredIn([...curves, ...finals], label, winner),
          figures: figures.map((one) => ({ figure: one.figure, rows: one.rows.map((row) => measuredIn(curves, row.label, row.params)) })),
        })
      }
    }
  }
  return {
    epochs,
    grid,
    families,
    judgements: judgeExtension(families, epochs),
    networks: studies.reduce((sum, { trials }) => sum + trials.flatMap(curvesOf).length, 0),
    seconds: studies.reduce((sum, study) => sum + secondsOf(study), 0),
    notes: [...new Set(plans.flatMap(({ seeds: { note } }) => note ?? []))],
  }
}

/** Seeds that the network which a search ended with is trained with beyond those of its curves. */
const finalSeeds = (part: ExtensionPart, has: number): number => (part === 'subQuantities' ? 0 : Math.max(0, FINAL_SEEDS[part] - has))

/** Begins the name of a study that gives a part one seed more. */
const addedSeed = (part: ExtensionPart): string => `fashion-${part === 'subQuantities' ? 'sub-quantities' : part}-seed-`

/** Each configuration once. */
function unique({ space }: Study, rows: readonly Params[]): Params[] {
  return [...new Map(rows.map((params) => [space.key(params), params])).values()]
}

/** @param studies with seeds of their own each, in order */
function measuredIn(studies: readonly Study[], label: string, params: Params): Measured {
  const trials = studies.flatMap(({ space, trials }) => trials.find((one) => space.key(one.params) === space.key(params)) ?? [])
  return {
    label,
    params,
    repeats: trials.flatMap(curvesOf),
    failure: trials.map(failureOf).find((reason) => reason !== undefined),
  }
}

/** The test accuracy of every seed after so many epochs. */
export const accuracyAfter = ({ repeats }: Measured, epochs: number): number[] => finals(until(repeats, epochs), 'testAccuracy')
/** The test loss, penalties included. */
export const lossAfter = ({ repeats }: Measured, epochs: number): number[] => finals(until(repeats, epochs), 'testLoss')
export const meanAfter = (row: Measured, epochs: number): number => {
  const values = accuracyAfter(row, epochs)
  return values.length === 0 ? Number.NaN : mean(values)
}

function judgeExtension(families: readonly FamilyResult[], epochs: number): Judgement[] {
  return families.flatMap(({ family, final, figures }) => {
    const rankings = figures.map((figure) => {
      const judgement = earlyRanking(figure, epochs)
      return { ...judgement, id: judgement.id.replace('A8 (', `A8 (${family}, `) }
    })
    return family === 'cnn' ? [convolutional(final), ...rankings] : rankings
  })
}

function convolutional(final: Measured): Judgement {
  const claim: Claim = {
    id: 'A10',
    claim: 'A convolutional network reaches 90 to 95 %.',
    published: '90 to 95 %, not measured there',
    test: "The mean test accuracy of the network that the staged search ends with, after the study's 20 epochs, is above 0.90 and below 0.95",
  }
  const [what, quantity] = ['convolutional network: test accuracy', meanOf(finals(final.repeats, 'testAccuracy'))]
  return judge(
    claim,
    compare([
      { what, quantity, side: 'above', bound: 0.9 },
      { what, quantity, side: 'below', bound: 0.95 },
    ]),
  )
}
