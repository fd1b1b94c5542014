/** What is learned of the training rows of a table: the one place where a preparation comes from. */

import { missing } from '../core/at.ts'
import { InvalidDataError } from '../core/errors.ts'
import { finish, type Steps } from '../core/steps.ts'
import type { Dataset } from '../data/dataset.ts'
import { checkTypedTable } from '../table/check.ts'
import { writingOf } from '../table/like.ts'
import type { Column, Guess, Table } from '../table/table.ts'
import { learnMeans, saysMissing } from './categories.ts'
import { categoriesOfColumn, codesOfRows, datesOfRows, numbersOfRows, placeOf, type Rows } from './cells.ts'
import { checkPrepareOptions, checkRows } from './check.ts'
import { learnDates } from './dates.ts'
import { featureColumns, featureKind, leftColumns } from './features.ts'
import { learnNumber, type NumberSample, type NumbersOptions } from './numbers/kinds.ts'
import { deviation, mean, mostFrequent, quantile, sorted } from './numbers/statistics.ts'
import type { TreeTarget } from './numbers/tree.ts'
import { categoriesOf, numbersOf, type PrepareOptions } from './options.ts'
import { outcomesOf } from './outcomes.ts'
import type {
  CategoryEncoding,
  CategoryPreparation,
  ColumnPreparation,
  DatePreparation,
  NumberPreparation,
  Preparation,
} from './preparation.ts'
import { encodeTargets, fitTarget, treeTargetOf } from './target.ts'
import { tokensLast } from './tokens.ts'

type Missing = NonNullable<PrepareOptions['missing']>

/** What a column is learned by. */
interface Learning {
  readonly table: Table
  readonly rows: Rows
  readonly options: PrepareOptions
  readonly targets: Dataset['targets']
  readonly target: Preparation['target']
  readonly tree: TreeTarget
}

/**
 * Learns of these rows alone (from 0) how a table's columns become features and targets. No other row of the table is looked at, but for the names
 * of the target's classes.
 * @throws InvalidSpecError for an option that is none; InvalidDataError naming the place of what is missing or no number
 */
export const fitPreparation = (table: Table, rows: Rows, options: PrepareOptions = {}): Preparation =>
  finish(fittingSteps(table, rows, options))

/** The same in pieces, a column each. */
export function* fittingSteps(table: Table, rows: Rows, options: PrepareOptions = {}): Steps<Preparation> {
  checkTypedTable(table)
  checkPrepareOptions(options)
  checkRows(table, rows)
  const target = fitTarget(table, rows, options)
  const targets = encodeTargets(table, rows, target)
  const learning = { table, rows, options, targets, target, tree: treeTargetOf(targets, target) }
  const columns: ColumnPreparation[] = []
  const left = leftColumns(table, options)
  for (const column of featureColumns(table, options)) {
    yield
    const learned = learnColumn(column, columns.length, learning)
    if (learned === undefined) left.push({ name: column.name, why: `it has no value in any of the ${rows.length} training rows` })
    else columns.push(learned)
  }
  if (columns.length === 0) throw new InvalidDataError('no column has a value in the training rows')
  return { version: 1, columns: tokensLast(columns), target, guesses: table.guesses.map(plainGuess), left }
}

/** As JSON keeps it. */
const plainGuess = ({ of, value, why }: Guess): Preparation['guesses'][number] => ({
  of,
  value: JSON.parse(JSON.stringify(value ?? null)),
  why,
})

/** undefined where no training row has a value. */
function learnColumn(column: Column, place: number, learning: Learning): ColumnPreparation | undefined {
  switch (featureKind(learning.table, column, learning.options)) {
    case 'number':
      return learnNumbers(column, place, learning)
    case 'date':
      return learnDateColumn(column, learning)
    case 'category':
      return learnCategories(column, learning)
    case undefined:
      return undefined
  }
}

/** Refuses the first missing value where none may be; says whether the column has a feature for them. */
function indicates(column: Column, firstMissing: number, { table, rows, options }: Learning): boolean {
  if (firstMissing < 0) return false
  if (fillsIn(options.missing)) return options.indicator ?? (options.scaling === undefined && options.missing !== 'zero')
  throw new InvalidDataError(
    `${placeOf(table, column.name, rows[firstMissing] ?? missing(rows, firstMissing))}: the value is missing; fill it in, or say how to read such rows for training by missing: drop, mean, median, mode or zero`,
  )
}

type Filling = Exclude<Missing, 'refuse' | 'drop'>

const fillsIn = (missing: Missing = 'refuse'): missing is Filling => missing !== 'refuse' && missing !== 'drop'

function fillOf(values: Float64Array, missing: Filling): number {
  if (missing === 'zero') return 0
  if (missing === 'mean') return mean(values)
  return missing === 'mode' ? mostFrequent(values) : quantile(sorted(values), 0.5)
}

/** 0.1.0 rounded to float32 first. That is kept, for its bits, where no two values become one by it. */
const isRounded = (values: Float64Array, { scaling }: PrepareOptions): boolean =>
  scaling !== undefined && new Set(values).size === new Set(Float32Array.from(values)).size

function learnNumbers(column: Column, place: number, learning: Learning): NumberPreparation | undefined {
  const { table, rows, options, tree } = learning
  const all = numbersOfRows(table, column, rows)
  const exact = all.filter((value) => !Number.isNaN(value))
  if (exact.length === 0) return undefined
  const indicator = indicates(column, all.findIndex(Number.isNaN), learning)
  const rounded = isRounded(exact, options)
  const as = (value: number): number => (rounded ? Math.fround(value) : value)
  const fill = fillsIn(options.missing) ? fillOf(exact.map(as), options.missing) : null
  const sample: NumberSample = { values: all.map((value) => as(Number.isNaN(value) ? (fill ?? value) : value)), place, target: tree }
  const encoding = learnNumber(numbersFor(column.name, options), sample)
  return { kind: 'number', name: column.name, indicator, fill, rounded, encoding, ...writingOf(column) }
}

const SCALINGS = { none: 'none', standardize: 'standard', minMax: 'minMax' } as const

function numbersFor(name: string, { numbers, scaling, columns }: PrepareOptions): NumbersOptions {
  const own = columns !== undefined && Object.hasOwn(columns, name) ? columns[name] : undefined
  if (own?.numbers === undefined && scaling !== undefined) return { name: SCALINGS[scaling] }
  return numbersOf(own?.numbers ?? numbers)
}

function learnDateColumn(column: Column, learning: Learning): DatePreparation | undefined {
  const { table, rows, options } = learning
  const all = datesOfRows(table, column, rows)
  const present = all.filter((value) => !Number.isNaN(value))
  if (present.length === 0) return undefined
  const indicator = indicates(column, all.findIndex(Number.isNaN), learning)
  const fill = fillsIn(options.missing) ? Math.round(fillOf(present, options.missing)) : null
  const values = all.map((value) => (Number.isNaN(value) ? (fill ?? value) : value))
  const { dates = ['elapsed', 'month', 'weekday', 'hour'] } = options
  return { kind: 'date', name: column.name, indicator, fill, parts: learnDates(values, dates), ...writingOf(column) }
}

function learnCategories(column: Column, learning: Learning): CategoryPreparation | undefined {
  const { rows, options } = learning
  const isBinary = column.kind === 'boolean' && options.scaling === undefined
  const categories = isBinary && 'codes' in column ? [...column.categories] : categoriesOfColumn(column, rows)
  const codes = codesOfRows(column, categories, rows)
  const present = codes.filter((code) => code >= 0)
  if (present.length === 0) return undefined
  const indicated = indicates(column, codes.indexOf(-1), learning)
  // Whatever the strategy: categories have no mean, and no middle.
  const usual = mostFrequent(Float64Array.from(present))
  const fill = fillsIn(options.missing) ? (categories[usual] ?? null) : null
  const filled = codes.map((code) => (code < 0 ? usual : code))
  const encoding = learnEncoding(column.name, { isBinary, indicated }, filled, categories, learning)
  return { kind: 'category', name: column.name, indicator: indicated && !saysMissing(encoding), fill, categories, encoding }
}

function learnEncoding(
  name: string,
  { isBinary, indicated }: { readonly isBinary: boolean; readonly indicated: boolean },
  codes: Int32Array,
  categories: readonly string[],
  { options, targets, target }: Learning,
): CategoryEncoding {
  const own = options.columns !== undefined && Object.hasOwn(options.columns, name) ? options.columns[name] : undefined
  const said = categoriesOf(own?.categories ?? options.categories)
  // Which token of its table is the first is known when all columns are.
  if (said.name === 'embedding' && !isBinary) return { kind: 'embedding', outputDim: said.outputDim ?? 8, first: 0, missing: indicated }
  if (said.name === 'targetMean' && !isBinary)
    return learnMeans(codes, categories.length, outcomesOf(targets, target), said.smoothing ?? 10)
  if (isBinary) return { kind: 'binary' }
  const { scaling = 'none' } = options
  return scaling === 'none' ? { kind: 'oneHot' } : { kind: 'oneHot', scaling: scaleOneHot(scaling, codes, categories.length) }
}

/** Of every one-hot column what 0.1.0's scaling learns of it. */
function scaleOneHot(scaling: 'standardize' | 'minMax', codes: Int32Array, count: number) {
  const columns = Array.from({ length: count }, (_, category) => {
    const ones = Float64Array.from(codes, (code) => Number(code === category))
    const middle = mean(ones)
    const always = ones.every((one) => one === 1)
    return scaling === 'standardize' ? { shift: middle, scale: deviation(ones, middle) || 1 } : { shift: Number(always), scale: 1 }
  })
  const kind = scaling === 'standardize' ? ('standard' as const) : ('minMax' as const)
  return { kind, shift: columns.map(({ shift }) => shift), scale: columns.map(({ scale }) => scale) }
}
