// Report blocks that both replications share.

import { rangeOf } from '../core/metrics.ts'
import { formatValue } from '../report/format.ts'
import type {
  Axis,
  Cell,
  ClaimVerdict,
  LineChartBlock,
  NumberFormat,
  SeriesPoint,
  Spread,
  TableBlock,
  VerdictsBlock,
} from '../report/model.ts'
import type { Interval } from '../study/statistics/bootstrap.ts'
import type { Evidence, Judgement } from './claims.ts'
import type { CurveName, Curves } from './curves.ts'
import { planFor } from './planning.ts'
import { meanOf, type Quantity } from './quantity.ts'

export const ACCURACY: NumberFormat = { decimals: 4 }
export const TEST_ACCURACY: Axis = { label: 'test accuracy', format: ACCURACY }
export const EPOCHS: Axis = { label: 'epochs' }

/** Two-sided 95 %. */
const TAIL = 0.025

const spreadOf = (quantity: Quantity): Spread => ({ mean: quantity.value, ...quantity.interval(TAIL) })
export const spread = (values: readonly number[], range?: Interval): Spread => spreadOf(meanOf(values, range))

/** The mean over the seeds after every epoch, with its 95 % interval. */
function curvePoints(repeats: readonly Curves[], name: CurveName): SeriesPoint[] {
  const epochs = Math.max(0, ...repeats.map((curves) => curves[name].length))
  return Array.from({ length: epochs }, (_, i) => {
    const { mean, low, high } = spread(
      repeats.map((curves) => curves[name][i] ?? Number.NaN),
      rangeOf(name),
    )
    return { x: i + 1, mean, low, high }
  })
}

export interface CurveRow {
  readonly name: string
  readonly repeats: readonly Curves[]
}

/** One chart per kind of curve, side by side; one line per row. */
export function curveChart(
  name: string,
  caption: string,
  rows: readonly CurveRow[],
  facets: Readonly<Partial<Record<CurveName, string>>>,
  y: Axis,
): LineChartBlock {
  const kinds = Object.entries(facets) as [CurveName, string][]
  const series = kinds.flatMap(([kind, facet]) =>
    rows.map((row) => ({ name: row.name, ...(kinds.length > 1 ? { facet } : {}), points: curvePoints(row.repeats, kind) })),
  )
  return { kind: 'lineChart', name, caption, x: EPOCHS, y, series }
}

/** How many comparisons are listed one by one. */
const LISTED = 4

export function verdictsBlock(name: string, caption: string, judgements: readonly Judgement[]): VerdictsBlock {
  const claims = judgements.map(({ id, claim, published, test, verdict, evidence, p, note }): ClaimVerdict => {
    const measured = measuredText(evidence)
    return { id, claim, published, measured, test, verdict, note, ...(Number.isNaN(p) ? {} : { p }) }
  })
  return { kind: 'verdicts', name, caption, claims }
}

/** All comparisons if they are few; otherwise how many hold, and the decisive ones: those that fail, or come nearest to failing. */
function measuredText(evidence: readonly Evidence[]): string {
  if (evidence.length <= LISTED) return [...new Set(evidence.map(shown))].join('; ')
  const count = (outcome: string): number => evidence.filter((one) => one.outcome === outcome).length
  const weakest = [...evidence].sort((a, b) => margin(a) - margin(b)).slice(0, LISTED)
  return `${count('holds')} of ${evidence.length} comparisons hold, ${count('fails')} fail; weakest: ${weakest.map(shown).join('; ')}`
}

const margin = ({ side, value, bound }: Evidence): number => (side === 'above' ? value - bound : side === 'below' ? bound - value : 0)
const shown = ({ what, value, interval }: Evidence): string => `${what} ${formatValue({ mean: value, ...interval }, ACCURACY)}`

/** Every comparison of every claim. */
export function evidenceTable(name: string, judgements: readonly Judgement[], unit = 'seeds'): TableBlock {
  return {
    kind: 'table',
    name,
    caption:
      'Every comparison that the verdicts rest on. The interval is 90 %, so that each end is the 5 % of the one-sided test; for "equal" it is the range over the seeds. "Finds" is how far from its bound the truth must be for the test to find it with a power of 80 %.',
    columns: [
      { name: 'comparison' },
      { name: 'claim' },
      { name: 'measured', format: ACCURACY },
      { name: 'must be', align: 'end' },
      { name: 'p', format: { significant: 2 } },
      { name: 'outcome' },
      { name: 'finds', format: ACCURACY },
      { name: `${unit} to decide` },
    ],
    rows: judgements.flatMap(({ id, evidence }) =>
      evidence.map(({ what, value, interval, side, bound, p, outcome, detectable, repeats }) => [
        ...[what, id, { mean: value, ...interval }, `${side} ${bound}`, p, outcome, detectable, repeatsCell(repeats)],
      ]),
    ),
  }
}

const repeatsCell = (repeats: number): Cell => (Number.isFinite(repeats) || Number.isNaN(repeats) ? repeats : 'over 10,000')

/** What would decide each claim that nothing has decided; no block where there is none. */
export function planningBlocks(name: string, judgements: readonly Judgement[], unit = 'seeds'): TableBlock[] {
  const rows = judgements.flatMap(({ id, claim, verdict, evidence }): Cell[][] => {
    const plan = verdict === 'undecided' ? planFor(evidence) : undefined
    if (plan === undefined) return []
    const { repeats } = plan
    return [[id, claim, ...(Number.isNaN(repeats) ? [`no number of ${unit}`, null] : [repeatsCell(repeats), plan.verdict]), plan.what]]
  })
  if (rows.length === 0) return []
  return [
    {
      kind: 'table',
      name,
      caption: `How many ${unit} would decide what is undecided, with a power of 80 %, if means and scatter are what they are here; such numbers are rough where they come of few. No number helps where the interval is over what is ranked, or over trials.`,
      columns: [
        { name: 'id' },
        { name: 'claim' },
        { name: unit, align: 'end' },
        { name: 'and the verdict would be' },
        { name: 'because of' },
      ],
      rows,
    },
  ]
}

/** Ranks from 1; equal values share the better rank; NaN if there is none. */
export function ranksOf(values: readonly number[], lowIsBest: boolean): number[] {
  return values.map((value) =>
    Number.isNaN(value) ? Number.NaN : 1 + values.filter((other) => (lowIsBest ? other < value : other > value)).length,
  )
}
