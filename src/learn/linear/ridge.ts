/** Ridge regression, its strength chosen by leaving one row out at a time. */

import { missing } from '../../core/at.ts'
import { PIECE, type Steps } from '../../core/steps.ts'
import type { LearningRows } from '../rows.ts'
import { type Chosen, type Rotated, weightOf } from './rotate.ts'

const get = (array: Float64Array, i: number): number => array[i] ?? missing(array, i)

/** Targets of the chosen rows: their weighted mean, and what is left of them. */
export interface Centred {
  readonly mean: number
  /** (rows) */
  readonly values: Float64Array
}

export function centred(data: LearningRows, chosen: Chosen, output: number): Centred {
  const values = Float64Array.from(chosen, (row) => Number(data.targets[row * data.outputs + output]))
  let total = 0
  let sum = 0
  chosen.forEach((row, i) => {
    total += weightOf(data, row)
    sum += weightOf(data, row) * get(values, i)
  })
  const mean = sum / total
  for (let i = 0; i < values.length; i++) values[i] = get(values, i) - mean
  return { mean, values }
}

/** What the rows' targets come to along each direction: T'Wy. */
export function along({ rows, width, places }: Rotated, values: Float64Array, weights: Float64Array): Float64Array {
  const sums = new Float64Array(width)
  for (let i = 0; i < rows; i++) {
    const value = get(weights, i) * get(values, i)
    for (let j = 0; j < width; j++) sums[j] = get(sums, j) + value * get(places, i * width + j)
  }
  return sums
}

/** Errors are of rows with this many numbers at most, evenly spaced: those of others would not change which strength is best. */
const JUDGED = 2 ** 22

/**
 * The mean squared error, weighted, of each strength's predictions for rows that were left out one at a time: of a row with the residual r and the leverage
 * h = w (1 / sum w + sum t_j^2 / (spread_j + strength)) it is (r / (1 - h))^2 (Golub, Heath, Wahba: "Generalized cross-validation", 1979, section 1).
 */
export function* leftOutErrors(
  rotated: Rotated,
  values: Float64Array,
  weights: Float64Array,
  strengths: readonly number[],
): Steps<Float64Array> {
  const { rows, width, places, spreads } = rotated
  const sums = along(rotated, values, weights)
  const total = weights.reduce((a, b) => a + b, 0)
  const errors = new Float64Array(strengths.length)
  const step = Math.max(1, Math.ceil((rows * width) / JUDGED))
  const piece = step * Math.max(1, Math.floor((2 * PIECE) / Math.max(1, width)))
  for (const [s, strength] of strengths.entries()) {
    const factors = spreads.map((spread) => 1 / (spread + strength))
    let error = 0
    let judged = 0
    for (let from = 0; from < rows; from += piece) {
      const to = Math.min(rows, from + piece)
      for (let i = from; i < to; i += step) {
        let predicted = 0
        let leverage = 1 / total
        for (let j = 0; j < width; j++) {
          const place = get(places, i * width + j)
          const scaled = place * get(factors, j)
          predicted += scaled * get(sums, j)
          leverage += scaled * place
        }
        const weight = get(weights, i)
        const left = (get(values, i) - predicted) / Math.max(1 - weight * leverage, Number.EPSILON)
        error += weight * left * left
        judged += weight
      }
      yield
    }
    errors[s] = error / judged
  }
  return errors
}

/** Coefficients of directions: T'Wy / (spread + strength). */
export const shrunk = (sums: Float64Array, spreads: Float64Array, strength: number): Float64Array =>
  sums.map((sum, j) => sum / (get(spreads, j) + strength))
