// The Wilcoxon signed-rank test.

import { at, missing } from '../../core/at.ts'
import { below } from '../sampler/normal.ts'
import { midranks, tieCounts } from './ranks.ts'

/** Which difference the test looks for: any, a positive one, or a negative one. */
export type Alternative = 'twoSided' | 'greater' | 'less'

export interface SignedRank {
  /** The sum of the ranks of the positive differences, zeros' ranks halved where they are split. */
  readonly plus: number
  /** The sum of the ranks of the negative ones, likewise. */
  readonly minus: number
  /** Of the statistic or a more extreme one, if the differences were symmetric about 0. */
  readonly p: number
  readonly method: 'exact' | 'normal'
}

/** The most differences for which the exact distribution is computed, as in scipy: where none are tied or zero, and where some are. */
const EXACT = 50
const EXACT_WITH_TIES = 13

/**
 * Wilcoxon's signed-rank test of paired differences (Biometrics Bulletin 1, 1945). As `scipy.stats.wilcoxon` of 1.17: exact for at most 50 differences
 * without ties and zeros, and for at most 13 with them, whose signs are all tried; else normal, its variance corrected for ties and without a continuity
 * correction. (A normal's p of few tied differences is too small: 0.025 of five equal ones, whose signs agree by chance once in 16.)
 * @param zeros `drop` leaves zero differences out (scipy's 'wilcox'); `split` ranks them and gives half of their ranks to either side ('zsplit')
 */
export function signedRankTest(
  differences: readonly number[],
  alternative: Alternative = 'twoSided',
  zeros: 'drop' | 'split' = 'drop',
): SignedRank {
  const counted = zeros === 'drop' ? differences.filter((difference) => difference !== 0) : differences
  const magnitudes = counted.map(Math.abs)
  const ranks = midranks(magnitudes)
  const sumWhere = (holds: (difference: number) => boolean): number =>
    ranks.reduce((sum, rank, i) => (holds(at(counted, i)) ? sum + rank : sum), 0)
  const half = sumWhere((difference) => difference === 0) / 2
  const plus = sumWhere((difference) => difference > 0) + half
  const minus = sumWhere((difference) => difference < 0) + half
  const count = counted.length
  if (count === 0) return { plus, minus, p: 1, method: 'exact' }
  const ties = tieCounts(ranks)
  const exact = differences.length <= (ties.length === 0 && !differences.includes(0) ? EXACT : EXACT_WITH_TIES)
  const signed = ranks.filter((_, i) => counted[i] !== 0)
  const p = exact ? exactP(plus - half, minus - half, signed, alternative) : normalP(plus, count, ties, alternative)
  return { plus, minus, p, method: exact ? 'exact' : 'normal' }
}

/** @param ranks of all differences that are not zero; `plus` and `minus` are sums of them */
function exactP(plus: number, minus: number, ranks: readonly number[], alternative: Alternative): number {
  if (alternative === 'greater') return atMost(minus, ranks)
  if (alternative === 'less') return atMost(plus, ranks)
  return Math.min(1, 2 * atMost(Math.min(plus, minus), ranks))
}

/** P(sum of ranks <= bound) where each of the ranks is in the sum with probability 1/2. Midranks are whole or half numbers, so twice a rank is whole. */
function atMost(bound: number, ranks: readonly number[]): number {
  const ways = new Float64Array(2 * bound + 1) // of making twice a sum from the ranks so far
  ways[0] = 1
  for (const rank of ranks) {
    for (let sum = 2 * bound; sum >= 2 * rank; sum--)
      ways[sum] = (ways[sum] ?? missing(ways, sum)) + (ways[sum - 2 * rank] ?? missing(ways, sum - 2 * rank))
  }
  return ways.reduce((total, way) => total + way, 0) / 2 ** ranks.length
}

function normalP(plus: number, count: number, ties: readonly number[], alternative: Alternative): number {
  const mean = (count * (count + 1)) / 4
  const tied = ties.reduce((sum, tie) => sum + tie ** 3 - tie, 0)
  const variance = (count * (count + 1) * (2 * count + 1)) / 24 - tied / 48
  const z = (plus - mean) / Math.sqrt(variance)
  if (alternative === 'greater') return below(-z)
  if (alternative === 'less') return below(z)
  return 2 * below(-Math.abs(z))
}
