// The update of CMA-ES: mean, step size and covariance from one generation to the next.

import { missing } from '../../../core/at.ts'
import type { StudyRandom } from '../../random.ts'
import { type Eigen, eigen } from './eigen.ts'

const at = (values: Float64Array, i: number): number => values[i] ?? missing(values, i)

/** The state of CMA-ES after some generations, in n dimensions. */
export interface Evolution {
  readonly generation: number
  /** (n) */
  readonly mean: Float64Array
  /** The overall step. */
  readonly sigma: number
  /** (n, n) */
  readonly covariance: Float64Array
  /** The covariance's. */
  readonly axes: Eigen
  /** (n), of the steps' lengths and of their shape. */
  readonly sigmaPath: Float64Array
  readonly shapePath: Float64Array
}

/** What follows from the number of dimensions and the population (Hansen, "The CMA evolution strategy: a tutorial", 2016, table 1). */
export interface Rates {
  /** Of the ranks, best first, (population): positive for the better half and 1 in sum, negative for the others. */
  readonly weights: readonly number[]
  readonly effective: number
  readonly sigmaRate: number
  readonly damping: number
  readonly pathRate: number
  readonly rankOne: number
  readonly rankMu: number
  /** The expected length of a vector of n standard normals. */
  readonly normalLength: number
}

/** 4 + 3 log n, rounded down (tutorial, table 1). */
export const defaultPopulation = (dimensions: number): number => 4 + Math.floor(3 * Math.log(dimensions))

export function ratesOf(n: number, population: number): Rates {
  const raw = Array.from({ length: population }, (_, i) => Math.log((population + 1) / 2) - Math.log(i + 1))
  const parents = Math.floor(population / 2)
  const [good, bad] = [raw.slice(0, parents), raw.slice(parents)]
  const effective = effectiveSize(good)
  const rankOne = 2 / ((n + 1.3) ** 2 + effective)
  const rankMu = Math.min(1 - rankOne, (2 * (effective - 2 + 1 / effective)) / ((n + 2) ** 2 + effective))
  const badTotal = Math.min(1 + rankOne / rankMu, 1 + (2 * effectiveSize(bad)) / (effective + 2), (1 - rankOne - rankMu) / (n * rankMu))
  const goodSum = sum(good)
  const badSum = Math.abs(sum(bad))
  const sigmaRate = (effective + 2) / (n + effective + 5)
  return {
    weights: raw.map((weight, i) => (i < parents ? weight / goodSum : badSum === 0 ? 0 : (badTotal * weight) / badSum)),
    effective,
    sigmaRate,
    damping: 1 + 2 * Math.max(0, Math.sqrt((effective - 1) / (n + 1)) - 1) + sigmaRate,
    pathRate: (4 + effective / n) / (n + 4 + (2 * effective) / n),
    rankOne,
    rankMu,
    normalLength: Math.sqrt(n) * (1 - 1 / (4 * n) + 1 / (21 * n * n)),
  }
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
const effectiveSize = (weights: readonly number[]): number => sum(weights) ** 2 / sum(weights.map((weight) => weight * weight))

export function begin(mean: Float64Array, sigma: number): Evolution {
  const n = mean.length
  const covariance = Float64Array.from({ length: n * n }, (_, at) => Number(at % (n + 1) === 0))
  return {
    generation: 0,
    mean,
    sigma,
    covariance,
    axes: eigen(covariance, n),
    sigmaPath: new Float64Array(n),
    shapePath: new Float64Array(n),
  }
}

/** A step from the mean, (n), in units of sigma: normal with the covariance. */
export function drawStep({ axes }: Evolution, random: StudyRandom): Float64Array {
  const lengths = axes.values.map((value) => Math.sqrt(value) * random.normal())
  return along(axes.vectors, lengths)
}

/** The sum of the axes, each times its length. */
function along(vectors: Float64Array, lengths: Float64Array): Float64Array {
  const n = lengths.length
  return lengths.map((_, i) => lengths.reduce((total, length, axis) => total + length * at(vectors, axis * n + i), 0))
}

/**
 * The state after a generation whose steps from the mean, each (n) in units of sigma x scales, are given best first. Tutorial, (40) to (47).
 * @param scales (n), what steps were stretched by as they were made
 */
export function evolve(before: Evolution, steps: readonly Float64Array[], scales: Float64Array, rates: Rates): Evolution {
  const { mean, sigma, covariance, axes } = before
  const n = mean.length
  const { weights, effective, sigmaRate, damping, pathRate, rankOne, rankMu, normalLength } = rates
  const step = mean.map((_, i) =>
    steps.reduce((total, one, rank) => total + Math.max(0, weights[rank] ?? missing(weights, rank)) * at(one, i), 0),
  )

  const white = whitened(step, axes)
  const sigmaPull = Math.sqrt(sigmaRate * (2 - sigmaRate) * effective)
  const sigmaPath = before.sigmaPath.map((p, i) => (1 - sigmaRate) * p + sigmaPull * at(white, i))
  const length = Math.hypot(...sigmaPath)
  const generation = before.generation + 1
  // Held still while the path is too long, so that a step size that is far too small does not stretch the shape.
  const isSteady = length / Math.sqrt(1 - (1 - sigmaRate) ** (2 * generation)) < (1.4 + 2 / (n + 1)) * normalLength ? 1 : 0
  const shapePull = isSteady * Math.sqrt(pathRate * (2 - pathRate) * effective)
  const shapePath = before.shapePath.map((p, i) => (1 - pathRate) * p + shapePull * at(step, i))

  const shares = weights.map((weight, rank) => {
    const one = steps[rank]
    if (weight >= 0 || one === undefined) return weight
    return (weight * n) / (whitened(one, axes).reduce((total, x) => total + x * x, 0) + 1e-8)
  })
  const kept = 1 - rankOne - rankMu * sum(weights) + (1 - isSteady) * rankOne * pathRate * (2 - pathRate)
  const shaped = covariance.map((value, place) => {
    const [i, j] = [Math.floor(place / n), place % n]
    const spread = steps.reduce((total, one, rank) => total + (shares[rank] ?? missing(shares, rank)) * at(one, i) * at(one, j), 0)
    return kept * value + rankOne * at(shapePath, i) * at(shapePath, j) + rankMu * spread
  })
  return {
    generation,
    mean: mean.map((m, i) => m + sigma * at(scales, i) * at(step, i)),
    // The bound is pycma's: a configuration from elsewhere, such as one that the study drew itself, may be far away.
    sigma: sigma * Math.min(Math.E, Math.exp((sigmaRate / damping) * (length / normalLength - 1))),
    ...positive(shaped, n),
    sigmaPath,
    shapePath,
  }
}

/** The step that would be made if all directions were alike: the covariance's inverse root times it. */
function whitened(step: Float64Array, { values, vectors }: Eigen): Float64Array {
  const n = step.length
  const lengths = values.map((value, axis) => step.reduce((total, x, i) => total + x * at(vectors, axis * n + i), 0) / Math.sqrt(value))
  return along(vectors, lengths)
}

/** The covariance, with no axis shorter than rounding allows. */
function positive(covariance: Float64Array, n: number): { covariance: Float64Array; axes: Eigen } {
  const { values, vectors } = eigen(covariance, n)
  const least = Math.max(...values) * 1e-14
  if (values.every((value) => value >= least)) return { covariance, axes: { values, vectors } }
  const mended = values.map((value) => Math.max(value, least))
  const rebuilt = covariance.map((_, place) => {
    const [i, j] = [Math.floor(place / n), place % n]
    return mended.reduce((total, value, axis) => total + value * at(vectors, axis * n + i) * at(vectors, axis * n + j), 0)
  })
  return { covariance: rebuilt, axes: { values: mended, vectors } }
}
