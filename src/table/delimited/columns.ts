/** Columns that are filled from bytes, some rows at a time. */

import { Blocks } from '../bytes/blocks.ts'
import { Dictionary } from '../bytes/dictionary.ts'
import { parseNumber } from '../bytes/number.ts'
import { type Dialect, unquote } from '../bytes/scanner.ts'
import type { ColumnPlan } from './head.ts'

/** Cells of some rows: of row r and column c, place r * width + c says where it begins and ends. */
export interface Cells {
  readonly bytes: Uint8Array
  readonly starts: Int32Array
  readonly ends: Int32Array
  readonly width: number
  rows: number
}

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
  readonly #dialect: Dialect
  readonly #decimal: number

  constructor(decimal: '.' | ',', dialect: Dialect) {
    this.decimal = decimal
    this.#decimal = decimal.charCodeAt(0)
    this.#dialect = dialect
  }

  take({ bytes, starts, ends, width, rows }: Cells, column: number): void {
    const values = this.values
    const decimal = this.#decimal
    for (let row = 0, at = column; row < rows; row++, at += width) {
      const start = starts[at] ?? 0
      const end = ends[at] ?? 0
      const value = parseNumber(bytes, start, end, decimal)
      values.push(Number.isNaN(value) ? this.#other(bytes, start, end) : value)
    }
  }

  /** Blanks around it and quotes in it are rare enough to be looked for now. */
  #other(bytes: Uint8Array, from: number, to: number): number {
    let start = from
    let end = to < 0 ? unquote(bytes, from, ~to, this.#dialect) : to
    while (start < end && isBlank(bytes[start])) start++
    while (end > start && isBlank(bytes[end - 1])) end--
    if (start === end) return Number.NaN
    const value = parseNumber(bytes, start, end, this.#decimal)
    if (!Number.isNaN(value)) return value
    this.oddRows.push(this.values.length)
    this.oddCodes.push(this.odd.add(bytes, start, end))
    return Number.NaN
  }
}

/** Each different text once, and which of them a row has; -1 for an empty cell. */
export class TextSink {
  readonly codes = new Blocks((length) => new Int32Array(length))
  readonly texts = new Dictionary()
  readonly #dialect: Dialect

  constructor(dialect: Dialect) {
    this.#dialect = dialect
  }

  take({ bytes, starts, ends, width, rows }: Cells, column: number): void {
    const { codes, texts } = this
    for (let row = 0, at = column; row < rows; row++, at += width) {
      let start = starts[at] ?? 0
      let end = ends[at] ?? 0
      if (end < 0) end = unquote(bytes, start, ~end, this.#dialect)
      while (start < end && isBlank(bytes[start])) start++
      while (end > start && isBlank(bytes[end - 1])) end--
      codes.push(start === end ? -1 : texts.add(bytes, start, end))
    }
  }
}

export type Sink = NumberSink | TextSink

export const sinkOf = (plan: ColumnPlan, dialect: Dialect): Sink =>
  plan.as === 'numbers' ? new NumberSink(plan.decimal, dialect) : new TextSink(dialect)
