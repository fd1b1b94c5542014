// Describes a table for the page.

import { InvalidDataError } from '../../core/errors.ts'
import type { Task } from '../../data/dataset.ts'
import { categoriesOf, looksNumeric, type Table, type TableColumn } from '../../data/table.ts'
import type { DataSource } from '../config.ts'
import type { ColumnDescription, DataDescription } from '../description.ts'

const PREVIEW_ROWS = 8
const EXAMPLES = 5
/** Rows are counted by value up to this many different values. */
const COUNTED = 20
/** Whole numbers with at most this many values are probably classes; with at most the second number, perhaps. */
const CLASSES = { probably: 10, perhaps: 30 }
/** As many as one-hot columns may have. */
const MAX_CATEGORIES = 256

/** What people call the column that they want to predict. */
const TARGET_NAMES = /^(class|target|label|outcome|y|species|diagnosis|survived|quality)$/i
const IDENTIFIER_NAMES = /^(id|index|row|nr|no|number|key|uuid)$|(_id|Id)$/

export function describeTable(table: Table, source: DataSource, title: string): DataDescription {
  const columns = table.columns.map((column) => describeColumn(table, column))
  const possible = columns.filter(({ tasks, doubt }) => tasks.length > 0 && doubt === undefined)
  const target = possible.find(({ name }) => TARGET_NAMES.test(name)) ?? possible.at(-1)
  if (target === undefined || columns.length < 2)
    throw new InvalidDataError(
      `${title} has ${columns.length} ${columns.length === 1 ? 'column' : 'columns'}, and none that a network could learn from the others: it needs a target of several values, and at least one feature`,
    )
  return {
    source,
    title,
    rows: table.lines.length,
    testRows: 0,
    columns,
    preview: table.lines.slice(0, PREVIEW_ROWS).map((_, row) => table.columns.map(({ cells }) => cells[row] ?? null)),
    images: undefined,
    target: target.name,
  }
}

function describeColumn(table: Table, column: TableColumn): ColumnDescription {
  const present = column.cells.filter((cell) => cell !== null)
  const { numeric, fault } = kindOf(table, column)
  const values = numeric ? [...new Set(present.map(Number))] : categoriesOf(column)
  const [rows, distinct] = [present.length, values.length]
  return {
    name: column.name,
    kind: numeric ? 'number' : 'category',
    missing: column.cells.length - rows,
    distinct,
    range: numeric && rows > 0 ? rangeOf(present.map(Number)) : undefined,
    examples: values.slice(0, EXAMPLES).map(String),
    ...(distinct <= COUNTED && { counts: countsOf(numeric ? present.map(Number) : present, values) }),
    tasks: fault === undefined ? tasksOf(numeric, values) : [],
    doubt: fault ?? doubtOf(column.name, numeric, values, rows),
  }
}

function countsOf(cells: readonly (string | number)[], values: readonly (string | number)[]): { value: string; rows: number }[] {
  const rows = new Map<string | number, number>()
  for (const cell of cells) rows.set(cell, (rows.get(cell) ?? 0) + 1)
  return values.map((value) => ({ value: String(value), rows: rows.get(value) ?? 0 }))
}

/** A column that is neither numbers nor words is described as words, with what is wrong about it. */
function kindOf(table: Table, column: TableColumn): { numeric: boolean; fault?: string } {
  try {
    return { numeric: looksNumeric(table, column) }
  } catch (error) {
    if (!(error instanceof InvalidDataError)) throw error
    return { numeric: false, fault: error.message }
  }
}

function rangeOf(values: readonly number[]) {
  let [min, max, sum] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0]
  for (const value of values) {
    min = Math.min(min, value)
    max = Math.max(max, value)
    sum += value
  }
  return { min, max, mean: sum / values.length }
}

function tasksOf(numeric: boolean, values: readonly (string | number)[]): Task[] {
  const count = values.length
  if (count < 2) return []
  if (!numeric) return count === 2 ? ['binary'] : count <= MAX_CATEGORIES ? ['multiclass'] : []
  if (count === 2) return ['binary', 'regression']
  if (!values.every(Number.isInteger) || count > CLASSES.perhaps) return ['regression']
  return count <= CLASSES.probably ? ['multiclass', 'regression'] : ['regression', 'multiclass']
}

function doubtOf(name: string, numeric: boolean, values: readonly (string | number)[], rows: number): string | undefined {
  const distinct = values.length
  if (distinct === 0) return 'it has no values'
  if (distinct === 1) return 'all its values are the same'
  if (!numeric && distinct > MAX_CATEGORIES) return `it has ${distinct} different texts, too many for categories`
  if (!numeric && distinct > 20 && distinct > rows / 2) return 'nearly every row has a text of its own, as names and identifiers have'
  if (numeric && distinct === rows && IDENTIFIER_NAMES.test(name) && values.every(Number.isInteger)) return 'it seems to number the rows'
  return undefined
}
