// What the order of configurations at an early epoch tells of their order at the last.

import { at } from '../../core/at.ts'
import { kendall, type Pair, spearman } from '../../study/statistics/correlation.ts'
import { midranks } from '../../study/statistics/ranks.ts'
import { worth } from './curves.ts'

/** Of one table, at one epoch. */
export interface EarlyOrder {
  readonly epoch: number
  readonly spearman: number
  readonly kendall: number
  /** The chance that the best at the end is in the best quarter now, and in the best half; ties are broken by lot. */
  readonly quarter: number
  readonly half: number
  /** What keeping only the best now, or the best three, costs at the end: points of accuracy or of R². Ties are broken by lot. */
  readonly regret1: number
  readonly regret3: number
}

/** @param scores by configuration, then epoch; NaN is worse than all others */
export function earlyOrders(scores: readonly (readonly number[])[], epochs: number): EarlyOrder[] {
  const atEpoch = (epoch: number): number[] => scores.map((own) => orderable(own[epoch - 1] ?? Number.NaN))
  const last = atEpoch(epochs)
  const lastRanks = midranks(last)
  const values = scores.map((own) => worth(own[epochs - 1] ?? Number.NaN))
  return Array.from({ length: epochs }, (_, i) => {
    const early = atEpoch(i + 1)
    const pairs = midranks(early).map((rank, c): Pair => [rank, at(lastRanks, c)])
    return {
      epoch: i + 1,
      spearman: spearman(pairs),
      kendall: kendall(pairs),
      quarter: chanceAmong(early, last, Math.floor(scores.length / 4)),
      half: chanceAmong(early, last, Math.floor(scores.length / 2)),
      regret1: regretOfKeeping(early, values, 1),
      regret3: regretOfKeeping(early, values, 3),
    }
  })
}

const orderable = (score: number): number => (Number.isNaN(score) ? Number.NEGATIVE_INFINITY : score)

/** The chance that the best of `last` is among the `kept` best of `early`, where lots break ties in both. */
function chanceAmong(early: readonly number[], last: readonly number[], kept: number): number {
  const best = Math.max(...last)
  const winners = early.filter((_, c) => last[c] === best)
  const chances = winners.map((value) => {
    const above = early.filter((other) => other > value).length
    const equal = early.filter((other) => other === value).length
    return Math.min(1, Math.max(0, (kept - above) / equal))
  })
  return chances.reduce((sum, chance) => sum + chance, 0) / chances.length
}

const POINTS = 100

/** The best of all values less the expected best of those of the `kept` that are best at the early epoch, in points. */
function regretOfKeeping(early: readonly number[], values: readonly number[], kept: number): number {
  const bound = at(
    [...early].sort((a, b) => b - a),
    Math.min(kept, early.length) - 1,
  )
  const sure = values.filter((_, c) => at(early, c) > bound)
  const tied = values.filter((_, c) => early[c] === bound).sort((a, b) => a - b)
  const places = Math.min(kept, early.length) - sure.length
  const best = Math.max(0, ...sure)
  let expected = 0
  // That the largest of `places` drawn from the tied is the i-th smallest: choose(i, places - 1) of choose(tied, places).
  let chance = 1
  for (let i = tied.length - 1; i >= places - 1; i--) {
    const isDrawn = places / (i + 1)
    expected += chance * isDrawn * Math.max(best, at(tied, i))
    chance *= 1 - isDrawn
  }
  return POINTS * (Math.max(...values) - expected)
}
