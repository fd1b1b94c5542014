/** Rows at the end of a file that are no rows of its table: totals, and words below it. */

import type { Guess } from './table.ts'

/** The rows of a table, as its last ones are looked at. */
export interface LastRows {
  readonly rows: number
  /** Columns. */
  readonly width: number
  /** The text in the first cell of a row, unless that is a number. */
  firstText(row: number): string | undefined
  /** Whether all cells of a row but the first are empty. */
  isAlone(row: number): boolean
  /** Columns of numbers, each by row; NaN where a cell holds none. */
  readonly numbers: readonly ((row: number) => number)[]
}

const TOTAL = /^(grand |sub)?totals?\b|^(sum|summe|gesamt|insgesamt|total général|average|mean|mittelwert|durchschnitt)\b/i
export const MOST_FOOTERS = 5

/** How many there are, and what tells. */
export function footerRows(last: LastRows): { readonly rows: number; readonly guesses: readonly Guess[] } {
  const { rows, width } = last
  if (width < 2 || rows < 4) return { rows: 0, guesses: [] }
  let found = 0
  let first = ''
  for (let row = rows - 1; row >= Math.max(1, rows - MOST_FOOTERS); row--) {
    const text = last.firstText(row)
    // A row above that has as little says that such are rows of the table.
    const isWords = width > 2 && last.isAlone(row) && !last.isAlone(Math.max(0, row - MOST_FOOTERS))
    if (text === undefined || !(TOTAL.test(text) || isWords)) break
    found++
    first = text
  }
  if (found > 0)
    return guessed(
      found,
      `${found === 1 ? 'the last row' : `the first of the last ${found} rows`} begins with "${first}", which is no row of the table`,
    )
  return isSum(last) ? guessed(1, 'the last row holds the sums of those above, which is no row of the table') : { rows: 0, guesses: [] }
}

const guessed = (rows: number, why: string) => ({ rows, guesses: [{ of: 'skipLast', value: rows, why }] })

/** So many rows are not their successor's sum by chance, as 1, 2 and 3 are. */
const LEAST_ADDENDS = 5

/** Whether the last row is the sum of all above it, in two columns at least: in one it may be by chance. */
function isSum({ rows, numbers }: LastRows): boolean {
  if (rows <= LEAST_ADDENDS) return false
  const sums = numbers.filter((at) => {
    const total = at(rows - 1)
    if (Number.isNaN(total) || total === 0) return false
    let sum = 0
    for (let row = 0; row < rows - 1; row++) {
      const value = at(row)
      // Most columns end here after a few rows.
      if (Math.abs(value) >= Math.abs(total)) return false
      if (!Number.isNaN(value)) sum += value
    }
    return Math.abs(sum - total) <= 1e-9 * Math.abs(total)
  })
  return sums.length > 1
}
