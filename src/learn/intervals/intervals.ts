/** What surrounds one prediction: an interval of numbers, a set of classes. Plain data and its reading, alone, since a model is read with it anywhere. */

import { at } from '../../core/at.ts'

/** How the width of an interval depends on a row: by steps of what `by` names, each with a mean absolute residual; without it all rows are alike. */
export interface Scale {
  /** `spread`: how far the models disagree; `prediction`: the number that they say. */
  readonly by: 'spread' | 'prediction'
  /** Rising; one fewer than `sizes`. A value up to edges[i] is of sizes[i]. */
  readonly edges: readonly number[]
  /** Above 0. */
  readonly sizes: readonly number[]
}

/** Of numbers. Residuals (true less said, over the row's size) of rows that the models had not seen, rising. */
export interface NumberIntervals {
  readonly kind: 'numbers'
  readonly rows: number
  /** All of them, or of many rows the quantiles i / (length - 1). */
  readonly residuals: readonly number[]
  readonly scale?: Scale | undefined
}

/** Of classes: the chances that were said of the true class, of rows that the models had not seen, rising. */
export interface ClassSets {
  readonly kind: 'classes'
  readonly rows: number
  readonly chances: readonly number[]
}

export type Intervals = NumberIntervals | ClassSets

export interface PredictionInterval {
  readonly low: number
  readonly high: number
}

/** What a row's residuals are measured by; 1 where rows are alike. */
export function sizeOf(scale: Scale | undefined, prediction: number, spread: number): number {
  if (scale === undefined) return 1
  const value = scale.by === 'spread' ? spread : prediction
  let [low, high] = [0, scale.edges.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (value <= at(scale.edges, middle)) high = middle
    else low = middle + 1
  }
  return at(scale.sizes, low)
}

/** Of `rows` rising values, of which `kept` holds all or quantiles: the rank-th, from 1; beyond both ends there is none. */
function ranked(kept: readonly number[], rows: number, rank: number): number | undefined {
  if (rank < 1 || rank > rows) return undefined
  return kept[Math.round(((rank - 1) / Math.max(1, rows - 1)) * (kept.length - 1))]
}

/**
 * Where the true number of a fresh row lies with the probability `level`: the prediction and the residuals that leave half of the rest on either side (split
 * conformal; Lei and others, "Distribution-free predictive inference for regression", JASA 113, 2018). Without an end where there are too few rows to know
 * one: a level of 0.95 takes 39 of them.
 * @param spread how far the models disagree about the row, as it was given when the intervals were learned
 */
export function intervalOf(data: NumberIntervals, prediction: number, spread = 0, level = 0.95): PredictionInterval {
  const { rows, residuals, scale } = data
  const rank = Math.ceil((rows + 1) * (1 - (1 - level) / 2) - 1e-9)
  const size = sizeOf(scale, prediction, spread)
  const [low, high] = [ranked(residuals, rows, rows + 1 - rank), ranked(residuals, rows, rank)]
  return {
    low: low === undefined ? Number.NEGATIVE_INFINITY : prediction + size * low,
    high: high === undefined ? Number.POSITIVE_INFINITY : prediction + size * high,
  }
}

/**
 * Classes (numbers from 0, the likeliest first) among which the true one is with the probability `level`: all that are at least as likely as the level's
 * quantile of what was said of true classes, the smallest such sets on average (Sadinle, Lei, Wasserman, "Least ambiguous set-valued classifiers with bounded
 * error levels", JASA 114, 2019); the likeliest always. All classes where there are too few rows to leave one out.
 */
export function classesOf(data: ClassSets, probabilities: ArrayLike<number>, level = 0.95): number[] {
  const { rows, chances } = data
  const least = ranked(chances, rows, Math.floor((rows + 1) * (1 - level) + 1e-9)) ?? 0
  const order = Array.from({ length: probabilities.length }, (_, i) => i).sort((a, b) => at(probabilities, b) - at(probabilities, a))
  return order.filter((index, place) => place === 0 || at(probabilities, index) >= least)
}
