// Measured quantities with their confidence intervals.

import { mean } from 'simple-statistics'
import type { Interval } from '../study/statistics/bootstrap.ts'
import { studentQuantile as quantileWithin, studentTwoSided } from '../study/statistics/student.ts'
import { standardDeviation, within } from '../study/statistics/summary.ts'

/** On which side of its bound a quantity must lie. */
export type Side = 'above' | 'below'

/** An estimate with its uncertainty, which is NaN where there is none, as with one repeat. */
export interface Quantity {
  readonly value: number
  /** What it lies in with probability 1 - 2 x `tail`, `tail` missing on either side. */
  interval(tail: number): Interval
  /** Of the test that it does not lie on that side of the bound. */
  p(side: Side, bound: number): number
  /** Of a mean: what it is the mean of. */
  readonly sample?: { readonly count: number; readonly deviation: number }
}

/** Of a share or a chance. */
export const SHARE: Interval = { low: 0, high: 1 }

/** The t > 0 with P(T > t) = `tail`, for less than 1/2. */
export const studentQuantile = (tail: number, degrees: number): number => quantileWithin(1 - 2 * tail, degrees)

/**
 * The mean of repeats, by Student's t. All equal: the interval is that number.
 * @param range what it cannot lie beyond, as a chance not beyond 0 and 1
 */
export function meanOf(values: readonly number[], range?: Interval): Quantity {
  const value = values.length === 0 ? Number.NaN : mean([...values])
  const degrees = values.length - 1
  const deviation = standardDeviation(values)
  const error = deviation / Math.sqrt(values.length)
  return {
    value,
    sample: { count: values.length, deviation },
    interval(tail) {
      if (degrees < 1 || Number.isNaN(value)) return { low: Number.NaN, high: Number.NaN }
      const half = error === 0 ? 0 : studentQuantile(tail, degrees) * error
      return within({ low: value - half, high: value + half }, range)
    },
    p(side, bound) {
      const distance = side === 'above' ? value - bound : bound - value
      if (degrees < 1 || Number.isNaN(distance)) return Number.NaN
      if (error === 0) return distance > 0 ? 0 : 1
      const half = studentTwoSided(distance / error, degrees) / 2
      return distance > 0 ? half : 1 - half
    },
  }
}

/** The mean of a - b over repeats that share seeds. */
export const meanDifference = (a: readonly number[], b: readonly number[]): Quantity =>
  meanOf(a.length === b.length ? a.map((value, i) => value - (b[i] ?? Number.NaN)) : [])

/** An estimate whose intervals come from elsewhere, such as a bootstrap; it has no p. */
export const estimated = (value: number, interval: (level: number) => Interval): Quantity => ({
  value,
  interval: (tail) => interval(1 - 2 * tail),
  p: () => Number.NaN,
})
