/** Grows one tree leaf-wise: always the leaf whose split lowers the loss most is split next (Shi, "Best-first decision tree learning", 2007). */

import { missing } from '../../core/at.ts'
import { PIECE, type Steps } from '../../core/steps.ts'
import type { Bins } from './bins.ts'
import type { Forest } from './forest.ts'
import { addRows, type Derivatives, subtract, type UsedBundles } from './histogram.ts'
import type { TreesSettings } from './settings.ts'
import { leafValue, type Split, SplitSearch, type Sums, sidesOf, type UsedFeature } from './split.ts'

/** A leaf: its rows are order[begin..end). */
export interface Leaf {
  readonly node: number
  readonly begin: number
  readonly end: number
  readonly depth: number
  readonly sums: Sums
  /** Kept while the leaf may be split. */
  histogram?: Float64Array | undefined
  split?: Split | undefined
}

/** What does not change from tree to tree, and memory that is used again. */
export class Grower {
  readonly #bins: Bins
  readonly #settings: TreesSettings
  readonly #free: Float64Array[] = []
  readonly #scratch: Uint32Array

  constructor(bins: Bins, settings: TreesSettings) {
    this.#bins = bins
    this.#settings = settings
    this.#scratch = new Uint32Array(bins.rows)
  }

  /**
   * Adds a tree to the forest, and gives its leaves, whose values are not yet set.
   * @param order the rows to learn from; they are put in the order of the leaves
   * @param features the features that may be used
   */
  *grow(forest: Forest, order: Uint32Array, derivatives: Derivatives, features: readonly number[]): Steps<Leaf[]> {
    const { leaves: most } = this.#settings
    const tree = forest.trees
    const { used, bundles, size } = this.#use(features, derivatives)
    // Memory of a tree with other bundles has another length.
    if (this.#free[0]?.length !== size) this.#free.length = 0
    const search = new SplitSearch(this.#settings, used, strideOf(derivatives), tree)
    const root: Leaf = { node: forest.plant(), begin: 0, end: order.length, depth: 0, sums: sumsOf(order, derivatives) }
    const first = root.node
    if (this.#settings.symmetric) return yield* this.#growLevels(forest, order, derivatives, root, search, { bundles, size })
    const leaves: Leaf[] = [root]
    if (this.#mayBeSplit(root)) {
      root.histogram = yield* this.#histogram(order, root, derivatives, bundles, size)
      root.split = search.best(root.histogram, root.sums, 0)
    }
    while (leaves.length < most) {
      const place = best(leaves)
      const leaf = leaves[place]
      if (leaf?.split === undefined || leaf.histogram === undefined) break
      const children = yield* this.#part(forest, order, leaf, leaf.split)
      leaves.splice(place, 1, ...children)
      if (leaves.length === most) {
        this.#release(leaf)
        break
      }
      const [small, large] = children[0].sums.rows <= children[1].sums.rows ? children : [children[1], children[0]]
      const { histogram } = leaf
      leaf.histogram = undefined
      if (!this.#mayBeSplit(large)) {
        this.#free.push(histogram)
        continue
      }
      const own = yield* this.#histogram(order, small, derivatives, bundles, size)
      subtract(histogram, own)
      large.histogram = histogram
      small.histogram = own
      for (const child of children) {
        if (this.#mayBeSplit(child)) child.split = search.best(child.histogram ?? own, child.sums, child.node - first)
        if (child.split === undefined) this.#release(child)
      }
      yield
    }
    for (const leaf of leaves) this.#release(leaf)
    return leaves
  }

  /** Level by level: all leaves take the split that helps them most together; those that it does not part stay as they are. */
  *#growLevels(
    forest: Forest,
    order: Uint32Array,
    derivatives: Derivatives,
    root: Leaf,
    search: SplitSearch,
    { bundles, size }: { bundles: UsedBundles; size: number },
  ): Steps<Leaf[]> {
    const { depth } = this.#settings
    let leaves = [{ ...root, histogram: yield* this.#histogram(order, root, derivatives, bundles, size) }]
    for (let level = 0; level < depth; level++) {
      const shared = search.shared(leaves, level)
      yield
      if (shared === undefined) break
      const next: typeof leaves = []
      for (const leaf of leaves) {
        const left = search.leftOf(leaf.histogram, leaf.sums, shared)
        if (left.rows === 0 || left.rows === leaf.sums.rows) {
          next.push(leaf)
          continue
        }
        const children = yield* this.#part(forest, order, leaf, { ...shared, gain: 0, left })
        const isFirstSmall = children[0].sums.rows <= children[1].sums.rows
        const own =
          level + 1 === depth ? undefined : yield* this.#histogram(order, children[isFirstSmall ? 0 : 1], derivatives, bundles, size)
        if (own !== undefined) subtract(leaf.histogram, own)
        const [first, second] = isFirstSmall ? [own, leaf.histogram] : [leaf.histogram, own]
        // After the last level nothing is looked up in them any more.
        next.push({ ...children[0], histogram: first ?? leaf.histogram }, { ...children[1], histogram: second ?? leaf.histogram })
      }
      leaves = next
    }
    this.#free.push(...new Set(leaves.map(({ histogram }) => histogram)))
    return leaves
  }

  #release(leaf: Leaf): void {
    if (leaf.histogram !== undefined) this.#free.push(leaf.histogram)
    leaf.histogram = undefined
  }

  /** Where the features of a tree are in its histograms, which hold only the bundles that these are in. */
  #use(features: readonly number[], derivatives: Derivatives): { used: UsedFeature[]; bundles: UsedBundles; size: number } {
    const { starts, features: binned } = this.#bins
    const stride = strideOf(derivatives)
    const of = (feature: number) => binned[feature] ?? missing(binned, feature)
    const columns = Int32Array.from(new Set(features.map((feature) => of(feature).bundle))).sort()
    const offsets = new Int32Array(columns.length)
    const places = new Map<number, number>()
    let size = 0
    columns.forEach((column, i) => {
      offsets[i] = size
      places.set(column, size)
      size += stride * ((starts[column + 1] ?? missing(starts, column + 1)) - (starts[column] ?? missing(starts, column)))
    })
    const used = features.map((feature) => {
      const { bins, common, bundle, first } = of(feature)
      return { feature, bins, common, offset: (places.get(bundle) ?? missing(columns, bundle)) + stride * first }
    })
    return { used, bundles: { columns, offsets }, size }
  }

  #mayBeSplit({ sums, depth }: Leaf): boolean {
    const { minRows, minHessian, depth: deepest } = this.#settings
    return sums.rows >= 2 * minRows && sums.hessian >= 2 * minHessian && (deepest === 0 || depth < deepest)
  }

  *#histogram(order: Uint32Array, leaf: Leaf, derivatives: Derivatives, bundles: UsedBundles, size: number): Steps<Float64Array> {
    const histogram = this.#free.pop()?.fill(0) ?? new Float64Array(size)
    yield* addRows(histogram, this.#bins, bundles, derivatives, order, leaf.begin, leaf.end)
    return histogram
  }

  /** Splits a leaf: its rows that go left come first, both parts in the order they had. */
  *#part(forest: Forest, order: Uint32Array, leaf: Leaf, split: Split): Steps<[Leaf, Leaf]> {
    const { codes, bundles, features } = this.#bins
    const { bundle, thresholds } = features[split.feature] ?? missing(features, split.feature)
    const sides = sidesOf(split, this.#bins)
    let left = leaf.begin
    for (let from = leaf.begin; from < leaf.end; from += PIECE) {
      if (from > leaf.begin) yield
      const to = Math.min(leaf.end, from + PIECE)
      left = partRows(order, this.#scratch, { from, to, left, right: from - left }, codes, bundles, bundle, sides)
    }
    order.set(this.#scratch.subarray(0, leaf.end - left), left)
    const node = forest.split(leaf.node, split.feature, thresholds[split.bin] ?? missing(thresholds, split.bin))
    const depth = leaf.depth + 1
    const { gradient, hessian, rows } = leaf.sums
    const rest = { gradient: gradient - split.left.gradient, hessian: hessian - split.left.hessian, rows: rows - split.left.rows }
    return [
      { node, begin: leaf.begin, end: left, depth, sums: split.left },
      { node: node + 1, begin: left, end: leaf.end, depth, sums: rest },
    ]
  }
}

/**
 * Moves rows order[from..to) that go left to order[left..), the others to scratch[right..); gives where the next that goes left belongs. Both are written for
 * every row, and what counts is which place moves on: a branch that nobody can foresee would cost more.
 */
function partRows(
  order: Uint32Array,
  scratch: Uint32Array,
  { from, to, ...places }: { from: number; to: number; left: number; right: number },
  codes: Uint8Array,
  bundles: number,
  bundle: number,
  sides: Uint8Array,
): number {
  let { left, right } = places
  for (let i = from; i < to; i++) {
    const row = order[i] ?? missing(order, i)
    const code = codes[row * bundles + bundle] ?? missing(codes, row * bundles + bundle)
    const side = sides[code] ?? missing(sides, code)
    order[left] = row
    scratch[right] = row
    left += side
    right += 1 - side
  }
  return left
}

const strideOf = ({ second }: Derivatives): number => (second === undefined ? 2 : 3)

function sumsOf(order: Uint32Array, { first, second }: Derivatives): Sums {
  let gradient = 0
  let hessian = second === undefined ? order.length : 0
  for (let i = 0; i < order.length; i++) {
    const row = order[i] ?? missing(order, i)
    gradient += first[row] ?? missing(first, row)
    if (second !== undefined) hessian += second[row] ?? missing(second, row)
  }
  return { gradient, hessian, rows: order.length }
}

/** The place of the leaf to split next: the highest gain, of equal ones the first; of no leaf that has a split, -1. */
function best(leaves: readonly Leaf[]): number {
  let place = -1
  let gain = 0
  leaves.forEach(({ split }, i) => {
    if (split === undefined || split.gain <= gain) return
    gain = split.gain
    place = i
  })
  return place
}

/** What the leaf adds to scores. */
export const addedBy = ({ sums }: Leaf, { learningRate, l2 }: TreesSettings): number => learningRate * leafValue(sums, l2)
