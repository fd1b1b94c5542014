// What a t-test of so many repeats can find, and how many repeats would decide a claim.

import { studentQuantile } from './quantity.ts'

/** How likely a test should find what is there. */
const POWER = 0.8
/** More are as good as never. */
const MOST = 10_000

/**
 * The smallest distance from its bound that a one-sided t-test finds with a power of 80 %, in standard deviations of one repeat: both of its
 * quantiles, that of the level and that of the power, away (the usual approximation of the noncentral t by a shifted one).
 */
const found = (count: number, level: number): number =>
  (studentQuantile(level, count - 1) + studentQuantile(1 - POWER, count - 1)) / Math.sqrt(count)

/** How far from its bound a mean of repeats must truly lie for the test to find it with a power of 80 %. NaN of fewer than two. */
export const detectable = (count: number, deviation: number, level: number): number =>
  count < 2 ? Number.NaN : deviation * found(count, level)

/** The fewest repeats with which the test finds this distance with a power of 80 %; Infinity where even 10,000 do not. */
export function repeatsFor(distance: number, deviation: number, level: number): number {
  const enough = (count: number): boolean => detectable(count, deviation, level) <= distance
  if (!(distance > 0) || !enough(MOST)) return Number.POSITIVE_INFINITY
  let [low, high] = [2, MOST]
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    if (enough(middle)) high = middle
    else low = middle + 1
  }
  return low
}
