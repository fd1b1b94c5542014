// How much single runs and finite test sets scatter.

import { mean, median } from 'simple-statistics'
import { at } from '../../core/at.ts'
import { adjust } from '../../study/statistics/corrections.ts'
import { standardDeviation } from '../../study/statistics/summary.ts'
import { pairedTTest } from '../../study/statistics/tests.ts'
import { finals } from '../curves.ts'
import { publishedTable } from './published.ts'
import type { Measured, TableResult } from './result.ts'

/** 95 % of the differences that 10,000 test images make by themselves at an accuracy of 0.89: less is no improvement that they can show. */
export const TEST_NOISE = 0.006

export interface TableNoise {
  /** How a single run scatters from seed to seed: the median of the rows' standard deviations. NaN without two seeds. */
  readonly deviation: number
  /** Of two single runs that differ in nothing but the seed: 95 % are at most this. */
  readonly difference: number
  /** The published winner's lead over the best other row. */
  readonly lead: number
  readonly runnerUp: string
  /** Whether that lead is one that the seed alone can make. */
  readonly isInside: boolean
  /** The best row here, and those that the seeds cannot distinguish from it (paired t-tests, Holm, 5 %). */
  readonly best: string | undefined
  readonly tied: readonly string[]
}

/** Whether the published winner may be luck: the publication ran every row once. By the criterion of the table, loss in Table 1, else accuracy. */
export function noiseOf({ stage, rows }: TableResult): TableNoise {
  const { winner, rows: printed } = publishedTable(stage)
  const byLoss = stage === 'architecture'
  const measured = rows.filter(({ repeats }) => repeats.length > 0)
  const valuesOf = ({ repeats }: Measured): number[] =>
    finals(repeats, byLoss ? 'testLoss' : 'testAccuracy').map((value) => (byLoss ? -value : value))
  const deviations = measured.map((row) => standardDeviation(valuesOf(row))).filter((deviation) => deviation > 0)
  const deviation = deviations.length === 0 ? Number.NaN : median(deviations)
  const difference = 1.96 * Math.SQRT2 * deviation
  const scoreOf = (row: (typeof printed)[number]): number => (byLoss ? -row.loss : row.accuracy)
  const [first, second] = [
    printed.find(({ label }) => label === winner),
    printed.filter(({ label }) => label !== winner).reduce((best, row) => (scoreOf(row) > scoreOf(best) ? row : best)),
  ]
  const lead = first === undefined ? Number.NaN : scoreOf(first) - scoreOf(second)
  const [best, ...others] = [...measured].sort((a, b) => mean(valuesOf(b)) - mean(valuesOf(a)))
  const ps = adjust(
    others.map((row) => pairedTTest(valuesOf(row).map((value, seed) => value - (best === undefined ? 0 : at(valuesOf(best), seed)))).p),
    'holm',
  )
  const tied = others.filter((_, i) => !((ps[i] ?? Number.NaN) <= 0.05)).map(({ label }) => label)
  return { deviation, difference, lead, runnerUp: second.label, isInside: lead <= difference, best: best?.label, tied }
}
