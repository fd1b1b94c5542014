/** Reads a table as people have it, from anywhere: what it is written in, and how, is found out, told, and may be said instead. */

import { EspalierError, InvalidDataError, InvalidSpecError } from '../core/errors.ts'
import { suggest } from '../core/suggest.ts'
import { readArff } from './arff.ts'
import { readDelimited } from './delimited/read.ts'
import { readJson, readJsonLines } from './json.ts'
import { checkLike } from './like.ts'
import { checkReading, type Reading, type ReadTableOptions, type TableFormat, withoutEffect } from './options.ts'
import { Pace } from './pace.ts'
import { readParquet } from './parquet.ts'
import { formatOf, isGzipped, isPacked, markOf } from './recognize.ts'
import { after, type Bytes, bytesOf, counted, gunzipped, inUtf8, peek, type TableSource } from './source.ts'
import type { Column, Table } from './table.ts'
import { readXlsx } from './xlsx.ts'

/** Bytes that the format is told from. */
const FIRST = 2 ** 16

/**
 * Reads CSV, TSV and the like, ARFF, JSON (lines, or an array), Parquet or XLSX, gzipped or not, into typed columns. Nothing is rounded: numbers
 * are float64. The page breathes: no piece of work takes longer than about 20 ms.
 *
 * What was guessed, and why, is in the table's `guesses` and in each column's `why`; what a person should know of, in its `problems`, each with the
 * option that mends it. A cell that does not fit its column is read as missing, and said.
 *
 * @param source a text, or bytes: a Uint8Array, a File or Blob, a Response, a ReadableStream
 * @throws InvalidDataError for what is no table; InvalidSpecError for options that are wrong; DataUnavailableError where there are no bytes; the
 * signal's reason when aborted
 */
export async function readTable(source: TableSource, options: ReadTableOptions = {}): Promise<Table> {
  return readFrom(() => bytesOf(source, options), options)
}

/** As readTable, from bytes that are opened once the options are known to be right. */
export async function readFrom(
  open: () => { readonly bytes: Bytes; readonly total: number | undefined },
  options: ReadTableOptions,
): Promise<Table> {
  const checked = checkReading(options)
  checkLike(options.like)
  const reading: Reading = { ...checked, ...(options.like && { like: options.like }) }
  const { bytes, total } = open()
  const source = counted(bytes, total, options)
  const pace = new Pace(options.signal)
  options.signal?.throwIfAborted()
  try {
    const packed = isGzipped((await peek(source, 2)).bytes)
    const unpacked = packed ? gunzipped(source, options) : source
    const { text, guessed } = await textOf(unpacked, reading)
    const { bytes: first, whole } = await peek(text, FIRST)
    const format = reading.format ?? formatOf(first, source.name, whole)
    const table = await READERS[format](text, reading, pace, options)
    checkNames(table, reading)
    const columns = without(table.columns, reading.ignore)
    const left = new Set(columns.map(({ name }) => name))
    return {
      ...table,
      columns,
      guesses: [
        ...(reading.format === undefined && format !== 'csv' ? [{ of: 'format', value: format, why: 'its first bytes say so' }] : []),
        ...guessed,
        ...table.guesses,
      ],
      problems: [
        ...withoutEffect(checked, format).map((name) => ({
          message: `${name} is said, and means nothing for ${SPOKEN[format]}: it had no effect`,
        })),
        ...table.problems.filter(({ column }) => column === undefined || left.has(column)),
      ],
    }
  } catch (cause) {
    if (cause instanceof InvalidDataError && !cause.message.startsWith(source.name))
      throw new InvalidDataError(`${source.name}: ${cause.message}`, { cause })
    if (cause instanceof RangeError && !(cause instanceof EspalierError))
      throw new InvalidDataError(`${source.name}: it is too large to be held (${cause.message})`, { cause })
    throw cause
  }
}

const READERS: Readonly<Record<TableFormat, (source: Bytes, reading: Reading, pace: Pace, options: ReadTableOptions) => Promise<Table>>> = {
  csv: (source, reading, pace, { keepEmptyRows = false }) => readDelimited(source, reading, pace, keepEmptyRows),
  json: readJson,
  jsonl: readJsonLines,
  arff: readArff,
  parquet: readParquet,
  xlsx: (source, reading, pace, options) => readXlsx(source, { ...options, ...reading }, pace),
}

/** As messages call them. */
const SPOKEN: Readonly<Record<TableFormat, string>> = {
  csv: 'CSV',
  json: 'JSON',
  jsonl: 'JSON',
  arff: 'ARFF',
  parquet: 'Parquet',
  xlsx: 'a spreadsheet',
}

/** The bytes of a text, in UTF-8 or an encoding that has ASCII's signs; of another format, as they are. */
async function textOf(source: Bytes, { encoding }: Reading): Promise<{ readonly text: Bytes; readonly guessed: Table['guesses'] }> {
  const { bytes } = await peek(source, FIRST)
  const mark = markOf(bytes)
  // Spreadsheets and Parquet are no text.
  if (encoding !== undefined && !isPacked(bytes)) {
    const label = canonical(encoding)
    const isMarked = mark !== undefined && mark.length > 0 && mark.encoding === label
    const bare = isMarked ? after(source, mark.length) : source
    return { text: label === 'utf-8' || label === 'windows-1252' ? bare : inUtf8(bare, label), guessed: [] }
  }
  if (!mark) return { text: source, guessed: [] }
  const bare = after(source, mark.length)
  if (mark.encoding === 'utf-8') return { text: bare, guessed: [] }
  const why = mark.length > 0 ? 'its first two bytes say so' : 'every other byte is 0'
  return { text: inUtf8(bare, mark.encoding), guessed: [{ of: 'encoding', value: mark.encoding, why }] }
}

function canonical(encoding: string): string {
  try {
    return new TextDecoder(encoding).encoding
  } catch (cause) {
    throw new InvalidSpecError(
      `encoding is "${encoding}"; it must be utf-8, utf-16le, utf-16be, windows-1252 or another name of the Encoding standard${suggest(encoding, ['utf-8', 'utf-16le', 'utf-16be', 'windows-1252', 'iso-8859-1', 'latin1'])}`,
      { cause },
    )
  }
}

/** @throws InvalidSpecError for a kind of a column that is not there */
function checkNames({ columns }: Table, { kinds = {} }: Reading): void {
  const names = columns.map(({ name }) => name)
  for (const name of Object.keys(kinds))
    if (!names.includes(name))
      throw new InvalidSpecError(
        `kinds names "${name}"; there is no such column${suggest(name, names) || `; there are ${names.slice(0, 20).join(', ')}`}`,
      )
}

/** @throws InvalidSpecError for a column that is not there */
function without(columns: readonly Column[], ignore: Reading['ignore'] = []): readonly Column[] {
  const names = columns.map(({ name }) => name)
  const left = new Set(
    ignore.map((reference) => {
      const column = typeof reference === 'number' ? columns.at(reference) : columns.find(({ name }) => name === reference)
      if (!column)
        throw new InvalidSpecError(
          `ignore names ${JSON.stringify(reference)}; there is no such column${typeof reference === 'string' ? suggest(reference, names) : ''}`,
        )
      return column
    }),
  )
  return columns.filter((column) => !left.has(column))
}
