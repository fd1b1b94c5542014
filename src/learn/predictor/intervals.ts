/** Intervals and sets of single rows by conformal prediction: the numbers were found on rows that no model was trained on. */

import { missing } from '../../core/at.ts'
import { damaged } from './faults.ts'

/** How wide intervals and sets are. Plain data. */
export type Intervals =
  /** A row whose models' answers have a standard deviation up to edges[0] has the half width widths[0], up to edges[1] widths[1], and so on. */
  | { readonly kind: 'numbers'; readonly level: number; readonly edges: readonly number[]; readonly widths: readonly number[] }
  /** A class is in the set of a row where its probability is at least `least`; the likeliest always is. */
  | { readonly kind: 'classes'; readonly level: number; readonly least: number }

/** @throws InvalidDataError */
export function checkIntervals(intervals: Intervals, isClasses: boolean): void {
  const { kind, level } = intervals
  const fits =
    kind === 'classes'
      ? isClasses && intervals.least >= 0
      : !isClasses && intervals.widths.length === intervals.edges.length + 1 && intervals.widths.every((width) => width >= 0)
  if (!fits || !(level > 0 && level < 1)) throw damaged('has intervals that do not fit what it predicts')
}

/** The half width of a row's interval. */
export function halfWidth({ edges, widths }: Extract<Intervals, { kind: 'numbers' }>, spread: number): number {
  const bin = edges.findIndex((edge) => spread <= edge)
  return bin < 0 ? (widths.at(-1) ?? missing(widths, -1)) : (widths[bin] ?? missing(widths, bin))
}
