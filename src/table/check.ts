/** What is given for a table, before anything reads it. */

import { InvalidDataError } from '../core/errors.ts'
import { isObject, shown } from '../core/shown.ts'
import type { Table } from './table.ts'

const MADE = 'it must be a table of typed columns, as readTable and typedTable make one'

/** What keeps a column from being one; undefined where nothing does. */
function faultOfColumn(column: unknown, rows: number): string | undefined {
  if (!isObject(column) || typeof column.name !== 'string' || typeof column.kind !== 'string') return 'is no column'
  const { kind, values, codes, texts, categories } = column
  const cells = kind === 'number' || kind === 'date' ? values : kind === 'category' || kind === 'boolean' ? codes : texts
  const isHeld = kind === 'text' || kind === 'id' ? Array.isArray(cells) : ArrayBuffer.isView(cells)
  if (!isHeld || (cells as ArrayLike<unknown>).length !== rows) return `of kind ${kind} does not hold ${rows} cells`
  return cells === codes && !Array.isArray(categories) ? 'has no categories' : undefined
}

/** @throws InvalidDataError for what is no table */
export function checkTypedTable(table: unknown): asserts table is Table {
  if (!isObject(table)) throw new InvalidDataError(`the table is ${shown(table)}; ${MADE}`)
  const { rows, columns, guesses } = table
  if (!(typeof rows === 'number' && Number.isInteger(rows) && rows >= 0))
    throw new InvalidDataError(`the table's rows are ${shown(rows)}; ${MADE}`)
  if (!Array.isArray(columns)) throw new InvalidDataError(`the table's columns are ${shown(columns)}; ${MADE}`)
  if (!Array.isArray(guesses) || !Array.from(guesses).every(isObject))
    throw new InvalidDataError(`the table's guesses are ${shown(guesses)}; ${MADE}`)
  for (const [i, column] of Array.from(columns).entries()) {
    const fault = faultOfColumn(column, rows)
    if (fault !== undefined) throw new InvalidDataError(`column ${i} of the table ${fault}; ${MADE}`)
  }
}
