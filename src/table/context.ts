/** What the columns of a table are told from, beside their cells; and where what is found of them is put down. */

import { excerpt } from '../core/excerpt.ts'
import type { Notation } from './notation.ts'
import { MISSING_MARKERS, type Reading } from './options.ts'
import type { Pace } from './pace.ts'
import type { Guess, Problem } from './table.ts'

/** A column as it came: where it is, and whether the file gave it a name. */
export interface Place {
  readonly name: string
  /** From 0, of so many columns. */
  readonly index: number
  readonly of: number
  readonly unnamed: boolean
}

export class Context {
  readonly options: Reading
  readonly rows: number
  readonly pace: Pace
  readonly habit: Notation | undefined
  readonly missing: ReadonlySet<string>
  readonly guesses: Guess[] = []
  readonly problems: Problem[] = []
  readonly #lines: Int32Array | undefined

  constructor(options: Reading, rows: number, pace: Pace, lines: Int32Array | undefined, habit: Notation | undefined) {
    this.options = options
    this.rows = rows
    this.pace = pace
    this.habit = habit
    this.#lines = lines
    this.missing = new Set(options.missingMarkers ?? MISSING_MARKERS)
  }

  /** `line 17`, or `row 16` where the file has no lines; rows count from 1. */
  place(row: number): string {
    const line = this.#lines?.[row]
    return line === undefined ? `row ${row + 1}` : `line ${line}`
  }

  /** Cells that are not what the rest of their column is: they are read as missing, and that is said once. */
  takenOut(name: string, cells: readonly OddCell[], total: number, what: string, mend: string): void {
    const count = cells.reduce((sum, { times }) => sum + times, 0)
    const shown = cells.slice(0, 5).map(({ text, times, row }) => {
      const cell = `"${excerpt(text, 30)}"`
      return times === 1 ? `${cell} in ${this.place(row)}` : `${cell} ${thousands(times)} times, first in ${this.place(row)}`
    })
    const more = cells.length > shown.length ? ` and ${thousands(cells.length - shown.length)} more` : ''
    this.problems.push({
      column: name,
      message: `column "${excerpt(name)}": ${thousands(count)} of ${thousands(total)} cells ${count === 1 ? 'is' : 'are'} ${what}, and read as missing: ${shown.join('; ')}${more}`,
      mend,
    })
  }
}

/** A text that does not fit its column, how often it stands there, and the first row that has it. */
export interface OddCell {
  readonly text: string
  readonly times: number
  readonly row: number
}

/** 12,345. */
export const thousands = (count: number): string => count.toLocaleString('en-US')

/** `kinds: { "first name": number }`, as YAML reads it. */
export const kindLine = (name: string, kind: string): string => `kinds: { ${JSON.stringify(name)}: ${kind} }`
