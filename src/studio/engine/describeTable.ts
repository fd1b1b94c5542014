// Describes a table for the page.

import { missing } from '../../core/at.ts'
import { InvalidDataError } from '../../core/errors.ts'
import { dateText } from '../../core/figures.ts'
import type { Task } from '../../data/dataset.ts'
import { seemsToGroup } from '../../learn/grouping.ts'
import { areClasses } from '../../table/classNumbers.ts'
import { describeTable as describeColumns, type ColumnDescription as Summary } from '../../table/describe.ts'
import type { Column, Table } from '../../table/table.ts'
import type { DataSource } from '../config.ts'
import type { ColumnDescription, DataDescription } from '../description.ts'

const PREVIEW_ROWS = 8
const EXAMPLES = 5
/** Rows are counted by value up to this many different values. */
const COUNTED = 20
/** Whole numbers with at most this many values may be classes, even where they are not taken for them. */
const PERHAPS_CLASSES = 30
/** As many as one-hot columns may have. */
const MAX_CATEGORIES = 256

/** What people call the column that they want to predict. */
const TARGET_NAMES = /^(class|target|label|outcome|y|species|diagnosis|survived|quality)$/i

export function describeTable(table: Table, source: DataSource, title: string): DataDescription {
  const summaries = describeColumns(table).columns
  const columns = table.columns.map((column, i) => describeColumn(column, summaries[i] ?? missing(summaries, i), table.rows))
  const possible = columns.filter(({ tasks, doubt }) => tasks.length > 0 && doubt === undefined)
  const target = possible.find(({ name }) => TARGET_NAMES.test(name)) ?? possible.at(-1)
  if (target === undefined || columns.length < 2)
    throw new InvalidDataError(
      `${title} has ${columns.length} ${columns.length === 1 ? 'column' : 'columns'}, and none that a network could learn from the others: it needs a target of several values, and at least one feature`,
    )
  const { rows, guesses, problems } = table
  return {
    ...{ source, title, rows, testRows: 0, columns, images: undefined, target: target.name, guesses, problems },
    preview: Array.from({ length: Math.min(rows, PREVIEW_ROWS) }, (_, row) => table.columns.map((column) => textOf(column, row))),
  }
}

function describeColumn(column: Column, { distinct, min, max, mean }: Summary, rows: number): ColumnDescription {
  const { name, kind, why, missing: absent } = column
  const values = distinct <= MAX_CATEGORIES ? valuesOf(column) : new Map<string, number>()
  const numbers = 'values' in column && kind === 'number' ? column.values : undefined
  return {
    ...{ name, kind, why, missing: absent, distinct },
    range:
      numbers !== undefined && min !== undefined && max !== undefined && mean !== undefined && distinct > 0
        ? { min, max, mean }
        : undefined,
    examples: distinct <= MAX_CATEGORIES ? [...values.keys()].slice(0, EXAMPLES) : firstOf(column),
    ...(distinct <= COUNTED && { counts: Array.from(values, ([value, rows]) => ({ value, rows })) }),
    tasks: tasksOf(column, distinct),
    doubt: doubtOf(column, distinct),
    ...(kind !== 'date' && seemsToGroup(name, distinct, rows) && { isOfSeveral: true }),
  }
}

/** The different values with how many rows have each: numbers by size, words in the table's order. */
function valuesOf(column: Column): Map<string, number> {
  if ('categories' in column) {
    const counts = new Uint32Array(column.categories.length)
    for (const code of column.codes) if (code >= 0) counts[code] = (counts[code] ?? missing(counts, code)) + 1
    return new Map(
      column.categories.map((name, i): [string, number] => [name, counts[i] ?? missing(counts, i)]).filter(([, rows]) => rows > 0),
    )
  }
  const counts = new Map<string | number, number>()
  for (const cell of 'values' in column ? column.values : column.texts)
    if (cell !== null && !Number.isNaN(cell)) counts.set(cell, (counts.get(cell) ?? 0) + 1)
  const all = [...counts]
  if ('values' in column) all.sort(([a], [b]) => Number(a) - Number(b))
  return new Map(all.map(([value, rows]) => [column.kind === 'date' ? dateText(Number(value)) : String(value), rows]))
}

const firstOf = (column: Column): string[] => {
  const rows = 'codes' in column ? column.codes.length : 'values' in column ? column.values.length : column.texts.length
  const texts = Array.from({ length: Math.min(rows, COUNTED) }, (_, row) => textOf(column, row)).filter((text) => text !== null)
  return [...new Set(texts)].slice(0, EXAMPLES)
}

/** A cell as a person would write it; null where it is missing. */
export function textOf(column: Column, row: number): string | null {
  if ('texts' in column) return column.texts[row] ?? null
  if ('codes' in column) return column.categories[column.codes[row] ?? -1] ?? null
  const value = column.values[row] ?? Number.NaN
  if (Number.isNaN(value)) return null
  return column.kind === 'date' ? dateText(value) : String(value)
}

/** What it may be as a target, likeliest first. */
function tasksOf(column: Column, distinct: number): Task[] {
  const { name, kind } = column
  if (distinct < 2 || kind === 'date' || kind === 'text' || kind === 'id') return []
  const classes = distinct === 2 ? 'binary' : 'multiclass'
  if (kind !== 'number') return distinct <= MAX_CATEGORIES ? [classes] : []
  if (areClasses(name, column.values)) return [classes, 'regression']
  const isWhole = distinct <= PERHAPS_CLASSES && column.values.every((value) => Number.isNaN(value) || Number.isInteger(value))
  return isWhole ? ['regression', classes] : ['regression']
}

function doubtOf({ kind, why }: Column, distinct: number): string | undefined {
  if (distinct === 0) return 'it has no values'
  if (distinct === 1) return 'all its values are the same'
  return kind === 'text' || kind === 'id' ? why : undefined
}
