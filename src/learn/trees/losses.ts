/** The losses of trees: what all rows start from, and the derivatives by a row's scores. */

import { missing } from '../../core/at.ts'
import { PIECE, type Steps } from '../../core/steps.ts'
import { softmaxOf } from '../link.ts'
import { constantOf, isSquared, type NumberLoss, quantileOf, slopeOf } from '../loss.ts'
import type { LearningRows } from '../rows.ts'
import type { Derivatives } from './histogram.ts'

export interface TreesLoss {
  /** (outputs), the scores of a row that nothing is known of: the mean, or the logarithms of odds or shares */
  readonly base: Float64Array
  /** Whether an output has trees at all: no rows of a class say nothing about it. */
  readonly isLearned: (output: number) => boolean
  /** (outputs), written anew each round by `derive` */
  readonly derivatives: readonly Derivatives[]
  /** What a leaf's rows, `order` from `begin` to `end`, should have added; by the derivatives where it is absent. */
  readonly leafValue?: (scores: Float64Array, order: Uint32Array, begin: number, end: number, output: number) => number
  /** Derivatives at scores (rows x outputs). */
  readonly derive: (scores: Float64Array) => Steps<void>
}

/** The loss of a task. */
export function lossOf(data: LearningRows): TreesLoss {
  const { loss } = data
  if (data.task === 'regression') return loss === undefined || isSquared(loss) ? squaredError(data) : costs(data, loss)
  return data.task === 'binary' ? logistic(data) : softmax(data)
}

const weightOf = ({ sampleWeights }: LearningRows, row: number): number => (sampleWeights === undefined ? 1 : Number(sampleWeights[row]))

const targetOf = ({ targets }: LearningRows, i: number): number => targets[i] ?? missing(targets, i)

/** w (s - y)^2 / 2: derivatives w (s - y) and w. */
function squaredError(data: LearningRows): TreesLoss {
  const { rows, outputs, sampleWeights } = data
  const base = new Float64Array(outputs)
  let weights = 0
  for (let row = 0; row < rows; row++) weights += weightOf(data, row)
  for (let output = 0; output < outputs; output++) {
    let sum = 0
    for (let row = 0; row < rows; row++) sum += weightOf(data, row) * targetOf(data, row * outputs + output)
    base[output] = sum / weights
  }
  const second = sampleWeights === undefined ? undefined : Float32Array.from(sampleWeights)
  const derivatives = Array.from(base, () => ({ first: new Float32Array(rows), second }))
  function* derive(scores: Float64Array): Steps<void> {
    for (const [output, { first }] of derivatives.entries()) {
      for (let from = 0; from < rows; from += PIECE) {
        const to = Math.min(rows, from + PIECE)
        for (let row = from; row < to; row++) {
          const i = row * outputs + output
          const error = (scores[i] ?? missing(scores, i)) - targetOf(data, i)
          first[row] = second === undefined ? error : error * (second[row] ?? missing(second, row))
        }
        yield
      }
    }
  }
  return { base, isLearned: () => true, derivatives, derive }
}

/**
 * Other losses of numbers. Huber's has the derivatives slope and 1. Of medians and quantiles the second derivative is nowhere: trees are grown by the slopes, and a
 * leaf adds that quantile of what its rows have left (Friedman, "Greedy function approximation", 2001, algorithm 3; as LightGBM does). Of counts the
 * score is a logarithm: e^s - y and e^s.
 */
function costs(data: LearningRows, loss: NumberLoss): TreesLoss {
  const { rows, outputs, targets } = data
  const isCounts = loss.name === 'poisson'
  const isQuantile = loss.name === 'quantile' || loss.name === 'meanAbsoluteError'
  const base = Float64Array.from({ length: outputs }, (_, output) => {
    const constant = constantOf(
      loss,
      Float64Array.from({ length: rows }, (_, row) => targetOf(data, row * outputs + output)),
    )
    return isCounts ? Math.log(constant) : constant
  })
  const derivatives = Array.from(base, () => ({ first: new Float32Array(rows), second: new Float32Array(rows) }))
  function* derive(scores: Float64Array): Steps<void> {
    for (const [output, { first, second }] of derivatives.entries())
      for (let from = 0; from < rows; from += PIECE / 8) {
        for (let row = from; row < Math.min(rows, from + PIECE / 8); row++) {
          const i = row * outputs + output
          const [score, target, weight] = [scores[i] ?? missing(scores, i), targetOf(data, i), weightOf(data, row)]
          const rate = isCounts ? Math.exp(score) : 1
          first[row] = weight * (isCounts ? rate - target : slopeOf(loss, target, score))
          second[row] = weight * rate
        }
        yield
      }
  }
  const leafValue = (scores: Float64Array, order: Uint32Array, begin: number, end: number, output: number): number => {
    const left = Float64Array.from(order.subarray(begin, end), (row) => {
      const i = row * outputs + output
      return (targets[i] ?? missing(targets, i)) - (scores[i] ?? missing(scores, i))
    })
    return quantileOf(left, loss.quantile)
  }
  return { base, isLearned: () => true, derivatives, derive, ...(isQuantile && { leafValue }) }
}

/** How much of all weight each class has. A class without any counts as half an average row, so that its logarithm exists. */
function sharesOf(data: LearningRows, classes: number): { shares: Float64Array; isThere: boolean[] } {
  const sums = new Float64Array(classes)
  let total = 0
  for (let row = 0; row < data.rows; row++) {
    const label = targetOf(data, row)
    const weight = weightOf(data, row)
    sums[label] = (sums[label] ?? missing(sums, label)) + weight
    total += weight
  }
  return { shares: sums.map((sum) => (sum > 0 ? sum / total : 0.5 / data.rows)), isThere: Array.from(sums, (sum) => sum > 0) }
}

/** Cross-entropy of p = 1 / (1 + e^-s): derivatives w (p - y) and w p (1 - p). */
function logistic(data: LearningRows): TreesLoss {
  const { rows } = data
  const { shares, isThere } = sharesOf(data, 2)
  const [none, one] = [shares[0] ?? missing(shares, 0), shares[1] ?? missing(shares, 1)]
  const first = new Float32Array(rows)
  const second = new Float32Array(rows)
  function* derive(scores: Float64Array): Steps<void> {
    for (let from = 0; from < rows; from += PIECE / 8) {
      const to = Math.min(rows, from + PIECE / 8)
      for (let row = from; row < to; row++) {
        const weight = weightOf(data, row)
        const p = 1 / (1 + Math.exp(-(scores[row] ?? missing(scores, row))))
        first[row] = weight * (p - targetOf(data, row))
        second[row] = weight * p * (1 - p)
      }
      yield
    }
  }
  const isLearned = () => isThere.every(Boolean)
  return { base: Float64Array.of(Math.log(one / none)), isLearned, derivatives: [{ first, second }], derive }
}

/**
 * Cross-entropy of softmax: derivatives w (p - y) and w p (1 - p) k / (k - 1) of k classes. The factor makes one tree a class, of which k - 1 would do, take
 * steps of the right length (Friedman, Hastie, Tibshirani: "Additive logistic regression", 2000, algorithm 6).
 */
function softmax(data: LearningRows): TreesLoss {
  const { rows, outputs } = data
  const { shares, isThere } = sharesOf(data, outputs)
  const factor = outputs / (outputs - 1)
  const derivatives = Array.from(shares, () => ({ first: new Float32Array(rows), second: new Float32Array(rows) }))
  const piece = Math.max(1, Math.floor(PIECE / 8 / outputs))
  const p = new Float64Array(outputs)
  function* derive(scores: Float64Array): Steps<void> {
    for (let from = 0; from < rows; from += piece) {
      const to = Math.min(rows, from + piece)
      for (let row = from; row < to; row++) {
        softmaxOf(scores, row * outputs, p)
        const weight = weightOf(data, row)
        const label = targetOf(data, row)
        for (let output = 0; output < outputs; output++) {
          const { first, second } = derivatives[output] ?? missing(derivatives, output)
          const share = p[output] ?? missing(p, output)
          first[row] = weight * (share - (output === label ? 1 : 0))
          second[row] = weight * factor * share * (1 - share)
        }
      }
      yield
    }
  }
  const isLearned = (output: number) => isThere[output] ?? missing(isThere, output)
  return { base: shares.map(Math.log), isLearned, derivatives, derive }
}
