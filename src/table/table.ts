/** What a table is: typed columns as a person's file has them, each with what was guessed of it and why. No number is rounded here. */

import type { Written } from './written.ts'

/** What a column holds. `id` names rows (a key, a row number) and `text` is free text: neither is learned from. */
export type ColumnKind = 'number' | 'boolean' | 'category' | 'date' | 'text' | 'id'

interface ColumnBase {
  readonly name: string
  /** Why the column is of this kind, as one sentence for a person: `all 768 values are numbers`, `kinds: { born: date } says so`. */
  readonly why: string
  /** How many cells are missing. */
  readonly missing: number
}

export interface NumberColumn extends ColumnBase {
  readonly kind: 'number'
  /** (rows), float64; NaN where the cell is missing. */
  readonly values: Float64Array
  /** How the first rows write them, where all do alike: numbers that are classes are called as the file has them, `1.0`, `01`, `+1`. */
  readonly written?: Written
  /** Where it is a comma: the decimal sign, for reading others like it. */
  readonly decimal?: ','
  /** What stood behind every number and was left out, as `cm`, for reading others like it. */
  readonly unit?: string
}

export interface DateColumn extends ColumnBase {
  readonly kind: 'date'
  /** (rows), milliseconds since 1970-01-01 UTC; NaN where the cell is missing. */
  readonly values: Float64Array
  /** Of day and month as numbers which came first, for reading others like it. */
  readonly order?: 'dmy' | 'mdy'
}

/** Categories in an order that the order of rows does not change; of a boolean column there are two, the false one first. */
export interface CategoryColumn extends ColumnBase {
  readonly kind: 'category' | 'boolean'
  readonly categories: readonly string[]
  /** (rows), places in `categories`; -1 where the cell is missing. */
  readonly codes: Int32Array
}

export interface TextColumn extends ColumnBase {
  readonly kind: 'text' | 'id'
  /** (rows), as the file has them; null where the cell is missing. */
  readonly texts: readonly (string | null)[]
}

export type Column = NumberColumn | DateColumn | CategoryColumn | TextColumn

/** Something guessed of the file as a whole, and why: `{ of: 'delimiter', value: ';', why: '…' }`. Every one can be said instead. */
export interface Guess {
  readonly of: string
  readonly value: unknown
  readonly why: string
}

/** Something of the file that a person should know of, with the line of options that mends it. */
export interface Problem {
  readonly message: string
  /** As it is written under `data:` of a file: `decimal: ","`. */
  readonly mend?: string
  /** The column it is of, where it is of one alone. */
  readonly column?: string
}

export interface Table {
  readonly rows: number
  readonly columns: readonly Column[]
  readonly guesses: readonly Guess[]
  readonly problems: readonly Problem[]
  /** (rows), the line of the file (from 1; of a spreadsheet the row) on which each row starts; absent where a file has none. */
  readonly lines?: Int32Array
}
