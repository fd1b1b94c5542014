/** Spreadsheets (.xlsx), by read-excel-file, which is loaded when the first such file is read. */

import { InvalidDataError, InvalidSpecError } from '../core/errors.ts'
import { listed } from '../core/excerpt.ts'
import { suggest } from '../core/suggest.ts'
import { allowedBytes } from '../data/unpack.ts'
import type { HeadRow } from './delimited/dialect.ts'
import { layoutOf, type Told } from './delimited/head.ts'
import { footerRows, type LastRows } from './footer.ts'
import type { ReadTableOptions } from './options.ts'
import type { Pace } from './pace.ts'
import { type Bytes, readAll } from './source.ts'
import type { Table } from './table.ts'
import { tableOfValues } from './values.ts'

/** Rows that the names of columns are told from. */
const SAMPLE = 1000

type Cell = string | number | boolean | Date | null

/** @throws InvalidDataError for a file that is damaged; InvalidSpecError for a sheet it does not have */
export async function readXlsx(source: Bytes, options: ReadTableOptions, pace: Pace): Promise<Table> {
  const bytes = await readAll(source)
  const sheets = await sheetsOf(bytes, options)
  const names = sheets.map(({ sheet }) => sheet)
  const { sheet: wanted } = options
  const found =
    wanted === undefined
      ? (sheets.find(({ data }) => data.some(isFilled)) ?? sheets[0])
      : typeof wanted === 'number'
        ? sheets[wanted - 1]
        : sheets.find(({ sheet }) => sheet === wanted)
  if (!found)
    throw new InvalidSpecError(
      `sheet is ${JSON.stringify(wanted)}; there are ${listed(names.map((name) => JSON.stringify(name)))}${typeof wanted === 'string' ? suggest(wanted, names) : ''}`,
    )
  const told: Told = { guesses: [], problems: [] }
  if (names.length > 1 && options.sheet === undefined)
    told.guesses.push({
      of: 'sheet',
      value: found.sheet,
      why: `it is the first of ${names.length} that holds anything: ${listed(names.map((name) => JSON.stringify(name)))}`,
    })
  const sheetRows = found.data.map((cells, i): SheetRow => ({ cells, line: i + 1 }))
  const filled = sheetRows.filter(({ cells, line }) => line > (options.skipRows ?? 0) && isFilled(cells))
  if (filled.length === 0)
    throw new InvalidDataError(
      `sheet "${found.sheet}" is empty; ${names.length > 1 ? `there are ${listed(names.map((name) => JSON.stringify(name)))}` : 'it has no other'}`,
    )
  const withoutMargins = marginsOff(filled, options)
  const rowsInside = filled.map(withoutMargins).filter(({ cells }) => isFilled(cells))
  const { first, namesEnd, names: columns } = layoutOf(headOf(rowsInside), options, told)
  const begin = namesEnd?.next ?? first?.line ?? 1
  // A row without a cell has a place and says nothing.
  const below = rowsInside.filter(({ line }) => line >= begin)
  const footer =
    options.skipLast === undefined ? footerRows(lastRows(below, columns.names.length)) : { rows: options.skipLast, guesses: [] }
  const table = below.slice(0, Math.max(0, below.length - footer.rows))
  const last = table.at(-1)?.line ?? 0
  const rows = options.keepEmptyRows ? sheetRows.filter(({ line }) => line >= begin && line <= last).map(withoutMargins) : table
  return tableOfValues(
    columns.names.map((name, i) => ({ name, values: rows.map(({ cells }) => atFullSeconds(cells[i] ?? null)) })),
    rows.length,
    options,
    pace,
    { ...told, guesses: [...told.guesses, ...footer.guesses], lines: Int32Array.from(rows, ({ line }) => line), named: columns },
  )
}

interface SheetRow {
  readonly cells: readonly Cell[]
  /** From 1. */
  readonly line: number
}

const headOf = (rows: readonly SheetRow[]): HeadRow[] =>
  rows.slice(0, SAMPLE).map(({ cells, line }) => {
    const texts = cells.map(textOf)
    return { start: 0, end: 0, line, next: line + 1, cells: texts.slice(0, texts.findLastIndex((text) => text !== '') + 1) }
  })

/** Takes off the columns in which nothing stands from the names on: a table may begin anywhere, and a title above it. */
function marginsOff(filled: readonly SheetRow[], options: ReadTableOptions): (row: SheetRow) => SheetRow {
  const { first } = layoutOf(headOf(filled), options, { guesses: [], problems: [] })
  const below = filled.filter(({ line }) => line >= (first?.line ?? 1))
  const width = below.reduce((most, { cells }) => Math.max(most, cells.length), 0)
  const inside = Array.from({ length: width }, (_, i) => below.some(({ cells }) => (cells[i] ?? null) !== null))
  return ({ cells, line }) => ({ cells: cells.filter((_, i) => inside[i]), line })
}

const isFilled = (cells: readonly Cell[]): boolean => cells.some((cell) => cell !== null)

/** A spreadsheet counts in fractions of days, of which 13:45 becomes 13:44:59.999 where milliseconds are cut off. */
const atFullSeconds = (cell: Cell): Cell =>
  cell instanceof Date && cell.getTime() % 1000 === (cell.getTime() < 0 ? -1 : 999) ? new Date(cell.getTime() + 1) : cell

const lastRows = (rows: readonly SheetRow[], width: number): LastRows => ({
  rows: rows.length,
  width,
  firstText(row) {
    const cell = rows[row]?.cells[0]
    return typeof cell === 'string' && cell.trim() !== '' ? cell.trim() : undefined
  },
  isAlone: (row) => rows[row]?.cells.slice(1).every((cell) => cell === null) ?? true,
  numbers: Array.from({ length: width }, (_, i) => (row: number) => {
    const cell = rows[row]?.cells[i]
    return typeof cell === 'number' ? cell : Number.NaN
  }),
})

const textOf = (cell: Cell): string => (cell === null ? '' : cell instanceof Date ? cell.toISOString().slice(0, 10) : String(cell).trim())

interface Sheet {
  readonly sheet: string
  readonly data: readonly (readonly Cell[])[]
}

async function sheetsOf(bytes: Uint8Array<ArrayBuffer>, options: ReadTableOptions): Promise<readonly Sheet[]> {
  try {
    const size = unpackedSize(bytes)
    if (size > allowedBytes(bytes.length, options))
      throw new InvalidDataError(
        `it unpacks to ${size} bytes, as tables hardly ever do; if it is right, say by maxUnpackedBytes how large it is`,
      )
    const { default: readExcel } = await import('read-excel-file/universal')
    // Its types say `typeof Date` where they mean a Date.
    return (await readExcel(new Blob([bytes]))) as unknown as readonly Sheet[]
  } catch (cause) {
    if (cause instanceof InvalidDataError) throw cause
    throw new InvalidDataError(
      `the spreadsheet is truncated or damaged (${cause instanceof Error ? cause.message : String(cause)}); save or download it again`,
      { cause },
    )
  }
}

const END_OF_DIRECTORY = 0x06054b50
const ENTRY = 0x02014b50
const LONGEST_END = 2 ** 16 + 22

/** What the files of a zip archive unpack to, as its directory says: by that much a reader makes room for them. */
function unpackedSize(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  let end = bytes.length - 22
  while (end > 0 && end > bytes.length - LONGEST_END && view.getUint32(end, true) !== END_OF_DIRECTORY) end--
  let size = 0
  let at = end > 0 ? view.getUint32(end + 16, true) : bytes.length
  while (at + 46 <= bytes.length && view.getUint32(at, true) === ENTRY) {
    size += view.getUint32(at + 24, true)
    at += 46 + view.getUint16(at + 28, true) + view.getUint16(at + 30, true) + view.getUint16(at + 32, true)
  }
  return size
}
