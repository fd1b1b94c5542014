/** Metrics of rows with a number, with their intervals: in the target's own units. */

import { at } from '../../core/at.ts'
import { numberMetric } from '../../core/regressionMetrics.ts'
import { aroundFunction, aroundMean, momentsOf } from './intervals.ts'
import type { JudgedNumbers } from './judged.ts'
import { costsOf } from './losses.ts'
import { AT_MOST_ONE, type Estimate, LOSS, type Quantity } from './quantity.ts'

/** (rows) */
const errorsOf = ({ actual, predicted }: JudgedNumbers): Float64Array => Float64Array.from(actual, (own, row) => own - at(predicted, row))

const squaresOf = (judged: JudgedNumbers): Float64Array => errorsOf(judged).map((error) => error * error)

const absolutesOf = (judged: JudgedNumbers): Float64Array => errorsOf(judged).map(Math.abs)

const minus = (a: Float64Array, b: Float64Array): Float64Array => Float64Array.from(a, (value, row) => value - at(b, row))

const metricOf = (name: 'meanAbsoluteError' | 'rootMeanSquaredError' | 'r2', { actual, predicted }: JudgedNumbers): number =>
  numberMetric(name, predicted, (row) => at(actual, row), 1)

/** The share of a mean squared error that is left when `gain` of it is gone; never less than half, for it is only estimated. */
const leftOf = (square: number, gain: number): number => (square === 0 ? 1 : Math.max(0.5, 1 - gain / square))

/** Moved and scaled, both ends. */
const moved = ({ value, low, high }: Estimate, by: (one: number) => number): Estimate => ({
  value: by(value),
  low: by(low),
  high: by(high),
})

const meanAbsoluteError: Quantity<JudgedNumbers> = {
  higherIsBetter: false,
  within: LOSS,
  influence: absolutesOf,
  score(judged, { level, correction: { spill, gain }, guess }) {
    const absolutes = absolutesOf(judged)
    const around = aroundMean(absolutes, level, 1, spill * momentsOf(minus(absolutes, absolutesOf(guess))).error ** 2)
    // Of errors of one shape the absolute ones shrink as the root of the squared ones.
    const left = Math.sqrt(leftOf(momentsOf(squaresOf(judged)).mean, gain))
    return moved(around, (one) => Math.max(0, one * left))
  },
  difference(judged, other, { level, correction: { spill, gain } }) {
    const absolutes = absolutesOf(judged)
    const less = momentsOf(absolutes).mean * (1 - Math.sqrt(leftOf(momentsOf(squaresOf(judged)).mean, gain)))
    return moved(aroundMean(minus(absolutes, absolutesOf(other)), level, 1 + spill), (one) => one - less)
  },
}

const rootMeanSquaredError: Quantity<JudgedNumbers> = {
  higherIsBetter: false,
  within: LOSS,
  influence(judged) {
    const squares = squaresOf(judged)
    const root = Math.sqrt(momentsOf(squares).mean)
    return root === 0 ? squares : squares.map((square) => square / (2 * root))
  },
  score(judged, { level, correction: { spill, gain }, guess }) {
    const squares = squaresOf(judged)
    const around = aroundMean(squares, level, 1, spill * momentsOf(minus(squares, squaresOf(guess))).error ** 2)
    const left = leftOf(around.value, gain)
    return moved(around, (one) => Math.sqrt(Math.max(0, one * left)))
  },
  difference(judged, other, { level, correction: { spill, gain } }) {
    const [own, others] = [squaresOf(judged), squaresOf(other)]
    const rootOf = (a: number, b: number): number => Math.sqrt(a) - Math.sqrt(b)
    const around = aroundFunction(own, others, rootOf, level, 1 + spill)
    const a = momentsOf(own).mean
    const less = Math.sqrt(a) * (1 - Math.sqrt(leftOf(a, gain)))
    return moved(around, (one) => one - less)
  },
}

/** The squared distances to the mean of the targets, (rows); 0 of equal ones, whose mean may be a rounding away from them. */
const spreadOf = ({ actual }: JudgedNumbers): Float64Array => {
  if (actual.every((value) => value === actual[0])) return new Float64Array(actual.length)
  const { mean } = momentsOf(actual)
  return actual.map((value) => (value - mean) ** 2)
}

/** 1 less the ratio of two means of squares, by its logarithm, which is the more symmetric. @param left the share of the first that the bag has left */
function lessRatio(own: Float64Array, spread: Float64Array, left: number, level: number, factor: number): Estimate {
  const logOf = (a: number, b: number): number => Math.log(a / b)
  const { value, low, high } = aroundFunction(own, spread, logOf, level, factor)
  return { value: 1 - left * Math.exp(value), low: 1 - left * Math.exp(high), high: 1 - left * Math.exp(low) }
}

const r2: Quantity<JudgedNumbers> = {
  higherIsBetter: true,
  within: AT_MOST_ONE,
  influence(judged) {
    const [own, spread] = [squaresOf(judged), spreadOf(judged)]
    const scale = momentsOf(spread).mean
    const left = scale === 0 ? 0 : momentsOf(own).mean / scale
    return own.map((square, row) => (scale === 0 ? 0 : (left * at(spread, row) - square) / scale))
  },
  score(judged, { level, correction: { spill, gain } }) {
    const [own, spread] = [squaresOf(judged), spreadOf(judged)]
    const square = momentsOf(own).mean
    if (square > 0 && momentsOf(spread).mean > 0) return lessRatio(own, spread, leftOf(square, gain), level, 1 + spill)
    const value = metricOf('r2', judged)
    return { value, low: value, high: value }
  },
  difference(judged, other, { level, correction: { spill, gain }, guess }) {
    const [own, others, spread] = [squaresOf(judged), squaresOf(other), spreadOf(judged)]
    const [square, scale] = [momentsOf(own).mean, momentsOf(spread).mean]
    const value = metricOf('r2', judged) - metricOf('r2', other)
    if (scale === 0) return { value, low: value, high: value }
    const left = leftOf(square, gain)
    // Of guessing R² is 0: what is left is R² itself.
    if (square > 0 && other === guess) return lessRatio(own, spread, left, level, 1 + spill)
    const influence = own.map((square, row) => (at(others, row) - square - value * at(spread, row)) / scale)
    const more = (square * (1 - left)) / scale
    return moved(aroundMean(influence, level, 1 + spill), (one) => one + value + more)
  },
}

/** The mean cost of the rows by the loss that was learned by: a pinball loss, a deviance, Huber's. */
const meanCost: Quantity<JudgedNumbers> = {
  higherIsBetter: false,
  within: LOSS,
  influence: costsOf,
  score(judged, { level, correction: { spill, costGain = 0 }, guess }) {
    const costs = costsOf(judged)
    const around = aroundMean(costs, level, 1, spill * momentsOf(minus(costs, costsOf(guess))).error ** 2)
    return moved(around, (one) => Math.max(0, one - costGain))
  },
  difference: (judged, other, { level, correction: { spill, costGain = 0 } }) =>
    moved(aroundMean(minus(costsOf(judged), costsOf(other)), level, 1 + spill), (one) => one - costGain),
}

export const NUMBER_QUANTITIES = {
  rootMeanSquaredError,
  meanAbsoluteError,
  r2,
  meanPinballLoss: meanCost,
  meanPoissonDeviance: meanCost,
  meanHuberLoss: meanCost,
}
