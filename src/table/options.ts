/** How a table is read: one table of options for the API, the `data:` section of a file, and the flags of the command line. */

import * as z from 'zod/mini'
import { InvalidSpecError } from '../core/errors.ts'
import { flag, whole } from '../core/fields.ts'
import { shown } from '../core/shown.ts'
import { parseExact } from '../core/validate.ts'
import type { LikeColumn, Likeness } from './like.ts'

/** What a table can be written in. */
export const FORMATS = ['csv', 'arff', 'json', 'jsonl', 'parquet', 'xlsx'] as const
export type TableFormat = (typeof FORMATS)[number]

const KINDS = ['number', 'boolean', 'category', 'date', 'text', 'id'] as const

/** pandas' list, the `?` of UCI's files, the lone `.` of SAS and Stata, `\N` of MySQL, and the errors of spreadsheets. */
export const MISSING_MARKERS: readonly string[] = [
  ...['', '?', '.', '#N/A', '#N/A N/A', '#NA', '-1.#IND', '-1.#QNAN', '-NaN', '-nan', '1.#IND', '1.#QNAN', '<NA>'],
  ...['N/A', 'NA', 'NULL', 'NaN', 'None', 'n/a', 'nan', 'null'],
  ...['\\N', '(null)', 'NaT', '#DIV/0!', '#VALUE!', '#REF!', '#NAME?', '#NUM!', '#NULL!'],
]

const isOne = (text: string): boolean => text.length === 1
const one = (what: string) => z.string(`must be ${what}`).check(z.refine(isOne, `must be ${what}`))
const oneOrNone = (what: string) =>
  z.string(`must be ${what}, or "" for none`).check(z.refine((text) => text === '' || isOne(text), `must be ${what}, or "" for none`))
const column = z.union([z.string(), z.int()], { error: 'must be the name of a column, or its place from 0 (-1 is the last)' })

/** Every option is guessed by default. */
export const readingShape = {
  format: z.optional(z.enum(FORMATS)).check(z.describe('What the file is written in: found out from its bytes')),
  header: z.optional(flag()).check(z.describe('Whether the first line names the columns')),
  delimiter: z
    .optional(z.union([z.literal('blanks'), one('one character, or "blanks" for any number of them')]))
    .check(z.describe('What separates cells: , ; tab | or blanks')),
  decimal: z.optional(z.enum(['.', ','])).check(z.describe('Decimal sign')),
  thousands: z.optional(oneOrNone('one character')).check(z.describe('What groups the digits of large numbers')),
  encoding: z
    .optional(z.string().check(z.minLength(1)))
    .check(z.describe('utf-8, utf-16le, windows-1252, … as the Encoding standard names them')),
  missingMarkers: z
    .optional(z.array(z.string()))
    .check(z.describe("Cells that mean missing: pandas' list, ?, ., \\N and errors of spreadsheets")),
  comment: z.optional(oneOrNone('one character')).check(z.describe('What lines that say nothing begin with')),
  quote: z.optional(oneOrNone('one character')).check(z.describe('What cells are put in that hold a delimiter')),
  skipRows: z.optional(whole(0, 1_000_000)).check(z.describe('Lines above the table, such as its title')),
  skipLast: z.optional(whole(0, 1_000_000)).check(z.describe('Rows below the table, such as totals')),
  sheet: z
    .optional(z.union([z.string(), whole(1, 10_000)]))
    .check(z.describe('Sheet of a spreadsheet, by name or from 1: the first that holds anything')),
  dateOrder: z.optional(z.enum(['ymd', 'dmy', 'mdy'])).check(z.describe('What 03/04/2020 means')),
  kinds: z
    .optional(z.record(z.string(), z.enum(KINDS)))
    .check(z.describe('What columns hold, by name: number, boolean, category, date, text or id')),
  ignore: z.optional(z.array(column)).check(z.describe('Columns left out')),
}

const readingSchema = z.strictObject(readingShape)

const TEXTS: readonly TableFormat[] = ['csv', 'arff', 'json', 'jsonl']
const GRIDS: readonly TableFormat[] = ['csv', 'xlsx']

/** The formats that an option says something of, where those are not all. */
const SPEAKS_OF: Readonly<Partial<Record<keyof ReadingOptions, readonly TableFormat[]>>> = {
  encoding: TEXTS,
  header: GRIDS,
  skipRows: GRIDS,
  skipLast: GRIDS,
  delimiter: ['csv'],
  comment: ['csv'],
  quote: ['csv'],
  sheet: ['xlsx'],
}

/** Options that say nothing of a table of this format. */
export const withoutEffect = (options: ReadingOptions, format: TableFormat): string[] =>
  Object.entries(SPEAKS_OF).flatMap(([name, formats]) =>
    Object.hasOwn(options, name) && formats?.includes(format) === false ? [name] : [],
  )

/** How the cells of a table are read; all of it is guessed, and what was guessed is told by the table's `guesses`. */
export type ReadingOptions = z.infer<typeof readingSchema>

/** How a table is read, and what it is like. */
export type Reading = ReadingOptions & Likeness

/** How far the reading of a table is. */
export interface ReadProgress {
  /** Bytes of the source so far. */
  readonly bytes: number
  /** Bytes of it in all, where that is known. */
  readonly total: number | undefined
}

/** What a table is read by, who hears of it, and what ends it. */
export interface ReadTableOptions extends ReadingOptions {
  /** What the source is called in messages, and what its name's ending is looked for in. */
  readonly name?: string
  readonly onProgress?: (progress: ReadProgress) => void
  readonly signal?: AbortSignal
  /** The most bytes that a packed file may become: 32 MiB, or 100 times its bytes where that is more, by default. */
  readonly maxUnpackedBytes?: number
  /** Whether rows without any value are kept, so that row i of what is predicted is row i of the file; false by default. */
  readonly keepEmptyRows?: boolean
  /** Columns of a table read before, such as `answer.data.columns`: they settle what the cells of this one leave open, as whether 03/04/2020 is in March. */
  readonly like?: readonly LikeColumn[]
}

/** The reading options alone, checked. @throws InvalidSpecError naming every one that is wrong */
export function checkReading(options: ReadTableOptions): ReadingOptions {
  if (typeof options !== 'object' || options === null || Array.isArray(options))
    throw new InvalidSpecError(`the options of readTable are ${shown(options)}; they must be an object`)
  const { name, onProgress, signal, maxUnpackedBytes, keepEmptyRows, like: _like, ...reading } = options
  if (name !== undefined && typeof name !== 'string') throw new InvalidSpecError(`name is ${shown(name)}; it must be a text`)
  if (onProgress !== undefined && typeof onProgress !== 'function')
    throw new InvalidSpecError(`onProgress is ${shown(onProgress)}; it must be a function`)
  if (signal !== undefined && !(signal instanceof AbortSignal))
    throw new InvalidSpecError(`signal is ${shown(signal)}; it must be an AbortSignal`)
  if (maxUnpackedBytes !== undefined && !(typeof maxUnpackedBytes === 'number' && maxUnpackedBytes > 0))
    throw new InvalidSpecError(`maxUnpackedBytes is ${shown(maxUnpackedBytes)}; it must be a number above 0`)
  if (keepEmptyRows !== undefined && typeof keepEmptyRows !== 'boolean')
    throw new InvalidSpecError(`keepEmptyRows is ${shown(keepEmptyRows)}; it must be true or false`)
  return parseExact(readingSchema, Object.fromEntries(Object.entries(reading).filter(([, value]) => value !== undefined)))
}
