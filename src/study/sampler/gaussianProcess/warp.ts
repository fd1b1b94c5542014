// Transforms losses to what a Gaussian process can model.

import { at } from '../../../core/at.ts'

/**
 * Losses in the form a Gaussian process needs: mean 0 and variance 1, in the same order. Before that, log(1 + (loss - least) / c): otherwise a few trials that
 * went far off (a diverged training) would leave no difference among the good ones. c is the median's distance from the least, but at
 * least a fifth of the upper quartile's: the median comes near the least as good trials gather.
 */
export function warped(losses: readonly number[]): Float64Array {
  const sorted = [...losses].sort((a, b) => a - b)
  const above = (share: number): number => at(sorted, Math.floor(sorted.length * share)) - at(sorted, 0)
  const c = Math.max(above(0.5), 0.2 * above(0.75)) || 1
  const logs = losses.map((loss) => Math.log1p((loss - at(sorted, 0)) / c))
  const mean = logs.reduce((sum, log) => sum + log, 0) / logs.length
  const deviation = Math.sqrt(logs.reduce((sum, log) => sum + (log - mean) ** 2, 0) / logs.length) || 1
  return Float64Array.from(logs, (log) => (log - mean) / deviation)
}
