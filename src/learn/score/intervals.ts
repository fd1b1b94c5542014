/** Intervals of shares, of means of skewed values, and of sums of both. */

import { at } from '../../core/at.ts'
import type { Interval } from '../../study/statistics/bootstrap.ts'
import { studentQuantile } from '../../study/statistics/student.ts'

/**
 * The factor of a variance of few rows: they train the models as well that they judge, so a lucky sample makes a better model and an easier test. Simulated with
 * 60 to 2,000 rows (bench/NOTES.md, Coverage): errors of 1.35, 1.25 and 1.1 times their rows' own with 60, 100 and 160 rows, and of none from 700 on.
 */
export const widened = (rows: number): number => 1 + FEW / rows

const FEW = 40

/**
 * The factor that takes `widened` back from a difference between two models that learned from the same rows: a lucky sample makes both better and is an easy
 * test for both. Simulated (bench/NOTES.md, Coverage): with it 97 to 99 % of such differences are held, without it 95 to 98.
 */
export const ofTwo = (rows: number): number => 1 / widened(rows)

/**
 * Wilson's interval of a share ("Probable inference, the law of succession, and statistical inference", JASA 22, 1927), by Student's quantile.
 * @param hits how many of `rows`
 * @param all how many rows there are beside these, these included
 * @param factor of the variance
 */
export function wilson(hits: number, rows: number, level: number, all = rows, factor = 1): Interval {
  if (rows === 0) return { low: 0, high: 1 }
  const z2 = studentQuantile(level, Math.max(1, rows - 1)) ** 2 * widened(all) * factor
  const centre = (hits + z2 / 2) / (rows + z2)
  const half = (Math.sqrt(z2) / (rows + z2)) * Math.sqrt((hits * (rows - hits)) / rows + z2 / 4)
  return { low: Math.max(0, centre - half), high: Math.min(1, centre + half) }
}

/** Mean, standard error and skewness of values. */
export interface Moments {
  readonly rows: number
  readonly mean: number
  readonly error: number
  readonly skewness: number
}

export function momentsOf(values: Float64Array): Moments {
  const rows = values.length
  let sum = 0
  for (const value of values) sum += value
  const mean = sum / rows
  let [squares, cubes] = [0, 0]
  for (const value of values) {
    const off = value - mean
    squares += off * off
    cubes += off * off * off
  }
  const sd = Math.sqrt(squares / (rows - 1))
  return { rows, mean, error: sd / Math.sqrt(rows), skewness: sd === 0 ? 0 : cubes / rows / sd ** 3 }
}

/**
 * By how many standard errors the mean that values are drawn from may lie above and below the mean of the values, `[below, above]`. Student's t holds
 * less than it says where values are skewed, as losses are: few rows seldom hold the rare large one. Hall's cubic transformation takes the skewness out
 * of t ("On the removal of skewness by transformation", JRSS B 54, 1992), and is turned around here. The skewness of few rows is too small as well;
 * 1 + 3 / sqrt(rows) makes up for about that (bench/NOTES.md, Coverage).
 */
function reachOf({ rows, skewness }: Pick<Moments, 'rows' | 'skewness'>, level: number): readonly [below: number, above: number] {
  const t = studentQuantile(level, rows - 1)
  const skew = (skewness * (1 + 3 / Math.sqrt(rows))) / Math.sqrt(rows)
  return [turned(t, skew), -turned(-t, skew)]
}

/** The t whose transform t + s t²/3 + s² t³/27 + s/6 is z. */
function turned(z: number, skew: number): number {
  if (Math.abs(skew) < 1e-9) return z
  return (Math.cbrt(1 + skew * (z - skew / 6)) - 1) / (skew / 3)
}

/** Around the mean of values, its variance that of their mean times `factor`, plus `more`, of few rows widened. */
export function aroundMean(values: Float64Array, level: number, factor = 1, more = 0): Interval & { readonly value: number } {
  return aroundMoments(momentsOf(values), level, factor, more)
}

/** The same of what is known of values. */
export function aroundMoments(moments: Moments, level: number, factor = 1, more = 0): Interval & { readonly value: number } {
  const [below, above] = reachOf(moments, level)
  const error = Math.sqrt((moments.error ** 2 * factor + more) * widened(moments.rows))
  return { value: moments.mean, low: moments.mean - below * error, high: moments.mean + above * error }
}

/**
 * Of a mean of estimates with an interval each, as of the recall of every class: the estimates' distances to their ends, squared and added (MOVER; Zou and
 * Donner, "Construction of confidence limits about effect measures", Statistics in Medicine 27, 2008).
 */
export function meanOfEstimates(estimates: readonly (Interval & { readonly value: number })[]): Interval {
  const count = estimates.length
  const value = estimates.reduce((sum, one) => sum + one.value, 0) / count
  const reach = (distance: (one: Interval & { readonly value: number }) => number): number =>
    Math.sqrt(estimates.reduce((sum, one) => sum + distance(one) ** 2, 0)) / count
  return { low: value - reach((one) => one.value - one.low), high: value + reach((one) => one.high - one.value) }
}

/**
 * Around a function of two means, of the same rows, by the jackknife (Tukey, "Bias and confidence in not quite large samples", Annals of Mathematical Statistics
 * 29, 1958). How well few rows know its error follows from the pseudo-values' kurtosis (Satterthwaite): the heavier the tails, the fewer degrees of freedom
 * Student's quantile has. Where it is symmetric, as a logarithm of a ratio is, this holds as often as Hall's and is a quarter narrower (bench/NOTES.md, Coverage).
 * @param factor of the variance
 */
export function aroundFunction(
  a: Float64Array,
  b: Float64Array,
  of: (a: number, b: number) => number,
  level: number,
  factor = 1,
): Interval & { readonly value: number } {
  const rows = a.length
  const [sumA, sumB] = [momentsOf(a).mean * rows, momentsOf(b).mean * rows]
  const value = of(sumA / rows, sumB / rows)
  // Without a row something must be left, or a logarithm is endless.
  const without = (sum: number, one: number): number => Math.max(sum - one, sum * 1e-9) / (rows - 1)
  const pseudo = a.map((one, row) => rows * value - (rows - 1) * of(without(sumA, one), without(sumB, at(b, row))))
  const { mean, error } = momentsOf(pseudo)
  const sd = error * Math.sqrt(rows)
  const kurtosis = pseudo.reduce((sum, one) => sum + (one - mean) ** 4, 0) / rows / sd ** 4
  const degrees = sd > 0 ? Math.max(Math.min(3, rows - 1), Math.min(rows - 1, (2 * rows) / (kurtosis - 1))) : rows - 1
  const half = studentQuantile(level, degrees) * error * Math.sqrt(factor * widened(rows))
  return { value, low: mean - half, high: mean + half }
}
