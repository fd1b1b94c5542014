/** The random numbers of a booster: Philox keyed by (seed, trees), counted by (index, tree or round, use, 0), so that none depends on what was drawn before. */

import { missing } from '../../core/at.ts'
import { Purpose, philox4x32 } from '../../core/random.ts'

const Use = { rows: 1, features: 2, threshold: 3 } as const

/** The rows of a round, ascending: each of `rows` is in with the probability `fraction`; all of them where none would be. */
export function drawRows(rows: Uint32Array, fraction: number, seed: number, round: number): Uint32Array {
  if (fraction >= 1) return rows.slice()
  const limit = Math.round(fraction * 2 ** 16)
  const drawn = new Uint32Array(rows.length)
  let count = 0
  // A row needs 16 bits: eight rows a call.
  for (let from = 0; from < rows.length; from += 8) {
    const words = philox4x32([from, round, Use.rows, 0], [seed, Purpose.trees])
    const to = Math.min(rows.length, from + 8)
    for (let i = from; i < to; i++) {
      const word = words[(i - from) >> 1] ?? missing(words, (i - from) >> 1)
      const half = (i & 1) === 1 ? word >>> 16 : word & 0xffff
      if (half < limit) drawn[count++] = rows[i] ?? missing(rows, i)
    }
  }
  return count === 0 ? rows.slice() : drawn.slice(0, count)
}

/** As many of the features as the fraction says, at least one, ascending: the first of an order shuffled for the tree. */
export function drawFeatures(features: readonly number[], fraction: number, seed: number, tree: number): readonly number[] {
  const count = Math.max(1, Math.round(fraction * features.length))
  if (count >= features.length) return features
  const order = [...features]
  for (let i = 0; i < count; i++) {
    const j = i + below(order.length - i, i, tree, Use.features, seed)
    const [a, b] = [order[i] ?? missing(order, i), order[j] ?? missing(order, j)]
    order[i] = b
    order[j] = a
  }
  return order.slice(0, count).sort((a, b) => a - b)
}

/** A threshold for a feature of a node: 0 … count - 1. */
export const drawThreshold = (count: number, feature: number, node: number, tree: number, seed: number): number =>
  scaled(philox4x32([feature, tree, Use.threshold, node], [seed, Purpose.trees])[0], count)

const below = (count: number, index: number, tree: number, use: number, seed: number): number =>
  scaled(philox4x32([index, tree, use, 0], [seed, Purpose.trees])[0], count)

const scaled = (word: number, count: number): number => Math.floor((word / 2 ** 32) * count)
