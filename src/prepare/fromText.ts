/** A table of cells of text, as `parseCsvTable` and `parseArffTable` give it, as a table of typed columns. */

import { InvalidSpecError } from '../core/errors.ts'
import { shown } from '../core/shown.ts'
import { categoryIndex } from '../data/categories.ts'
import { checkOptions, checkTable } from '../data/check.ts'
import { categoriesOf, looksNumeric, type TableColumn, type Table as TextTable, toNumber } from '../data/table.ts'
import type { CategoryColumn, Column, NumberColumn, Table, TextColumn } from '../table/table.ts'

/** As many categories as a one-hot column may have; a column of more is free text. */
const MAX_CATEGORIES = 256

/** What is known of columns, by their names. */
export interface TypedTableOptions {
  /** Left out, whatever is in them. */
  readonly ignore?: readonly string[]
  /** Categories, also where all are numbers. */
  readonly categorical?: readonly string[]
}

/**
 * Columns whose cells are all numbers are numbers, others categories, as `encodeTable` takes them; text of more than 256 different values is left as
 * text. ARFF's own word on a column goes before. Numbers stay float64.
 * @throws InvalidDataError by line and column for a cell that is no number in a column of numbers
 */
export function typedTable(table: TextTable, options: TypedTableOptions = {}): Table {
  checkOptions(options, 'typedTable')
  const { ignore = [], categorical = [] } = options
  checkTable(table)
  checkNames({ ignore, categorical })
  const used = table.columns.filter(({ name }) => !ignore.includes(name))
  const columns = used.map((column) => typedColumn(table, column, categorical.includes(column.name)))
  return { rows: table.lines.length, columns, guesses: [], problems: [], lines: Int32Array.from(table.lines) }
}

function typedColumn(table: TextTable, column: TableColumn, isCategory: boolean): Column {
  const { name, declared, cells } = column
  const missing = cells.filter((cell) => cell === null).length
  if (declared === 'text' && !isCategory)
    return { kind: 'text', name, why: 'the file declares it as text', missing, texts: cells } satisfies TextColumn
  if (!isCategory && looksNumeric(table, column)) {
    const values = Float64Array.from(cells, (cell, row) => (cell === null ? Number.NaN : toNumber(table, column, row, cell)))
    const why = declared === 'numeric' ? 'the file declares it as numeric' : 'all its values are numbers'
    return { kind: 'number', name, why, missing, values } satisfies NumberColumn
  }
  const categories = typeof declared === 'object' ? declared.categories : categoriesOf(column)
  if (categories.length > MAX_CATEGORIES && typeof declared !== 'object')
    return { kind: 'text', name, why: `it has ${categories.length} different values, more than categories have`, missing, texts: cells }
  const index = categoryIndex(categories)
  return {
    kind: 'category',
    name,
    why:
      typeof declared === 'object'
        ? 'the file declares its categories'
        : isCategory
          ? 'it is listed under categorical'
          : 'its values are words',
    missing,
    categories,
    codes: Int32Array.from(cells, (cell) => (cell === null ? -1 : (index(cell) ?? -1))),
  } satisfies CategoryColumn
}

/** @throws InvalidSpecError */
function checkNames(options: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(options))
    if (!Array.isArray(value) || !Array.from(value).every((one) => typeof one === 'string'))
      throw new InvalidSpecError(`${name} of the options of typedTable is ${shown(value)}; it must be an array of names of columns`)
}
