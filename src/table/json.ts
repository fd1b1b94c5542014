/** JSON: an object a line, or one array of objects. */

import { InvalidDataError } from '../core/errors.ts'
import { excerpt } from '../core/excerpt.ts'
import { isObject, shown } from '../core/shown.ts'
import { concat } from '../data/bytes.ts'
import { type Cipher, cipherFor } from './cipher.ts'
import type { Reading } from './options.ts'
import type { Pace } from './pace.ts'
import { type Bytes, readAll } from './source.ts'
import type { Table } from './table.ts'
import { tableOfValues } from './values.ts'

const NEWLINE = 10

/** Rows of which each names its own columns, in the order they come first. */
class Rows {
  readonly #columns = new Map<string, unknown[]>()
  readonly lines: number[] = []

  add(row: Readonly<Record<string, unknown>>, line: number): void {
    const at = this.lines.length
    this.lines.push(line)
    for (const [name, value] of Object.entries(row)) {
      let values = this.#columns.get(name)
      if (values === undefined) {
        values = []
        this.#columns.set(name, values)
      }
      values[at] = value
    }
  }

  table(options: Reading, pace: Pace, cipher: Cipher, hasLines: boolean): Promise<Table> {
    const rows = this.lines.length
    const columns = [...this.#columns].map(([name, values]) => ({ name, values: Array.from({ length: rows }, (_, row) => values[row]) }))
    const told = { guesses: cipher.guesses(), problems: cipher.problems() }
    return tableOfValues(columns, rows, options, pace, { ...told, ...(hasLines && { lines: Int32Array.from(this.lines) }) })
  }
}

const isRow = (value: unknown): value is Readonly<Record<string, unknown>> => isObject(value) && !Array.isArray(value)

/** @throws InvalidDataError naming the line that is no object */
export async function readJsonLines(source: Bytes, options: Reading, pace: Pace): Promise<Table> {
  const rows = new Rows()
  let line = 0
  const take = (text: string): void => {
    line++
    if (text.trim() === '') return
    let row: unknown
    try {
      row = JSON.parse(text)
    } catch (cause) {
      throw new InvalidDataError(
        `line ${line}: this is no JSON: ${excerpt(text)}; every line must hold one object, as {"height": 1.5, "side": "north"}`,
        { cause },
      )
    }
    if (!isRow(row))
      throw new InvalidDataError(`line ${line}: holds ${shown(row)}; every line must hold one object, as {"height": 1.5, "side": "north"}`)
    rows.add(row, line)
  }
  const cipher = await cipherFor(source, options)
  let rest: Uint8Array[] = []
  for await (const chunk of source.open()) {
    let from = 0
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, from)) {
      take(cipher.decode(joined([...rest, chunk.subarray(from, end)])))
      rest = []
      from = end + 1
      if (pace.due) await pace.rest()
    }
    // A chunk may be lent for as long as it is looked at.
    if (from < chunk.length) rest.push(chunk.slice(from))
    await pace.rest()
  }
  take(cipher.decode(joined(rest)))
  return rows.table(options, pace, cipher, true)
}

const joined = (chunks: readonly Uint8Array[]): Uint8Array =>
  concat(
    chunks,
    chunks.reduce((sum, { length }) => sum + length, 0),
  )

/** An array of objects, or of arrays of which the first names the columns; or an object that holds such an array alone. @throws InvalidDataError */
export async function readJson(source: Bytes, options: Reading, pace: Pace): Promise<Table> {
  const cipher = await cipherFor(source, options)
  let value: unknown
  try {
    value = JSON.parse(cipher.decode(await readAll(source)))
  } catch (cause) {
    throw new InvalidDataError(`this is no JSON: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
  }
  const list = listIn(value) ?? rowsInColumns(value)
  if (!list)
    throw new InvalidDataError(`the JSON holds ${shown(value)}; a table is an array of objects, as [{"height": 1.5, "side": "north"}]`)
  const rows = new Rows()
  const [first] = list
  const names = Array.isArray(first) && first.every((name) => typeof name === 'string') ? (first as string[]) : undefined
  for (const [i, row] of list.entries()) {
    if (pace.due) await pace.rest()
    if (names && i === 0) continue
    const object = names && Array.isArray(row) ? Object.fromEntries(names.map((name, k) => [name, row[k] as unknown])) : row
    if (!isRow(object))
      throw new InvalidDataError(
        `row ${i + 1} of the JSON is ${shown(row)}; every row must be an object, as {"height": 1.5, "side": "north"}`,
      )
    rows.add(object, i + 1)
  }
  return rows.table(options, pace, cipher, false)
}

const COUNTED = /^\d+$/

/**
 * The rows of an object of columns, as pandas writes a frame: `{ name: { row: cell } }` (`orient='columns'`, its default), `{ row: { name: cell } }` (`'index'`),
 * `{ columns, data }` (`'split'`), or a list a column. Undefined for any other object.
 */
export function rowsInColumns(value: unknown): readonly unknown[] | undefined {
  if (!isRow(value)) return undefined
  const { columns, data } = value
  if (Array.isArray(columns) && Array.isArray(data) && data.every(Array.isArray)) return [columns.map(String), ...data]
  const parts = Object.entries(value)
  if (parts.length === 0) return undefined
  if (parts.every((part): part is [string, unknown[]] => Array.isArray(part[1]))) {
    const [[, { length }] = ['', []]] = parts
    if (length < 2 || parts.some(([, cells]) => cells.length !== length)) return undefined
    return Array.from({ length }, (_, row) => Object.fromEntries(parts.map(([name, cells]) => [name, cells[row]])))
  }
  if (!parts.every((part): part is [string, Readonly<Record<string, unknown>>] => isRow(part[1]))) return undefined
  const labels = [...new Set(parts.flatMap(([, cells]) => Object.keys(cells)))]
  // Rows are numbered, columns have names; where both are numbers it is pandas' default.
  if (parts.every(([name]) => COUNTED.test(name)) && !labels.every((label) => COUNTED.test(label))) return parts.map(([, row]) => row)
  return labels.map((label) =>
    Object.fromEntries(parts.map(([name, cells]) => [name, Object.hasOwn(cells, label) ? cells[label] : undefined])),
  )
}

function listIn(value: unknown): readonly unknown[] | undefined {
  if (Array.isArray(value)) return value
  const lists = isObject(value) ? Object.values(value).filter((inner) => Array.isArray(inner) && isRow(inner[0])) : []
  return lists.length === 1 ? (lists[0] as unknown[]) : undefined
}
