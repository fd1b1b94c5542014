/** Tables for tests, by hand. */

import type { Column, Table } from '../../src/table/table.ts'

const why = 'the test says so'
const missingOf = (values: ArrayLike<number>): number => Array.from(values).filter(Number.isNaN).length

export const numbers = (name: string, values: ArrayLike<number>): Column => ({
  kind: 'number',
  name,
  why,
  missing: missingOf(values),
  values: Float64Array.from(values),
})

/** @param dates as ISO 8601; null where missing */
export function dates(name: string, texts: readonly (string | null)[]): Column {
  const values = Float64Array.from(texts, (text) => (text === null ? Number.NaN : Date.parse(text)))
  return { kind: 'date', name, why, missing: missingOf(values), values }
}

export function categories(
  name: string,
  words: readonly (string | null)[],
  order?: readonly string[],
  kind: 'category' | 'boolean' = 'category',
): Column {
  const known = order ?? [...new Set(words.filter((word) => word !== null))].sort()
  const codes = Int32Array.from(words, (word) => (word === null ? -1 : known.indexOf(word)))
  return { kind, name, why, missing: codes.filter((code) => code < 0).length, categories: known, codes }
}

export const texts = (name: string, cells: readonly string[], kind: 'text' | 'id' = 'id'): Column => ({
  kind,
  name,
  why,
  missing: 0,
  texts: cells,
})

export function table(...columns: readonly Column[]): Table {
  const [first] = columns
  const rows =
    first === undefined ? 0 : 'values' in first ? first.values.length : 'codes' in first ? first.codes.length : first.texts.length
  return { rows, columns, guesses: [], problems: [] }
}

export const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i)
