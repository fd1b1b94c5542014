// Bootstrap confidence intervals.

import { mean, quantileSorted } from 'simple-statistics'
import { InvalidSpecError } from '../../core/errors.ts'
import { shown } from '../../core/shown.ts'
import { StudyRandom } from '../random.ts'
import { below, quantile } from '../sampler/normal.ts'
import { checkBootstrap, checkItems } from './check.ts'

/** How an interval is made. */
export interface BootstrapOptions {
  /** The interval's coverage, 0.95 by default. */
  readonly level?: number | undefined
  /** 2000 by default. */
  readonly resamples?: number | undefined
  /** `bca`, the default, corrects the percentiles for bias and skewness. */
  readonly method?: 'bca' | 'percentile' | undefined
  /** The same seed gives the same interval; 0 by default. */
  readonly seed?: number | undefined
}

/** Both ends of an interval. */
export interface Interval {
  readonly low: number
  readonly high: number
}

/** An estimate and the bootstrap interval around it. */
export interface Estimate extends Interval {
  readonly value: number
}

/** Keeps these random numbers apart from those that samplers draw for trial 0. */
const STREAM = 0x626f6f74

/**
 * A statistic of the items and its bootstrap interval (Efron, "Better bootstrap confidence intervals", JASA 82, 1987; as `scipy.stats.bootstrap`).
 * Resamples whose statistic is NaN, as a correlation of equal pairs, are left out. The interval is NaN where there is none: of fewer than two
 * items, where every resample lies on one side of the estimate, or where no item can be left out.
 * @throws InvalidDataError, InvalidSpecError for what is no array, function or option
 * @param items what is drawn from, with replacement: numbers, or pairs that stay together
 */
export function bootstrap<T>(items: readonly T[], statistic: (sample: readonly T[]) => number, options: BootstrapOptions = {}): Estimate {
  checkItems(items, 'what is drawn from')
  if (typeof statistic !== 'function') throw new InvalidSpecError(`the statistic is ${shown(statistic)}; it must be a function of a sample`)
  checkBootstrap(options)
  const { level = 0.95, resamples = 2000, method = 'bca', seed = 0 } = options
  const value = statistic(items)
  if (items.length < 2 || Number.isNaN(value)) return { value, low: Number.NaN, high: Number.NaN }
  const random = new StudyRandom(seed, 0, STREAM)
  const resample = (): T[] => items.map(() => items[random.integer(items.length)] as T)
  const drawn = Array.from({ length: resamples }, () => statistic(resample()))
    .filter((resampled) => !Number.isNaN(resampled))
    .sort((a, b) => a - b)
  const shift = method === 'bca' ? correction(items, statistic, value, drawn) : (z: number): number => z
  const endAt = (share: number): number => quantileAt(drawn, below(shift(quantile(share))))
  return { value, low: endAt((1 - level) / 2), high: endAt((1 + level) / 2) }
}

/** What BCa does to a normal quantile: z0 + (z0 + z) / (1 - a (z0 + z)) with the bias z0 and, from the jackknife, the acceleration a. */
function correction<T>(
  items: readonly T[],
  statistic: (sample: readonly T[]) => number,
  value: number,
  drawn: readonly number[],
): (z: number) => number {
  // Half of the resamples that equal the estimate count as below it.
  const lower = drawn.reduce((sum, one) => sum + (one < value ? 1 : one === value ? 0.5 : 0), 0)
  const bias = quantile(lower / drawn.length)
  const without = items.map((_, left) => statistic(items.filter((_, i) => i !== left))).filter((one) => !Number.isNaN(one))
  // As of a correlation of two pairs, of which one is none.
  if (without.length === 0) return () => Number.NaN
  const centre = mean(without)
  const squares = without.reduce((sum, one) => sum + (centre - one) ** 2, 0)
  const cubes = without.reduce((sum, one) => sum + (centre - one) ** 3, 0)
  const acceleration = squares === 0 ? 0 : cubes / (6 * squares ** 1.5)
  return (z) => bias + (bias + z) / (1 - acceleration * (bias + z))
}

const quantileAt = (sorted: readonly number[], share: number): number =>
  sorted.length === 0 || Number.isNaN(share) ? Number.NaN : quantileSorted([...sorted], share)
