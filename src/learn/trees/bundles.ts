/** Which features can share a column of codes: those of which no row has two away from their commonest bin. */

import { missing } from '../../core/at.ts'
import type { Steps } from '../../core/steps.ts'

/** Where a feature's bins are. */
export interface Bundle {
  readonly bins: number
  /** The column of codes; of a feature with one bin, -1. */
  readonly bundle: number
  /** The code of its first bin that has one. */
  readonly first: number
  /**
   * The bin without a code of its own: a row is in it whose code is none of this feature's. A feature that is alone in its bundle has a code for every bin, and
   * `bins` here.
   */
  readonly common: number
}

/** The codes of a bundle fit a byte. */
const MOST_CODES = 256

/** Bundles that a feature is tried in before it gets its own: tables with thousands of sparse columns stay affordable. */
const TRIES = 64

/** The bin that most rows are in, the lowest of equals. */
export function commonest(column: Uint8Array, bins: number): { bin: number; rows: number } {
  const counts = new Uint32Array(bins)
  for (let row = 0; row < column.length; row++) {
    const bin = column[row] ?? missing(column, row)
    counts[bin] = (counts[bin] ?? missing(counts, bin)) + 1
  }
  const rows = counts.reduce((most, count) => Math.max(most, count), 0)
  return { bin: counts.indexOf(rows), rows }
}

/** A bundle that others may join: the rows that are away from the commonest bin of one of its features. */
interface OpenBundle {
  readonly members: number[]
  readonly taken: Uint8Array
  codes: number
}

/** Deals features to bundles, greedily in their order; what has no partner is alone. */
export function* bundleFeatures(
  columns: readonly Uint8Array[],
  common: readonly { bin: number; rows: number }[],
  bins: readonly number[],
  rows: number,
): Steps<{ bundles: Bundle[]; sizes: number[] }> {
  const open: OpenBundle[] = []
  const alone: number[] = []
  for (let input = 0; input < columns.length; input++) {
    const column = columns[input] ?? missing(columns, input)
    const count = bins[input] ?? missing(bins, input)
    const { bin, rows: inCommon } = common[input] ?? missing(common, input)
    if (count < 2) continue
    if (inCommon * 2 < rows) {
      alone.push(input)
      continue
    }
    const found = open.slice(-TRIES).find((bundle) => bundle.codes + count - 1 <= MOST_CODES && isFree(bundle.taken, column, bin))
    const bundle = found ?? { members: [], taken: new Uint8Array(rows), codes: 1 }
    if (found === undefined) open.push(bundle)
    bundle.members.push(input)
    bundle.codes += count - 1
    for (let row = 0; row < rows; row++) if (column[row] !== bin) bundle.taken[row] = 1
    yield
  }
  const bundles: Bundle[] = bins.map((count) => ({ bins: count, bundle: -1, first: 0, common: count }))
  const sizes: number[] = []
  for (const { members, codes } of open) {
    if (members.length === 1) {
      alone.push(...members)
      continue
    }
    let first = 1
    for (const input of members) {
      const count = bins[input] ?? missing(bins, input)
      bundles[input] = { bins: count, bundle: sizes.length, first, common: (common[input] ?? missing(common, input)).bin }
      first += count - 1
    }
    sizes.push(codes)
  }
  for (const input of alone.sort((a, b) => a - b)) {
    const count = bins[input] ?? missing(bins, input)
    bundles[input] = { bins: count, bundle: sizes.length, first: 0, common: count }
    sizes.push(count)
  }
  return { bundles, sizes }
}

function isFree(taken: Uint8Array, column: Uint8Array, bin: number): boolean {
  for (let row = 0; row < column.length; row++) if (taken[row] === 1 && column[row] !== bin) return false
  return true
}
