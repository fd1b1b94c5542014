/** Columns of formats whose cells have types already: JSON, Parquet, spreadsheets. */

import { Context, kindLine, type Place, thousands } from './context.ts'
import { type Names, nameColumns } from './names.ts'
import { numberColumn } from './numbers.ts'
import type { Reading } from './options.ts'
import type { Pace } from './pace.ts'
import type { Column, Guess, Problem, Table } from './table.ts'
import { type Coded, textColumn } from './texts.ts'

/** A column's cells as the format has them: null or undefined where one is missing. */
export interface ValueColumn {
  readonly name: string
  readonly values: readonly unknown[]
}

/** @param lines (rows), of the file, where it has any */
export async function tableOfValues(
  given: readonly ValueColumn[],
  rows: number,
  options: Reading,
  pace: Pace,
  told: {
    readonly guesses?: readonly Guess[]
    readonly problems?: readonly Problem[]
    readonly lines?: Int32Array
    /** Where the names were looked at before, and what is odd about them is told. */
    readonly named?: Names
  } = {},
): Promise<Table> {
  const { lines } = told
  const context = new Context(options, rows, pace, lines, undefined)
  const problems = [...(told.problems ?? [])]
  const raw = given.map(({ name }) => name)
  const { names, unnamed } = told.named ?? nameColumns(raw, given.length, true, problems)
  const columns: Column[] = []
  const markers = numericMarkers(context.missing)
  for (const [index, { values }] of given.entries()) {
    const place = { name: names[index] ?? '', index, of: given.length, unnamed: unnamed[index] ?? false }
    columns.push(await valueColumn(place, markers.size > 0 ? withoutMarkers(values, markers) : values, context))
    await pace.rest()
  }
  return {
    rows,
    columns,
    ...(lines && { lines }),
    guesses: [...(told.guesses ?? []), ...context.guesses],
    problems: [...problems, ...context.problems],
  }
}

/** Markers of numbers, as -999: a cell of a number has no text of its own to compare. */
const numericMarkers = (markers: ReadonlySet<string>): ReadonlySet<number> =>
  new Set([...markers].filter((text) => text.trim() !== '' && Number.isFinite(Number(text))).map(Number))

const withoutMarkers = (values: readonly unknown[], markers: ReadonlySet<number>): unknown[] =>
  values.map((value) => (isNumber(value) && markers.has(Number(value)) ? null : value))

const isAbsent = (value: unknown): boolean => value === null || value === undefined || (typeof value === 'number' && Number.isNaN(value))
/** Larger whole numbers fall together as float64: they are kept as texts. */
const isNumber = (value: unknown): value is number | bigint =>
  typeof value === 'number' || (typeof value === 'bigint' && BigInt(Number(value)) === value)

async function valueColumn(place: Place, values: readonly unknown[], context: Context): Promise<Column> {
  const { name } = place
  const said = context.options.kinds?.[name]
  const present = values.filter((value) => !isAbsent(value))
  const missing = values.length - present.length
  if (present.length > 0 && (said === undefined || said === 'number') && present.every(isNumber)) {
    const numbers = Float64Array.from(values, (value) => (isNumber(value) && !isInfinite(value) ? Number(value) : Number.NaN))
    sayInfinite(name, values, present.length, context)
    return numberColumn(place, numbers, (row) => String(values[row]), '', context)
  }
  if (said === undefined && present.length > 0 && present.every((value) => typeof value === 'boolean'))
    return {
      name,
      kind: 'boolean',
      why: present.length === 1 ? 'its only value is true or false' : `all ${thousands(present.length)} values are true or false`,
      missing,
      categories: ['false', 'true'],
      codes: Int32Array.from(values, (value) => (isAbsent(value) ? -1 : value === true ? 1 : 0)),
    }
  if ((said === undefined || said === 'date') && present.length > 0 && present.every((value) => value instanceof Date))
    return {
      name,
      kind: 'date',
      why: `all ${thousands(present.length)} values are dates`,
      missing,
      values: Float64Array.from(values, (value) => (value instanceof Date ? value.getTime() : Number.NaN)),
    }
  return textColumn(place, codedOf(values), context)
}

const isInfinite = (value: unknown): boolean => value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY

/** As of text, where `inf` is no number either. */
function sayInfinite(name: string, values: readonly unknown[], total: number, context: Context): void {
  const cells = new Map<string, { text: string; times: number; row: number }>()
  for (const [row, value] of values.entries()) {
    if (!isInfinite(value)) continue
    const text = String(value)
    const known = cells.get(text)
    if (known) known.times++
    else cells.set(text, { text, times: 1, row })
  }
  if (cells.size > 0) context.takenOut(name, [...cells.values()], total, 'not finite', kindLine(name, 'number'))
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value.trim()
  if (value instanceof Date) return value.toISOString()
  if (typeof value === 'object')
    return (
      JSON.stringify(value, (_, inner: unknown) =>
        typeof inner === 'bigint' ? (isNumber(inner) ? Number(inner) : String(inner)) : inner,
      ) ?? ''
    )
  return String(value)
}

function codedOf(values: readonly unknown[]): Coded {
  const index = new Map<string, number>()
  const texts: string[] = []
  const codes = Int32Array.from(values, (value) => {
    const text = isAbsent(value) ? '' : textOf(value)
    if (text === '') return -1
    const known = index.get(text)
    if (known !== undefined) return known
    index.set(text, texts.length)
    return texts.push(text) - 1
  })
  return { texts, codes }
}
