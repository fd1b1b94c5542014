// The leaves of a tree as boxes in the space of parameters.

import { missing } from '../../core/at.ts'
import type { Node } from './forest.ts'
import type { Bounds } from './table.ts'

const at = (values: readonly number[], i: number): number => values[i] ?? missing(values, i)

/** A leaf's box in the space of all columns. */
export interface LeafBox {
  readonly value: number
  /** The box in each column, as shares of its range: (columns), 0 … 1. */
  readonly low: readonly number[]
  readonly high: readonly number[]
}

/** The leaves of a tree; their boxes fill the space without overlap. */
export function leavesOf(root: Node, bounds: readonly Bounds[]): LeafBox[] {
  const leaves: LeafBox[] = []
  const visit = (node: Node, low: readonly number[], high: readonly number[]): void => {
    if (!('column' in node)) {
      leaves.push({ value: node.value, low, high })
      return
    }
    const share = shareOf(bounds[node.column], node.threshold)
    visit(node.below, low, high.with(node.column, share))
    visit(node.above, low.with(node.column, share), high)
  }
  visit(
    root,
    bounds.map(() => 0),
    bounds.map(() => 1),
  )
  return leaves
}

export const shareOf = (bounds: Bounds | undefined, x: number): number =>
  bounds === undefined ? Number.NaN : (x - bounds.low) / (bounds.high - bounds.low)

/** The share of the columns' space that the box takes. */
export const volume = ({ low, high }: LeafBox, columns: readonly number[]): number =>
  columns.reduce((product, column) => product * (at(high, column) - at(low, column)), 1)

/** The share of the columns' space that two boxes have in common. */
export function overlap(a: LeafBox, b: LeafBox, columns: readonly number[]): number {
  let product = 1
  for (const column of columns) {
    const width = Math.min(at(a.high, column), at(b.high, column)) - Math.max(at(a.low, column), at(b.low, column))
    if (width <= 0) return 0
    product *= width
  }
  return product
}
