/** Columns that are filled from bytes, a cell at a time, some rows before they are kept. */

import { Blocks } from '../bytes/blocks.ts'
import { Dictionary } from '../bytes/dictionary.ts'
import { readNumber } from '../bytes/number.ts'
import { type Dialect, unquote } from '../bytes/scanner.ts'
import type { Written } from '../written.ts'
import type { ColumnPlan } from './head.ts'

/** Rows that are read before they are kept. */
export const ROWS = 512

const BLANK = 32
const TAB = 9

const isBlank = (byte: number | undefined): boolean => byte === BLANK || byte === TAB

/** Numbers at once; what is none is kept as text beside. */
export class NumberSink {
  readonly values = new Blocks((length) => new Float64Array(length))
  /** Cells that are no plain number: the row of each, and which text it has. */
  readonly oddRows = new Blocks((length) => new Int32Array(length))
  readonly oddCodes = new Blocks((length) => new Int32Array(length))
  readonly odd = new Dictionary()
  readonly decimal: '.' | ','
  readonly written: Written | undefined
  readonly #dialect: Dialect
  readonly #byte: number
  readonly #batch = new Float64Array(ROWS)

  constructor({ decimal, written }: Extract<ColumnPlan, { as: 'numbers' }>, dialect: Dialect) {
    this.decimal = decimal
    this.written = written
    this.#byte = decimal.charCodeAt(0)
    this.#dialect = dialect
  }

  /**
   * Reads the cell that begins at a place, where it is a number; what is none must be taken by `take`.
   * @returns the place after the number
   */
  read(bytes: Uint8Array, start: number, row: number): number {
    return readNumber(bytes, start, this.#byte, this.#batch, row)
  }

  isNumber(row: number): boolean {
    return !Number.isNaN(this.#batch[row] ?? Number.NaN)
  }

  /** Takes the cell `bytes[start, end)`; with quotes to undo the end is its complement. A byte must follow. */
  take(bytes: Uint8Array, from: number, to: number, row: number): void {
    let start = from
    let end = to < 0 ? unquote(bytes, from, ~to, this.#dialect) : to
    while (start < end && isBlank(bytes[start])) start++
    while (end > start && isBlank(bytes[end - 1])) end--
    if (start < end && this.read(bytes, start, row) === end && this.isNumber(row)) return
    this.#batch[row] = Number.NaN
    if (start === end) return
    this.oddRows.push(this.values.length + row)
    this.oddCodes.push(this.odd.add(bytes, start, end))
  }

  keep(rows: number): void {
    this.values.append(this.#batch, 0, rows)
  }
}

/** Each different text once, and which of them a row has; -1 for an empty cell. */
export class TextSink {
  readonly codes = new Blocks((length) => new Int32Array(length))
  readonly texts = new Dictionary()
  readonly #dialect: Dialect
  readonly #batch = new Int32Array(ROWS)

  constructor(dialect: Dialect) {
    this.#dialect = dialect
  }

  take(bytes: Uint8Array, from: number, to: number, row: number): void {
    let start = from
    let end = to < 0 ? unquote(bytes, from, ~to, this.#dialect) : to
    while (start < end && isBlank(bytes[start])) start++
    while (end > start && isBlank(bytes[end - 1])) end--
    this.#batch[row] = start === end ? -1 : this.texts.add(bytes, start, end)
  }

  keep(rows: number): void {
    this.codes.append(this.#batch, 0, rows)
  }
}

export type Sink = NumberSink | TextSink

export const sinkOf = (plan: ColumnPlan, dialect: Dialect): Sink =>
  plan.as === 'numbers' ? new NumberSink(plan, dialect) : new TextSink(dialect)
