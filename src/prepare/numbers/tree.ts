/** Where a decision tree of one column would cut it. */

import { missing } from '../../core/at.ts'

/** What the tree is to tell apart: `classes` classes, or as many real numbers a row as `outputs` says. */
export type TreeTarget =
  | { readonly classes: number; readonly labels: ArrayLike<number> }
  | { readonly outputs: number; readonly values: ArrayLike<number> }

export interface TreeOptions {
  readonly maxLeafNodes: number
  readonly minSamplesLeaf: number
  /** A cut must lower the impurity of all rows by so much. */
  readonly minImpurityDecrease: number
}

interface Cut {
  readonly start: number
  readonly end: number
  /** Rows before this place (of the sorted ones) go left. */
  readonly at: number
  readonly improvement: number
}

/** Below it a node counts as pure. */
const PURE = 2.220446049250313e-16

/** Sums of what is before a place in the sorted order, so that any stretch of it costs the same. */
class Sums {
  readonly #width: number
  readonly #sums: Float64Array
  /** Of all outputs together; a class target needs none. */
  readonly #squares: Float64Array
  readonly #isClasses: boolean

  constructor(order: Uint32Array, target: TreeTarget) {
    this.#isClasses = 'classes' in target
    this.#width = 'classes' in target ? target.classes : target.outputs
    this.#sums = new Float64Array((order.length + 1) * this.#width)
    this.#squares = new Float64Array(order.length + 1)
    order.forEach((row, i) => {
      for (let k = 0; k < this.#width; k++) {
        const value =
          'classes' in target
            ? Number(target.labels[row] === k)
            : (target.values[row * this.#width + k] ?? missing(target.values, row * this.#width + k))
        this.#sums[(i + 1) * this.#width + k] = (this.#sums[i * this.#width + k] ?? missing(this.#sums, i * this.#width + k)) + value
        this.#squares[i + 1] = (this.#squares[i + 1] ?? missing(this.#squares, i + 1)) + value * value
      }
      this.#squares[i + 1] = (this.#squares[i + 1] ?? missing(this.#squares, i + 1)) + (this.#squares[i] ?? missing(this.#squares, i))
    })
  }

  /** The larger, the purer: the sum over outputs of (sum of y)² / n. */
  purity(start: number, end: number): number {
    let total = 0
    for (let k = 0; k < this.#width; k++)
      total +=
        ((this.#sums[end * this.#width + k] ?? missing(this.#sums, end * this.#width + k)) -
          (this.#sums[start * this.#width + k] ?? missing(this.#sums, start * this.#width + k))) **
          2 /
        (end - start)
    return total
  }

  /** Gini's of classes; of numbers their variance, the mean over outputs. */
  impurity(start: number, end: number): number {
    const rows = end - start
    if (this.#isClasses) return 1 - this.purity(start, end) / rows
    return (
      ((this.#squares[end] ?? missing(this.#squares, end)) -
        (this.#squares[start] ?? missing(this.#squares, start)) -
        this.purity(start, end)) /
      rows /
      this.#width
    )
  }
}

/**
 * The thresholds of scikit-learn's DecisionTreeRegressor or DecisionTreeClassifier (best first, squared error or Gini's impurity) on one column of
 * values, rising: halfway between two neighbouring values. It looks at float64 values, where scikit-learn rounds to float32 and takes values
 * that differ by less than 1e-7 for one.
 */
export function treeThresholds(values: Float64Array, target: TreeTarget, options: TreeOptions): number[] {
  const order = Uint32Array.from(values.keys()).sort(
    (a, b) => (values[a] ?? missing(values, a)) - (values[b] ?? missing(values, b)) || a - b,
  )
  const rising = Float64Array.from(order, (row) => values[row] ?? Number.NaN)
  const sums = new Sums(order, target)
  const frontier: Cut[] = []
  const grow = (start: number, end: number): void => {
    const cut = bestCut(rising, sums, start, end, options)
    if (cut !== undefined) frontier.push(cut)
  }
  grow(0, rising.length)
  const thresholds: number[] = []
  while (thresholds.length < options.maxLeafNodes - 1 && frontier.length > 0) {
    const best = frontier.reduce((first, cut) => (cut.improvement > first.improvement ? cut : first))
    frontier.splice(frontier.indexOf(best), 1)
    thresholds.push((rising[best.at - 1] ?? missing(rising, best.at - 1)) / 2 + (rising[best.at] ?? missing(rising, best.at)) / 2)
    grow(best.start, best.at)
    grow(best.at, best.end)
  }
  return thresholds.sort((a, b) => a - b)
}

function bestCut(
  rising: Float64Array,
  sums: Sums,
  start: number,
  end: number,
  { minSamplesLeaf, minImpurityDecrease }: TreeOptions,
): Cut | undefined {
  const least = Math.max(1, minSamplesLeaf)
  const impurity = sums.impurity(start, end)
  if (end - start < 2 * least || impurity <= PURE) return undefined
  let [at, purest] = [-1, Number.NEGATIVE_INFINITY]
  for (let place = start + least; place <= end - least; place++) {
    if (rising[place] === rising[place - 1]) continue
    const purity = sums.purity(start, place) + sums.purity(place, end)
    if (purity > purest) [at, purest] = [place, purity]
  }
  if (at < 0) return undefined
  const rows = end - start
  const left = (sums.impurity(start, at) * (at - start)) / rows
  const right = (sums.impurity(at, end) * (end - at)) / rows
  const improvement = (rows / rising.length) * (impurity - left - right)
  return improvement + PURE < minImpurityDecrease ? undefined : { start, end, at, improvement }
}
