// A table as it was read, all cells still text, and what its cells look like.

import { InvalidDataError } from '../core/errors.ts'
import { excerpt, listed } from '../core/excerpt.ts'
import { suggest } from '../core/suggest.ts'
import { decimal } from './categories.ts'
import type { ColumnEncoding } from './dataset.ts'

/** A column as it was read: text, null where the value is missing. */
export interface TableColumn {
  readonly name: string
  /** What the file itself says of the column (ARFF): its categories, or its kind. Absent where only the cells show it (CSV). */
  readonly declared?: 'numeric' | 'text' | { readonly categories: readonly string[] }
  readonly cells: readonly (string | null)[]
}

/** A file of rows and named columns, before anything was turned into numbers. */
export interface Table {
  readonly columns: readonly TableColumn[]
  /** The line of the file (from 1) on which each row starts. */
  readonly lines: readonly number[]
}

/** A one-hot column with more categories than this is considered free text or an identifier, and refused. */
const MAX_CATEGORIES = 256

const infinite = /^[+-]?inf(inity)?$/i

export function isNumber(cell: string): boolean {
  return decimal.test(cell) || infinite.test(cell)
}

/** Where a cell is, in the words every message uses. */
export function place(table: Table, column: TableColumn, row: number): string {
  return `line ${table.lines[row]}, column "${column.name}"`
}

/** The number a cell holds. Throws InvalidDataError with line and column if it is not a number, or beyond float32. */
export function toNumber(table: Table, column: TableColumn, row: number, cell: string): number {
  const value = decimal.test(cell) ? Number(cell) : Number.NaN
  if (Number.isFinite(Math.fround(value))) return value
  const problem = isNumber(cell) ? 'is not finite in float32' : 'is not a number'
  throw new InvalidDataError(
    `${place(table, column, row)}: "${excerpt(cell)}" ${problem}; correct it, or list the column under categorical or ignore`,
  )
}

/** The different values of a column: numbers in rising order, other text in the order of its code units, so that the order of rows does not matter. */
export function categoriesOf(column: TableColumn): string[] {
  const cells = column.cells.filter((cell) => cell !== null)
  if (cells.every((cell) => decimal.test(cell))) return [...new Set(cells.map(Number))].sort((a, b) => a - b).map(String)
  return [...new Set(cells)].sort()
}

/**
 * A column whose cells are all numbers is numeric; one where fewer than half are is categorical; in between, somebody mistyped
 * a number, and guessing "categorical" would hide it: throws InvalidDataError naming the line.
 */
export function looksNumeric(table: Table, column: TableColumn): boolean {
  if (column.declared !== undefined) return column.declared === 'numeric'
  let numbers = 0
  let firstText = -1
  let present = 0
  column.cells.forEach((cell, row) => {
    if (cell === null) return
    present++
    if (isNumber(cell)) numbers++
    else if (firstText < 0) firstText = row
  })
  if (numbers === present) return true
  if (numbers * 2 < present) return false
  const cell = column.cells[firstText]
  throw new InvalidDataError(
    `${place(table, column, firstText)}: "${excerpt(cell ?? '')}" is not a number, while ${numbers} of the column's ${present} values are; ` +
      `correct it, name it among missingMarkers, or list the column under categorical`,
  )
}

/** How a feature column becomes numbers. Throws InvalidDataError for text that is not a category. */
export function inferEncoding(table: Table, column: TableColumn, categorical: boolean): ColumnEncoding {
  const { name, declared } = column
  if (!categorical && declared === 'text')
    throw new InvalidDataError(`column "${name}" is declared as text, which is no feature; list it under ignore, or under categorical`)
  if (!categorical && looksNumeric(table, column)) return { name, kind: 'numeric' }
  const categories = typeof declared === 'object' ? declared.categories : categoriesOf(column)
  if (categories.length > MAX_CATEGORIES)
    throw new InvalidDataError(
      `column "${name}" has ${categories.length} different values, more than the ${MAX_CATEGORIES} a one-hot column may have; list it under ignore`,
    )
  return { name, kind: 'categorical', categories }
}

/** The column of this name, or at this place (from 0; negative counts from the end). Throws InvalidDataError, suggesting a near name. */
export function findColumn(table: Table, reference: string | number, field: string): TableColumn {
  const { columns } = table
  const column = typeof reference === 'number' ? columns.at(reference) : columns.find(({ name }) => name === reference)
  if (column) return column
  if (typeof reference === 'number')
    throw new InvalidDataError(
      `${field} is ${reference}; there are ${columns.length} columns, so it must be from ${-columns.length} to ${columns.length - 1}`,
    )
  const names = columns.map(({ name }) => name)
  throw new InvalidDataError(
    `${field} is "${reference}"; there is no such column${suggest(reference, names) || `; there are ${listed(names.map((name) => `"${name}"`))}`}`,
  )
}
