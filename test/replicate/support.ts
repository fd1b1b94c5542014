import type { Curves } from '../../src/replicate/curves.ts'
import { FASHION_TABLES, type FashionStage, type PublishedRow } from '../../src/replicate/fashion/published.ts'
import type { TableResult } from '../../src/replicate/fashion/result.ts'
import { drawFrom } from '../support/random.ts'

/** A network's curves that only say what they end at. */
export const ending = (accuracy: number, loss: number): Curves => ({
  loss: [loss],
  accuracy: [accuracy],
  testLoss: [loss],
  testAccuracy: [accuracy],
})

/** The printed tables as if they had been measured: `tell` says what a row's seeds come to. */
export function tablesOf(seeds: number, tell: (row: PublishedRow, stage: FashionStage, seed: number) => Curves): TableResult[] {
  return FASHION_TABLES.map(({ stage, rows }) => ({
    stage,
    rows: rows.map((row) => ({
      label: row.label,
      params: row.params,
      repeats: Array.from({ length: seeds }, (_, seed) => tell(row, stage, seed)),
      failure: undefined,
    })),
  }))
}

/** Numbers of mean 0 and about this size, the same in every run. */
export function noise(size: number, seed = 1): () => number {
  const draw = drawFrom(seed)
  return () => size * (draw.uniform() + draw.uniform() - 1)
}
