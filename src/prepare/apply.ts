/** Rows of a table as the numbers that a network takes, by what a preparation has learned. Computed in float64, rounded to float32 at the end. */

import { missing } from '../core/at.ts'
import { InvalidDataError } from '../core/errors.ts'
import { excerpt } from '../core/excerpt.ts'
import { finish, PIECE, type Steps } from '../core/steps.ts'
import type { Tokens } from '../core/tokens.ts'
import { checkOptions } from '../data/check.ts'
import type { Dataset } from '../data/dataset.ts'
import type { EncodedFeatures } from '../data/encode.ts'
import { checkTypedTable } from '../table/check.ts'
import type { Table } from '../table/table.ts'
import { categoryNames, encodeCategory, outOfFold, saysMissing } from './categories.ts'
import { allRows, codesOfRows, datesOfRows, findColumn, numbersOfRows, placeOf, type Rows, wordOf } from './cells.ts'
import { checkRows } from './check.ts'
import { dateNames, writeDate } from './dates.ts'
import { numberNames, writeNumber } from './numbers/encode.ts'
import { outcomesOf } from './outcomes.ts'
import {
  type CategoryPreparation,
  type ColumnPreparation,
  type Preparation,
  preparationFromJSON,
  type TargetPreparation,
} from './preparation.ts'
import { encodeTargets } from './target.ts'
import { tokensOf } from './tokens.ts'

/** Cells of a category that no training row had: they count as none of the categories. */
export interface Unseen {
  readonly column: string
  /** The first few different words. */
  readonly words: readonly string[]
  readonly rows: number
}

/** Features of rows, ready for a network, and what was strange about them. */
export interface PreparedFeatures extends EncodedFeatures {
  readonly unseen: readonly Unseen[]
  /** Features that are tokens, of categories that are to be an embedding: the last ones of a row. */
  readonly tokens?: readonly Tokens[]
}

/** Rows ready to train on, and what made them so. */
export interface PreparedDataset extends Dataset {
  readonly features: Float32Array
  readonly preparation: Preparation
  readonly unseen: readonly Unseen[]
}

/** What there is to say of rows as they are prepared. */
export interface PrepareRows {
  /**
   * Whether these are the rows that were learned from, in the same order: means of the target by category are then those of other rows than the
   * row itself (five folds), for a row's own target must not be among its features.
   */
  readonly training?: boolean
}

/** 2 GiB: columns of many categories become hundreds of features. */
const MOST_FEATURES = 2 ** 29

export const featureNames = (column: ColumnPreparation): string[] => [
  ...valueNames(column),
  ...(column.indicator ? [`${column.name} missing`] : []),
]

function valueNames(column: ColumnPreparation): string[] {
  switch (column.kind) {
    case 'number':
      return numberNames(column.name, column.encoding)
    case 'category':
      return categoryNames(column.name, column.categories, column.encoding)
    case 'date':
      return dateNames(column.name, column.parts)
    default:
      return column satisfies never
  }
}

/**
 * The features of rows alone (all of the table's by default); the target need not be there.
 * @throws InvalidDataError naming the place of a missing value where none was filled in, or of what is no number
 */
export const prepareFeatures = (preparation: Preparation, table: Table, rows?: Rows): PreparedFeatures =>
  finish(featureSteps(preparation, table, rows))

/** The same in pieces. */
export function* featureSteps(preparation: Preparation, table: Table, rows?: Rows): Steps<PreparedFeatures> {
  checkTypedTable(table)
  return yield* encode(preparationFromJSON(preparation), table, rows ?? allRows(table))
}

/**
 * Rows of a table (all by default) as a dataset: features as they were learned, a regression's targets scaled. The features of a row depend on that row
 * and the preparation alone.
 * @throws InvalidDataError naming the place of a missing value where none was filled in, of what is no number, or of a class that training did not know
 */
export const prepare = (given: Preparation, table: Table, of?: Rows, how: PrepareRows = {}): PreparedDataset =>
  finish(preparingSteps(given, table, of, how))

/** The same in pieces. */
export function* preparingSteps(given: Preparation, table: Table, of?: Rows, how: PrepareRows = {}): Steps<PreparedDataset> {
  checkTypedTable(table)
  checkOptions(how, 'prepare')
  const preparation = preparationFromJSON(given)
  const rows = of ?? allRows(table)
  checkRows(table, rows)
  const { target } = preparation
  const targets = encodeTargets(table, rows, target)
  const { task, names, classNames, units } = target
  return {
    ...(yield* encode(preparation, table, rows, how.training ? targets : undefined)),
    targets,
    outputSize: task === 'multiclass' ? classNames.length : names.length,
    targetNames: names,
    classNames,
    task,
    ...(units.length > 0 && { targetUnits: units }),
    preparation,
  }
}

function* encode(preparation: Preparation, table: Table, rows: Rows, targets?: Dataset['targets']): Steps<PreparedFeatures> {
  checkRows(table, rows)
  const names = preparation.columns.flatMap(featureNames)
  const inputSize = names.length
  if (rows.length * inputSize > MOST_FEATURES)
    throw new InvalidDataError(
      `${rows.length} rows of ${inputSize} features are more than the ${MOST_FEATURES} numbers that are made of a table; list columns of many categories under ignore, or say categories: targetMean`,
    )
  const features = new Float32Array(rows.length * inputSize)
  const unseen: Unseen[] = []
  let offset = 0
  for (const column of preparation.columns) {
    yield
    const read = readerOf(column, table, rows, preparation.target, targets)
    const width = featureNames(column).length
    const values = new Float64Array(width - Number(column.indicator))
    const rowsOfPiece = Math.ceil(PIECE / 8 / (values.length + 1))
    for (let i = 0; i < rows.length; i++) {
      if (i % rowsOfPiece === rowsOfPiece - 1) yield
      read.write(i, values)
      const at = i * inputSize + offset
      for (let k = 0; k < values.length; k++) {
        const value = Math.fround(values[k] ?? missing(values, k))
        if (!Number.isFinite(value)) throw notFinite(column, table, rows[i] ?? missing(rows, i))
        features[at + k] = value
      }
      if (column.indicator) features[at + width - 1] = Number(read.isMissing(i))
    }
    if (read.unseen !== undefined) unseen.push(read.unseen)
    offset += width
  }
  const tokens = tokensOf(preparation)
  return { features, rows: rows.length, inputSize, featureNames: names, unseen, ...(tokens.length > 0 && { tokens }) }
}

interface Reader {
  /** Writes the features of a row, as many as there are. */
  write(i: number, to: Float64Array): void
  isMissing(i: number): boolean
  readonly unseen?: Unseen
}

function readerOf(
  column: ColumnPreparation,
  table: Table,
  rows: Rows,
  target: TargetPreparation,
  targets: Dataset['targets'] | undefined,
): Reader {
  const from = findColumn(table, column.name, 'a feature')
  const filled = <T>(fill: T | null, i: number): T => {
    if (fill !== null) return fill
    throw new InvalidDataError(
      `${placeOf(table, column.name, rows[i] ?? missing(rows, i))}: the value is missing; fill it in, or train with missing: mean, median or mode, which say what stands for it`,
    )
  }
  if (column.kind === 'category') return categoryReader(column, table, rows, filled, targets && { target, targets })
  const values = column.kind === 'number' ? numbersOfRows(table, from, rows) : datesOfRows(table, from, rows, column.order)
  const isMissing = (i: number): boolean => Number.isNaN(values[i] ?? Number.NaN)
  const present = (i: number): number => (isMissing(i) ? filled(column.fill, i) : (values[i] ?? missing(values, i)))
  if (column.kind === 'date') return { isMissing, write: (i, to) => writeDate(present(i), column.parts, to, 0) }
  const { rounded, encoding } = column
  return { isMissing, write: (i, to) => writeNumber(rounded ? Math.fround(present(i)) : present(i), encoding, to, 0) }
}

function categoryReader(
  { name, categories, encoding, fill }: CategoryPreparation,
  table: Table,
  rows: Rows,
  filled: (fill: number | null, i: number) => number,
  training: { readonly target: TargetPreparation; readonly targets: Dataset['targets'] } | undefined,
): Reader {
  const from = findColumn(table, name, 'a feature')
  const codes = codesOfRows(from, categories, rows)
  const usual = fill === null ? null : categories.indexOf(fill)
  const isFilled = saysMissing(encoding)
  const codeOf = (i: number): number => (codes[i] === -1 && !isFilled ? filled(usual, i) : (codes[i] ?? -2))
  const strange = Array.from(codes.keys()).filter((i) => codes[i] === -2)
  const words = [...new Set(strange.map((i) => wordOf(from, rows[i] ?? missing(rows, i)) ?? ''))].slice(0, 5)
  const unseen = strange.length === 0 ? {} : { unseen: { column: name, words, rows: strange.length } }
  const isMissing = (i: number): boolean => codes[i] === -1
  if (encoding.kind === 'targetMean' && training !== undefined) {
    const outcomes = outcomesOf(training.targets, training.target)
    const width = outcomes.names.length
    const means = outOfFold(Int32Array.from(codes.keys(), codeOf), categories.length, outcomes, encoding.smoothing)
    return { isMissing, write: (i, to) => to.set(means.subarray(i * width, (i + 1) * width)), ...unseen }
  }
  const features = new Map<number, readonly number[]>()
  const write = (i: number, to: Float64Array): void => {
    const code = codeOf(i)
    const known = features.get(code) ?? encodeCategory(code, categories.length, encoding)
    features.set(code, known)
    to.set(known)
  }
  return { isMissing, write, ...unseen }
}

const notFinite = ({ name }: ColumnPreparation, table: Table, row: number): InvalidDataError =>
  new InvalidDataError(
    `${placeOf(table, name, row)}: "${excerpt(wordOf(findColumn(table, name, 'a feature'), row) ?? '')}" is not finite in float32; correct it, or list the column under categorical or ignore`,
  )

/** `column "embarked": "Q" was not among the training rows (1 row): it counts as none of the categories`, a line a column. */
export const unseenText = (unseen: readonly Unseen[]): string[] =>
  unseen.map(({ column, words, rows }) => {
    const quoted = words.map((word) => `"${excerpt(word)}"`).join(', ')
    return `column "${column}": ${quoted} ${words.length === 1 ? 'was' : 'were'} not among the training rows' categories (${rows} ${rows === 1 ? 'row' : 'rows'}); it counts as none of them`
  })
