/** Learns from out-of-fold predictions what surrounds a prediction. */

import { at, missing } from '../../core/at.ts'
import { InvalidDataError } from '../../core/errors.ts'
import { Purpose, permutation } from '../../core/random.ts'
import { finish, type Steps } from '../../core/steps.ts'
import { checkJudged, type Judged, type JudgedNumbers } from '../score/judged.ts'
import { type ClassSets, type Intervals, intervalOf, type NumberIntervals, type Scale, sizeOf } from './intervals.ts'

export interface IntervalOptions {
  /**
   * (rows), of numbers: how far the models disagree about each row, measured as it will be of fresh rows. Of an answer of several folds that is the spread
   * within one fold's models, and of fresh rows the mean of that over the folds: models that have seen a row agree on it.
   */
  readonly spread?: Float64Array | undefined
  /** Whose width at this level decides what the intervals are scaled by; 0.95 by default. */
  readonly level?: number | undefined
  /** Deals the rows out when scales are compared; 0 by default. */
  readonly seed?: number | undefined
}

/** More values than this are kept as quantiles. */
const KEPT = 2001

/** Rows of one step of a scale at least, and steps at most. */
const ROWS_OF_A_STEP = 30
const STEPS = 10

/** A step's mean residual is drawn towards that of all rows as if it had so many more rows of these. */
const PRIOR_ROWS = 10

/** Parts in which scales are compared, and learned for the rows of the others. */
const PARTS = 5

/** By how much narrower a scale must make the intervals to be worth having. */
const WORTH = 0.98

/**
 * Split conformal on out-of-fold rows: the residuals of rows that their models had not seen tell how far the true number of a fresh row may lie from its
 * prediction. The answer, the bag of all folds, is a little better than a fold's models, so that intervals hold a little more than they say. Scaled
 * by the models' disagreement or by the prediction, in steps, where that makes intervals narrower on rows that the steps were not learned of.
 * @throws InvalidDataError where predictions do not fit the rows
 */
export const learnIntervals = (judged: Judged, options: IntervalOptions = {}): Intervals => finish(intervalSteps(judged, options))

/** The same in pieces. @throws InvalidDataError where predictions do not fit the rows */
export function* intervalSteps(judged: Judged, options: IntervalOptions = {}): Steps<Intervals> {
  checkJudged(judged)
  if (judged.task === 'numbers') return yield* numberIntervals(judged, options)
  const { actual, classes, probabilities } = judged
  const chances = Float64Array.from(actual, (own, row) => at(probabilities, row * classes + own)).sort()
  return { kind: 'classes', rows: actual.length, chances: kept(chances) } satisfies ClassSets
}

function kept(rising: Float64Array): number[] {
  if (rising.length <= KEPT) return [...rising]
  return Array.from({ length: KEPT }, (_, i) => at(rising, Math.round((i * (rising.length - 1)) / (KEPT - 1))))
}

function* numberIntervals(judged: JudgedNumbers, { spread, level = 0.95, seed = 0 }: IntervalOptions): Steps<NumberIntervals> {
  const { actual, predicted } = judged
  const rows = actual.length
  if (spread !== undefined && (spread.length !== rows || !spread.every((one) => one >= 0 && Number.isFinite(one))))
    throw new InvalidDataError(`spread holds ${spread.length} values for ${rows} rows; there must be one a row, 0 or more`)
  const spreads = spread ?? new Float64Array(rows)
  const order = permutation(seed, 0, rows, Purpose.split)
  const part = new Int32Array(rows)
  for (const [i, row] of order.entries()) part[row] = i % PARTS
  const made = function* (by: Scale['by'] | undefined): Steps<NumberIntervals> {
    // Every row's residual by a scale that its part did not make: one that has seen a residual makes it look smaller than a fresh one.
    const scales: (Scale | undefined)[] = []
    for (let out = 0; out < PARTS; out++) {
      scales.push(by === undefined ? undefined : scaleOf(by, judged, spreads, (row) => part[row] !== out))
      yield
    }
    const residuals = actual.map(
      (own, row) => (own - at(predicted, row)) / sizeOf(scales[at(part, row)], at(predicted, row), at(spreads, row)),
    )
    const scale = by === undefined ? undefined : scaleOf(by, judged, spreads, () => true)
    return { kind: 'numbers', rows, residuals: kept(residuals.sort()), ...(scale === undefined ? {} : { scale }) }
  }
  const widthOf = (data: NumberIntervals): number => {
    let sum = 0
    for (let row = 0; row < rows; row++) {
      const { low, high } = intervalOf(data, at(predicted, row), at(spreads, row), level)
      sum += high - low
    }
    return sum / rows
  }
  let best = yield* made(undefined)
  let least = widthOf(best) * WORTH
  for (const by of ['prediction', 'spread'] as const) {
    if (rows < 2 * ROWS_OF_A_STEP || (by === 'spread' && spread === undefined)) continue
    const data = yield* made(by)
    yield
    const width = widthOf(data)
    if (width < least) [best, least] = [data, width]
  }
  return best
}

/** Steps of as many rows each, from the rows that are used. */
function scaleOf(by: Scale['by'], { actual, predicted }: JudgedNumbers, spreads: Float64Array, isUsed: (row: number) => boolean): Scale {
  const values = by === 'spread' ? spreads : predicted
  const used = Array.from(values.keys()).filter(isUsed)
  const order = used.sort((a, b) => at(values, a) - at(values, b))
  const steps = Math.max(1, Math.min(STEPS, Math.floor(order.length / ROWS_OF_A_STEP)))
  const residual = (row: number): number => Math.abs(at(actual, row) - at(predicted, row))
  const overall = order.reduce((sum, row) => sum + residual(row), 0) / order.length
  const edges: number[] = []
  const sizes: number[] = []
  let start = 0
  for (let step = 0; step < steps; step++) {
    let end = Math.round(((step + 1) * order.length) / steps)
    // Equal values stay together.
    while (end < order.length && values[order[end] ?? missing(order, end)] === values[order[end - 1] ?? missing(order, end - 1)]) end++
    if (end <= start) continue
    const sum = order.slice(start, end).reduce((total, row) => total + residual(row), 0)
    const size = (sum + PRIOR_ROWS * overall) / (end - start + PRIOR_ROWS)
    sizes.push(size > 0 ? size : 1)
    if (end < order.length) edges.push((at(values, at(order, end - 1)) + at(values, at(order, end))) / 2)
    start = end
  }
  return { by, edges, sizes }
}
