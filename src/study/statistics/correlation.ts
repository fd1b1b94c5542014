// Rank correlations.

import { sampleRankCorrelation } from 'simple-statistics'
import { type BootstrapOptions, bootstrap, type Estimate } from './bootstrap.ts'
import { tieCounts } from './ranks.ts'

export type Pair = readonly [x: number, y: number]

/** Spearman's rank correlation, ties at their mean rank; NaN where x or y has only one value. */
export const spearman = (pairs: readonly Pair[]): number =>
  pairs.length < 2
    ? Number.NaN
    : within(
        sampleRankCorrelation(
          pairs.map(([x]) => x),
          pairs.map(([, y]) => y),
        ),
      )

/** Rounding takes a correlation of 1 beyond it. */
const within = (correlation: number): number => Math.max(-1, Math.min(1, correlation))

/**
 * Kendall's tau-b, as `scipy.stats.kendalltau`, in n log n steps (Knight, "A computer method for calculating Kendall's tau with ungrouped
 * data", JASA 61, 1966); NaN where x or y has only one value.
 */
export function kendall(pairs: readonly Pair[]): number {
  const ordered = [...pairs].sort(([x1, y1], [x2, y2]) => x1 - x2 || y1 - y2)
  const ys = ordered.map(([, y]) => y)
  const all = pairsAmong(pairs.length)
  const tiedX = tiedPairs(pairs.map(([x]) => x))
  const tiedY = tiedPairs(ys)
  const tiedBoth = tiedPairs(runs(ordered))
  const discordant = inversions(ys).count
  const concordant = all - tiedX - tiedY + tiedBoth - discordant
  return (concordant - discordant) / Math.sqrt((all - tiedX) * (all - tiedY))
}

const pairsAmong = (count: number): number => (count * (count - 1)) / 2
const tiedPairs = (values: readonly number[]): number => tieCounts(values).reduce((sum, count) => sum + pairsAmong(count), 0)

/** One number per pair, the same for equal neighbours. */
function runs(ordered: readonly Pair[]): number[] {
  let run = 0
  return ordered.map(([x, y], i) => {
    const [previousX, previousY] = ordered[i - 1] ?? []
    if (i > 0 && (x !== previousX || y !== previousY)) run++
    return run
  })
}

/** How many places i < j hold values[i] > values[j], by merge sort. */
function inversions(values: readonly number[]): { readonly sorted: readonly number[]; readonly count: number } {
  if (values.length < 2) return { sorted: values, count: 0 }
  const middle = values.length >> 1
  const left = inversions(values.slice(0, middle))
  const right = inversions(values.slice(middle))
  const sorted: number[] = []
  let count = left.count + right.count
  let i = 0
  for (const value of right.sorted) {
    for (let next = left.sorted[i]; next !== undefined && next <= value; next = left.sorted[++i]) sorted.push(next)
    count += left.sorted.length - i
    sorted.push(value)
  }
  return { sorted: [...sorted, ...left.sorted.slice(i)], count }
}

/** Either with its bootstrap interval, whole pairs drawn again. */
export const correlate = (pairs: readonly Pair[], by: 'spearman' | 'kendall', options?: BootstrapOptions): Estimate =>
  bootstrap(pairs, by === 'spearman' ? spearman : kendall, options)
