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
  const orders = table.columns.map((column) => Int32Array.from(column.keys()).sort((a, b) => at(column, a) - at(column, b)))
  const isBelow = new Uint8Array(count)
  const aside = new Int32Array(count)
  return Array.from({ length: trees }, (_, tree) => {
    const random = new StudyRandom(seed, tree, STREAM)
    const counts = new Uint32Array(count)
    for (let i = 0; i < count; i++) {
      const drawn = random.integer(count)
      counts[drawn] = (counts[drawn] ?? missing(counts, drawn)) + 1
    }
    const drawnOnly = (rows: Int32Array): Int32Array => rows.filter((row) => countAt(counts, row) > 0)
    const rows = drawnOnly(Int32Array.from(table.targets.keys()))
    const grower = { table, counts, random, isBelow, aside, rows, orders: orders.map(drawnOnly) }
    return { root: grow(grower, 0, rows.length, maxDepth), counts }
  })
}

/** What a tree grows in. A node is a range of `rows`, and the same range of every order: a split puts those that go below first, in place, for arrays of its own a node would cost more than the splits. */
interface Grower {
  readonly table: Table
  readonly counts: Uint32Array
  readonly random: StudyRandom
  /** Whether each trial of the node that is being split goes below, (trials). */
  readonly isBelow: Uint8Array
  /** Room for those that go above, (trials). */
  readonly aside: Int32Array
  /** The trials that were drawn. */
  readonly rows: Int32Array
  /** The same, in the order of every column: (columns) x (rows). */
  readonly orders: readonly Int32Array[]
}

const countAt = (counts: Uint32Array, row: number): number => counts[row] ?? missing(counts, row)
const rowAt = (rows: Int32Array, i: number): number => rows[i] ?? missing(rows, i)

/** The node of the range from `from` up to `to`. */
function grow(grower: Grower, from: number, to: number, depth: number): Node {
  const { table, counts, isBelow, rows, orders } = grower
  const first = at(table.targets, rowAt(rows, from))
  let weight = 0
  let sum = 0
  let isOne = true
  for (let i = from; i < to; i++) {
    const row = rowAt(rows, i)
    const target = at(table.targets, row)
    weight += countAt(counts, row)
    sum += countAt(counts, row) * target
    isOne &&= target === first
  }
  const value = sum / weight
  if (depth === 0 || isOne) return { value: to - from === 1 ? first : value }
  const split = bestSplit(grower, from, to, value, weight)
  if (split === undefined) return { value }
  const column = table.columns[split.column] ?? missing(table.columns, split.column)
  let middle = from
  for (let i = from; i < to; i++) {
    const row = rowAt(rows, i)
    const goesBelow = Number(at(column, row) <= split.threshold)
    isBelow[row] = goesBelow
    middle += goesBelow
  }
  for (const order of orders) part(order, from, to, grower)
  part(rows, from, to, grower)
  const below = grow(grower, from, middle, depth - 1)
  return { ...split, below, above: grow(grower, middle, to, depth - 1) }
}

/** Puts those of a range that go below before the others, each in their order. */
function part(rows: Int32Array, from: number, to: number, { isBelow, aside }: Pick<Grower, 'isBelow' | 'aside'>): void {
  let [lower, upper] = [from, 0]
  for (let i = from; i < to; i++) {
    const row = rowAt(rows, i)
    const goesBelow = isBelow[row] ?? missing(isBelow, row)
    // Both, for no processor could foresee which: what does not count is written over by the next.
    rows[lower] = row
    aside[upper] = row
    lower += goesBelow
    upper += 1 - goesBelow
  }
  for (let i = 0; i < upper; i++) rows[lower + i] = rowAt(aside, i)
}

/** The split with the least squared error: the largest (sum of a side's targets)^2 / (its weight), summed over both sides. */
function bestSplit(
  { table, counts, random, orders }: Grower,
  from: number,
  to: number,
  centre: number,
  weight: number,
): Pick<Split, 'column' | 'threshold'> | undefined {
  let [chosen, threshold, most] = [-1, 0, Number.NEGATIVE_INFINITY]
  for (const place of random.shuffled([...orders.keys()])) {
    const order = orders[place] ?? missing(orders, place)
    const column = table.columns[place] ?? missing(table.columns, place)
    let below = 0
    let sum = 0 // of the targets less `centre`, so that those of both sides add up to 0
    let next = at(column, rowAt(order, from))
    for (let i = from; i + 1 < to; i++) {
      const row = rowAt(order, i)
      const count = countAt(counts, row)
      below += count
      sum += count * (at(table.targets, row) - centre)
      const x = next
      next = at(column, rowAt(order, i + 1))
      if (x === next) continue
      const score = (sum * sum) / below + (sum * sum) / (weight - below)
      if (chosen < 0 || score > most) [chosen, threshold, most] = [place, between(x, next), score]
    }
  }
  return chosen < 0 ? undefined : { column: chosen, threshold }
}

/** The middle; x itself where rounding leaves no number between the two. */
function between(x: number, next: number): number {
  const middle = x / 2 + next / 2
  return middle >= next ? x : middle
}

/**
 * A tree as numbers side by side: what predicts thousands of times would spend its time on waiting for nodes that lie all over the memory. A node's lower
 * side comes right after it.
 */
export class FlatTree {
  /** (nodes): -1 for a leaf. */
  readonly #columns: Int32Array
  /** (nodes): where to part, or a leaf's value. */
  readonly #numbers: Float64Array
  /** (nodes): where the upper side begins. */
  readonly #above: Int32Array

  constructor({ root }: Pick<Tree, 'root'>) {
    const columns: number[] = []
    const numbers: number[] = []
    const above: number[] = []
    const visit = (node: Node): void => {
      const place = columns.length
      const isLeaf = !('column' in node)
      columns.push(isLeaf ? -1 : node.column)
      numbers.push(isLeaf ? node.value : node.threshold)
      above.push(0)
      if (isLeaf) return
      visit(node.below)
      above[place] = columns.length
      visit(node.above)
    }
    visit(root)
    this.#columns = Int32Array.from(columns)
    this.#numbers = Float64Array.from(numbers)
    this.#above = Int32Array.from(above)
  }

  /**
   * What the tree predicts of a row of the table's columns, some of which are another row's: those whose flag in `swapped` is 1.
   * @param swapped (columns)
   */
  predict(columns: readonly Float64Array[], row: number, donor: number, swapped: Uint8Array): number {
    for (let node = 0; ; ) {
      const column = rowAt(this.#columns, node)
      const number = at(this.#numbers, node)
      if (column < 0) return number
      const x = at(columns[column] ?? missing(columns, column), swapped[column] === 1 ? donor : row)
      node = x <= number ? node + 1 : rowAt(this.#above, node)
    }
  }
}
