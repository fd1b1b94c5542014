// Reads CSV files.

import Papa from 'papaparse'
import { InvalidDataError } from '../core/errors.ts'
import { excerpt } from '../core/excerpt.ts'
import { checkTableOptions, checkText } from './check.ts'
import type { Dataset } from './dataset.ts'
import { encodeTable, type TableOptions } from './encode.ts'
import { isNumber, type Table } from './table.ts'

/** How a text is cut into cells. */
export interface CsvTableOptions {
  /** Whether the first line names the columns. Default: it must, and a first line of numbers only is refused. */
  readonly header?: boolean
  /** Default: found out from the text (comma, tab, semicolon, bar). */
  readonly delimiter?: string
  /** Cells that mean "missing", compared without surrounding blanks. Default: '', '?', 'NA', 'NaN', 'null'. */
  readonly missingMarkers?: readonly string[]
}

/** How a text is cut into cells, and those become numbers. */
export type CsvOptions = CsvTableOptions & TableOptions

const MISSING = ['', '?', 'NA', 'NaN', 'null'] as const

interface TextRow {
  readonly line: number
  readonly cells: readonly string[]
}

/** Papa Parse returns one entry per record; a record takes one line, and one more for every line break inside its quotes. */
function numberLines(records: readonly (readonly string[])[]): TextRow[] {
  let line = 1
  return records.map((record) => {
    const row = { line, cells: record.map((cell) => cell.trim()) }
    line += 1 + record.reduce((breaks, cell) => breaks + (cell.match(/\r\n|\r|\n/g)?.length ?? 0), 0)
    return row
  })
}

function readHeader(rows: readonly TextRow[], header: boolean | undefined): string[] {
  const cells = rows[0]?.cells ?? []
  if (header === false) return cells.map((_, i) => `column${i}`)
  if (header === undefined && cells.every(isNumber))
    throw new InvalidDataError(
      'line 1 holds only numbers, so it does not look like column names; pass header: false, or header: true if it does name them',
    )
  const names = cells.map((name, i) => name || `column${i}`)
  const seen = new Set<string>()
  for (const name of names) {
    if (seen.has(name)) throw new InvalidDataError(`line 1 names two columns "${excerpt(name)}"; every name must be different`)
    seen.add(name)
  }
  return names
}

/**
 * Reads delimited text (RFC 4180, and what spreadsheets make of it). Columns without a name are called column0, column1, … by place.
 * Throws InvalidDataError, by line, for broken quotes, lines of the wrong length, repeated names, or no rows.
 */
export function parseCsvTable(text: string, options: CsvTableOptions = {}): Table {
  checkText(text, 'the text')
  checkTableOptions(options, 'parseCsvTable')
  const missing = new Set<string>(options.missingMarkers ?? MISSING)
  // Blank lines spoil Papa's guess of the delimiter but are needed to count lines: so it guesses without them, and reads with them.
  const delimiter = options.delimiter ?? Papa.parse<string[]>(text, { preview: 10, skipEmptyLines: 'greedy' }).meta.delimiter
  const parsed = Papa.parse<string[]>(text, { delimiter })
  const all = numberLines(parsed.data)
  const broken = parsed.errors.find(({ type }) => type === 'Quotes')
  if (broken) throw new InvalidDataError(`line ${all[broken.row ?? 0]?.line}: ${broken.message.toLowerCase()}`)
  const rows = all.filter(({ cells }) => cells.length > 1 || cells[0] !== '')
  if (rows.length === 0) throw new InvalidDataError('the text is empty')
  const names = readHeader(rows, options.header)
  const body = options.header === false ? rows : rows.slice(1)
  if (body.length === 0) throw new InvalidDataError('there are no rows below the line of column names')
  for (const { line, cells } of body) {
    if (cells.length === names.length) continue
    throw new InvalidDataError(`line ${line} has ${cells.length} fields; the first line has ${names.length}, and all lines must be alike`)
  }
  return {
    lines: body.map(({ line }) => line),
    columns: names.map((name, i) => ({
      name,
      cells: body.map(({ cells }) => {
        const cell = cells[i] ?? ''
        return missing.has(cell) ? null : cell
      }),
    })),
  }
}

/** Reads delimited text into a dataset: parseCsvTable, then encodeTable. Throws InvalidDataError as they do. */
export function parseCsv(text: string, options: CsvOptions = {}): Dataset {
  return encodeTable(parseCsvTable(text, options), options)
}
