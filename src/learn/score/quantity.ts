/** What a metric must be able to say of rows that judge. */

import type { Interval } from '../../study/statistics/bootstrap.ts'
import type { Correction } from './training.ts'

/** A value and the interval around it. */
export interface Estimate extends Interval {
  readonly value: number
}

/** What surrounds a number that is judged: the level, and what folds do to it. */
export interface Frame<Judged> {
  readonly level: number
  readonly correction: Correction
  /** What guessing says of the rows: the chance that comes back twice is in the difference to it. */
  readonly guess: Judged
}

/** What a metric can be, and a difference of two. */
interface Reach {
  readonly score: readonly [least: number, most: number]
  readonly difference: readonly [least: number, most: number]
}

const { POSITIVE_INFINITY, NEGATIVE_INFINITY } = Number
const ANY = [NEGATIVE_INFINITY, POSITIVE_INFINITY] as const
export const SHARE: Reach = { score: [0, 1], difference: [-1, 1] }
export const LOSS: Reach = { score: [0, POSITIVE_INFINITY], difference: ANY }
export const AT_MOST_ONE: Reach = { score: [NEGATIVE_INFINITY, 1], difference: ANY }

/** A metric of rows of one task. */
export interface Quantity<Judged> {
  readonly higherIsBetter: boolean
  readonly within: Reach
  /** (rows), what each row adds to it, but for a constant. */
  influence(judged: Judged): Float64Array
  /** With an interval that holds the metric on fresh rows with the probability of the frame's level. */
  score(judged: Judged, frame: Frame<Judged>): Estimate
  /** The metric of the first less the metric of the second, of the same rows, row by row: what is hard for both does not count. */
  difference(judged: Judged, other: Judged, frame: Frame<Judged>): Estimate
}
