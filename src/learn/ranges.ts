/** What training rows hold, by column. */

import { at } from '../core/at.ts'
import type { Column, Table } from '../table/table.ts'
import type { Range } from './outside.ts'

/**
 * The least and the largest number, the categories, and whether a value is missing, of these rows. Free text and names of rows have no range.
 * @param names of the columns that are learned from; all by default
 */
export function rangesOf(table: Table, rows: ArrayLike<number>, names: readonly string[] = table.columns.map(({ name }) => name)): Range[] {
  return table.columns.flatMap((column) => (names.includes(column.name) ? rangeOf(column, rows) : []))
}

function rangeOf(column: Column, rows: ArrayLike<number>): Range[] {
  const { name, kind } = column
  if ('codes' in column) {
    const seen = new Uint8Array(column.categories.length)
    let missing = false
    for (let i = 0; i < rows.length; i++) {
      const code = at(column.codes, at(rows, i))
      if (code < 0) missing = true
      else seen[code] = 1
    }
    return [{ name, kind: 'category', categories: column.categories.filter((_, code) => seen[code] === 1), missing }]
  }
  if (!('values' in column)) return []
  let [low, high, missing] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, false]
  for (let i = 0; i < rows.length; i++) {
    const value = at(column.values, at(rows, i))
    if (Number.isNaN(value)) missing = true
    else {
      low = Math.min(low, value)
      high = Math.max(high, value)
    }
  }
  // A column without a value has learned nothing that a row could be outside of.
  return low > high ? [] : [{ name, kind: kind === 'date' ? 'date' : 'number', low, high, missing }]
}
