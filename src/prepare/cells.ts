/** Cells of a table's columns as a preparation reads them: numbers, or the words of categories, whatever kind the file was read as. */

import { missing } from '../core/at.ts'
import { InvalidDataError } from '../core/errors.ts'
import { excerpt, listed } from '../core/excerpt.ts'
import { suggest } from '../core/suggest.ts'
import { categoryIndex } from '../data/categories.ts'
import { type DateOrder, timeOfText } from '../table/dates.ts'
import type { Column, Table } from '../table/table.ts'

/** Row numbers from 0. */
export type Rows = ArrayLike<number>

export function allRows(table: Table): Rows {
  const rows = new Uint32Array(table.rows)
  for (let row = 0; row < rows.length; row++) rows[row] = row
  return rows
}

/** Where a cell is, in the words that every message uses: the line of the file where it is known, else the row, from 1. */
export function placeOf(table: Table, name: string, row: number): string {
  const line = table.lines?.[row]
  return `${line === undefined ? `row ${row + 1}` : `line ${line}`}, column "${name}"`
}

/** The column of this name, or at this place (from 0; negative counts from the end). @throws InvalidDataError, suggesting a near name */
export function findColumn(table: Table, reference: string | number, field: string): Column {
  const { columns } = table
  // Names are read without the blanks around them.
  const column =
    typeof reference === 'number'
      ? columns.at(reference)
      : (columns.find(({ name }) => name === reference) ?? columns.find(({ name }) => name === reference.trim()))
  if (column !== undefined) return column
  if (typeof reference === 'number')
    throw new InvalidDataError(
      `${field} is ${reference}; there are ${columns.length} columns, so it must be from ${-columns.length} to ${columns.length - 1}`,
    )
  const names = columns.map(({ name }) => name)
  throw new InvalidDataError(
    `${field} is "${reference}"; there is no such column${suggest(reference, names) || `; there are ${listed(names.map((name) => `"${name}"`))}`}`,
  )
}

/** Whether the cell is empty. */
export function isMissing(column: Column, row: number): boolean {
  if ('values' in column) return Number.isNaN(column.values[row] ?? Number.NaN)
  if ('codes' in column) return (column.codes[row] ?? -1) < 0
  return (column.texts[row] ?? null) === null
}

/** A cell in words; null where it is missing. */
export function wordOf(column: Column, row: number): string | null {
  if (isMissing(column, row)) return null
  if ('codes' in column) return column.categories[column.codes[row] ?? -1] ?? null
  if ('texts' in column) return column.texts[row] ?? null
  const value = column.values[row] ?? Number.NaN
  return column.kind === 'date' ? new Date(value).toISOString() : String(value)
}

/** A cell as a number, NaN where it is missing. @throws InvalidDataError for words */
function numberOf(table: Table, column: Column, row: number): number {
  const word = 'values' in column ? undefined : wordOf(column, row)
  const value = 'values' in column ? (column.values[row] ?? Number.NaN) : word === null ? Number.NaN : Number(word)
  if (Number.isNaN(value) && !isMissing(column, row))
    throw new InvalidDataError(
      `${placeOf(table, column.name, row)}: "${excerpt(word ?? '')}" is not a number; correct it, or list the column under categorical or ignore`,
    )
  if (value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY)
    throw new InvalidDataError(
      `${placeOf(table, column.name, row)}: ${value} is not finite; correct it, or list the column under categorical or ignore`,
    )
  return value
}

/** The numbers of these rows, NaN where missing. @throws InvalidDataError */
export function numbersOfRows(table: Table, column: Column, rows: Rows): Float64Array {
  if ('values' in column) {
    // Of a million rows what counts is that nothing is called for most of them.
    const { values } = column
    const numbers = new Float64Array(rows.length)
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i] ?? missing(rows, i)
      const value = values[row] ?? Number.NaN
      numbers[i] = Number.isFinite(value) ? value : numberOf(table, column, row)
    }
    return numbers
  }
  return Float64Array.from({ length: rows.length }, (_, i) => numberOf(table, column, rows[i] ?? missing(rows, i)))
}

/** Milliseconds since 1970 of these rows. @param order what 03/04/2020 means where they are words @throws InvalidDataError for what is no date */
export function datesOfRows(table: Table, column: Column, rows: Rows, order?: DateOrder): Float64Array {
  if (column.kind === 'date')
    return Float64Array.from({ length: rows.length }, (_, i) => column.values[rows[i] ?? missing(rows, i)] ?? Number.NaN)
  return Float64Array.from({ length: rows.length }, (_, i) => {
    const row = rows[i] ?? missing(rows, i)
    const word = wordOf(column, row)
    const value = word === null ? Number.NaN : timeOfText(word, order)
    if (word !== null && Number.isNaN(value))
      throw new InvalidDataError(`${placeOf(table, column.name, row)}: "${excerpt(word)}" is not a date, as the column's were in training`)
    return value
  })
}

/**
 * Of these rows the place of each cell's category among `categories`: -1 where it is missing, -2 for a word that is none of them. `1` and `1.0` are
 * one category where all categories are numbers.
 */
export function codesOfRows(column: Column, categories: readonly string[], rows: Rows): Int32Array {
  const index = categoryIndex(categories)
  const found = new Map<string, number>()
  const codeOf = (word: string): number => {
    const known = found.get(word) ?? index(word) ?? -2
    found.set(word, known)
    return known
  }
  return Int32Array.from({ length: rows.length }, (_, i) => {
    const word = wordOf(column, rows[i] ?? missing(rows, i))
    return word === null ? -1 : codeOf(word)
  })
}

/** The categories of a column in its own order; of numbers, rising. */
export function categoriesOfColumn(column: Column, rows: Rows): string[] {
  const words = new Set<string>()
  for (let i = 0; i < rows.length; i++) {
    const word = wordOf(column, rows[i] ?? missing(rows, i))
    if (word !== null) words.add(word)
  }
  if ('codes' in column) return column.categories.filter((category) => words.has(category))
  if ('values' in column) return [...words].sort((a, b) => Number(a) - Number(b))
  return [...words].sort()
}
