/** One going-through of a text's rows, from its bytes to columns. */

import { InvalidDataError } from '../../core/errors.ts'
import { Blocks } from '../bytes/blocks.ts'
import { INCOMPLETE, Scanner } from '../bytes/scanner.ts'
import type { Pace } from '../pace.ts'
import { after, type Bytes } from '../source.ts'
import { NumberSink, ROWS, type Sink, sinkOf } from './columns.ts'
import { isComment } from './dialect.ts'
import type { ColumnPlan, Head } from './head.ts'

const FIRST_BUFFER = 2 ** 20
/** A row of more bytes is none: a quote opened that was never meant. */
const LONGEST_ROW = 2 ** 28

/** A row of fewer or more cells than there are columns. */
export interface Ragged {
  readonly row: number
  readonly line: number
  readonly cells: number
}

const MOST_RAGGED = 1000

const BLANK = 32
const CARRIAGE_RETURN = 13

export interface Passed {
  readonly rows: number
  readonly lines: Blocks<Int32Array<ArrayBuffer>>
  /** By column; undefined where the column was not asked for. */
  readonly sinks: readonly (Sink | undefined)[]
  readonly shorter: { count: number; readonly some: Ragged[] }
  readonly longer: { count: number; readonly some: Ragged[] }
  /** The first line in which text follows a closing quote, and how many rows have such. */
  readonly untidy: { count: number; line: number }
  /** The same of rows of delimiters alone, which are left out. */
  readonly empty: { count: number; line: number }
}

/** @param plans by column; undefined leaves one out */
export async function passOver(source: Bytes, head: Head, plans: readonly (ColumnPlan | undefined)[], pace: Pace): Promise<Passed> {
  const pass = new Pass(head, plans)
  for await (const chunk of after(source, head.start).open()) {
    for (let at = 0; at < chunk.length; ) {
      at += pass.add(chunk, at)
      if (pass.isFull) await pass.run(false, pace)
    }
    await pace.rest()
  }
  await pass.run(true, pace)
  return pass.result()
}

class Pass {
  readonly #head: Head
  readonly #sinks: readonly (Sink | undefined)[]
  readonly #scanner: Scanner
  readonly #width: number
  /** Cells of a row that has quotes. */
  readonly #starts: Int32Array
  readonly #ends: Int32Array
  /** By byte: 1 where a cell without quotes ends. */
  readonly #terminators = new Uint8Array(256)
  readonly #lines = new Blocks((length) => new Int32Array(length))
  readonly #shorter: Passed['shorter'] = { count: 0, some: [] }
  readonly #longer: Passed['longer'] = { count: 0, some: [] }
  readonly #untidy = { count: 0, line: 0 }
  readonly #empty = { count: 0, line: 0 }
  /** With room for a line break after the last byte. */
  #buffer = new Uint8Array(FIRST_BUFFER + 1)
  #used = 0
  #line: number
  /** Rows that are kept, and those of the batch under way. */
  #rows = 0
  #batch = 0

  constructor(head: Head, plans: readonly (ColumnPlan | undefined)[]) {
    const { dialect, line } = head
    this.#head = head
    this.#sinks = plans.map((plan) => plan && sinkOf(plan, dialect))
    this.#scanner = new Scanner(dialect)
    this.#width = plans.length
    this.#starts = new Int32Array(this.#width)
    this.#ends = new Int32Array(this.#width)
    this.#terminators[dialect.delimiter] = this.#terminators[dialect.newline] = 1
    this.#line = line
  }

  get isFull(): boolean {
    return this.#used === this.#buffer.length - 1
  }

  /** Takes bytes of a chunk from a place on, as many as there is room for; answers how many. */
  add(chunk: Uint8Array, from: number): number {
    const room = Math.min(this.#buffer.length - 1 - this.#used, chunk.length - from)
    this.#buffer.set(chunk.subarray(from, from + room), this.#used)
    this.#used += room
    return room
  }

  result(): Passed {
    return {
      rows: this.#rows,
      lines: this.#lines,
      sinks: this.#sinks,
      shorter: this.#shorter,
      longer: this.#longer,
      untidy: this.#untidy,
      empty: this.#empty,
    }
  }

  /** Reads all rows that are complete. @param last whether no more bytes come */
  async run(last: boolean, pace: Pace): Promise<void> {
    const { dialect } = this.#head
    const bytes = this.#buffer
    if (last && this.#used > 0 && bytes[this.#used - 1] !== dialect.newline) bytes[this.#used++] = dialect.newline
    const filled = bytes.subarray(0, this.#used)
    // Without quotes a row ends with its line, and numbers are read where they are met.
    const plain = !dialect.blanks && (dialect.quote === 0 || !filled.includes(dialect.quote))
    const limit = plain ? filled.lastIndexOf(dialect.newline) + 1 : this.#used
    let at = 0
    while (at < limit) {
      const next = this.#idle(bytes, at, limit) || (plain ? this.#plainRow(bytes, at) : this.#quotedRow(bytes, at, limit, last))
      if (next === INCOMPLETE) break
      at = next
      if (this.#batch < ROWS) continue
      this.#keep()
      if (pace.due) await pace.rest()
    }
    this.#keep()
    bytes.copyWithin(0, at, this.#used)
    this.#used -= at
    if (this.isFull) this.#enlarge()
  }

  #keep(): void {
    for (const sink of this.#sinks) sink?.keep(this.#batch)
    this.#rows += this.#batch
    this.#batch = 0
  }

  #enlarge(): void {
    if (this.#buffer.length > LONGEST_ROW)
      throw new InvalidDataError(
        `line ${this.#line}: the row that begins there does not end within ${LONGEST_ROW} bytes: a quote opens that never closes; correct it, or say quote: "" where quotes mean nothing`,
      )
    const larger = new Uint8Array((this.#buffer.length - 1) * 2 + 1)
    larger.set(this.#buffer)
    this.#buffer = larger
  }

  /** Where the line after a comment, a blank line or one of delimiters alone begins; 0 where a row begins at the place, or its line is not all there. */
  #idle(bytes: Uint8Array, start: number, limit: number): number {
    const { dialect } = this.#head
    const first = bytes[start] ?? 0
    if (isComment(bytes, start, dialect)) {
      const end = bytes.indexOf(dialect.newline, start)
      if (end < 0 || end >= limit) return 0
      this.#line++
      return end + 1
    }
    if (first > BLANK && first !== dialect.delimiter) return 0
    let delimiters = 0
    let at = start
    for (; at < limit && bytes[at] !== dialect.newline; at++) {
      const byte = bytes[at] ?? 0
      if (byte === dialect.delimiter && !dialect.blanks) delimiters++
      else if (byte > BLANK) return 0
    }
    if (at >= limit || (delimiters > 0 && this.#head.keepEmpty === true)) return 0
    if (delimiters > 0 && this.#empty.count++ === 0) this.#empty.line = this.#line
    this.#line++
    return at + 1
  }

  /** Reads the row that begins at a place and ends with its line, without quotes. */
  #plainRow(bytes: Uint8Array, start: number): number {
    const { newline } = this.#head.dialect
    const terminators = this.#terminators
    const width = this.#width
    const row = this.#batch
    let at = start
    let count = 0
    for (;;) {
      const sink = count < width ? this.#sinks[count] : undefined
      const begin = at
      if (sink instanceof NumberSink) {
        at = sink.read(bytes, begin, row)
        if (bytes[at] === CARRIAGE_RETURN && bytes[at + 1] === newline) at++
        if (terminators[bytes[at] ?? 0] === 0 || !sink.isNumber(row)) {
          while (terminators[bytes[at] ?? 0] === 0) at++
          sink.take(bytes, begin, at > begin && bytes[at - 1] === CARRIAGE_RETURN ? at - 1 : at, row)
        }
      } else {
        while (terminators[bytes[at] ?? 0] === 0) at++
        sink?.take(bytes, begin, at > begin && bytes[at - 1] === CARRIAGE_RETURN ? at - 1 : at, row)
      }
      count++
      if (bytes[at++] === newline) break
    }
    this.#end(count, 1)
    return at
  }

  #quotedRow(bytes: Uint8Array, start: number, limit: number, last: boolean): number {
    const scanner = this.#scanner
    const width = this.#width
    const next = scanner.row(bytes, start, limit, last, this.#starts, this.#ends, 0, width)
    if (next === INCOMPLETE) return INCOMPLETE
    if (scanner.unclosed)
      throw new InvalidDataError(
        `line ${this.#line}: a quote opens in the row that begins there and never closes; correct it, or say quote: "" where quotes mean nothing`,
      )
    const { count } = scanner
    for (let column = 0; column < Math.min(count, width); column++)
      this.#sinks[column]?.take(bytes, this.#starts[column] ?? 0, this.#ends[column] ?? 0, this.#batch)
    if (scanner.untidy && this.#untidy.count++ === 0) this.#untidy.line = this.#line
    this.#end(count, scanner.breaks)
    return next
  }

  /** Ends a row of so many cells and line breaks. */
  #end(count: number, breaks: number): void {
    if (count !== this.#width) this.#ragged(count)
    this.#lines.push(this.#line)
    this.#line += breaks
    this.#batch++
  }

  #ragged(count: number): void {
    for (let column = count; column < this.#width; column++) this.#sinks[column]?.take(this.#buffer, 0, 0, this.#batch)
    const ragged = count < this.#width ? this.#shorter : this.#longer
    ragged.count++
    if (ragged.some.length >= MOST_RAGGED) ragged.some.splice(MOST_RAGGED / 2, 1)
    ragged.some.push({ row: this.#rows + this.#batch, line: this.#line, cells: count })
  }
}
