// Encodes the columns of a table as features and targets.

import { InvalidDataError } from '../core/errors.ts'
import { excerpt, listed } from '../core/excerpt.ts'
import { suggest } from '../core/suggest.ts'
import { categoryIndex } from './categories.ts'
import { checkEncoding, checkTable, checkTableOptions } from './check.ts'
import type { ColumnEncoding, Dataset, Encoding, Task } from './dataset.ts'
import { categoriesOf, findColumn, inferEncoding, looksNumeric, place, type Table, type TableColumn, toNumber } from './table.ts'
import { fitImputer, type ImputeStrategy } from './transform.ts'

/** How the columns of a table become features and targets. */
export interface TableOptions {
  /** The column to predict, by name or by place (from 0; -1 is the last). Several only for regression. Default: the last. */
  readonly target?: string | number | readonly (string | number)[]
  /**
   * Default: text of two values is binary, of more multiclass; numbers are binary where all are 0 or 1, else regression.
   * Say 'multiclass' for classes numbered in a column.
   */
  readonly task?: Task
  /** Feature columns of numbers to be taken as categories and one-hot encoded, as text columns always are. */
  readonly categorical?: readonly (string | number)[]
  /** Columns left out, such as row identifiers. */
  readonly ignore?: readonly (string | number)[]
  /** The classes in index order (binary: [class 0, class 1]). Default: as the file declares them, else numbers rising, text sorted. */
  readonly classNames?: readonly string[]
  /**
   * What to do about missing feature values: 'refuse' (default) throws; 'drop' leaves the row out; 'keep' makes them NaN, for
   * `fitImputer` to fill from the training part alone; 'mean', 'median' and 'mode' fill from ALL the rows read, so where a test
   * part is split off later, it has leaked into them.
   */
  readonly missing?: 'refuse' | 'drop' | 'keep' | ImputeStrategy
  /** Encode as another dataset was (`train.encoding`), instead of finding out: same columns, categories and classes. */
  readonly encoding?: Encoding
}

/** A table's features alone, as numbers. */
export interface EncodedFeatures {
  /** `rows x inputSize`. */
  readonly features: Float32Array
  readonly rows: number
  readonly inputSize: number
  readonly featureNames: readonly string[]
}

/** 2 GiB: columns of many categories become hundreds of columns. */
const MOST_FEATURES = 2 ** 29

function widthOf(column: ColumnEncoding): number {
  return column.kind === 'numeric' ? 1 : column.categories.length
}

function namesOf(column: ColumnEncoding): string[] {
  return column.kind === 'numeric' ? [column.name] : column.categories.map((category) => `${column.name}=${category}`)
}

function lookUp(table: Table, column: TableColumn, names: readonly string[], what: string): (row: number, cell: string) => number {
  const index = categoryIndex(names)
  return (row, cell) => {
    const found = index(cell)
    if (found !== undefined) return found
    throw new InvalidDataError(
      `${place(table, column, row)}: "${excerpt(cell)}" is not among the ${what}${suggest(cell, names) || ` ${listed(names)}`}`,
    )
  }
}

function missingError(table: Table, column: TableColumn, row: number, target: boolean): InvalidDataError {
  const advice = target
    ? 'a row without a target cannot be trained on: fill it in, or leave such rows out by missing: drop'
    : 'fill it in, or say how to read such rows for training by missing: drop, mean, median or mode (in code also keep, for fitImputer)'
  return new InvalidDataError(`${place(table, column, row)}: the value is missing; ${advice}`)
}

/**
 * The features of a table as numbers, encoded as `encoding` says; a target column need not be there. Missing values become NaN
 * with `keepMissing`. Throws InvalidDataError by line and column for a missing value, an unknown category, or a cell that is no number.
 */
export function encodeFeatures(table: Table, encoding: Pick<Encoding, 'features'>, keepMissing = false): EncodedFeatures {
  checkTable(table)
  checkEncoding(encoding)
  const rows = table.lines.length
  const inputSize = encoding.features.reduce((sum, column) => sum + widthOf(column), 0)
  if (rows * inputSize > MOST_FEATURES)
    throw new InvalidDataError(
      `${rows} rows of ${inputSize} features, a category each, are more than the ${MOST_FEATURES} numbers that are made of a table; list columns of many categories under ignore`,
    )
  const features = new Float32Array(rows * inputSize)
  const columns = new Map(table.columns.map((column) => [column.name, column]))
  let offset = 0
  for (const how of encoding.features) {
    const column = columns.get(how.name) ?? findColumn(table, how.name, 'a feature')
    const width = widthOf(how)
    const indexOf = how.kind === 'categorical' ? lookUp(table, column, how.categories, 'categories') : undefined
    column.cells.forEach((cell, row) => {
      const at = row * inputSize + offset
      if (cell === null) {
        if (!keepMissing) throw missingError(table, column, row, false)
        features.fill(Number.NaN, at, at + width)
      } else if (indexOf) features[at + indexOf(row, cell)] = 1
      else features[at] = toNumber(table, column, row, cell)
    })
    offset += width
  }
  return { features, rows, inputSize, featureNames: encoding.features.flatMap(namesOf) }
}

function isList<T>(value: T | readonly T[]): value is readonly T[] {
  return Array.isArray(value)
}

/** Which task a single target column sets, and its classes. */
function inferTarget(table: Table, column: TableColumn, options: TableOptions): Pick<Encoding, 'task' | 'classNames'> {
  const declared = typeof column.declared === 'object' ? column.declared.categories : undefined
  const numeric = !declared && looksNumeric(table, column)
  const found = options.classNames ?? declared ?? categoriesOf(column)
  const isZeroOne = found.length === 2 && found[0] === '0' && found[1] === '1'
  const task = options.task ?? (numeric && !options.classNames && !isZeroOne ? 'regression' : found.length === 2 ? 'binary' : 'multiclass')
  if (task === 'regression') return { task, classNames: [] }
  if (found.length < 2 || (task === 'binary' && found.length !== 2))
    throw new InvalidDataError(
      `column "${column.name}" has ${found.length} ${found.length === 1 ? 'class' : 'classes'} (${listed(found.slice(0, 5))}); ` +
        `a ${task} target needs ${task === 'binary' ? '2' : '2 or more'}`,
    )
  return { task, classNames: found }
}

function inferAll(table: Table, options: TableOptions): Encoding {
  const ignored = new Set((options.ignore ?? []).map((column) => findColumn(table, column, 'ignore')))
  const left = { ...table, columns: table.columns.filter((column) => !ignored.has(column)) }
  const wanted = options.target ?? -1
  // A place counts over all the columns of the file, but the default is the last column that is not ignored.
  const from = options.target === undefined ? left : table
  const targets = (isList(wanted) ? wanted : [wanted]).map((reference) => findColumn(from, reference, 'target'))
  const [first] = targets
  if (!first) throw new InvalidDataError('target is an empty list; name at least one column')
  const both = targets.find((column) => ignored.has(column))
  if (both) throw new InvalidDataError(`column "${both.name}" is both a target and under ignore`)
  if (targets.length > 1 && (options.task ?? 'regression') !== 'regression')
    throw new InvalidDataError(`target names ${targets.length} columns; a ${options.task} task has one`)
  const categorical = new Set((options.categorical ?? []).map((column) => findColumn(table, column, 'categorical')))
  const features = left.columns.filter((column) => !targets.includes(column))
  if (features.length === 0) throw new InvalidDataError(`there is no column left for features besides the target "${first.name}"`)
  return {
    features: features.map((column) => inferEncoding(table, column, categorical.has(column))),
    targets: targets.map(({ name }) => name),
    ...(targets.length > 1 ? { task: 'regression', classNames: [] } : inferTarget(table, first, options)),
  }
}

function encodeTargets(table: Table, { targets: names, task, classNames }: Encoding): Dataset['targets'] {
  const rows = table.lines.length
  const targets = new Float32Array(rows * names.length)
  names.forEach((name, t) => {
    const column = findColumn(table, name, 'target')
    const indexOf = task === 'regression' ? undefined : lookUp(table, column, classNames, 'classes')
    column.cells.forEach((cell, row) => {
      if (cell === null) throw missingError(table, column, row, true)
      targets[row * names.length + t] = indexOf ? indexOf(row, cell) : toNumber(table, column, row, cell)
    })
  })
  return task === 'multiclass' ? Int32Array.from(targets) : targets
}

function dropMissing(table: Table, encoding: Encoding): Table {
  const names = new Set([...encoding.features.map(({ name }) => name), ...encoding.targets])
  const used = table.columns.filter(({ name }) => names.has(name))
  const keep = table.lines.map((_, row) => used.every((column) => column.cells[row] !== null))
  return {
    lines: table.lines.filter((_, row) => keep[row]),
    columns: table.columns.map((column) => ({ ...column, cells: column.cells.filter((_, row) => keep[row]) })),
  }
}

/**
 * A table as a dataset: numeric columns as they are, text columns one-hot (`column=category`), the target as the task needs it.
 * Throws InvalidDataError, by line and column, for anything that would have to be guessed.
 */
export function encodeTable(table: Table, options: TableOptions = {}): Dataset {
  checkTable(table)
  checkTableOptions(options, 'encodeTable')
  const { missing = 'refuse' } = options
  const encoding = options.encoding ?? inferAll(table, options)
  const used = missing === 'drop' ? dropMissing(table, encoding) : table
  if (used.lines.length === 0)
    throw new InvalidDataError(
      `there are no rows${table.lines.length > 0 ? `: all ${table.lines.length} have missing values and were dropped` : ''}`,
    )
  const dataset: Dataset = {
    ...encodeFeatures(used, encoding, missing !== 'refuse'),
    targets: encodeTargets(used, encoding),
    outputSize: encoding.task === 'multiclass' ? encoding.classNames.length : encoding.targets.length,
    targetNames: encoding.targets,
    classNames: encoding.classNames,
    task: encoding.task,
    encoding,
  }
  return missing === 'mean' || missing === 'median' || missing === 'mode' ? fitImputer(dataset, missing).apply(dataset) : dataset
}
