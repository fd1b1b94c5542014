/** What the first rows of a text say of the table: where it begins, what its columns are called, and which of them hold numbers. */

import { missing } from '../../core/at.ts'
import { InvalidDataError } from '../../core/errors.ts'
import type { Dialect } from '../bytes/scanner.ts'
import { habitOf, isHeader } from '../like.ts'
import { type Names, nameColumns } from '../names.ts'
import { DECIMAL_COMMA, guessNotation, isPlain, MOSTLY, type Notation, numberReader, PLAIN } from '../notation.ts'
import { MISSING_MARKERS, type Reading } from '../options.ts'
import type { Pace } from '../pace.ts'
import type { Guess, Problem } from '../table.ts'
import { SILENT } from '../texts.ts'
import { type Written, writtenOf } from '../written.ts'
import { guessDialect, type HeadRow, headRows, modeOf, skipLines } from './dialect.ts'

/** Rows that columns are told from. */
const SAMPLE = 250

/** How a column is read from bytes: numbers at once, or each different cell kept, which loses nothing. */
export type ColumnPlan =
  | { readonly as: 'numbers'; readonly decimal: '.' | ','; readonly written?: Written | undefined }
  | { readonly as: 'texts' }

export interface Head extends Names {
  readonly dialect: Dialect
  /** Where the first row of data begins, in bytes, and its line. */
  readonly start: number
  readonly line: number
  readonly plans: readonly ColumnPlan[]
  /** Whether rows may end with a delimiter, after which nothing comes. */
  readonly trailing: boolean
  /** How the numbers of the file are written, where a column says so. */
  readonly habit: Notation | undefined
  /** Whether rows of delimiters alone are rows; they are not by default. */
  readonly keepEmpty?: boolean
  readonly guesses: readonly Guess[]
  readonly problems: readonly Problem[]
}

/** @param bytes the first of the text; all of it where `whole` */
export async function readHead(
  bytes: Uint8Array,
  whole: boolean,
  decode: (bytes: Uint8Array) => string,
  options: Reading,
  pace: Pace,
): Promise<Head> {
  const hint = options.skipRows === undefined ? separatorLine(bytes) : undefined
  const skip = options.skipRows ?? (hint === undefined ? 0 : 1)
  const { dialect, guesses } = await guessDialect(bytes, whole, hint === undefined ? options : { delimiter: hint, ...options }, skip, pace)
  const from = { start: skipLines(bytes, skip, dialect.newline), line: skip + 1 }
  const rows: HeadRow[] = []
  for (const row of headRows(bytes, dialect, whole, decode, from)) {
    rows.push(row)
    if (rows.length >= SAMPLE) break
    if (pace.due) await pace.rest()
  }
  if (rows.length === 0)
    throw new InvalidDataError(
      whole
        ? 'there is no table in it: it has no row'
        : 'its first row does not end: a quote may open there that never closes; if quotes mean nothing in it, say quote: ""',
    )
  const told: Told = { guesses: [...guesses], problems: [] }
  if (hint !== undefined && options.delimiter === undefined)
    told.guesses.push({ of: 'delimiter', value: hint, why: `line 1 says so to spreadsheets: sep=${hint}` })
  const { namesEnd, first, body, names, trailing } = layoutOf(rows, options, told)
  const columns = names.names.map((name, i) => ({ name, texts: body.map(({ cells }) => cells[i] ?? '') }))
  const habit = await fileNotation(columns, options, pace)
  const plans: ColumnPlan[] = []
  for (const { name, texts } of columns) {
    plans.push(planOf(texts, options.kinds?.[name], habit ?? habitOf(name, options), options))
    if (pace.due) await pace.rest()
  }
  return {
    ...names,
    ...told,
    dialect,
    trailing,
    start: namesEnd?.end ?? first?.start ?? 0,
    line: namesEnd?.next ?? first?.line ?? 1,
    plans,
    habit,
  }
}

/** What is found of a table's first rows is put down here. */
export interface Told {
  readonly guesses: Guess[]
  readonly problems: Problem[]
}

interface Layout {
  /** The last row of names; undefined where nothing names the columns. */
  readonly namesEnd: HeadRow | undefined
  /** The row that names the columns, or the first of data. */
  readonly first: HeadRow | undefined
  /** The rows below the names, of those looked at. */
  readonly body: readonly HeadRow[]
  readonly names: Names
  readonly trailing: boolean
}

/** Where the table begins, and what its columns are called. */
export function layoutOf(rows: readonly HeadRow[], options: Reading, told: Told): Layout {
  const above = options.skipRows === undefined ? titleRows(rows, told) : 0
  const table = rows.slice(above)
  const header = options.header ?? guessHeader(table, told, options)
  const [first] = table
  const second = header ? secondNames(table.slice(1), told) : undefined
  const body = header ? table.slice(second ? 2 : 1) : table
  const { width, trailing } = widthOf(table, header, body)
  const raw = header ? joinedNames(first?.cells ?? [], second?.cells) : []
  // R leaves the column of row names without a name.
  const shift = header && body.length > 0 && raw.length === width - 1 ? 1 : 0
  const stripped = raw.map((name, i) => (i === 0 ? name.replace(/^#\s*/, '') : name))
  const names = nameColumns([...Array<string>(shift).fill(''), ...stripped], width, header, told.problems)
  return { namesEnd: header ? (second ?? first) : undefined, first, body, names, trailing }
}

/** Rows that tell a second line of names from a row with odd cells. */
const LEAST_BELOW = 5

/** A row below the names with words over several columns of numbers, and no number in any: units, or the second half of the names. */
function secondNames([row, ...below]: readonly HeadRow[], told: Told): HeadRow | undefined {
  if (!row || below.length < LEAST_BELOW) return undefined
  let words = 0
  let columns = 0
  for (const [i, cell] of row.cells.entries()) {
    const texts = below.map(({ cells }) => cells[i] ?? '').filter((text) => !USUAL_MARKERS.has(text))
    if (texts.length === 0) continue
    if (texts.filter(isNumeric).length < MOSTLY * texts.length) {
      if (texts.includes(cell)) return undefined
      continue
    }
    columns++
    if (isNumeric(cell)) return undefined
    if (!USUAL_MARKERS.has(cell) && !SILENT.test(cell)) words++
  }
  if (words < 2 || words * 2 < columns) return undefined
  told.problems.push({
    message: `line ${row.line} holds words over ${words} columns of numbers, as units or the second half of names: it is no row of the table`,
  })
  return row
}

/** Names of two lines, where the first alone does not tell the columns apart. */
function joinedNames(first: readonly string[], second: readonly string[] | undefined): readonly string[] {
  if (!second || (new Set(first).size === first.length && !first.includes(''))) return first
  return Array.from({ length: Math.max(first.length, second.length) }, (_, i) =>
    [first[i] ?? '', second[i] ?? ''].filter((part) => part !== '').join(' '),
  )
}

/** What a first line `sep=;` says, which spreadsheets write and read. */
const separatorLine = (bytes: Uint8Array): string | undefined =>
  /^"?sep=([^\r\n])"?[\r\n]/i.exec(new TextDecoder('windows-1252').decode(bytes.subarray(0, 10)))?.[1]

const MOST_TITLES = 50

/** How many rows stand above a blank line below which the table begins: notes, of fewer cells each than the table is wide. */
function aboveBlankLine(rows: readonly HeadRow[], width: number): number {
  const isShort = ({ cells }: HeadRow): boolean => cells.length < width
  const most = rows.findIndex((row) => !isShort(row))
  if (most < 1 || most > MOST_TITLES) return 0
  const [above, begin] = [rows[most - 1], rows[most]]
  return above && begin && begin.line > above.next ? most : 0
}

/** Rows above the table, such as its title. */
function titleRows(rows: readonly HeadRow[], told: { guesses: Guess[] }): number {
  const filled = (row: HeadRow | undefined): number => row?.cells.filter((cell) => cell !== '').length ?? 0
  const { value: width } = modeOf(rows.map(({ cells }) => cells.length))
  if (width < 2) return 0
  // A header may lack the name of the row names; a title has one cell, or a few.
  const isTitle = (row: HeadRow): boolean => filled(row) <= Math.max(1, Math.floor(width / 3)) && filled(row) < width - 1
  let count = aboveBlankLine(rows, width)
  while (count < rows.length - 1 && count < MOST_TITLES) {
    const row = rows[count]
    if (!row || !isTitle(row)) break
    count++
  }
  const [first] = rows
  const begin = rows[count]
  if (count === 0 || !first || !begin || begin.cells.length < width - 1) return 0
  told.guesses.push({
    of: 'skipRows',
    value: begin.line - 1,
    why: `line ${first.line}, "${first.cells.find((cell) => cell !== '') ?? ''}", has fewer cells than the ${width} of the lines below: a title`,
  })
  return count
}

function widthOf(
  table: readonly HeadRow[],
  header: boolean,
  body: readonly HeadRow[],
): { readonly width: number; readonly trailing: boolean } {
  const named = header ? (table[0]?.cells.length ?? 0) : 0
  const { value } = modeOf(body.map(({ cells }) => cells.length))
  const width = Math.max(1, named, value)
  // A delimiter after the last cell of every row, and perhaps of the names.
  const last = header && value === named + 1 ? named : width - 1
  const isEmpty =
    last > 0 && body.length > 0 && table.every(({ cells }, i) => (cells[last] ?? '') === '' && (i === 0 || cells.length > last - 1))
  return isEmpty && body.every(({ cells }) => cells.length > last) ? { width: last, trailing: true } : { width, trailing: false }
}

const USUAL_MARKERS = new Set(MISSING_MARKERS)
const isNumberText = numberReader(PLAIN)
const isNumeric = (text: string): boolean => isPlain(text) || !Number.isNaN(isNumberText(text)) || /^[+-]?\d+,\d+$/.test(text)

/** Whether the first row names the columns: not where it holds numbers over numbers, or words that stand below as well. */
function guessHeader(table: readonly HeadRow[], told: { guesses: Guess[] }, { like }: Reading): boolean {
  const [first, ...body] = table
  if (!first) return true
  const say = (value: boolean, why: string): boolean => {
    told.guesses.push({ of: 'header', value, why })
    return value
  }
  const known = isHeader(first.cells, like)
  if (known !== undefined)
    return say(known, known ? `line ${first.line} has names that are looked for` : 'the columns looked for have no names')
  const count = countsPlaces(first.cells)
  if (body.length === 0)
    return first.cells.some(isNumeric) && count < MANY_PLACES
      ? say(false, 'the only line holds numbers')
      : say(true, count < MANY_PLACES ? 'the only line holds words' : 'the only line counts its places')
  let forData = 0
  let forNames = 0
  let recurring = 0
  let texts = 0
  let repeating = 0
  let fractions = 0
  first.cells.forEach((cell, i) => {
    const below = body.map(({ cells }) => cells[i] ?? '').filter((text) => !USUAL_MARKERS.has(text))
    if (below.length === 0 || cell === '') return
    const numbers = below.filter(isNumeric).length
    if (numbers >= MOSTLY * below.length) {
      if (isNumeric(cell)) forData++
      else if (!USUAL_MARKERS.has(cell)) forNames++
      if (below.some((text) => !/^[+-]?\d+$/.test(text))) fractions++
    } else {
      texts++
      if (below.includes(cell)) recurring++
      else if (new Set(below).size * 2 <= below.length) repeating++
    }
  })
  const line = `line ${first.line}`
  if (forData > 0 && isYears(first.cells)) return say(true, `${line} counts up, as years over columns do`)
  // Wavelengths, times or other numbers over their columns, beside a word over the target.
  const isNamed = forNames + repeating > 0 && recurring === 0
  if (isNamed && isScale(first.cells)) return say(true, `${line} holds words over columns, and numbers that go one way, as a scale does`)
  // As pandas writes a frame whose columns nobody named: 0, 1, 2, …, and perhaps a word over the target.
  if (count >= (isNamed ? 2 : fractions * 2 >= count ? FEW_PLACES : MANY_PLACES))
    return say(true, `${line} counts its places, as names that nobody gave do`)
  if (forData > forNames) return say(false, `${line} holds numbers where the lines below hold numbers too`)
  if (forNames > 0) return say(true, `${line} holds words over columns of numbers`)
  if (texts > 0 && recurring * 2 > texts) return say(false, `what ${line} holds stands in the lines below as well`)
  return say(true, `what ${line} holds does not stand in the lines below`)
}

/** So many numbers in a row count by chance in no table; and fewer in none whose columns hold fractions. */
const MANY_PLACES = 10
const FEW_PLACES = 3

/** How many cells count their places from 0 or 1, where all cells of digits do; else 0. */
function countsPlaces(cells: readonly string[]): number {
  const numbers = cells.filter(isNumeric)
  const first = Number(numbers[0])
  return (first === 0 || first === 1) && numbers.every((cell, i) => cell === String(first + i)) ? numbers.length : 0
}

/** So many numbers rise or fall by chance in one row of a hundred. */
const LONG_SCALE = 5

/** Whether the numbers of a line rise all along, or fall: five at least, or three by equal steps. */
function isScale(cells: readonly string[]): boolean {
  const numbers = cells.filter(isNumeric).map(Number)
  const steps = numbers.slice(1).map((number, i) => number - (numbers[i] ?? missing(numbers, i)))
  const [first = 0] = steps
  const isOneWay = steps.every((step) => step * first > 0)
  return isOneWay && (numbers.length >= LONG_SCALE || (numbers.length >= 3 && steps.every((step) => step === first)))
}

/** Numbers that count up by the same step, of years or so, after one word at least. */
function isYears(cells: readonly string[]): boolean {
  const numbers = cells.filter((cell) => /^\d+$/.test(cell)).map(Number)
  const [first = 0, second = 0] = numbers
  const step = second - first
  return (
    numbers.length >= 3 &&
    cells.some((cell) => cell !== '' && !isNumeric(cell)) &&
    step > 0 &&
    numbers.every(
      (number, i) => number >= 1000 && number <= 2200 && (i === 0 || number - (numbers[i - 1] ?? missing(numbers, i - 1)) === step),
    )
  )
}

/** How most columns that leave no doubt write their numbers. */
async function fileNotation(
  columns: readonly { readonly texts: readonly string[] }[],
  { decimal, thousands }: Reading,
  pace: Pace,
): Promise<Notation | undefined> {
  if (decimal !== undefined) return { decimal, thousands: thousands ?? '' }
  const tally = { '.': 0, ',': 0 }
  for (const { texts } of columns) {
    if (pace.due) await pace.rest()
    const present = texts.filter((text) => !USUAL_MARKERS.has(text))
    const notation = guessNotation(present, undefined)
    if (notation.unclear || !present.some((text) => /[.,]/.test(text))) continue
    // 12.345 all the way down may be thousands: such a column follows the others, and says nothing for them.
    if (guessNotation(present, DECIMAL_COMMA).decimal !== guessNotation(present, PLAIN).decimal) continue
    const read = numberReader(notation)
    if (present.filter((text) => !Number.isNaN(read(text))).length >= MOSTLY * present.length) tally[notation.decimal]++
  }
  if (tally['.'] === 0 && tally[','] === 0) return undefined
  return tally[','] > tally['.'] ? DECIMAL_COMMA : PLAIN
}

function planOf(texts: readonly string[], kind: string | undefined, habit: Notation | undefined, options: Reading): ColumnPlan {
  if (kind !== undefined && kind !== 'number') return { as: 'texts' }
  const markers = options.missingMarkers ? new Set(options.missingMarkers) : USUAL_MARKERS
  const present = texts.filter((text) => !markers.has(text))
  if (present.length === 0 || options.thousands !== undefined) return { as: 'texts' }
  const { decimal, thousands } = options.decimal ? { decimal: options.decimal, thousands: '' } : guessNotation(present, habit)
  // Codes, as of towns, keep their zeros.
  if (thousands !== '' || present.some((text) => /^0\d\d/.test(text))) return { as: 'texts' }
  const pointed = (text: string): string => (decimal === ',' ? (text.includes('.') ? '' : text.replace(',', '.')) : text)
  return present.filter((text) => isPlain(pointed(text))).length >= MOSTLY * present.length
    ? { as: 'numbers', decimal, written: writtenOf(present) }
    : { as: 'texts' }
}
