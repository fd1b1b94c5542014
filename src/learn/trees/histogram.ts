/**
 * Sums over a node's rows by bin. A bin has two numbers, the sum of first derivatives and the count of rows, or three, with the sum of second derivatives: these
 * are the count itself where each is 1.
 */

import { missing } from '../../core/at.ts'
import { PIECE, type Steps } from '../../core/steps.ts'
import type { Bins } from './bins.ts'

/** The derivatives of the loss by a row's score. */
export interface Derivatives {
  /** (rows) */
  readonly first: Float32Array
  /** (rows); absent where each is 1 */
  readonly second: Float32Array | undefined
}

/** The bundles that a tree uses, and where their bins begin in a histogram. */
export interface UsedBundles {
  readonly columns: Int32Array
  readonly offsets: Int32Array
}

/** Adds rows order[begin..end) to a histogram. */
export function* addRows(
  histogram: Float64Array,
  bins: Bins,
  used: UsedBundles,
  derivatives: Derivatives,
  order: Uint32Array,
  begin: number,
  end: number,
): Steps<void> {
  const piece = Math.max(1, Math.floor(PIECE / Math.max(1, used.columns.length)))
  for (let from = begin; from < end; from += piece) {
    if (from > begin) yield
    const to = Math.min(end, from + piece)
    if (derivatives.second === undefined) addFirst(histogram, bins.codes, bins.bundles, used, derivatives.first, order, from, to)
    else addBoth(histogram, bins.codes, bins.bundles, used, derivatives.first, derivatives.second, order, from, to)
  }
}

/** Two rows at a time, which saves a fifth: what they share is read once. Each bin's sums are still formed in the rows' order. */
function addFirst(
  histogram: Float64Array,
  codes: Uint8Array,
  bundles: number,
  { columns, offsets }: UsedBundles,
  first: Float32Array,
  order: Uint32Array,
  from: number,
  to: number,
): void {
  const width = columns.length
  for (let i = from; i < to; i += 2) {
    const row = order[i] ?? missing(order, i)
    const gradient = first[row] ?? missing(first, row)
    const start = row * bundles
    // The last of an odd number of rows stands beside itself, and counts 0.
    const isPair = i + 1 < to
    const other = isPair ? (order[i + 1] ?? missing(order, i + 1)) : row
    const otherGradient = isPair ? (first[other] ?? missing(first, other)) : 0
    const one = isPair ? 1 : 0
    const otherStart = other * bundles
    for (let j = 0; j < width; j++) {
      const column = columns[j] ?? missing(columns, j)
      const offset = offsets[j] ?? missing(offsets, j)
      const k = offset + 2 * (codes[start + column] ?? missing(codes, start + column))
      const l = offset + 2 * (codes[otherStart + column] ?? missing(codes, otherStart + column))
      histogram[k] = (histogram[k] ?? missing(histogram, k)) + gradient
      histogram[k + 1] = (histogram[k + 1] ?? missing(histogram, k + 1)) + 1
      histogram[l] = (histogram[l] ?? missing(histogram, l)) + otherGradient
      histogram[l + 1] = (histogram[l + 1] ?? missing(histogram, l + 1)) + one
    }
  }
}

function addBoth(
  histogram: Float64Array,
  codes: Uint8Array,
  bundles: number,
  { columns, offsets }: UsedBundles,
  first: Float32Array,
  second: Float32Array,
  order: Uint32Array,
  from: number,
  to: number,
): void {
  const width = columns.length
  for (let i = from; i < to; i += 2) {
    const row = order[i] ?? missing(order, i)
    const gradient = first[row] ?? missing(first, row)
    const hessian = second[row] ?? missing(second, row)
    const start = row * bundles
    const isPair = i + 1 < to
    const other = isPair ? (order[i + 1] ?? missing(order, i + 1)) : row
    const otherGradient = isPair ? (first[other] ?? missing(first, other)) : 0
    const otherHessian = isPair ? (second[other] ?? missing(second, other)) : 0
    const one = isPair ? 1 : 0
    const otherStart = other * bundles
    for (let j = 0; j < width; j++) {
      const column = columns[j] ?? missing(columns, j)
      const offset = offsets[j] ?? missing(offsets, j)
      const k = offset + 3 * (codes[start + column] ?? missing(codes, start + column))
      const l = offset + 3 * (codes[otherStart + column] ?? missing(codes, otherStart + column))
      histogram[k] = (histogram[k] ?? missing(histogram, k)) + gradient
      histogram[k + 1] = (histogram[k + 1] ?? missing(histogram, k + 1)) + 1
      histogram[k + 2] = (histogram[k + 2] ?? missing(histogram, k + 2)) + hessian
      histogram[l] = (histogram[l] ?? missing(histogram, l)) + otherGradient
      histogram[l + 1] = (histogram[l + 1] ?? missing(histogram, l + 1)) + one
      histogram[l + 2] = (histogram[l + 2] ?? missing(histogram, l + 2)) + otherHessian
    }
  }
}

/** What is left of a parent's sums without one child's is the other child's; it replaces the parent's. */
export function subtract(parent: Float64Array, child: Float64Array): void {
  for (let k = 0; k < parent.length; k++) parent[k] = (parent[k] ?? missing(parent, k)) - (child[k] ?? missing(child, k))
}
