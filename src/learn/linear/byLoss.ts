/** Lines that are fitted by another loss than squared errors, on rotated rows, from where those led. */

import { missing } from '../../core/at.ts'
import { PIECE, type Steps } from '../../core/steps.ts'
import { costOf, type NumberLoss, slopeOf } from '../loss.ts'
import { minimize } from './minimize.ts'
import type { Rotated } from './rotate.ts'

const get = (array: Float64Array, i: number): number => array[i] ?? missing(array, i)

/** A row's cost and its derivative by the score. */
interface Cost {
  readonly of: (target: number, score: number) => number
  readonly slope: (target: number, score: number) => number
  /** About the second derivative. */
  readonly curvature: number
}

/** How wide the corner of a quantile's loss is rounded, in mean distances to the line of least squares. */
const ROUNDED = 0.1

/**
 * The corner of a median's or quantile's loss is rounded, or there is no gradient to follow (He, Pan, Tan, Zhou, "Smoothed quantile regression with large-scale
 * inference", Journal of Econometrics 232, 2023); the score of counts is a logarithm.
 * @param distance the mean distance of the targets to the line of least squares
 */
function smoothed(loss: NumberLoss, distance: number): Cost {
  if (loss.name === 'poisson')
    return { of: (target, score) => Math.exp(score) - target * score, slope: (target, score) => Math.exp(score) - target, curvature: 1 }
  if (loss.name === 'huber')
    return { of: (target, score) => costOf(loss, target, score), slope: (target, score) => slopeOf(loss, target, score), curvature: 1 }
  const { quantile } = loss
  const half = ROUNDED * distance
  return {
    of: (target, score) => {
      const over = score - target
      if (over >= half) return (1 - quantile) * over
      return over <= -half ? -quantile * over : (over + half) ** 2 / (4 * half) - quantile * over
    },
    slope: (target, score) => Math.min(1, Math.max(0, (score - target + half) / (2 * half))) - quantile,
    // Of normal distances the density at the line.
    curvature: 0.3 / distance,
  }
}

/**
 * Minimises the rows' costs and the penalty that least squares had, in units of the loss.
 * @param targets (rows)
 * @param start coefficients along directions, and the intercept, of the line of least squares
 */
export function* lineByLoss(
  loss: NumberLoss,
  { rows, width, places, spreads }: Rotated,
  targets: Float64Array,
  weights: Float64Array,
  start: { readonly coefficients: Float64Array; readonly intercept: number },
  strength: number,
): Steps<{ coefficients: Float64Array; intercept: number }> {
  const score = (point: Float64Array, row: number): number => {
    let sum = get(point, width)
    for (let j = 0; j < width; j++) sum += get(point, j) * get(places, row * width + j)
    return sum
  }
  const point = Float64Array.of(...start.coefficients, start.intercept)
  const distance = targets.reduce((sum, target, row) => sum + Math.abs(target - score(point, row)), 0) / rows
  const isCounts = loss.name === 'poisson'
  // A line through every row costs nothing by any loss.
  if (distance === 0 && !isCounts) return start
  // Counts over their mean: about 1 + their logarithm.
  if (isCounts) point[width] = get(point, width) - 1
  const { of, slope, curvature } = smoothed(loss, distance)
  const penalty = strength * curvature
  const total = weights.reduce((a, b) => a + b, 0)
  const piece = Math.max(64, Math.floor(PIECE / Math.max(1, width)))
  function* cost(at: Float64Array, gradient: Float64Array): Steps<number> {
    gradient.fill(0)
    let sum = 0
    for (let from = 0; from < rows; from += piece) {
      for (let row = from; row < Math.min(rows, from + piece); row++) {
        const [target, own, weight] = [get(targets, row), score(at, row), get(weights, row)]
        sum += weight * of(target, own)
        const along = weight * slope(target, own)
        for (let j = 0; j < width; j++) gradient[j] = get(gradient, j) + along * get(places, row * width + j)
        gradient[width] = get(gradient, width) + along
      }
      yield
    }
    for (let j = 0; j < width; j++) {
      sum += (penalty / 2) * get(at, j) ** 2
      gradient[j] = get(gradient, j) + penalty * get(at, j)
    }
    return sum
  }
  const diagonal = Float64Array.from({ length: width + 1 }, (_, j) =>
    j === width ? total * curvature : get(spreads, j) * curvature + penalty,
  )
  yield* minimize(cost, point, diagonal, TOLERANCE * total)
  return { coefficients: point.slice(0, width), intercept: get(point, width) }
}

/** How far above its minimum the mean cost may stay, in units of the targets as they are learned. */
const TOLERANCE = 1e-6
