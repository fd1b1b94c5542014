/** Cuts bytes into the cells of rows, as where each begins and ends. */

/** How a text is cut into cells; bytes, 0 where there is none. */
export interface Dialect {
  readonly delimiter: number
  /** Several blanks count as one, and those around a line as none. */
  readonly blanks: boolean
  readonly quote: number
  /** Whether a backslash in quotes takes the next character as it is; else a quote in quotes is doubled. */
  readonly backslash: boolean
  /** Lines that begin with it say nothing. */
  readonly comment: number
  /** The byte that ends a line: \n, or \r of old machines. */
  readonly newline: number
}

const TAB = 9
const CARRIAGE_RETURN = 13
const BLANK = 32
const BACKSLASH = 92

/** The answer of `row` where the bytes end before the row does. */
export const INCOMPLETE = -1

export class Scanner {
  /** Cells of the row scanned last. */
  count = 0
  /** Line breaks in it, the one that ends it included. */
  breaks = 0
  /** Whether the bytes ended within its quotes. */
  unclosed = false
  /** Whether text followed a closing quote. */
  untidy = false
  readonly #dialect: Dialect
  /** By byte: 1 where a cell that has no quotes ends. */
  readonly #ends = new Uint8Array(256)

  constructor(dialect: Dialect) {
    this.#dialect = dialect
    this.#ends[dialect.delimiter] = 1
    this.#ends[dialect.newline] = 1
    if (dialect.blanks) this.#ends[TAB] = 1
  }

  /**
   * Scans the row at `at`, and writes where its cells begin and end from place `base` on, `room` of them at most (more are counted). A cell with
   * quotes to undo in it has the complement of its end (see `unquote`).
   * @param last whether nothing follows `limit`
   * @returns where the next row begins, or INCOMPLETE
   */
  row(
    bytes: Uint8Array,
    start: number,
    limit: number,
    last: boolean,
    starts: Int32Array,
    ends: Int32Array,
    base: number,
    room: number,
  ): number {
    const { newline, quote, blanks } = this.#dialect
    const table = this.#ends
    let at = start
    let count = 0
    this.breaks = 1
    this.unclosed = false
    this.untidy = false
    for (;;) {
      if (blanks) at = this.#skipBlanks(bytes, at, limit)
      let begin = at
      let end = at
      if (quote !== 0 && bytes[at] === quote && at < limit) {
        const close = this.#closing(bytes, at + 1, limit)
        if (close < 0) {
          if (!last) return INCOMPLETE
          this.unclosed = true
          this.count = count + 1
          return limit
        }
        const after = this.#afterQuote(bytes, close + 1, limit)
        if (after >= limit && !last) return INCOMPLETE
        if (after >= limit || table[bytes[after] ?? 0] === 1 || (bytes[after] === CARRIAGE_RETURN && newline !== CARRIAGE_RETURN)) {
          begin = at + 1
          end = this.#hasEscapes(bytes, begin, close) ? ~close : close
          at = after
          if (bytes[at] === CARRIAGE_RETURN && at < limit && newline !== CARRIAGE_RETURN) at++
        } else {
          this.untidy = true
          at = close + 1
          while (at < limit && table[bytes[at] ?? 0] === 0) at++
          end = at
        }
      } else {
        while (at < limit && table[bytes[at] ?? 0] === 0) at++
        end = at
      }
      if (at >= limit && !last) return INCOMPLETE
      const ended = at >= limit || bytes[at] === newline
      if (ended && end === at && end > begin && bytes[end - 1] === CARRIAGE_RETURN) end--
      // Blanks at the end of a line separate nothing.
      if (!(blanks && ended && end === begin && count > 0)) {
        if (count < room) {
          starts[base + count] = begin
          ends[base + count] = end
        }
        count++
      }
      at++
      if (ended) break
    }
    this.count = count
    return Math.min(at, limit)
  }

  /** Where the quotes close that were opened before `at`; -1 where they do not. Line breaks in them are counted. */
  #closing(bytes: Uint8Array, at: number, limit: number): number {
    const { quote, backslash, newline } = this.#dialect
    for (let place = at; place < limit; place++) {
      const byte = bytes[place]
      if (byte === newline) this.breaks++
      else if (backslash && byte === BACKSLASH) place++
      else if (byte === quote) {
        if (place + 1 < limit && bytes[place + 1] === quote) place++
        else return place
      }
    }
    return -1
  }

  #hasEscapes(bytes: Uint8Array, start: number, end: number): boolean {
    const { quote, backslash } = this.#dialect
    for (let at = start; at < end; at++) if (bytes[at] === quote || (backslash && bytes[at] === BACKSLASH)) return true
    return false
  }

  #skipBlanks(bytes: Uint8Array, start: number, limit: number): number {
    let at = start
    while (at < limit && (bytes[at] === BLANK || bytes[at] === TAB)) at++
    return at
  }

  /** Blanks between a closing quote and what ends the cell. */
  #afterQuote(bytes: Uint8Array, start: number, limit: number): number {
    let at = start
    while (at < limit && bytes[at] === BLANK && this.#ends[BLANK] === 0) at++
    return at
  }
}

/** Writes a quoted cell anew, where it lies, without what its quotes needed; answers its new end. */
export function unquote(bytes: Uint8Array, start: number, end: number, { quote, backslash }: Dialect): number {
  let to = start
  for (let from = start; from < end; from++) {
    const byte = bytes[from] ?? 0
    if (byte === quote || (backslash && byte === BACKSLASH)) from++
    bytes[to++] = from < end ? (bytes[from] ?? 0) : byte
  }
  return to
}
