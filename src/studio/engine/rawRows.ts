// Some rows of a table as a person would write them.

import type { Cell, RawRow } from '../../learn/predictor/cells.ts'
import type { AnswerColumn } from '../../learn/predictor/outside.ts'
import type { Column, Table } from '../../table/table.ts'
import type { Found } from '../answers.ts'

/** Enough for a curve of what the answer says on average, few enough to be asked again and again. */
const ROWS = 40

/** Rows from all over the table, of the columns that an answer reads. */
export function rawRows(table: Table, columns: readonly AnswerColumn[]): RawRow[] {
  const count = Math.min(ROWS, table.rows)
  const own = columns.flatMap(({ name }) => table.columns.filter((column) => column.name === name))
  return Array.from({ length: count }, (_, i) => {
    const row = Math.floor(((i + 0.5) * table.rows) / count)
    return Object.fromEntries(own.map((column) => [column.name, cellOf(column, row)]))
  })
}

export type Usual = Pick<Found, 'usual' | 'whole'>

/** The middle of numbers, the most frequent of categories; and which columns hold whole numbers alone. */
export function usualOf({ columns }: Table): Usual {
  const own = columns.filter(({ kind }) => kind !== 'text' && kind !== 'id')
  return {
    usual: Object.fromEntries(own.map((column) => [column.name, usualCell(column)])),
    whole: own.flatMap((column) =>
      column.kind === 'number' && column.values.every((value) => Number.isNaN(value) || Number.isInteger(value)) ? [column.name] : [],
    ),
  }
}

function usualCell(column: Column): string | number | null {
  if ('values' in column) {
    const known = column.values.filter((value) => !Number.isNaN(value)).sort()
    return known[Math.floor(known.length / 2)] ?? null
  }
  const counts = new Map<string, number>()
  const words = 'codes' in column ? Array.from(column.codes, (code) => column.categories[code] ?? null) : column.texts
  for (const word of words) if (word !== null) counts.set(word, (counts.get(word) ?? 0) + 1)
  return [...counts].reduce<readonly [string | null, number]>((most, one) => (one[1] > most[1] ? one : most), [null, 0])[0]
}

function cellOf(column: Column, row: number): Cell {
  if ('texts' in column) return column.texts[row] ?? null
  if ('codes' in column) return column.categories[column.codes[row] ?? -1] ?? null
  const value = column.values[row] ?? Number.NaN
  return Number.isNaN(value) ? null : value
}
