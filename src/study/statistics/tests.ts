// The paired t test and the Mann-Whitney test.

import { missing } from '../../core/at.ts'
import { below } from '../sampler/normal.ts'
import { midranks, tieCounts } from './ranks.ts'
import type { Alternative } from './signedRank.ts'
import { studentTwoSided } from './student.ts'
import { meanOf, standardDeviation } from './summary.ts'

export interface PairedT {
  readonly t: number
  readonly degrees: number
  /** Two-sided. NaN where the differences are fewer than two or all zero; 0 where they are all the same otherwise. */
  readonly p: number
}

/** Student's paired t-test of the differences against 0. */
export function pairedTTest(differences: readonly number[]): PairedT {
  const degrees = differences.length - 1
  const t = degrees < 1 ? Number.NaN : meanOf(differences) / (standardDeviation(differences) / Math.sqrt(differences.length))
  return { t, degrees, p: Number.isNaN(t) ? Number.NaN : studentTwoSided(t, degrees) }
}

export interface MannWhitney {
  /** Pairs in which a is the larger, a tie counting a half. */
  readonly u: number
  readonly p: number
  readonly method: 'exact' | 'normal'
}

/** The larger sample's size up to which the smaller makes the exact distribution worth while, as in scipy. */
const EXACT = 8

/**
 * The Mann-Whitney U test of two samples (Annals of Mathematical Statistics 18, 1947). As `scipy.stats.mannwhitneyu`: exact where a sample has at most 8 values
 * and none are tied, else normal with a continuity correction and a variance corrected for ties.
 * @param alternative `greater`: a tends to be larger than b
 */
export function mannWhitneyTest(a: readonly number[], b: readonly number[], alternative: Alternative = 'twoSided'): MannWhitney {
  const all = [...a, ...b]
  const ranks = midranks(all)
  const u = ranks.slice(0, a.length).reduce((sum, rank) => sum + rank, 0) - (a.length * (a.length + 1)) / 2
  const other = a.length * b.length - u
  if (a.length === 0 || b.length === 0) return { u, p: Number.NaN, method: 'exact' }
  const ties = tieCounts(all)
  const exact = Math.min(a.length, b.length) <= EXACT && ties.length === 0
  const extreme = alternative === 'greater' ? u : alternative === 'less' ? other : Math.max(u, other)
  const p = exact ? exactP(extreme, a.length, b.length) : normalP(extreme, a.length, b.length, ties)
  return { u, p: alternative === 'twoSided' ? Math.min(1, 2 * p) : p, method: exact ? 'exact' : 'normal' }
}

/** P(U >= u). */
function exactP(u: number, countA: number, countB: number): number {
  const few = Math.min(countA, countB)
  const bound = countA * countB - u // P(U >= u) is P(U <= bound)
  // Of choosing k of the places so far, with a sum of (place - order among the chosen): (few + 1) x (bound + 1).
  const ways = Array.from({ length: few + 1 }, () => new Float64Array(bound + 1))
  const [none] = ways
  if (none !== undefined) none[0] = 1
  for (let place = 0; place < countA + countB; place++) {
    for (let k = Math.min(few, place + 1); k >= 1; k--) addShifted(ways[k], ways[k - 1], place - k + 1)
  }
  const all = Array.from({ length: few }, (_, i) => (countA + countB - i) / (few - i)).reduce((product, x) => product * x, 1)
  return (ways[few] ?? new Float64Array()).reduce((sum, way) => sum + way, 0) / all
}

/** target[i + shift] += source[i] */
function addShifted(target: Float64Array | undefined, source: Float64Array | undefined, shift: number): void {
  if (target === undefined || source === undefined) return
  for (let i = shift; i < target.length; i++)
    target[i] = (target[i] ?? missing(target, i)) + (source[i - shift] ?? missing(source, i - shift))
}

/** P(U >= u), of a normal with U's mean and variance. */
function normalP(u: number, countA: number, countB: number, ties: readonly number[]): number {
  const total = countA + countB
  const tied = ties.reduce((sum, tie) => sum + tie ** 3 - tie, 0)
  const variance = ((countA * countB) / 12) * (total + 1 - tied / (total * (total - 1)))
  return below(-(u - (countA * countB) / 2 - 0.5) / Math.sqrt(variance))
}
