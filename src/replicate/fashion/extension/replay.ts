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
import { decideSeeds } from '../../seeds.ts'
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

/** Which parts to run, as `FashionOptions`. */
export interface ExtensionOptions extends z.infer<typeof optionsSchema>, Omit<FashionOptions, 'stages'> {}

/** A kind of network, searched by the study's protocol. */
export interface FamilyResult {
  readonly family: Family
  readonly report: readonly StageReport[]
  /** What its search ended with, as a line. */
  readonly winner: string
  /** Its curves of the final number of epochs. */
  readonly final: Measured
  readonly figures: readonly FigureResult[]
}

/** Everything that was measured beyond the study, and the verdicts. */
export interface ExtensionReplay {
  readonly seeds: number
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
  const total = wanted.reduce((sum, part) => sum + costs[part], 0)
  const second = await secondsAnEpoch(backend, data)
  const [first = 'subQuantities'] = wanted
  const { seeds, note } = await decideSeeds({
    asked: given.seeds,
    usual: FASHION_SEEDS,
    minutes: given.minutes,
    journal,
    study: first === 'subQuantities' ? 'fashion-sub-quantities' : `fashion-${first}-staged`,
    secondsPerSeed: async () => second * total,
  })
  onPlan?.({ seeds, seconds: seeds * second * total })
  let before = 0
  const progressOf = (part: ExtensionPart, from: number, to: number) => (done: number) =>
    onProgress?.((before + (from + done * (to - from)) * costs[part]) / total, part)
  const studies: Study[] = []
  const run = async (plan: StudyOptions, trials: number, progress: (done: number) => void): Promise<Study> => {
    const study = await createStudy({ ...plan, journal })
    await runToEnd(study, backend, data, { signal, trials, onProgress: progress })
    studies.push(study)
    return study
  }

  let grid: Measured[] = []
  const families: FamilyResult[] = []
  for (const part of wanted) {
    if (part === 'subQuantities') {
      const study = await run(subQuantityStudy(seeds, epochs), subQuantities.length, progressOf(part, 0, 1))
      grid = subQuantities.map((params) => measuredIn(study, subQuantityLabel(params), params))
    } else {
      const search = await run(familySearch(part, seeds, epochs), 38, progressOf(part, 0, 0.25))
      const view = { space: search.space, directions: search.directions, seed: 0, trials: search.trials }
      const report = winnerTakesAllReport(view, familySampler(part))
      const winner: Params | undefined =
        report.length === FAMILY_STAGES.length && report.every((stage) => stage.winner !== undefined)
          ? Object.assign({}, ...report.map((stage) => stage.winner?.values))
          : undefined
      if (winner !== undefined) {
        const figures = FIGURES.map((figure) => ({ figure, rows: familyRows(figure, winner) }))
        const rows = unique(search, [winner, ...figures.flatMap((one) => one.rows.map(({ params }) => params))])
        const curves = await run(familyCurves(part, rows, seeds, epochs), rows.length, progressOf(part, 0.25, 1))
        const label = Object.values(winner)
          .map((value) => String(value ?? 32))
          .join(', ')
        families.push({
          family: part,
          report,
          winner: label,
          final: measuredIn(curves, label, winner),
          figures: figures.map((one) => ({ figure: one.figure, rows: one.rows.map((row) => measuredIn(curves, row.label, row.params)) })),
        })
      }
    }
    before += costs[part]
  }
  return {
    seeds,
    epochs,
    grid,
    families,
    judgements: judgeExtension(families, epochs),
    networks: seeds * studies.reduce((sum, { trials }) => sum + trials.length, 0),
    seconds: studies.reduce((sum, study) => sum + secondsOf(study), 0),
    notes: note === undefined ? [] : [note],
  }
}

/** Each configuration once. */
function unique({ space }: Study, rows: readonly Params[]): Params[] {
  return [...new Map(rows.map((params) => [space.key(params), params])).values()]
}

function measuredIn(study: Study, label: string, params: Params): Measured {
  const trial = study.trials.find((one) => study.space.key(one.params) === study.space.key(params))
  return { label, params, repeats: trial === undefined ? [] : curvesOf(trial), failure: trial && failureOf(trial) }
}

/** The test accuracy of every seed after so many epochs. */
export const accuracyAfter = ({ repeats }: Measured, epochs: number): number[] => finals(until(repeats, epochs), 'testAccuracy')
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
