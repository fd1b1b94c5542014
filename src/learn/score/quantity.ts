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

/** A metric of rows of one task. */
export interface Quantity<Judged> {
  readonly higherIsBetter: boolean
  /** With an interval that holds the metric on fresh rows with the probability of the frame's level. */
  score(judged: Judged, frame: Frame<Judged>): Estimate
  /** The metric of the first less the metric of the second, of the same rows, row by row: what is hard for both does not count. */
  difference(judged: Judged, other: Judged, frame: Frame<Judged>): Estimate
}
