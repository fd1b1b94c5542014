/** How predictions follow one column: for each of some rows, and on average. */

import { at } from '../../core/at.ts'
import { InvalidSpecError } from '../../core/errors.ts'

/** Curves over a grid of a column's values. */
export interface Dependence<Value> {
  readonly grid: readonly Value[]
  /** (grid), the mean over the rows: partial dependence. */
  readonly mean: Float64Array
  /** (rows x grid): individual conditional expectation. Where they do not run side by side, the column works together with others. */
  readonly curves: Float64Array
}

/**
 * Partial dependence (Friedman, "Greedy function approximation: a gradient boosting machine", Annals of Statistics 29, 2001) and the curves of single rows
 * (Goldstein, Kapelner, Bleich, Pitkin, "Peeking inside the black box", JCGS 24, 2015). It is what the answer says, not what the world does: for rows that
 * do not exist, such as a house of 20 m² with 9 rooms, as well.
 * @param predict what is said of every row with this value in the column, (rows): a number, or the chance of one class
 */
export async function dependenceOf<Value>(
  grid: readonly Value[],
  predict: (value: Value) => Float64Array | Promise<Float64Array>,
): Promise<Dependence<Value>> {
  if (grid.length === 0) throw new InvalidSpecError('grid is empty; it must hold at least one value')
  const columns: Float64Array[] = []
  for (const value of grid) columns.push(await predict(value))
  const [first] = columns
  const rows = first?.length ?? 0
  const curves = Float64Array.from({ length: rows * grid.length }, (_, i) => at(at(columns, i % grid.length), Math.floor(i / grid.length)))
  const mean = Float64Array.from(columns, (column) => column.reduce((sum, value) => sum + value, 0) / rows)
  return { grid, mean, curves }
}

/** At most `count` values that divide the numbers into parts of as many rows, from the least to the largest; each value once, missing ones left out. */
export function gridOf(values: Float64Array, count = 20): number[] {
  const known = values.filter((value) => !Number.isNaN(value)).sort()
  if (known.length === 0) return []
  const places = Array.from({ length: count }, (_, i) => Math.round((i * (known.length - 1)) / Math.max(1, count - 1)))
  return [...new Set(places.map((place) => at(known, place)))]
}
