/** Which rows of a table can be used: those without a target cannot, and those that miss a value perhaps not. */

import { InvalidDataError } from '../core/errors.ts'
import type { Column, Table } from '../table/table.ts'
import { isMissing, type Rows } from './cells.ts'
import { isFeature } from './features.ts'
import type { PrepareOptions } from './options.ts'
import { targetColumns } from './target.ts'

/** Rows that are left, and what a person should know of those that are not. */
export interface UsableRows {
  readonly rows: Rows
  /** `dropped 2,964 of 3,201 rows, most for "US DVD Sales" (2,637)`; none where no row was dropped. */
  readonly said: readonly string[]
}

const count = (rows: number): string => rows.toLocaleString('en')

/**
 * The rows that can be learned from: under `missing: drop` those that miss nothing; under mean, median and mode those that have a target. Under refuse all
 * of them: what is missing is refused by `fitPreparation`, by its place.
 * @throws InvalidDataError where none is left
 */
export function usableRows(table: Table, options: PrepareOptions): UsableRows {
  const { missing = 'refuse' } = options
  const targets = targetColumns(table, options)
  const used = missing === 'drop' ? [...table.columns.filter((column) => isFeature(table, column, options)), ...targets] : targets
  if (table.rows === 0) throw new InvalidDataError('there are no rows')
  const all = Array.from({ length: table.rows }, (_, row) => row)
  if (missing === 'refuse') return { rows: Uint32Array.from(all), said: [] }
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
