/** The cells of a table as predictions read them. */

import { missing } from '../../core/at.ts'
import { InvalidDataError } from '../../core/errors.ts'
import { listed } from '../../core/excerpt.ts'
import { allRows, datesOfRows, numbersOfRows, wordOf } from '../../prepare/cells.ts'
import { writingOf } from '../../table/like.ts'
import type { Column, Table } from '../../table/table.ts'
import type { Cells } from '../predictor/cells.ts'
import type { AnswerColumn } from '../predictor/outside.ts'

/** @throws InvalidDataError naming columns that the table does not have, or the place of what is no number or date */
export function cellsOfTable(table: Table, columns: readonly AnswerColumn[]): ReadonlyMap<string, Cells> {
  const byName = new Map(table.columns.map((column) => [column.name, column]))
  const absent = columns.filter(({ name }) => !byName.has(name)).map(({ name }) => `"${name}"`)
  const unnamed = table.columns.every(({ name }) => /^column\d+$/.test(name))
  if (absent.length > 0 && unnamed)
    throw new InvalidDataError(
      `the answer was learned from columns with names, and the table has none: its first line is taken for a row; put the names above it: ${listed(columns.map(({ name }) => name))}`,
    )
  if (absent.length > 0)
    throw new InvalidDataError(
      `the answer was learned from ${absent.length === 1 ? 'the column' : 'columns'} ${listed(absent)}, which the table does not have; it has ${listed([...byName.keys()].map((name) => `"${name}"`))}; ${absent.length === 1 ? 'add it, with empty cells' : 'add them, with empty cells'} where nothing is known`,
    )
  return new Map(columns.map((one) => [one.name, cellsOf(table, byName.get(one.name) ?? missing(table.columns, 0), one)]))
}

function cellsOf(table: Table, column: Column, of: AnswerColumn): Cells {
  const { kind } = of
  if (kind === 'number') return { kind, values: numbersOfRows(table, column, allRows(table)) }
  if (kind === 'date') return { kind, values: datesOfRows(table, column, allRows(table), of.order) }
  if ('codes' in column) return { kind, words: column.categories, places: column.codes }
  const words: string[] = []
  const known = new Map<string, number>()
  const places = Int32Array.from({ length: table.rows }, (_, row) => {
    const word = wordOf(column, row)
    if (word === null) return -1
    const place = known.get(word) ?? words.push(word) - 1
    known.set(word, place)
    return place
  })
  return { kind, words, places }
}

/** What the training rows hold of the columns that an answer reads. */
export function answerColumns(
  table: Table,
  rows: ArrayLike<number>,
  columns: readonly { readonly name: string; readonly kind: Cells['kind'] }[],
): AnswerColumn[] {
  const byName = new Map(table.columns.map((column) => [column.name, column]))
  return columns.map(({ name, kind }): AnswerColumn => {
    const column = byName.get(name)
    if (column === undefined) throw new InvalidDataError(`the table has no column "${name}"`)
    if (kind === 'category') {
      const words = Array.from(rows, (row) => wordOf(column, row))
      const categories = [...new Set(words.filter((word) => word !== null))].sort()
      return { name, kind, categories, missing: words.filter((word) => word === null).length }
    }
    const values = (kind === 'number' ? numbersOfRows : datesOfRows)(table, column, rows)
    const present = values.filter((value) => !Number.isNaN(value))
    return {
      name,
      kind,
      low: present.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY),
      high: present.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY),
      missing: values.length - present.length,
      ...writingOf(column),
    }
  })
}
