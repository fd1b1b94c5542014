// Fits the hyperparameters of a Gaussian process.

import { missing } from '../../../core/at.ts'
import { cholesky, inverse, solveLower, solveUpper } from './cholesky.ts'
import { minimize } from './minimize.ts'
import type { Hyperparameters, Sample } from './model.ts'

const at = (values: Float64Array, i: number): number => values[i] ?? missing(values, i)

const LEAST_NOISE = 1e-6
const SQRT5 = Math.sqrt(5)
/** How many evaluations of the likelihood one start may take. */
const EVALUATIONS = 30

/**
 * The most likely hyperparameters, found by L-BFGS in their logarithms from `starts`. The priors are those of Optuna's GPSampler
 * (`optuna/_gp/prior.py` from 3.6 on): -0.1 (r + 1 / r) for a relevance r, gamma(2, 1) for the scale, gamma(1.1, 1/30) for the noise.
 */
export function fitHyperparameters(sample: Sample): Hyperparameters {
  const dimensions = sample.categorical.length
  const squares = squaredDistances(sample)
  const objective = (logs: Float64Array) => negativeLogPosterior(sample.y, squares, logs)
  const results = [1, 10].map((relevance) => {
    const start = new Float64Array(dimensions + 2).fill(Math.log(relevance))
    start[dimensions] = 0
    start[dimensions + 1] = Math.log(0.01)
    return minimize(objective, start, EVALUATIONS)
  })
  const best = results.reduce((a, b) => (b.value < a.value ? b : a))
  return hyperparametersOf(best.x)
}

function hyperparametersOf(logs: Float64Array): Hyperparameters {
  const dimensions = logs.length - 2
  return {
    relevance: logs.slice(0, dimensions).map(Math.exp),
    scale: Math.exp(at(logs, dimensions)),
    noise: LEAST_NOISE + Math.exp(at(logs, dimensions + 1)),
  }
}

/** Minus the logarithm of likelihood times priors, up to a constant, and its gradient (dimensions + 2). Rasmussen and Williams, 2006, (5.8) and (5.9). */
export function negativeLogPosterior(y: Float64Array, squares: readonly Float64Array[], logs: Float64Array) {
  const n = y.length
  const { relevance, scale, noise } = hyperparametersOf(logs)
  const gradient = new Float64Array(logs.length)
  const k = new Float64Array(n * n) // (n, n), the lower half
  const slopes = new Float64Array((n * (n - 1)) / 2) // d k / d squared distance
  let pair = 0
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      let square = 0
      for (let d = 0; d < relevance.length; d++) square += at(relevance, d) * at(squares[d] ?? missing(squares, d), pair)
      const r = SQRT5 * Math.sqrt(square)
      const decay = scale * Math.exp(-r)
      k[i * n + j] = (1 + r + (r * r) / 3) * decay
      slopes[pair++] = (-5 / 6) * (1 + r) * decay
    }
    k[i * n + i] = scale + noise
  }
  const l = cholesky(k, n)
  if (l === undefined) return { value: Number.POSITIVE_INFINITY, gradient }
  const alpha = solveUpper(l, n, solveLower(l, n, y.slice()))
  const inverted = inverse(l, n)
  let value = 0
  let scaleSlope = 0
  let noiseSlope = 0
  pair = 0
  for (let i = 0; i < n; i++) {
    value += 0.5 * at(y, i) * at(alpha, i) + Math.log(at(l, i * n + i))
    for (let j = 0; j < i; j++) {
      // Both halves of the symmetric matrix.
      const weight = at(inverted, i * n + j) - at(alpha, i) * at(alpha, j)
      const common = weight * at(slopes, pair)
      for (let d = 0; d < relevance.length; d++) gradient[d] = at(gradient, d) + common * at(squares[d] ?? missing(squares, d), pair)
      scaleSlope += weight * at(k, i * n + j)
      pair++
    }
    const weight = 0.5 * (at(inverted, i * n + i) - at(alpha, i) ** 2)
    scaleSlope += weight * scale
    noiseSlope += weight
  }
  for (const [d, r] of relevance.entries()) {
    value += 0.1 * (r + 1 / r)
    gradient[d] = at(gradient, d) * r + 0.1 * (r - 1 / r)
  }
  value += scale - Math.log(scale) + 30 * noise - 0.1 * Math.log(noise)
  gradient[relevance.length] = scaleSlope + scale - 1
  gradient[relevance.length + 1] = (noiseSlope + 30 - 0.1 / noise) * (noise - LEAST_NOISE)
  return { value, gradient }
}

/** Squared distances in each dimension between all pairs i > j, (dimensions, points x (points - 1) / 2). */
export function squaredDistances({ x, y, categorical }: Sample): Float64Array[] {
  const d = categorical.length
  return categorical.map((isCategorical, dimension) => {
    const squares = new Float64Array((y.length * (y.length - 1)) / 2)
    let pair = 0
    for (let i = 1; i < y.length; i++) {
      for (let j = 0; j < i; j++) {
        const difference = at(x, i * d + dimension) - at(x, j * d + dimension)
        squares[pair++] = isCategorical ? Number(difference !== 0) : difference * difference
      }
    }
    return squares
  })
}
