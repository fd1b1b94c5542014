// A Gaussian process with a Matérn 5/2 kernel.

import { missing } from '../../../core/at.ts'
import { cholesky, solveLower, solveUpper } from './cholesky.ts'

const at = (values: Float64Array, i: number): number => values[i] ?? missing(values, i)

/** Points of the unit cube and the values observed there. */
export interface Sample {
  /** (points, dimensions), row by row; in a categorical dimension the index of the choice. */
  readonly x: Float64Array
  /** (points) */
  readonly y: Float64Array
  /** Which dimensions are categorical: two of their values are equal or 1 apart. */
  readonly categorical: readonly boolean[]
}

/** The numbers that the likelihood and the priors choose. */
export interface Hyperparameters {
  /** 1 / length² of each dimension, (dimensions): 0 where a dimension does not matter. */
  readonly relevance: Float64Array
  /** The variance of the function. */
  readonly scale: number
  /** The variance of an observed value around the function's. */
  readonly noise: number
}

const SQRT5 = Math.sqrt(5)

/** Matérn's correlation of smoothness 5/2 at a squared distance. */
function matern(square: number): number {
  const r = SQRT5 * Math.sqrt(square)
  return (1 + r + (r * r) / 3) * Math.exp(-r)
}

/** The Gaussian process given a sample: the expected value at any point, and how far off it may be. */
export class GaussianProcess {
  readonly #sample: Sample
  readonly #hyperparameters: Hyperparameters
  readonly #l: Float64Array
  readonly #alpha: Float64Array

  constructor(sample: Sample, hyperparameters: Hyperparameters) {
    this.#sample = sample
    this.#hyperparameters = hyperparameters
    const n = sample.y.length
    const k = new Float64Array(n * n) // (n, n)
    for (let i = 0; i < n; i++) {
      k.set(this.#covariances(sample.x.subarray(i * sample.categorical.length, (i + 1) * sample.categorical.length)), i * n)
      k[i * n + i] = hyperparameters.scale + hyperparameters.noise
    }
    const l = cholesky(k, n)
    if (l === undefined) throw new Error(`the covariances of ${n} points are not positive definite`)
    this.#l = l
    this.#alpha = solveUpper(l, n, solveLower(l, n, sample.y.slice()))
  }

  /** (points): with the function's value at x, (dimensions). */
  #covariances(x: Float64Array): Float64Array {
    const { x: points, categorical, y } = this.#sample
    const { relevance, scale } = this.#hyperparameters
    const result = new Float64Array(y.length)
    for (let i = 0, place = 0; i < y.length; i++) {
      let square = 0
      for (let d = 0; d < categorical.length; d++, place++) {
        const difference = at(points, place) - at(x, d)
        square += at(relevance, d) * (categorical[d] ? Number(difference !== 0) : difference * difference)
      }
      result[i] = scale * matern(square)
    }
    return result
  }

  /** The function's mean and standard deviation at x, (dimensions). */
  predict(x: Float64Array): { mean: number; deviation: number } {
    const covariances = this.#covariances(x)
    let mean = 0
    for (let i = 0; i < covariances.length; i++) mean += at(covariances, i) * at(this.#alpha, i)
    const known = solveLower(this.#l, covariances.length, covariances)
    let variance = this.#hyperparameters.scale
    for (let i = 0; i < known.length; i++) variance -= at(known, i) ** 2
    return { mean, deviation: Math.sqrt(Math.max(variance, 1e-12)) }
  }
}
