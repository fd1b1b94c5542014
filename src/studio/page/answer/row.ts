// The row that is tried: its first values, and the values that a column can be given.

import type { Cell, RawRow } from '../../../learn/predictor/cells.ts'
import type { AnswerColumn } from '../../../learn/predictor/outside.ts'
import type { Found } from '../../answers.ts'

export type TriedRow = Readonly<Record<string, string | number | null>>

const valuesOf = (rows: readonly RawRow[], name: string): (string | number)[] =>
  rows.map((row) => row[name]).filter((cell): cell is string | number => typeof cell === 'number' || typeof cell === 'string')

/** A usual row: the middle of numbers, the most frequent of categories. What a person has said already stays, where the column is still there. */
export function usualRow({ columns, rows }: Found, said: TriedRow): TriedRow {
  return Object.fromEntries(
    columns.map((column) => [column.name, Object.hasOwn(said, column.name) ? (said[column.name] ?? null) : usualOf(column, rows)]),
  )
}

function usualOf({ name, kind }: AnswerColumn, rows: readonly RawRow[]): string | number | null {
  const values = valuesOf(rows, name)
  if (values.length === 0) return null
  if (kind !== 'category') {
    const sorted = values.map(Number).sort((a, b) => a - b)
    return sorted[Math.floor(sorted.length / 2)] ?? null
  }
  const counts = new Map<string | number, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return [...counts].reduce((most, one) => (one[1] > most[1] ? one : most))[0]
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

/** Whether all that was seen of a column are whole numbers. */
export const isWhole = (rows: readonly RawRow[], name: string): boolean =>
  valuesOf(rows, name).every((value: Cell) => Number.isInteger(value))

const POINTS = 13
const CATEGORIES = 12

/** The values over which a curve is drawn. */
export function gridFor(column: AnswerColumn): (string | number)[] {
  if (column.kind === 'category') return column.categories.slice(0, CATEGORIES)
  const { low, high } = column
  return low === high ? [low] : Array.from({ length: POINTS }, (_, i) => low + ((high - low) * i) / (POINTS - 1))
}
