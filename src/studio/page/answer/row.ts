// The row that is tried: its first values, and the values that a column can be given.

import type { AnswerColumn } from '../../../learn/predictor/outside.ts'
import type { Found } from '../../answers.ts'

export type TriedRow = Readonly<Record<string, string | number | null>>

/** Milliseconds. */
const DAY = 864e5

/** The table's usual row, with what a person has said already. */
export const usualRow = ({ columns, usual }: Found, said: TriedRow): TriedRow =>
  Object.fromEntries(columns.map(({ name }) => [name, (Object.hasOwn(said, name) ? said[name] : usual[name]) ?? null]))

/** A column of dates as fields take it: to the day, or to the second where some of it has a time of the day. In UTC, as ISO 8601 writes it. */
export function dayOf({ low, high }: Extract<AnswerColumn, { low: number }>) {
  const [type, letters] = low % DAY === 0 && high % DAY === 0 ? (['date', 10] as const) : (['datetime-local', 19] as const)
  return { type, text: (time: number): string => new Date(time).toISOString().slice(0, letters) }
}

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
