// What a configuration promises: the improvement that is expected of it, and the chance that it meets the constraints.

import { missing } from '../../../core/at.ts'
import { logBelow, logDensity } from '../normal.ts'
import { improvementSlopes, logExpectedImprovement } from './improvement.ts'
import type { GaussianProcess } from './model.ts'

const at = (values: Float64Array, i: number): number => values[i] ?? missing(values, i)

/** An outcome constraint as a model has it: met where the process is at most `bound`. */
export interface ConstraintModel {
  readonly process: GaussianProcess
  readonly bound: number
  /** How often its probability counts. */
  readonly weight: number
}

export interface AcquisitionParts {
  readonly process: GaussianProcess
  /** What is to be improved on; undefined as long as no trial meets the constraints: meeting them is then the only goal. */
  readonly best: number | undefined
  readonly constraints: readonly ConstraintModel[]
}

/** The logarithm of the expected improvement times the probability that all constraints are met; points are (dimensions). */
export class Acquisition {
  readonly #parts: AcquisitionParts

  constructor(parts: AcquisitionParts) {
    this.#parts = parts
  }

  /** The score of a point; -Infinity as soon as it is certain to be at most `atLeast`. */
  score(point: Float64Array, atLeast = Number.NEGATIVE_INFINITY): number {
    const { process, best, constraints } = this.#parts
    let score = 0
    if (best !== undefined) {
      const mean = process.meanAt(point)
      // A larger deviation promises more, and no probability is above 1.
      const goesOn = (deviation: number): boolean => logExpectedImprovement(mean, deviation, best) > atLeast
      const deviation = goesOn(process.most) ? process.deviationThere(goesOn) : undefined
      if (deviation === undefined) return Number.NEGATIVE_INFINITY
      score = logExpectedImprovement(mean, deviation, best)
    }
    for (const { process: constraint, bound, weight } of constraints) {
      const { mean, deviation } = constraint.predict(point)
      score += weight * logBelow((bound - mean) / deviation)
      if (score <= atLeast) return Number.NEGATIVE_INFINITY
    }
    return score
  }

  /** The score and its slope, (dimensions). */
  slope(point: Float64Array): { score: number; slope: Float64Array } {
    const { process, best, constraints } = this.#parts
    const slope = new Float64Array(point.length)
    let score = 0
    if (best !== undefined) {
      const { mean, deviation, meanSlope, deviationSlope } = process.predictSlope(point)
      const { toMean, toDeviation } = improvementSlopes(mean, deviation, best)
      score = logExpectedImprovement(mean, deviation, best)
      for (let d = 0; d < slope.length; d++) slope[d] = toMean * at(meanSlope, d) + toDeviation * at(deviationSlope, d)
    }
    for (const { process: constraint, bound, weight } of constraints) {
      const { mean, deviation, meanSlope, deviationSlope } = constraint.predictSlope(point)
      const z = (bound - mean) / deviation
      const chance = logBelow(z)
      const toZ = weight * Math.exp(logDensity(z) - chance)
      score += weight * chance
      for (let d = 0; d < slope.length; d++) slope[d] = at(slope, d) - (toZ * (at(meanSlope, d) + z * at(deviationSlope, d))) / deviation
    }
    return { score, slope }
  }
}
