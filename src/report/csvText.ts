// Writes CSV that is safe to open in a spreadsheet.

import Papa from 'papaparse'
import { visible } from '../core/visible.ts'

/** A cell; null and undefined leave it empty. */
export type CsvCell = number | string | boolean | null | undefined

/**
 * Text that a spreadsheet would take for a formula, and run: so it gets an apostrophe before it, which spreadsheets take for text. Numbers
 * stay what they are.
 */
const FORMULA = /^(?![+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$)[=+\-@\t\r\n＝＋－＠]/i

/** Of these what calls a function or another program, or reads another sheet: `=HYPERLINK(…)`, `=cmd|…`, `=Sheet2!A1`; and not `+`, `- 50000.` or `-a`. */
const CALLING = /^[=+\-@\t\r\n＝＋－＠].*[(|!（｜！]/s

interface CsvOptions {
  /** For words that are compared with those of another file, as classes are: an apostrophe is put only before what a spreadsheet could run. */
  readonly exact?: boolean
}

/**
 * A table as CSV (RFC 4180, but for lines that end in \n), header first, without a line break at the end. Columns of one name get a number
 * behind it, because a reader that goes by names would see only one of them; characters that act on a terminal are written as \u001b.
 */
export function csvText(fields: readonly string[], rows: readonly (readonly CsvCell[])[], { exact = false }: CsvOptions = {}): string {
  const table = [apart(fields), ...rows].map((row) => row.map((cell) => (typeof cell === 'string' ? visible(cell) : cell)))
  return Papa.unparse(table, { newline: '\n', escapeFormulae: exact ? CALLING : FORMULA })
}

/** `loss`, `loss (2)`: names of which no two are equal. */
function apart(names: readonly string[]): string[] {
  const taken = new Set<string>()
  return names.map((name) => {
    let own = name
    for (let count = 2; taken.has(own) || (own !== name && names.includes(own)); count++) own = `${name} (${count})`
    taken.add(own)
    return own
  })
}
