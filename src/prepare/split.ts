/** From a table to rows to train on and rows to test on: which rows can be used, which of them test, and what is learned of the others alone. */

import { missing } from '../core/at.ts'
import { InvalidDataError } from '../core/errors.ts'
import { checkOptions } from '../data/check.ts'
import { type RowSplit, type SplitOptions, splitRows } from '../data/split.ts'
import type { Table } from '../table/table.ts'
import { type PreparedDataset, prepare, unseenText } from './apply.ts'
import { codesOfRows, findColumn, type Rows } from './cells.ts'
import { fitPreparation } from './fit.ts'
import type { PrepareOptions } from './options.ts'
import type { Preparation } from './preparation.ts'
import { usableRows } from './rows.ts'
import { type SplitByOptions, splitBy } from './splitBy.ts'
import { targetColumns, taskOf } from './target.ts'

/** What `prepareTable` makes of a table. */
export interface PreparedTable {
  readonly train: PreparedDataset
  /** Absent where there is no row to test on. */
  readonly test: PreparedDataset | undefined
  readonly preparation: Preparation
  /** What a person should know of the rows: those that were dropped, and categories of test rows that no training row has. */
  readonly said: readonly string[]
}

/**
 * Reads no file and guesses nothing of it: drops the rows that cannot be used, splits the rest, learns a preparation of the training rows and applies it
 * to both parts. Rows come in the order in which `trainTestSplit` deals them out; classes are stratified by default.
 * @param test how rows are split, 20 % to test on by default; `by` a column: by dates and numbers the last rows are the test, by others whole groups
 * are; false trains on all rows
 * @throws InvalidDataError, InvalidSpecError as fitPreparation and trainTestSplit
 */
export function prepareTable(table: Table, options: PrepareOptions, test: SplitOptions | SplitByOptions | false = {}): PreparedTable {
  if (test !== false) checkOptions(test, 'prepareTable')
  const { rows, said } = usableRows(table, options)
  if (test !== false && 'by' in test) return preparedBy(table, rows, options, test, said)
  if (test === false) {
    const preparation = fitPreparation(table, rows, options)
    return { train: prepare(preparation, table, rows, { training: true }), test: undefined, preparation, said }
  }
  const { task, classNames } = taskOf(table, targetColumns(table, options), options)
  const split = splitRows(rows.length, { ...test, stratify: test.stratify ?? (test.shuffle !== false && task !== 'regression') }, () => ({
    labels: labelsOf(table, rows, options, classNames),
    classes: classNames.length,
  }))
  return preparedParts(table, rows, options, split, said)
}

function preparedParts(table: Table, rows: Rows, options: PrepareOptions, split: RowSplit, said: readonly string[]): PreparedTable {
  const parts = { train: split.train.map((i) => rows[i] ?? missing(rows, i)), test: split.test.map((i) => rows[i] ?? missing(rows, i)) }
  const preparation = fitPreparation(table, parts.train, options)
  const tested = prepare(preparation, table, parts.test)
  const strange = unseenText(tested.unseen).map((line) => `of the test rows, ${line}`)
  return { train: prepare(preparation, table, parts.train, { training: true }), test: tested, preparation, said: [...said, ...strange] }
}

/** A column of groups is not learned from: test rows have none of those that training has. */
function preparedBy(table: Table, rows: Rows, options: PrepareOptions, test: SplitByOptions, said: readonly string[]): PreparedTable {
  const split = splitBy(table, rows, test)
  const column = findColumn(table, test.by, 'by')
  const ignore = 'values' in column ? options.ignore : [...(options.ignore ?? []), column.name]
  return preparedParts(table, rows, { ...options, ignore }, split, [...said, split.said])
}

/** @throws InvalidDataError for real numbers, which have no classes to stratify by */
function labelsOf(table: Table, rows: Rows, options: PrepareOptions, classNames: readonly string[]): Int32Array {
  if (classNames.length === 0)
    throw new InvalidDataError('the targets are real numbers (task: regression): there are no classes to stratify by')
  const [column] = targetColumns(table, options)
  return codesOfRows(column ?? findColumn(table, -1, 'target'), classNames, rows)
}
