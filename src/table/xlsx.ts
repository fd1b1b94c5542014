/** Spreadsheets (.xlsx), by read-excel-file, which is loaded when the first such file is read. */

import { InvalidDataError, InvalidSpecError } from '../core/errors.ts'
import { listed } from '../core/excerpt.ts'
import { suggest } from '../core/suggest.ts'
import { allowedBytes } from '../data/unpack.ts'
import type { HeadRow } from './delimited/dialect.ts'
import { layoutOf, type Told } from './delimited/head.ts'
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
  const { sheet: wanted = 1 } = options
  const found = typeof wanted === 'number' ? sheets[wanted - 1] : sheets.find(({ sheet }) => sheet === wanted)
  if (!found)
    throw new InvalidSpecError(
      `sheet is ${JSON.stringify(wanted)}; there are ${listed(names.map((name) => JSON.stringify(name)))}${typeof wanted === 'string' ? suggest(wanted, names) : ''}`,
    )
  const told: Told = { guesses: [], problems: [] }
  if (names.length > 1 && options.sheet === undefined)
    told.guesses.push({
      of: 'sheet',
      value: found.sheet,
      why: `it is the first of ${names.length}: ${listed(names.map((name) => JSON.stringify(name)))}`,
    })
  // A row without a cell has a place and says nothing.
  const filled = found.data
    .map((cells, i) => ({ cells, line: i + 1 }))
    .filter(({ cells, line }) => line > (options.skipRows ?? 0) && cells.some((cell) => cell !== null))
  if (filled.length === 0)
    throw new InvalidDataError(`sheet "${found.sheet}" is empty; it has ${names.length > 1 ? `others: ${listed(names)}` : 'no other'}`)
  const head = filled.slice(0, SAMPLE).map(({ cells, line }): HeadRow => {
    const texts = cells.map(textOf)
    return { start: 0, end: 0, line, next: line + 1, cells: texts.slice(0, texts.findLastIndex((text) => text !== '') + 1) }
  })
  const { first, header, names: columns } = layoutOf(head, options, told)
  const begin = (first?.line ?? 1) + (header ? 1 : 0)
  const last = filled.at(-1)?.line ?? 0
  const below = options.keepEmptyRows
    ? found.data.map((cells, i) => ({ cells, line: i + 1 })).filter(({ line }) => line >= begin && line <= last)
    : filled.filter(({ line }) => line >= begin)
  const rows = below.slice(0, Math.max(0, below.length - (options.skipLast ?? 0)))
  return tableOfValues(
    columns.names.map((name, i) => ({ name: columns.unnamed[i] ? '' : name, values: rows.map(({ cells }) => cells[i] ?? null) })),
    rows.length,
    options,
    pace,
    { ...told, lines: Int32Array.from(rows, ({ line }) => line), header },
  )
}

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
