// Effect sizes.

import { signedRankTest } from './signedRank.ts'
import { meanOf, standardDeviation } from './summary.ts'
import { mannWhitneyTest } from './tests.ts'

/** Cohen's d_z of paired differences: their mean over their standard deviation; infinite where they are all the same, NaN where all are zero. */
export const cohensDz = (differences: readonly number[]): number => meanOf(differences) / standardDeviation(differences)

/**
 * The matched-pairs rank-biserial correlation (Kerby, "The simple difference formula", 2014): the share of the rank sum that is on the
 * positive differences less that on the negative ones, -1 … 1; 0 where all are zero.
 */
export function rankBiserial(differences: readonly number[]): number {
  const { plus, minus } = signedRankTest(differences)
  return plus + minus === 0 ? 0 : (plus - minus) / (plus + minus)
}

/** Cliff's delta: P(a > b) - P(a < b) over all pairs of the two samples, -1 … 1. */
export const cliffsDelta = (a: readonly number[], b: readonly number[]): number => (2 * mannWhitneyTest(a, b).u) / (a.length * b.length) - 1
