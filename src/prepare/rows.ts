/** Which rows of a table can be used: those without a target cannot, and those that miss a value perhaps not. */

import { InvalidDataError } from '../core/errors.ts'
import { listed } from '../core/excerpt.ts'
import { checkTypedTable } from '../table/check.ts'
import type { Column, Table } from '../table/table.ts'
import { allRows, isMissing, placeOf } from './cells.ts'
import { checkPrepareOptions } from './check.ts'
import { isFeature } from './features.ts'
import type { PrepareOptions } from './options.ts'
import { targetColumns } from './target.ts'

/** All columns in one message, or a person would be told of one a run. @throws InvalidDataError */
function refuseMissing(table: Table, columns: readonly Column[]): void {
  const holed = columns.filter(({ missing }) => missing > 0)
  const [first, ...others] = holed
  if (first === undefined) return
  const row = Array.from({ length: table.rows }, (_, i) => i).find((i) => isMissing(first, i)) ?? 0
  const more = others.map(({ name, missing }) => `"${name}" (${count(missing)})`)
  const each = more.length === 0 ? '' : `, and so are values of ${listed(more)}`
  throw new InvalidDataError(
    `${placeOf(table, first.name, row)}: the value is missing, one of ${count(first.missing)} in this column${each}; fill them in, or say how to read such rows for training by missing: drop, mean, median, mode or zero`,
  )
}

/** Rows that are left, and what a person should know of those that are not. */
export interface UsableRows {
  readonly rows: ArrayLike<number>
  /** `dropped 2,964 of 3,201 rows, most for "US DVD Sales" (2,637)`; none where no row was dropped. */
  readonly said: readonly string[]
}

const count = (rows: number): string => rows.toLocaleString('en')

/**
 * The rows that can be learned from: under `missing: drop` those that miss nothing; under refuse all of them; else those that have
 * a target.
 * @throws InvalidDataError where none is left; under refuse for the first missing value, with all columns that miss some
 */
export function usableRows(table: Table, options: PrepareOptions): UsableRows {
  checkTypedTable(table)
  checkPrepareOptions(options)
  const { missing = 'refuse' } = options
  const targets = targetColumns(table, options)
  const features = () => table.columns.filter((column) => isFeature(table, column, options))
  const used = missing !== 'refuse' && missing !== 'drop' ? targets : [...features(), ...targets]
  if (table.rows === 0) throw new InvalidDataError('there are no rows')
  if (missing === 'refuse') refuseMissing(table, used)
  if (used.every((column) => column.missing === 0)) return { rows: allRows(table), said: [] }
  const all = Array.from({ length: table.rows }, (_, row) => row)
  const misses = new Map<Column, number>(used.map((column) => [column, 0]))
  const rows = all.filter((row) => {
    const absent = used.filter((column) => isMissing(column, row))
    for (const column of absent) misses.set(column, (misses.get(column) ?? 0) + 1)
    return absent.length === 0
  })
  const dropped = table.rows - rows.length
  if (dropped === 0) return { rows: Uint32Array.from(rows), said: [] }
  const [[culprit, times] = []] = [...misses].sort(([, a], [, b]) => b - a)
  const why =
    missing === 'drop'
      ? `${used.length > 1 ? 'most for' : 'for'} "${culprit?.name}", which misses ${count(times ?? 0)}`
      : `which have no target "${culprit?.name}"`
  const said = `dropped ${count(dropped)} of ${count(table.rows)} rows, ${why}`
  if (rows.length === 0) throw new InvalidDataError(`there are no rows left: ${said}`)
  return { rows: Uint32Array.from(rows), said: [said] }
}
