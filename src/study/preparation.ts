// What a journal keeps of how the columns of a table were prepared.

import { describePreparation, type Preparation } from '../prepare/index.ts'
import { ATTRIBUTE } from './attributes.ts'
import type { Attributes } from './trial.ts'

/** What made numbers of a table's rows: one for all, or one a fold; empty where the journal has none. */
export function preparationsOf(systemAttrs: Attributes): readonly Preparation[] {
  const kept = systemAttrs[ATTRIBUTE.preparation] as unknown as Preparation | readonly Preparation[] | undefined
  return kept === undefined ? [] : [kept].flat()
}

/** In sentences, as `describePreparation` says them, one a kind of column; none where the journal has no preparation. */
export function preparationText(systemAttrs: Attributes = {}): string[] {
  const all = preparationsOf(systemAttrs)
  const [first] = all
  if (first === undefined) return []
  const lines = describePreparation(first)
  return all.length === 1 ? lines : [`prepared anew in each of ${all.length} folds, by its own training rows; in the first:`, ...lines]
}
