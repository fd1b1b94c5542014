/** One going-through of a text's rows, from its bytes to columns. */

import { InvalidDataError } from '../../core/errors.ts'
import { Blocks } from '../bytes/blocks.ts'
import { INCOMPLETE, Scanner } from '../bytes/scanner.ts'
import type { Pace } from '../pace.ts'
import { after, type Bytes } from '../source.ts'
import { type Cells, type Sink, sinkOf } from './columns.ts'
import { isComment, lineEnd } from './dialect.ts'
import type { ColumnPlan, Head } from './head.ts'

/** Rows whose cells are found before they are read, column by column. */
const ROWS = 512
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
  readonly #starts: Int32Array
  readonly #ends: Int32Array
  readonly #lines = new Blocks((length) => new Int32Array(length))
  readonly #shorter: Passed['shorter'] = { count: 0, some: [] }
  readonly #longer: Passed['longer'] = { count: 0, some: [] }
  readonly #untidy = { count: 0, line: 0 }
  readonly #empty = { count: 0, line: 0 }
  #buffer = new Uint8Array(FIRST_BUFFER)
  #used = 0
  #line: number
  #rows = 0

  constructor(head: Head, plans: readonly (ColumnPlan | undefined)[]) {
    this.#head = head
    this.#sinks = plans.map((plan) => plan && sinkOf(plan, head.dialect))
    this.#scanner = new Scanner(head.dialect)
    this.#width = plans.length
    this.#starts = new Int32Array(ROWS * this.#width)
    this.#ends = new Int32Array(ROWS * this.#width)
    this.#line = head.line
  }

  get isFull(): boolean {
    return this.#used === this.#buffer.length
  }

  /** Takes bytes of a chunk from a place on, as many as there is room for; answers how many. */
  add(chunk: Uint8Array, from: number): number {
    const room = Math.min(this.#buffer.length - this.#used, chunk.length - from)
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
    const cells: Cells = { bytes: this.#buffer, starts: this.#starts, ends: this.#ends, width: this.#width, rows: 0 }
    let at = 0
    for (;;) {
      const next = this.#scan(cells, at, last)
      if (cells.rows > 0) for (let column = 0; column < this.#width; column++) this.#sinks[column]?.take(cells, column)
      this.#rows += cells.rows
      if (next === at) break
      at = next
      await pace.rest()
    }
    this.#buffer.copyWithin(0, at, this.#used)
    this.#used -= at
    if (!this.isFull) return
    if (this.#buffer.length >= LONGEST_ROW)
      throw new InvalidDataError(
        `line ${this.#line}: the row that begins there does not end within ${LONGEST_ROW} bytes: a quote opens that never closes; correct it, or say quote: "" where quotes mean nothing`,
      )
    const larger = new Uint8Array(this.#buffer.length * 2)
    larger.set(this.#buffer)
    this.#buffer = larger
  }

  /** Finds the cells of some rows from a place on; answers where the next row begins. */
  #scan(cells: Cells, from: number, last: boolean): number {
    const { dialect } = this.#head
    const { bytes, starts, ends, width } = cells
    const scanner = this.#scanner
    let at = from
    let rows = 0
    while (rows < ROWS && at < this.#used) {
      if (isComment(bytes, at, dialect)) {
        const end = lineEnd(bytes.subarray(0, this.#used), at, dialect.newline)
        if (end > this.#used && !last) break
        at = Math.min(end, this.#used)
        this.#line++
        continue
      }
      const base = rows * width
      const next = scanner.row(bytes, at, this.#used, last, starts, ends, base, width)
      if (next === INCOMPLETE) break
      if (scanner.unclosed)
        throw new InvalidDataError(
          `line ${this.#line}: a quote opens in the row that begins there and never closes; correct it, or say quote: "" where quotes mean nothing`,
        )
      at = next
      const { count } = scanner
      const line = this.#line
      this.#line += scanner.breaks
      if (starts[base] === ends[base] || count === 1) {
        if (count === 1 && isBlankCell(bytes, starts[base] ?? 0, ends[base] ?? 0)) continue
        if (width > 1 && isEmptyRow(starts, ends, base, Math.min(count, width))) {
          if (this.#empty.count++ === 0) this.#empty.line = line
          continue
        }
      }
      if (count !== width) this.#ragged(base, count, line, rows, cells)
      if (scanner.untidy && this.#untidy.count++ === 0) this.#untidy.line = line
      this.#lines.push(line)
      rows++
    }
    cells.rows = rows
    return at
  }

  #ragged(base: number, count: number, line: number, row: number, { starts, ends, width }: Cells): void {
    for (let column = count; column < width; column++) starts[base + column] = ends[base + column] = 0
    // A delimiter after the last cell says nothing.
    const ragged = count < width ? this.#shorter : this.#longer
    ragged.count++
    if (ragged.some.length >= MOST_RAGGED) ragged.some.splice(MOST_RAGGED / 2, 1)
    ragged.some.push({ row: this.#rows + row, line, cells: count })
  }
}

function isEmptyRow(starts: Int32Array, ends: Int32Array, base: number, count: number): boolean {
  for (let at = base; at < base + count; at++) if (starts[at] !== ends[at]) return false
  return true
}

function isBlankCell(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if ((bytes[at] ?? 0) > 32) return false
  return end >= 0
}
