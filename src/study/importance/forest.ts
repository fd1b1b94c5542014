// A random forest over the trials of a study.

import { missing } from '../../core/at.ts'
import { StudyRandom } from '../random.ts'
import type { Table } from './table.ts'

const at = (values: Float64Array, i: number): number => values[i] ?? missing(values, i)

export interface ForestOptions {
  /** 64 by default. */
  readonly trees?: number | undefined
  /** Splits from the root to a leaf at most; 64 by default. */
  readonly maxDepth?: number | undefined
  /** The same seed grows the same trees; 0 by default. */
  readonly seed?: number | undefined
}

interface Leaf {
  /** The mean of the targets that came here. */
  readonly value: number
}
interface Split {
  readonly column: number
  readonly threshold: number
  /** Where the column is at most the threshold. */
  readonly below: Node
  readonly above: Node
}
export type Node = Leaf | Split

export interface Tree {
  readonly root: Node
  /** How often each trial was drawn to grow it, (trials). */
  readonly counts: Uint32Array
}

/** Keeps these random numbers apart from those of samplers. */
const STREAM = 0x74726565

/**
 * A random forest for regression (Breiman, "Random forests", Machine Learning 45, 2001), grown as scikit-learn's `RandomForestRegressor` does unless told
 * otherwise: each tree from as many trials as there are, drawn with replacement; each split the one of all columns that leaves the
 * least squared error, halfway between two neighbouring values, among equal ones by chance; down to leaves of one target.
 */
export function growForest(table: Table, { trees = 64, maxDepth = 64, seed = 0 }: ForestOptions = {}): Tree[] {
  const count = table.targets.length
  const orders = table.columns.map((column) => Array.from(column.keys()).sort((a, b) => at(column, a) - at(column, b)))
  return Array.from({ length: trees }, (_, tree) => {
    const random = new StudyRandom(seed, tree, STREAM)
    const counts = new Uint32Array(count)
    for (let i = 0; i < count; i++) {
      const drawn = random.integer(count)
      counts[drawn] = (counts[drawn] ?? missing(counts, drawn)) + 1
    }
    const drawnOnly = (rows: readonly number[]): number[] => rows.filter((row) => (counts[row] ?? missing(counts, row)) > 0)
    const grower = { table, counts, random }
    return { root: grow(grower, drawnOnly(Array.from(table.targets.keys())), orders.map(drawnOnly), maxDepth), counts }
  })
}

interface Grower {
  readonly table: Table
  readonly counts: Uint32Array
  readonly random: StudyRandom
}

/**
 * @param rows the node's trials
 * @param orders the same, in the order of every column: (columns) x (rows)
 */
function grow(grower: Grower, rows: readonly number[], orders: readonly (readonly number[])[], depth: number): Node {
  const { table, counts } = grower
  const targets = rows.map((row) => at(table.targets, row))
  const weight = rows.reduce((sum, row) => sum + (counts[row] ?? missing(counts, row)), 0)
  const value = rows.reduce((sum, row, i) => sum + (counts[row] ?? missing(counts, row)) * (targets[i] ?? missing(targets, i)), 0) / weight
  if (depth === 0 || targets.every((target) => target === targets[0]))
    return { value: targets.length === 1 ? (targets[0] ?? value) : value }
  const split = bestSplit(grower, orders, value, weight)
  if (split === undefined) return { value }
  const column = table.columns[split.column] ?? missing(table.columns, split.column)
  const child = (isHere: (row: number) => boolean): Node =>
    grow(
      grower,
      rows.filter(isHere),
      orders.map((order) => order.filter(isHere)),
      depth - 1,
    )
  return {
    ...split,
    below: child((row) => at(column, row) <= split.threshold),
    above: child((row) => at(column, row) > split.threshold),
  }
}

/** The split with the least squared error: the largest (sum of a side's targets)^2 / (its weight), summed over both sides. */
function bestSplit(
  { table, counts, random }: Grower,
  orders: readonly (readonly number[])[],
  centre: number,
  weight: number,
): Pick<Split, 'column' | 'threshold'> | undefined {
  let best: { column: number; threshold: number; score: number } | undefined
  for (const place of random.shuffled([...orders.keys()])) {
    const order = orders[place] ?? missing(orders, place)
    const column = table.columns[place] ?? missing(table.columns, place)
    let below = 0
    let sum = 0 // of the targets less `centre`, so that those of both sides add up to 0
    for (let i = 0; i + 1 < order.length; i++) {
      const row = order[i] ?? missing(order, i)
      const count = counts[row] ?? missing(counts, row)
      below += count
      sum += count * (at(table.targets, row) - centre)
      const [x, next] = [at(column, row), at(column, order[i + 1] ?? missing(order, i + 1))]
      if (x === next) continue
      const score = (sum * sum) / below + (sum * sum) / (weight - below)
      if (best === undefined || score > best.score) best = { column: place, threshold: between(x, next), score }
    }
  }
  return best === undefined ? undefined : { column: best.column, threshold: best.threshold }
}

/** The middle; x itself where rounding leaves no number between the two. */
function between(x: number, next: number): number {
  const middle = x / 2 + next / 2
  return middle >= next ? x : middle
}

/** What the tree predicts of a row of the table's columns. */
export function predict({ root }: Tree, at: (column: number) => number): number {
  let node = root
  while ('column' in node) node = at(node.column) <= node.threshold ? node.below : node.above
  return node.value
}
