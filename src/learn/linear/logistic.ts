/** Logistic regression with an L2 penalty, of two classes or more, on rotated rows. */

import { missing } from '../../core/at.ts'
import { PIECE, type Steps } from '../../core/steps.ts'
import { softmaxOf } from '../link.ts'
import { minimize } from './minimize.ts'

/** Rotated rows with their classes. */
export interface LabelledRows {
  /** Which of the places are meant. */
  readonly chosen: Uint32Array
  readonly width: number
  /** (all rows x width) */
  readonly places: Float64Array
  /** (width) of the chosen rows, or about so: the sums of squares */
  readonly spreads: Float64Array
  /** (all rows), below `classes` */
  readonly labels: ArrayLike<number>
  /** (all rows) */
  readonly weights: Float64Array
  readonly classes: number
}

const get = (array: Float64Array, i: number): number => array[i] ?? missing(array, i)

/** Scores a row has: one of two classes, for the second; else one a class. */
export const scoresOf = (classes: number): number => (classes === 2 ? 1 : classes)

/** ln(1 + e^x). */
const softplus = (x: number): number => (x > 0 ? x + Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x)))

/** The scores of a row at parameters (scores x (width + 1)), each score's intercept last. */
function score(rows: LabelledRows, row: number, parameters: Float64Array, to: Float64Array): void {
  const { width, places } = rows
  for (let k = 0; k < to.length; k++) {
    const start = k * (width + 1)
    let sum = get(parameters, start + width)
    for (let j = 0; j < width; j++) sum += get(parameters, start + j) * get(places, row * width + j)
    to[k] = sum
  }
}

/** A row's log loss; its derivatives by the scores replace these. */
function lossOf(scores: Float64Array, label: number): number {
  if (scores.length === 1) {
    const own = get(scores, 0)
    scores[0] = 1 / (1 + Math.exp(-own)) - label
    return softplus(label === 1 ? -own : own)
  }
  let highest = Number.NEGATIVE_INFINITY
  for (let k = 0; k < scores.length; k++) highest = Math.max(highest, get(scores, k))
  let sum = 0
  for (let k = 0; k < scores.length; k++) sum += Math.exp(get(scores, k) - highest)
  const loss = highest + Math.log(sum) - get(scores, label)
  softmaxOf(scores, 0, scores)
  scores[label] = get(scores, label) - 1
  return loss
}

/** The sum of the rows' log losses, weighted. */
export function* logLossOf(rows: LabelledRows, parameters: Float64Array): Steps<number> {
  const scores = new Float64Array(scoresOf(rows.classes))
  let sum = 0
  let work = 0
  for (const row of rows.chosen) {
    score(rows, row, parameters, scores)
    sum += get(rows.weights, row) * lossOf(scores, rows.labels[row] ?? missing(rows.labels, row))
    work += scores.length * (rows.width + 8)
    if (work > 4 * PIECE) {
      work = 0
      yield
    }
  }
  return sum
}

/** The mean, weighted, of the logarithms of the rows' sums of powers of scores: what an intercept of another class is measured by. */
export function* meanLogSum(rows: LabelledRows, parameters: Float64Array): Steps<number> {
  const scores = new Float64Array(scoresOf(rows.classes))
  let sum = 0
  let total = 0
  for (const row of rows.chosen) {
    score(rows, row, parameters, scores)
    const [only] = scores
    // Of two classes -s / 2 and s / 2.
    const own = scores.length === 1 && only !== undefined ? softplus(only) - only / 2 : logSum(scores)
    sum += get(rows.weights, row) * own
    total += get(rows.weights, row)
  }
  yield
  return sum / total
}

function logSum(scores: Float64Array): number {
  const highest = Math.max(...scores)
  return highest + Math.log(scores.reduce((sum, own) => sum + Math.exp(own - highest), 0))
}

/** The shares of the classes; one without rows has half a row's. */
function sharesOf({ chosen, labels, weights, classes }: LabelledRows): Float64Array {
  const sums = new Float64Array(classes)
  let total = 0
  for (const row of chosen) {
    const label = labels[row] ?? missing(labels, row)
    sums[label] = get(sums, label) + get(weights, row)
    total += get(weights, row)
  }
  return sums.map((sum) => Math.max(sum / total, 0.5 / chosen.length))
}

/** Where a search begins that knows nothing: the logarithms of the classes' odds or shares. */
export function startOf(rows: LabelledRows): Float64Array {
  const { classes, width } = rows
  const shares = sharesOf(rows)
  const parameters = new Float64Array(scoresOf(classes) * (width + 1))
  if (classes === 2) parameters[width] = Math.log(get(shares, 1) / get(shares, 0))
  else {
    const middle = shares.reduce((sum, share) => sum + Math.log(share), 0) / classes
    shares.forEach((share, k) => {
      parameters[k * (width + 1) + width] = Math.log(share) - middle
    })
  }
  return parameters
}

/**
 * Moves parameters to the minimum of sum w loss + strength / 2 sum coefficients^2; intercepts are not penalised.
 * @param tolerance how far above the minimum the sum may stay, by the weight of a row
 */
export function* fitLogistic(rows: LabelledRows, parameters: Float64Array, strength: number, tolerance: number): Steps<void> {
  const { chosen, width, places, labels, weights, classes } = rows
  const scores = new Float64Array(scoresOf(classes))
  function* smooth(point: Float64Array, gradient: Float64Array): Steps<number> {
    let value = 0
    let work = 0
    for (const row of chosen) {
      score(rows, row, point, scores)
      const weight = get(weights, row)
      value += weight * lossOf(scores, labels[row] ?? missing(labels, row))
      addGradient(scores, weight, places, row * width, width, gradient)
      work += scores.length * 2 * (width + 8)
      if (work > 4 * PIECE) {
        work = 0
        yield
      }
    }
    for (let i = 0; i < point.length; i++) {
      if (i % (width + 1) === width) continue
      value += (strength / 2) * get(point, i) ** 2
      gradient[i] = get(gradient, i) + strength * get(point, i)
    }
    yield
    return value
  }
  let total = 0
  for (const row of chosen) total += get(weights, row)
  yield* minimize(smooth, parameters, curvatureOf(rows, total, strength), tolerance * total)
}

function addGradient(
  scores: Float64Array,
  weight: number,
  places: Float64Array,
  from: number,
  width: number,
  gradient: Float64Array,
): void {
  for (let k = 0; k < scores.length; k++) {
    const own = weight * get(scores, k)
    const start = k * (width + 1)
    for (let j = 0; j < width; j++) gradient[start + j] = get(gradient, start + j) + own * get(places, from + j)
    gradient[start + width] = get(gradient, start + width) + own
  }
}

/** About the second derivatives: as if every row had the shares of the classes for probabilities. */
function curvatureOf(rows: LabelledRows, total: number, strength: number): Float64Array {
  const { width, spreads, classes } = rows
  const shares = sharesOf(rows)
  const count = scoresOf(classes)
  const curvature = new Float64Array(count * (width + 1))
  for (let k = 0; k < count; k++) {
    const share = get(shares, count === 1 ? 1 : k)
    const variance = share * (1 - share)
    for (let j = 0; j < width; j++) curvature[k * (width + 1) + j] = variance * get(spreads, j) + strength
    curvature[k * (width + 1) + width] = variance * total
  }
  return curvature
}
