// Mean, standard deviation and interval of a sample.

import { mean, sampleStandardDeviation } from 'simple-statistics'
import { type BootstrapOptions, bootstrap, type Interval } from './bootstrap.ts'
import { checkBootstrap, checkValues } from './check.ts'
import { studentQuantile } from './student.ts'

export interface Summary extends Interval {
  readonly count: number
  readonly mean: number
  /** Of a sample (divided by count - 1); NaN of fewer than two values. */
  readonly sd: number
}

/**
 * Mean, standard deviation and the mean's interval, as of a trial's repeats. By Student's t, which holds the truth 94 to 96 times in 100 of 2 to 20 normal values,
 * and of skewed ones 91 to 94; with options a bootstrap of them, which of 2, 3 and 5 values holds it 48, 73 and 86 times. NaN of no values; no interval of one, or of
 * equal ones, which say nothing of how far others may lie.
 */
export function summarize(values: readonly number[], options?: BootstrapOptions): Summary {
  checkValues(values, 'values')
  if (options !== undefined) checkBootstrap(options)
  if (values.length === 0) return { count: 0, mean: Number.NaN, sd: Number.NaN, low: Number.NaN, high: Number.NaN }
  const sd = standardDeviation(values)
  if (options === undefined) {
    const centre = meanOf(values)
    const half = sd > 0 ? (studentQuantile(0.95, values.length - 1) * sd) / Math.sqrt(values.length) : Number.NaN
    return { count: values.length, mean: centre, sd, low: centre - half, high: centre + half }
  }
  const { value, low, high } = bootstrap(values, meanOf, options)
  return { count: values.length, mean: value, sd, low, high }
}

/** The part of an interval that is possible: Student's t knows nothing of an accuracy of at most 1. NaN stays. */
export const within = ({ low, high }: Interval, range: Interval | undefined): Interval =>
  range === undefined ? { low, high } : { low: Math.max(low, range.low), high: Math.min(high, range.high) }

/** Equal values have no scatter, but the mean of a sum of them may be a rounding away: three times 0.938 over three is 0.9380000000000001. */
const areEqual = (values: readonly number[]): boolean => values.length > 0 && values.every((value) => value === values[0])

export const meanOf = (values: readonly number[]): number => (areEqual(values) ? (values[0] ?? Number.NaN) : mean([...values]))

/** Of a sample; NaN of fewer than two values. */
export const standardDeviation = (values: readonly number[]): number =>
  values.length < 2 ? Number.NaN : areEqual(values) ? 0 : sampleStandardDeviation([...values])
