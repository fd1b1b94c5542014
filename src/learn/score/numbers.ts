/** Metrics of rows with a number, with their intervals: in the target's own units. */

import { at } from '../../core/at.ts'
import { numberMetric } from '../../core/regressionMetrics.ts'
import { aroundMean, logRatioInfluence, momentsOf } from './intervals.ts'
import type { JudgedNumbers } from './judged.ts'
import type { Estimate, Quantity } from './quantity.ts'

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
  score(judged, { level, correction: { spill, gain }, guess }) {
    const squares = squaresOf(judged)
    const around = aroundMean(squares, level, 1, spill * momentsOf(minus(squares, squaresOf(guess))).error ** 2)
    const left = leftOf(around.value, gain)
    return moved(around, (one) => Math.sqrt(Math.max(0, one * left)))
  },
  difference(judged, other, { level, correction: { spill, gain } }) {
    const [own, others] = [squaresOf(judged), squaresOf(other)]
    const [a, b] = [metricOf('rootMeanSquaredError', judged), metricOf('rootMeanSquaredError', other)]
    const value = a * Math.sqrt(leftOf(a * a, gain)) - b
    if (a === 0 || b === 0) return { value, low: value, high: value }
    const influence = own.map((square, row) => square / (2 * a) - at(others, row) / (2 * b) - (a - b) / 2)
    return moved(aroundMean(influence, level, 1 + spill), (one) => one + value)
  },
}

/** The squared distances to the mean of the targets, (rows). */
const spreadOf = ({ actual }: JudgedNumbers): Float64Array => {
  const { mean } = momentsOf(actual)
  return actual.map((value) => (value - mean) ** 2)
}

const r2: Quantity<JudgedNumbers> = {
  higherIsBetter: true,
  score(judged, { level, correction: { spill, gain } }) {
    const [own, spread] = [squaresOf(judged), spreadOf(judged)]
    const square = momentsOf(own).mean
    const ratio = (square * leftOf(square, gain)) / momentsOf(spread).mean
    if (!(ratio > 0 && ratio < Number.POSITIVE_INFINITY)) {
      const value = metricOf('r2', judged)
      return { value, low: value, high: value }
    }
    // By the logarithm of 1 - R², which is a ratio of two means.
    const { low, high } = aroundMean(logRatioInfluence(own, spread), level, 1 + spill)
    return { value: 1 - ratio, low: 1 - ratio * Math.exp(high), high: 1 - ratio * Math.exp(low) }
  },
  difference(judged, other, { level, correction: { spill, gain } }) {
    const [own, others, spread] = [squaresOf(judged), squaresOf(other), spreadOf(judged)]
    const scale = momentsOf(spread).mean
    const value = metricOf('r2', judged) - metricOf('r2', other)
    if (scale === 0) return { value, low: value, high: value }
    const influence = own.map((square, row) => (at(others, row) - square - value * at(spread, row)) / scale)
    const square = momentsOf(own).mean
    const more = (square * (1 - leftOf(square, gain))) / scale
    return moved(aroundMean(influence, level, 1 + spill), (one) => one + value + more)
  },
}

export const NUMBER_QUANTITIES = { rootMeanSquaredError, meanAbsoluteError, r2 }
