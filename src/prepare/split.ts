/** From a table to rows to train on and rows to test on: which rows can be used, which of them test, and what is learned of the others alone. */

import { missing } from '../core/at.ts'
import { InvalidDataError } from '../core/errors.ts'
import { checkOptions } from '../data/check.ts'
import { type FoldOptions, foldRows, type RowSplit, type SplitOptions, splitRows } from '../data/split.ts'
import type { Table } from '../table/table.ts'
import { type PreparedDataset, prepare, unseenText } from './apply.ts'
import { codesOfRows, findColumn, type Rows } from './cells.ts'
import { fitPreparation } from './fit.ts'
import type { PrepareOptions } from './options.ts'
import type { Preparation } from './preparation.ts'
import { usableRows } from './rows.ts'
import { foldsBy, type SplitByOptions, splitBy } from './splitBy.ts'
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
  return preparedParts(table, partsOf(table, options, test))
}

/**
 * The training rows of `prepareTable` in folds, each of which is the test once: what is learned for a fold is learned of its own training rows, so
 * that no row that judges has been seen. Rows are dealt out as `kFolds` deals them, by class where there are classes; where whole groups are tested on, no
 * group is cut by a fold either.
 */
export function prepareFolds(
  table: Table,
  options: PrepareOptions,
  test: SplitOptions | SplitByOptions | false,
  folds: Pick<FoldOptions, 'folds' | 'seed'>,
): PreparedTable[] {
  const { train: rows, options: own } = partsOf(table, options, test)
  const { task, classes } = classesOf(table, rows, own)
  const byGroup = test !== false && 'by' in test ? foldsBy(table, rows, test, folds.folds ?? 5, folds.seed) : undefined
  const dealt = byGroup ?? foldRows(rows.length, { ...folds, stratify: task !== 'regression' }, classes)
  return dealt.map((fold) => preparedParts(table, { ...pick(rows, fold), options: own, said: [] }))
}

/** Which rows of the table `prepareTable` tests on, in the order of `test`. */
export const testRowsOf = (table: Table, options: PrepareOptions, test: SplitOptions | SplitByOptions): Rows =>
  partsOf(table, options, test).test ?? new Uint32Array(0)

/** Rows of a table to train on and to test on, and how they are prepared. */
interface Parts {
  readonly train: Rows
  readonly test: Rows | undefined
  readonly options: PrepareOptions
  readonly said: readonly string[]
}

function partsOf(table: Table, options: PrepareOptions, test: SplitOptions | SplitByOptions | false): Parts {
  if (test !== false) checkOptions(test, 'prepareTable')
  const { rows, said } = usableRows(table, options)
  if (test === false) return { train: rows, test: undefined, options, said }
  if ('by' in test) {
    const split = splitBy(table, rows, test)
    const column = findColumn(table, test.by, 'by')
    // A column of groups is not learned from: test rows have none of those that training has.
    const ignore = 'values' in column ? options.ignore : [...(options.ignore ?? []), column.name]
    return { ...pick(rows, split), options: { ...options, ignore }, said: [...said, split.said] }
  }
  const { task, classes } = classesOf(table, rows, options)
  const stratify = test.stratify ?? (test.shuffle !== false && task !== 'regression')
  return { ...pick(rows, splitRows(rows.length, { ...test, stratify }, classes)), options, said }
}

const pick = (rows: Rows, { train, test }: RowSplit) => ({
  train: train.map((i) => rows[i] ?? missing(rows, i)),
  test: test.map((i) => rows[i] ?? missing(rows, i)),
})

function preparedParts(table: Table, { train, test, options, said }: Parts): PreparedTable {
  const preparation = fitPreparation(table, train, options)
  const tested = test && prepare(preparation, table, test)
  const strange = unseenText(tested?.unseen ?? []).map((line) => `of the test rows, ${line}`)
  return { train: prepare(preparation, table, train, { training: true }), test: tested, preparation, said: [...said, ...strange] }
}

/** The classes of rows, where somebody asks for them. */
function classesOf(table: Table, rows: Rows, options: PrepareOptions) {
  const { task, classNames } = taskOf(table, targetColumns(table, options), options)
  return { task, classes: () => ({ labels: labelsOf(table, rows, options, classNames), classNames }) }
}

/** @throws InvalidDataError for real numbers, which have no classes to stratify by */
function labelsOf(table: Table, rows: Rows, options: PrepareOptions, classNames: readonly string[]): Int32Array {
  if (classNames.length === 0)
    throw new InvalidDataError('the targets are real numbers (task: regression): there are no classes to stratify by')
  const [column] = targetColumns(table, options)
  return codesOfRows(column ?? findColumn(table, -1, 'target'), classNames, rows)
}
