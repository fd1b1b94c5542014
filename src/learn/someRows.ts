/** Some rows of a problem as a table, for models that are asked once more when learning is over. */

import { at, missing } from '../core/at.ts'
import { Purpose, permutation } from '../core/random.ts'
import type { Column, Table } from '../table/table.ts'
import type { Problem } from './problem.ts'

/** So many of the rows, by chance. */
export function sampleOf(rows: Uint32Array, most: number, seed: number): Uint32Array {
  if (rows.length <= most) return rows
  const order = permutation(seed, 2, rows.length, Purpose.split)
  return rows.filter((_, i) => (order[i] ?? missing(order, i)) < most)
}

/** Columns that have the values of other rows: those at `from[i]` among the rows that are asked. */
interface Replaced {
  readonly replaced: readonly string[]
  readonly from: Uint32Array
}

/**
 * @param asked places among the usable rows
 * @param some places among these
 * @param names of the columns
 */
export function rowsOfTable(
  { table, rows }: Problem,
  asked: Uint32Array,
  some: Uint32Array,
  names: readonly string[],
  { replaced, from }: Replaced = { replaced: [], from: new Uint32Array(0) },
): Table {
  const plain = some.map((i) => at(rows, at(asked, i)))
  const others = replaced.length === 0 ? plain : some.map((i) => at(rows, at(asked, at(from, i))))
  const columns = table.columns
    .filter(({ name }) => names.includes(name))
    .map((column) => taken(column, replaced.includes(column.name) ? others : plain))
  return { rows: some.length, columns, guesses: [], problems: [] }
}

function taken(column: Column, rows: Uint32Array): Column {
  if ('values' in column) return { ...column, values: Float64Array.from(rows, (row) => at(column.values, row)) }
  if ('codes' in column) return { ...column, codes: Int32Array.from(rows, (row) => at(column.codes, row)) }
  return { ...column, texts: Array.from(rows, (row) => column.texts[row] ?? null) }
}
