// A forest with the trials that it was grown from.

import type { Trial } from '../trial.ts'
import { type ForestOptions, growForest, type Tree } from './forest.ts'
import { type Table, type TableOptions, tableOf } from './table.ts'

/** What importances are computed from: of thousands of trials a forest takes seconds. */
export interface Grown {
  readonly table: Table
  readonly forest: readonly Tree[]
}

/** @throws InvalidDataError when fewer than two trials can be used */
export function grown(trials: readonly Trial[], options: TableOptions & ForestOptions = {}): Grown {
  const table = tableOf(trials, options)
  return { table, forest: growForest(table, options) }
}
