// Mean, standard deviation and interval of a sample.

import { mean, sampleStandardDeviation } from 'simple-statistics'
import { type BootstrapOptions, bootstrap, type Interval } from './bootstrap.ts'
import { checkBootstrap, checkValues } from './check.ts'

export interface Summary extends Interval {
  readonly count: number
  readonly mean: number
  /** Of a sample (divided by count - 1); NaN of fewer than two values. */
  readonly sd: number
}

/** Mean, standard deviation and the mean's bootstrap interval, as of a trial's repeats. NaN of no values. */
export function summarize(values: readonly number[], options?: BootstrapOptions): Summary {
  checkValues(values, 'values')
  if (options !== undefined) checkBootstrap(options)
  if (values.length === 0) return { count: 0, mean: Number.NaN, sd: Number.NaN, low: Number.NaN, high: Number.NaN }
  const { value, low, high } = bootstrap(values, (sample) => mean([...sample]), options)
  return { count: values.length, mean: value, sd: standardDeviation(values), low, high }
}

export const standardDeviation = (values: readonly number[]): number =>
  values.length < 2 ? Number.NaN : sampleStandardDeviation([...values])
