/**
 * Piecewise-linear encoding of a number (Gorishniy, Rubachev & Babenko 2022: "On Embeddings for Numerical Features in Tabular Deep Learning",
 * equation 1), as the authors' package rtdl_num_embeddings 0.0.12 computes bins and encoding.
 */

import { missing } from '../../core/at.ts'
import type { Features } from './features.ts'
import { quantile } from './statistics.ts'
import { type TreeOptions, type TreeTarget, treeThresholds } from './tree.ts'

const distinct = (rising: readonly number[]): number[] => rising.filter((value, i) => value !== rising[i - 1])

/** Edges of bins that hold as many training values each; edges that fall together are one. */
export const quantileEdges = (rising: Float64Array, bins: number): number[] =>
  distinct(Array.from({ length: bins + 1 }, (_, i) => quantile(rising, i / bins)))

/** Edges where a decision tree of this column alone would cut it to tell the targets apart, and the least and greatest value. */
export function targetEdges(values: Float64Array, target: TreeTarget, options: TreeOptions): number[] {
  const [least, greatest] = values.reduce(([a, b], x) => [Math.min(a, x), Math.max(b, x)], [
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
  ] as [number, number])
  return distinct([least, ...treeThresholds(values, target, options), greatest].sort((a, b) => a - b))
}

/**
 * One number a bin: how much of it lies below x, from 0 to 1; the first bin goes on below 0 for what is less than all training values, the last
 * above 1.
 */
export function writePiecewiseLinear(x: number, edges: readonly number[], to: Features, at: number): void {
  const bins = edges.length - 1
  for (let bin = 0; bin < bins; bin++) {
    const low = edges[bin] ?? missing(edges, bin)
    const part = (x - low) / ((edges[bin + 1] ?? missing(edges, bin + 1)) - low)
    const floored = bin === 0 ? part : Math.max(part, 0)
    to[at + bin] = bin === bins - 1 ? floored : Math.min(floored, 1)
  }
}
