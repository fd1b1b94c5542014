// A Gaussian process with a Matérn 5/2 kernel.

import { missing } from '../../../core/at.ts'

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

/** What is expected at a point, and how it changes with the point; categorical dimensions have no slope. */
export interface Prediction {
  readonly mean: number
  readonly deviation: number
  /** (dimensions) */
  readonly meanSlope: Float64Array
  /** (dimensions) */
  readonly deviationSlope: Float64Array
}

const SQRT5 = Math.sqrt(5)
const LEAST_VARIANCE = 1e-12
/** How many rows of a triangular system are solved between two looks at the variance that is left. */
const ROWS = 24

/** Where row i of a packed lower triangle begins. */
const start = (i: number): number => (i * (i + 1)) >> 1

/** The Gaussian process given a sample: the expected value at any point, and how far off it may be. */
export class GaussianProcess {
  readonly #sample: Sample
  readonly #hyperparameters: Hyperparameters
  /** The lower L with L Lᵀ = the points' covariances, row after row: row i has i + 1 numbers. */
  readonly #l: Float64Array
  readonly #alpha: Float64Array
  /** (points) each, overwritten by every question. */
  readonly #covariances: Float64Array
  readonly #known: Float64Array
  readonly #slopes: Float64Array

  /** @param before a process whose rows are taken over, as far as hyperparameters and points are the same: the bits are those of computing them */
  constructor(sample: Sample, hyperparameters: Hyperparameters, before?: GaussianProcess) {
    this.#sample = sample
    this.#hyperparameters = hyperparameters
    const n = sample.y.length
    this.#covariances = new Float64Array(n)
    this.#known = new Float64Array(n)
    this.#slopes = new Float64Array(n)
    this.#l = new Float64Array(start(n))
    const shared = before === undefined ? 0 : this.#sharedWith(before)
    if (before !== undefined) this.#l.set(before.#l.subarray(0, start(shared)))
    for (let i = shared; i < n; i++) this.#addRow(i)
    this.#alpha = this.#solveUpper(this.#solveLower(sample.y.slice(), n))
  }

  /** How many of the first points another process has as well, under the same hyperparameters. */
  #sharedWith(before: GaussianProcess): number {
    if (before.#hyperparameters !== this.#hyperparameters) return 0
    const [own, other] = [this.#sample.x, before.#sample.x]
    let same = 0
    while (same < own.length && same < other.length && own[same] === other[same]) same++
    return Math.floor(same / this.#sample.categorical.length)
  }

  /** Row i of L, from the rows above it. */
  #addRow(i: number): void {
    const { x, categorical } = this.#sample
    const { scale, noise } = this.#hyperparameters
    const d = categorical.length
    const row = this.#l
    const first = start(i)
    this.#covary(x.subarray(i * d, (i + 1) * d), i)
    row.set(this.#covariances.subarray(0, i), first)
    const solved = this.#solveLower(row.subarray(first, first + i), i)
    let left = scale + noise
    for (let j = 0; j < i; j++) left -= at(solved, j) ** 2
    if (!(left > 0)) throw new Error(`the covariances of ${i + 1} points are not positive definite`)
    row[first + i] = Math.sqrt(left)
  }

  /** Writes the covariances of the first `count` points with the function's value at x, (dimensions). */
  #covary(x: Float64Array, count: number): void {
    const { x: points, categorical } = this.#sample
    const { relevance, scale } = this.#hyperparameters
    const covariances = this.#covariances
    const d = categorical.length
    for (let i = 0, place = 0; i < count; i++) {
      let square = 0
      for (let k = 0; k < d; k++, place++) {
        const difference = at(points, place) - at(x, k)
        square += at(relevance, k) * (categorical[k] ? Number(difference !== 0) : difference * difference)
      }
      const r = SQRT5 * Math.sqrt(square)
      covariances[i] = scale * (1 + r + (r * r) / 3) * Math.exp(-r)
    }
  }

  /** Writes (1 + r) exp(-r) of every point, of which the kernel's slope is -5/3 scale times relevance times difference. */
  #slope(x: Float64Array): void {
    const { x: points, categorical } = this.#sample
    const { relevance } = this.#hyperparameters
    const d = categorical.length
    for (let i = 0, place = 0; i < this.#slopes.length; i++) {
      let square = 0
      for (let k = 0; k < d; k++, place++) {
        const difference = at(points, place) - at(x, k)
        square += at(relevance, k) * (categorical[k] ? Number(difference !== 0) : difference * difference)
      }
      const r = SQRT5 * Math.sqrt(square)
      this.#slopes[i] = (1 + r) * Math.exp(-r)
    }
  }

  /** The rows from `from` up to `to` of x with L x = b, in place of b. Four sums, because each addition waits for the one before. */
  #solveRows(b: Float64Array, from: number, to: number): void {
    const l = this.#l
    for (let i = from; i < to; i++) {
      const row = start(i)
      let s0 = 0
      let s1 = 0
      let s2 = 0
      let s3 = 0
      let k = 0
      for (; k + 3 < i; k += 4) {
        s0 += at(l, row + k) * at(b, k)
        s1 += at(l, row + k + 1) * at(b, k + 1)
        s2 += at(l, row + k + 2) * at(b, k + 2)
        s3 += at(l, row + k + 3) * at(b, k + 3)
      }
      for (; k < i; k++) s0 += at(l, row + k) * at(b, k)
      b[i] = (at(b, i) - (s0 + s1 + s2 + s3)) / at(l, row + i)
    }
  }

  #solveLower(b: Float64Array, count: number): Float64Array {
    this.#solveRows(b, 0, count)
    return b
  }

  /** x with Lᵀ x = b, in place of b. */
  #solveUpper(b: Float64Array): Float64Array {
    const l = this.#l
    for (let i = b.length - 1; i >= 0; i--) {
      const row = start(i)
      const x = at(b, i) / at(l, row + i)
      b[i] = x
      for (let k = 0; k < i; k++) b[k] = at(b, k) - at(l, row + k) * x
    }
    return b
  }

  /** The function's expected values at the points themselves: what was observed less the noise that is thought to be in it. (points) */
  get smoothed(): Float64Array {
    const { noise } = this.#hyperparameters
    return this.#sample.y.map((y, i) => y - noise * at(this.#alpha, i))
  }

  /** The function's mean and standard deviation at x, (dimensions). */
  predict(x: Float64Array): { mean: number; deviation: number } {
    const mean = this.meanAt(x)
    return { mean, deviation: this.#deviation(() => true) ?? 0 }
  }

  /** The function's mean at x, (dimensions). */
  meanAt(x: Float64Array): number {
    const n = this.#alpha.length
    this.#covary(x, n)
    let mean = 0
    for (let i = 0; i < n; i++) mean += at(this.#covariances, i) * at(this.#alpha, i)
    return mean
  }

  /** The greatest deviation that there is anywhere. */
  get most(): number {
    return Math.sqrt(this.#hyperparameters.scale)
  }

  /**
   * The standard deviation at the point of the last `meanAt`; undefined as soon as `goesOn` says of a deviation, which the true one is not above,
   * that more need not be known.
   */
  deviationThere(goesOn: (deviation: number) => boolean): number | undefined {
    return this.#deviation(goesOn)
  }

  #deviation(goesOn: (deviation: number) => boolean): number | undefined {
    const known = this.#known
    const n = known.length
    known.set(this.#covariances)
    let variance = this.#hyperparameters.scale
    for (let from = 0; from < n; from += ROWS) {
      const to = Math.min(n, from + ROWS)
      this.#solveRows(known, from, to)
      for (let i = from; i < to; i++) variance -= at(known, i) ** 2
      if (!goesOn(Math.sqrt(Math.max(variance, LEAST_VARIANCE)))) return undefined
    }
    return Math.sqrt(Math.max(variance, LEAST_VARIANCE))
  }

  /** Mean and standard deviation at x, (dimensions), with their slopes. */
  predictSlope(x: Float64Array): Prediction {
    const { mean, deviation } = this.predict(x)
    // What each observation's covariance does to the variance: -2 K⁻¹ k.
    const shares = this.#solveUpper(this.#known)
    this.#slope(x)
    const { x: points, categorical } = this.#sample
    const { relevance, scale } = this.#hyperparameters
    const d = categorical.length
    const meanSlope = new Float64Array(d)
    const deviationSlope = new Float64Array(d)
    for (let i = 0, place = 0; i < shares.length; i++) {
      const common = (5 / 3) * scale * at(this.#slopes, i)
      const [toMean, toVariance] = [common * at(this.#alpha, i), -2 * common * at(shares, i)]
      for (let k = 0; k < d; k++, place++) {
        if (categorical[k]) continue
        const pull = at(relevance, k) * (at(points, place) - at(x, k))
        meanSlope[k] = at(meanSlope, k) + toMean * pull
        deviationSlope[k] = at(deviationSlope, k) + toVariance * pull
      }
    }
    for (let k = 0; k < d; k++) deviationSlope[k] = at(deviationSlope, k) / (2 * deviation)
    return { mean, deviation, meanSlope, deviationSlope }
  }
}
