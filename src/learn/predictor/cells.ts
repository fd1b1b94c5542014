/** Rows as a person has them, `{ area: 71, town: 'Bonn' }`, as columns of cells that every preparation of an ensemble reads. */

import { missing } from '../../core/at.ts'
import { InvalidDataError } from '../../core/errors.ts'
import { excerpt } from '../../core/excerpt.ts'
import { isObject, shown } from '../../core/shown.ts'
import { timeOfText } from '../../table/dates.ts'

/** What a cell may hold; null and '' where the value is missing. */
export type Cell = number | string | boolean | Date | null | undefined
/** A row by the names of its columns. Others than the answer was learned from are ignored. */
export type RawRow = Readonly<Record<string, Cell>>

/** A column's cells: numbers (of dates milliseconds since 1970), NaN where missing; or words, each by its place among the different ones, -1 where missing. */
export type Cells =
  | { readonly kind: 'number' | 'date'; readonly values: Float64Array }
  | { readonly kind: 'category'; readonly words: readonly string[]; readonly places: Int32Array }

type Kind = Cells['kind']

/** What a column is read as. */
interface ReadColumn {
  readonly name: string
  readonly kind: Kind
  /** Of dates: which comes first in 03/04/2020, as training had it. */
  readonly order?: 'dmy' | 'mdy'
}

const placeOf = (row: number, name: string): string => `row ${row + 1}, column "${name}"`

function numberOf(cell: Cell, row: number, name: string): number {
  if (typeof cell === 'number') {
    if (Number.isFinite(cell) || Number.isNaN(cell)) return cell
    throw new InvalidDataError(`${placeOf(row, name)}: ${cell} is not finite; correct it`)
  }
  const text = typeof cell === 'string' ? cell.trim() : undefined
  const value = text === undefined ? Number.NaN : Number(text)
  if (text === undefined || !Number.isFinite(value))
    throw new InvalidDataError(
      `${placeOf(row, name)}: ${text === undefined ? shown(cell) : `"${excerpt(text)}"`} is not a number; give null where it is missing`,
    )
  return value
}

/** Texts as a table's are read: in the order that training had, and in UTC. Date.parse has 03/04/2020 in March, and a time without a zone wherever the program runs. */
function dateOf(cell: Cell, row: number, { name, order }: ReadColumn): number {
  if (typeof cell === 'number' && Number.isNaN(cell)) return cell
  const text = typeof cell === 'string' ? timeOfText(cell.trim(), order) : Number.NaN
  const value = cell instanceof Date ? cell.getTime() : typeof cell === 'number' ? cell : text
  // Beyond it JavaScript has no dates.
  if (Number.isNaN(value) || Math.abs(value) > 8.64e15)
    throw new InvalidDataError(
      `${placeOf(row, name)}: ${typeof cell === 'string' ? `"${excerpt(cell)}"` : shown(cell)} is no date; give a Date, a text such as 2026-01-31, or null where it is missing`,
    )
  return value
}

function wordOf(cell: Cell, row: number, name: string): string {
  if (typeof cell === 'string') return cell.trim()
  if (typeof cell === 'number' || typeof cell === 'boolean') return String(cell)
  if (cell instanceof Date && !Number.isNaN(cell.getTime())) return cell.toISOString()
  throw new InvalidDataError(`${placeOf(row, name)}: is ${shown(cell)}; it must be a text, or null where it is missing`)
}

const isAbsent = (cell: Cell): boolean =>
  cell === null ||
  cell === undefined ||
  (typeof cell === 'string' && cell.trim() === '') ||
  (typeof cell === 'number' && Number.isNaN(cell))

/** Words that are the same are one. */
class Words {
  readonly words: string[] = []
  readonly #places = new Map<string, number>()

  place(word: string): number {
    const known = this.#places.get(word)
    if (known !== undefined) return known
    this.#places.set(word, this.words.length)
    return this.words.push(word) - 1
  }
}

function cellsOf(rows: readonly RawRow[], column: ReadColumn): Cells {
  const { name, kind } = column
  const cell = (row: number): Cell => {
    const given = rows[row]
    if (given !== undefined && Object.hasOwn(given, name)) return given[name]
    throw new InvalidDataError(`row ${row + 1} has no "${name}", which the answer was learned from; give null where it is missing`)
  }
  if (kind === 'category') {
    const words = new Words()
    const places = Int32Array.from(rows, (_, row) => (isAbsent(cell(row)) ? -1 : words.place(wordOf(cell(row), row, name))))
    return { kind, words: words.words, places }
  }
  const read = (row: number): number => (kind === 'number' ? numberOf(cell(row), row, name) : dateOf(cell(row), row, column))
  return { kind, values: Float64Array.from(rows, (_, row) => (isAbsent(cell(row)) ? Number.NaN : read(row))) }
}

/** @throws InvalidDataError for what is no row, naming its place */
export function checkRows(rows: unknown): asserts rows is readonly RawRow[] {
  if (!Array.isArray(rows))
    throw new InvalidDataError(`rows is ${shown(rows)}; it must be an array of objects, such as [{ area: 71, town: 'Bonn' }]`)
  for (let row = 0; row < rows.length; row++)
    if (!isObject(rows[row]) || Array.isArray(rows[row]))
      throw new InvalidDataError(`row ${row + 1} is ${shown(rows[row])}; it must be an object such as { area: 71, town: 'Bonn' }`)
}

/** @throws InvalidDataError naming row and column of what is no number, date or word, or is not there */
export const cellsOfRows = (rows: readonly RawRow[], columns: readonly ReadColumn[]): ReadonlyMap<string, Cells> =>
  new Map(columns.map((column) => [column.name, cellsOf(rows, column)]))

/** A cell in words; null where it is missing. */
export function cellText(cells: Cells, row: number): string | null {
  if (cells.kind === 'category') {
    const place = cells.places[row] ?? missing(cells.places, row)
    return place < 0 ? null : (cells.words[place] ?? missing(cells.words, place))
  }
  const value = cells.values[row] ?? missing(cells.values, row)
  if (Number.isNaN(value)) return null
  return cells.kind === 'date' ? new Date(value).toISOString() : String(value)
}
