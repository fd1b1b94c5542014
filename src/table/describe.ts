/** What is in a table, column by column, and what would be made of it. */

import { missing } from '../core/at.ts'
import { InvalidDataError, InvalidSpecError } from '../core/errors.ts'
import { listed } from '../core/excerpt.ts'
import { isObject, shown } from '../core/shown.ts'
import { suggest } from '../core/suggest.ts'
import { checkTypedTable } from './check.ts'
import { areClasses } from './classNumbers.ts'
import type { CategoryColumn, Column, ColumnKind, Guess, Problem, Table } from './table.ts'

/** A column of a file as a person sees it. */
export interface ColumnDescription {
  readonly name: string
  readonly kind: ColumnKind
  readonly why: string
  readonly missing: number
  /** How many different values there are. */
  readonly distinct: number
  /** Of numbers, and of dates in milliseconds since 1970. */
  readonly min?: number
  readonly max?: number
  readonly mean?: number
  /** Of other columns: the first few values, or the most frequent. */
  readonly examples?: readonly string[]
  /** What is done with it: `a number`, `4 categories`, `left out`, `predicted: 2 classes`. */
  readonly use: string
}

/** What is in a table. */
export interface TableDescription {
  readonly rows: number
  readonly columns: readonly ColumnDescription[]
  /** The column that is predicted unless another is said: the last that is neither text nor an id. */
  readonly target?: string
  readonly task?: 'binary' | 'multiclass' | 'regression'
  /** Columns that are learned from. */
  readonly inputSize: number
  /** Of the target, in their order; empty where it is a number. */
  readonly classes: readonly { readonly name: string; readonly rows: number; readonly share: number }[]
  readonly guesses: readonly Guess[]
  readonly problems: readonly Problem[]
}

const EXAMPLES = 4

/**
 * Describes every column of a table. It never fails for what only training needs.
 * @param options.target the column to predict, by name or by place (from 0; -1 is the last)
 * @throws InvalidDataError where there is no such column
 */
export function describeTable(table: Table, options: { readonly target?: string | number } = {}): TableDescription {
  checkTypedTable(table)
  const { target } = checkTarget(options)
  const { rows, columns, guesses, problems } = table
  const predicted = targetOf(columns, target)
  const classes = predicted ? classesOf(predicted) : []
  const task = predicted && taskOf(predicted, classes)
  const inputs = columns.filter((column) => column !== predicted && isLearnedFrom(column))
  return {
    rows,
    columns: columns.map((column) => describeColumn(column, column === predicted)),
    ...(predicted && { target: predicted.name }),
    ...(task && { task }),
    inputSize: inputs.length,
    classes: classes.map(({ name, count }) => ({ name, rows: count, share: rows === 0 ? 0 : count / rows })),
    guesses,
    problems,
  }
}

const isLearnedFrom = ({ kind }: Column): boolean => kind !== 'text' && kind !== 'id'

function targetOf(columns: readonly Column[], target: string | number | undefined): Column | undefined {
  if (target === undefined) return columns.findLast(isLearnedFrom)
  const found = typeof target === 'number' ? columns.at(target) : columns.find(({ name }) => name === target)
  if (found) return found
  const names = columns.map(({ name }) => name)
  throw new InvalidDataError(
    `target is ${JSON.stringify(target)}; there is no such column${(typeof target === 'string' && suggest(target, names)) || `; there are ${listed(names)}`}`,
  )
}

function taskOf(column: Column, classes: readonly ClassCount[]): TableDescription['task'] {
  if (column.kind === 'number' && classes.length === 0) return 'regression'
  if (column.kind !== 'number' && !('categories' in column)) return undefined
  return classes.length === 2 ? 'binary' : 'multiclass'
}

interface ClassCount {
  readonly name: string
  readonly count: number
}

/** The classes that a target has; none where it is a number. */
function classesOf(column: Column): ClassCount[] {
  if ('codes' in column) return countCodes(column)
  if (column.kind !== 'number' || !areClasses(column.name, column.values)) return []
  const counts = new Map<number, number>()
  for (const value of column.values) if (!Number.isNaN(value)) counts.set(value, (counts.get(value) ?? 0) + 1)
  return [...counts].sort(([a], [b]) => a - b).map(([number, count]) => ({ name: String(number), count }))
}

function countCodes({ categories, codes }: CategoryColumn): ClassCount[] {
  const counts = new Uint32Array(categories.length)
  for (const code of codes) if (code >= 0) counts[code] = (counts[code] ?? missing(counts, code)) + 1
  return categories.map((name, i) => ({ name, count: counts[i] ?? missing(counts, i) }))
}

function describeColumn(column: Column, isTarget: boolean): ColumnDescription {
  const { name, kind, why, missing } = column
  const common = { name, kind, why, missing }
  if ('values' in column) {
    const { distinct, min, max, mean } = statisticsOf(column.values)
    return { ...common, distinct, min, max, mean, use: useOf(column, isTarget, distinct) }
  }
  if ('categories' in column) {
    const classes = countCodes(column)
    const frequent = [...classes].sort((a, b) => b.count - a.count).slice(0, EXAMPLES)
    return {
      ...common,
      distinct: classes.filter(({ count }) => count > 0).length,
      examples: frequent.map(({ name: category }) => category),
      use: useOf(column, isTarget, classes.length),
    }
  }
  const distinct = new Set(column.texts.filter((text) => text !== null))
  return { ...common, distinct: distinct.size, examples: [...distinct].slice(0, EXAMPLES), use: useOf(column, isTarget, distinct.size) }
}

function useOf(column: Column, isTarget: boolean, distinct: number): string {
  const { kind } = column
  const uses: Readonly<Record<ColumnKind, readonly [input: string, target: string]>> = {
    number: ['a number', isTarget && classesOf(column).length > 0 ? `predicted: ${distinct} classes` : 'predicted: a number'],
    date: ['a number, and its parts', 'predicted'],
    category: [
      `${distinct} ${distinct === 1 ? 'category' : 'categories'}`,
      `predicted: ${distinct} ${distinct === 1 ? 'class' : 'classes'}`,
    ],
    boolean: ['no or yes', 'predicted: 2 classes'],
    text: ['left out', 'predicted'],
    id: ['left out', 'predicted'],
  }
  const [input, target] = uses[kind]
  return isTarget ? target : distinct === 0 ? 'left out' : input
}

function statisticsOf(values: Float64Array): {
  readonly distinct: number
  readonly min: number
  readonly max: number
  readonly mean: number
} {
  const distinct = new Set<number>()
  let [count, sum, min, max] = [0, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const value of values) {
    if (Number.isNaN(value)) continue
    distinct.add(value)
    count++
    sum += value
    if (value < min) min = value
    if (value > max) max = value
  }
  return count === 0
    ? { distinct: 0, min: Number.NaN, max: Number.NaN, mean: Number.NaN }
    : { distinct: distinct.size, min, max, mean: sum / count }
}

/** @throws InvalidSpecError */
function checkTarget(options: unknown): { readonly target?: string | number | undefined } {
  if (!isObject(options)) throw new InvalidSpecError(`the options of describeTable are ${shown(options)}; they must be an object`)
  const { target } = options
  if (target === undefined || typeof target === 'string' || (typeof target === 'number' && Number.isInteger(target)))
    return target === undefined ? {} : { target }
  throw new InvalidSpecError(`target of the options of describeTable is ${shown(target)}; it must be the name of a column, or its place`)
}
