/** The values of a column as if they were normally distributed: scikit-learn's QuantileTransformer(output_distribution='normal', subsample=None). */

import { missing } from '../../core/at.ts'
import { normalQuantile } from './normal.ts'
import { quantile } from './statistics.ts'

/** Nearer than this to the least or greatest training value counts as that value. */
export const BOUND = 1e-7
export const NEAREST = BOUND - 2.220446049250313e-16
export const LEAST = normalQuantile(NEAREST)
export const GREATEST = normalQuantile(1 - NEAREST)

/** The quantiles at 0, 1 / (count - 1), …, 1 of rising training values; `count` is at most their number. */
export function learnQuantiles(rising: Float64Array, most: number): number[] {
  const count = Math.max(2, Math.min(most, rising.length))
  let last = Number.NEGATIVE_INFINITY
  return Array.from({ length: count }, (_, i) => {
    last = Math.max(last, quantile(rising, i / (count - 1)))
    return last
  })
}

/** The last place whose quantile is not above x; -1 before the first. */
function placeOf(x: number, quantiles: readonly number[]): number {
  let [low, high] = [0, quantiles.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((quantiles[middle] ?? Number.POSITIVE_INFINITY) <= x) low = middle + 1
    else high = middle
  }
  return low - 1
}

/** The first place whose quantile is not below x. */
function firstFrom(x: number, quantiles: readonly number[]): number {
  let [low, high] = [0, quantiles.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((quantiles[middle] ?? Number.POSITIVE_INFINITY) < x) low = middle + 1
    else high = middle
  }
  return low
}

/** The part of the training values below x: between two quantiles in proportion, and the middle of those that are equal to x. */
function share(x: number, quantiles: readonly number[]): number {
  const [last, first] = [placeOf(x, quantiles), firstFrom(x, quantiles)]
  const reference = (place: number): number => place / (quantiles.length - 1)
  // x is one of the quantiles, or several.
  if (first <= last) return 0.5 * (reference(first) + reference(last))
  const [low, high] = [quantiles[last] ?? missing(quantiles, last), quantiles[first] ?? missing(quantiles, first)]
  return reference(last) + ((reference(first) - reference(last)) / (high - low)) * (x - low)
}

export function quantileNormal(x: number, quantiles: readonly number[]): number {
  const [least = 0, greatest = 0] = [quantiles[0], quantiles.at(-1)]
  if (x - BOUND < least) return LEAST
  if (x + BOUND > greatest) return GREATEST
  const below = share(x, quantiles)
  // Of large numbers the bound is nothing.
  if (below <= NEAREST) return LEAST
  return below >= 1 - NEAREST ? GREATEST : normalQuantile(below)
}
