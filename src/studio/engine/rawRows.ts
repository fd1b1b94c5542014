// Some rows of a table as a person would write them.

import type { Cell, RawRow } from '../../learn/predictor/cells.ts'
import type { AnswerColumn } from '../../learn/predictor/outside.ts'
import type { Column, Table } from '../../table/table.ts'

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

function cellOf(column: Column, row: number): Cell {
  if ('texts' in column) return column.texts[row] ?? null
  if ('codes' in column) return column.categories[column.codes[row] ?? -1] ?? null
  const value = column.values[row] ?? Number.NaN
  return Number.isNaN(value) ? null : value
}
