/** Finds out how a text is cut into cells, from its first lines. */

import { missing } from '../../core/at.ts'
import { type Dialect, INCOMPLETE, Scanner, unquote } from '../bytes/scanner.ts'
import type { ReadingOptions } from '../options.ts'
import type { Pace } from '../pace.ts'
import type { Guess } from '../table.ts'

const NEWLINE = 10
const CARRIAGE_RETURN = 13
const BLANK = 32
const BACKSLASH = 92
const code = (character: string): number => character.charCodeAt(0)
const QUOTE = code('"')

/** What is looked at for the delimiter. */
const LINES = 100

/** A row of the first ones, as texts. */
export interface HeadRow {
  /** Where it begins, in bytes, and the line of the file, from 1. */
  readonly start: number
  readonly line: number
  /** Where the next row begins, and its line. */
  readonly end: number
  readonly next: number
  readonly cells: readonly string[]
}

/** The complete rows of the first bytes; blank ones and comments are left out. @param whole whether the bytes are all there are */
export function* headRows(
  given: Uint8Array,
  dialect: Dialect,
  whole: boolean,
  decode: (bytes: Uint8Array) => string,
  from = { start: 0, line: 1 },
): Generator<HeadRow> {
  // Quotes are undone where they lie.
  const bytes = given.slice()
  const scanner = new Scanner(dialect)
  let starts = new Int32Array(64)
  let ends = new Int32Array(64)
  let { start, line } = from
  while (start < bytes.length) {
    if (isComment(bytes, start, dialect)) {
      const end = lineEnd(bytes, start, dialect.newline)
      if (end > bytes.length && !whole) return
      start = end
      line++
      continue
    }
    const end = scanner.row(bytes, start, bytes.length, whole, starts, ends, 0, starts.length)
    if (end === INCOMPLETE) return
    if (scanner.count > starts.length) {
      starts = new Int32Array(scanner.count)
      ends = new Int32Array(scanner.count)
      scanner.row(bytes, start, bytes.length, whole, starts, ends, 0, starts.length)
    }
    const cells: string[] = []
    for (let i = 0; i < scanner.count; i++) {
      const at = starts[i] ?? missing(starts, i)
      const raw = ends[i] ?? missing(ends, i)
      cells.push(decode(bytes.subarray(at, raw < 0 ? unquote(bytes, at, ~raw, dialect) : raw)).trim())
    }
    const next = line + scanner.breaks
    if (cells.length > 1 || cells[0] !== '') yield { start, line, end, next, cells }
    start = end
    line = next
  }
}

export const isComment = (bytes: Uint8Array, start: number, { comment }: Dialect): boolean => comment !== 0 && bytes[start] === comment

/** Where the next line begins; past the end where there is none. */
function lineEnd(bytes: Uint8Array, start: number, newline: number): number {
  const at = bytes.indexOf(newline, start)
  return at < 0 ? bytes.length + 1 : at + 1
}

function* take<T>(items: Iterable<T>, most: number): Generator<T> {
  let left = most
  for (const item of items) {
    if (left-- <= 0) return
    yield item
  }
}

/** The number most of them are, and the share that are it. */
export function modeOf(counts: readonly number[]): { readonly value: number; readonly share: number } {
  const tally = new Map<number, number>()
  for (const count of counts) tally.set(count, (tally.get(count) ?? 0) + 1)
  const [value = 0, times = 0] = [...tally].sort((a, b) => b[1] - a[1] || b[0] - a[0])[0] ?? []
  return { value, share: counts.length === 0 ? 0 : times / counts.length }
}

const NAMES: Readonly<Record<string, string>> = { '\t': 'tabs', ';': 'semicolons', '|': 'bars', ',': 'commas', blanks: 'blanks' }
const nameOf = (delimiter: string): string => NAMES[delimiter] ?? JSON.stringify(delimiter)

/** In this order where several fit: a file that is cut by semicolons may have decimal commas, and hardly the other way round. */
const CANDIDATES = ['\t', '|', ';', ',', 'blanks'] as const

/** Lines of the text that begin with a sign, of those looked at. */
function linesWith(text: readonly string[], sign: string): number {
  return text.filter((line) => line.startsWith(sign)).length
}

function guessComment(lines: readonly string[]): string {
  for (const sign of ['#', '%']) {
    const said = lines.filter((line) => line.startsWith(sign))
    const others = lines.filter((line) => !line.startsWith(sign))
    if (said.length > 0 && said.length <= others.length && !areRows(said, others)) return sign
  }
  return ''
}

/** Whether lines have as many cells as most others, by some delimiter: then a sign at their beginning is part of a name or a cell. */
const areRows = (lines: readonly string[], others: readonly string[]): boolean =>
  ['\t', ';', ',', '|'].some((delimiter) => {
    const { value } = modeOf(others.map((line) => line.split(delimiter).length))
    return value > 1 && lines.every((line) => line.split(delimiter).length === value)
  })

/** A quote within quotes that a backslash stands before, and that does not end the cell. */
const hasBackslashes = (text: string): boolean => /"[^"\n]*\\"[^,;|\t\r\n"]/.test(text)

const inSingleQuotes = (text: string): boolean =>
  !/"/.test(text) && (text.match(/(^|[,;|\t])\s*'[^'\n]*'\s*(?=[,;|\t\r\n]|$)/gm)?.length ?? 0) > 1

export interface GuessedDialect {
  readonly dialect: Dialect
  /** As an option says it. */
  readonly delimiter: string
  readonly guesses: readonly Guess[]
}

/** @param bytes the first of the text, in an encoding that has ASCII's signs */
export async function guessDialect(
  bytes: Uint8Array,
  whole: boolean,
  options: ReadingOptions,
  skip: number,
  pace: Pace,
): Promise<GuessedDialect> {
  const newline = bytes.includes(NEWLINE) || !bytes.includes(CARRIAGE_RETURN) ? NEWLINE : CARRIAGE_RETURN
  const latin = new TextDecoder('windows-1252')
  const decode = (cell: Uint8Array) => latin.decode(cell)
  const text = decode(bytes.subarray(0, 2 ** 16))
  const lines = text
    .split(newline === NEWLINE ? '\n' : '\r')
    .slice(skip, skip + LINES)
    .filter((line) => line.trim() !== '')
  const comment = options.comment ?? guessComment(lines)
  const quote = options.quote ?? (inSingleQuotes(text) ? "'" : '"')
  const common = {
    newline,
    quote: quote === '' ? 0 : code(quote),
    backslash: code(quote) === QUOTE && hasBackslashes(text),
    comment: comment === '' ? 0 : code(comment),
  }
  const dialectOf = (delimiter: string): Dialect => ({
    ...common,
    delimiter: delimiter === 'blanks' ? BLANK : code(delimiter),
    blanks: delimiter === 'blanks',
  })
  const guesses: Guess[] = []
  if (comment !== '' && options.comment === undefined)
    guesses.push({ of: 'comment', value: comment, why: `${linesWith(lines, comment)} of the first lines begin with ${comment}` })
  if (quote !== '"' && options.quote === undefined) guesses.push({ of: 'quote', value: quote, why: 'cells are put in single quotes' })
  if (common.backslash)
    guesses.push({ of: 'escape', value: String.fromCharCode(BACKSLASH), why: 'quotes in quotes have a backslash before them' })
  if (options.delimiter !== undefined) return { dialect: dialectOf(options.delimiter), delimiter: options.delimiter, guesses }

  const start = skipLines(bytes, skip, newline)
  const found: { readonly delimiter: string; readonly value: number; readonly share: number; readonly rows: number }[] = []
  for (const delimiter of CANDIDATES) {
    await pace.rest()
    const rows = [...take(headRows(bytes, dialectOf(delimiter), whole, decode, { start, line: 1 }), LINES)]
    const mode = modeOf(rows.map(({ cells }) => cells.length))
    if (mode.value > 1) found.push({ delimiter, ...mode, rows: rows.length })
  }
  const most = Math.max(...found.map(({ share }) => share))
  const sure = found.filter(({ share, delimiter }) => share >= (delimiter === 'blanks' ? 0.9 : 0.75) && share >= most - 0.1)
  const first = sure[0] ?? found.filter(({ delimiter }) => delimiter !== 'blanks').sort((a, b) => b.share - a.share)[0] ?? found[0]
  // A column of `a|b` among many cut by commas.
  const larger = sure.find(
    ({ delimiter, value, share }) => first?.delimiter === '|' && delimiter !== 'blanks' && value > first.value && share >= first.share,
  )
  const best = larger ?? first
  const delimiter = best?.delimiter ?? ','
  guesses.push({
    of: 'delimiter',
    value: delimiter,
    why: best
      ? `${Math.round(best.share * best.rows)} of the first ${best.rows} lines have ${best.value} cells by ${nameOf(delimiter)}`
      : 'no sign cuts the lines into cells: there is one column',
  })
  return { dialect: dialectOf(delimiter), delimiter, guesses }
}

/** Where the line after so many begins. */
export function skipLines(bytes: Uint8Array, count: number, newline: number): number {
  let at = 0
  for (let left = count; left > 0 && at < bytes.length; left--) at = Math.min(bytes.length, lineEnd(bytes, at, newline))
  return at
}
