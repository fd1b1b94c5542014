// The row that is tried: its first values, and the values that a column can be given.

import type { Found } from '../../answers.ts'

export type TriedRow = Readonly<Record<string, string | number | null>>

/** The table's usual row, with what a person has said already. */
export const usualRow = ({ columns, usual }: Found, said: TriedRow): TriedRow =>
  Object.fromEntries(columns.map(({ name }) => [name, (Object.hasOwn(said, name) ? said[name] : usual[name]) ?? null]))

export interface SliderRange {
  readonly min: number
  readonly max: number
  readonly step: number
}

/** A quarter of what was seen beyond either end, so that one can go outside; no further than 0 where nothing was below it. */
export function sliderOf({ low, high }: { readonly low: number; readonly high: number }, isWhole: boolean): SliderRange {
  const range = high - low || Math.abs(high) || 1
  const step = isWhole ? 1 : 10 ** Math.floor(Math.log10(range / 100))
  const min = low >= 0 ? Math.max(0, low - range / 4) : low - range / 4
  const round = (value: number): number => Number((Math.round(value / step) * step).toPrecision(12))
  return { min: round(min), max: round(high + range / 4), step }
}
