/** Rows to test on that one column tells: the last ones in time, or whole groups, so that nothing of the test is known from training. */

import { missing } from '../core/at.ts'
import { InvalidDataError, InvalidSpecError } from '../core/errors.ts'
import { Purpose, permutation } from '../core/random.ts'
import { shown } from '../core/shown.ts'
import type { RowSplit } from '../data/split.ts'
import type { Table } from '../table/table.ts'
import { findColumn, isMissing, type Rows, wordOf } from './cells.ts'

/** Rows split by a column: by dates or numbers the last ones are the test, by other columns no group is in both parts. */
export interface SplitByOptions {
  /** The column, by name or by place. */
  readonly by: string | number
  /** Part of the rows to test on: 0.2 by default. Whole groups, and rows of the same time, make it a little more or less. */
  readonly testFraction?: number
  /** Which groups these are: 0 by default. */
  readonly seed?: number
}

export interface SplitBy extends RowSplit {
  /** What was done, for a person. */
  readonly said: string
}

/**
 * @param rows numbers of those to split
 * @returns places in `rows`
 * @throws InvalidDataError where a row has no value in the column, or one part would be empty
 */
export function splitBy(table: Table, rows: Rows, { by, testFraction = 0.2, seed = 0 }: SplitByOptions): SplitBy {
  if (!(testFraction > 0 && testFraction < 1))
    throw new InvalidSpecError(`testFraction is ${shown(testFraction)}; it must be a number above 0 and below 1`)
  const column = findColumn(table, by, 'by')
  const places = Array.from({ length: rows.length }, (_, i) => i)
  const without = places.find((i) => isMissing(column, rows[i] ?? missing(rows, i)))
  if (without !== undefined)
    throw new InvalidDataError(
      `by is "${column.name}", which row ${(rows[without] ?? missing(rows, without)) + 1} of the table does not have; fill it in, or leave such rows out`,
    )
  const wanted = Math.round(rows.length * testFraction)
  const split =
    'values' in column
      ? lastRows(column.values, rows, places, wanted)
      : wholeGroups(places, (i) => wordOf(column, rows[i] ?? missing(rows, i)) ?? '', wanted, seed)
  if (split.test.length === 0 || split.train.length === 0)
    throw new InvalidDataError(`by is "${column.name}", which cannot split ${rows.length} rows: one part would be empty`)
  const first = split.test[0] === undefined ? '' : (wordOf(column, rows[split.test[0]] ?? missing(rows, split.test[0])) ?? '')
  const said =
    'values' in column
      ? `testing on the ${split.test.length} rows that are last by "${column.name}", from ${first.replace(/T00:00:00\.000Z$/, '')} on`
      : `testing on ${split.groups} of the ${split.of} groups of "${column.name}", ${split.test.length} rows; no group is in both parts`
  return { train: Uint32Array.from(split.train), test: Uint32Array.from(split.test), said }
}

interface Parts {
  readonly train: readonly number[]
  readonly test: readonly number[]
  readonly groups: number
  readonly of: number
}

/** In order of the values; rows of the same value stay together. */
function lastRows(values: Float64Array, rows: Rows, places: readonly number[], wanted: number): Parts {
  const timeOf = (i: number): number => values[rows[i] ?? missing(rows, i)] ?? Number.NaN
  const sorted = [...places].sort((a, b) => timeOf(a) - timeOf(b) || a - b)
  const border = timeOf(sorted[sorted.length - wanted] ?? -1)
  const begin = sorted.findIndex((i) => timeOf(i) >= border)
  return { train: sorted.slice(0, begin), test: sorted.slice(begin), groups: 0, of: 0 }
}

/**
 * Folds of whole groups of a column, none of which is in two: the largest first, each to the fold with the fewest rows, as scikit-learn's GroupKFold.
 * @returns places in `rows`; undefined where the column is dates or numbers, which have no groups
 * @throws InvalidSpecError where there are fewer groups than folds
 */
export function foldsBy(table: Table, rows: Rows, { by }: SplitByOptions, folds: number, seed = 0): RowSplit[] | undefined {
  const column = findColumn(table, by, 'by')
  if ('values' in column) return undefined
  const places = Array.from({ length: rows.length }, (_, i) => i)
  const named = groupsOf(places, (i) => wordOf(column, rows[i] ?? missing(rows, i)) ?? '')
  if (named.length < folds)
    throw new InvalidSpecError(
      `folds is ${folds}; the rows to train on have ${named.length} groups of "${column.name}", each of which is in one fold: use fewer folds`,
    )
  // Of groups of one size chance says which comes first.
  const order = [...permutation(seed, 0, named.length, Purpose.split)].map((i) => named[i] ?? missing(named, i))
  order.sort((a, b) => b.length - a.length)
  const dealt = Array.from({ length: folds }, (): number[] => [])
  for (const group of order) dealt.reduce((least, one) => (one.length < least.length ? one : least)).push(...group)
  return dealt.map((own) => {
    const held = new Set(own)
    return { train: Uint32Array.from(places.filter((i) => !held.has(i))), test: Uint32Array.from(places.filter((i) => held.has(i))) }
  })
}

/** The places of each group, in the order of the groups' names, so that the order of rows changes nothing. */
function groupsOf(places: readonly number[], groupOf: (place: number) => string): number[][] {
  const groups = new Map<string, number[]>()
  for (const place of places) {
    const name = groupOf(place)
    const group = groups.get(name)
    if (group) group.push(place)
    else groups.set(name, [place])
  }
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => group)
}

/** Groups in the order of a permutation, until there are rows enough. */
function wholeGroups(places: readonly number[], groupOf: (place: number) => string, wanted: number, seed: number): Parts {
  const named = groupsOf(places, groupOf)
  const test = new Set<number>()
  let taken = 0
  for (const at of permutation(seed, 0, named.length, Purpose.split)) {
    if (test.size >= wanted || taken === named.length - 1) break
    for (const place of named[at] ?? []) test.add(place)
    taken++
  }
  return { train: places.filter((i) => !test.has(i)), test: places.filter((i) => test.has(i)), groups: taken, of: named.length }
}
