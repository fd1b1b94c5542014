// What the twig measured, by table: one curve a configuration.

import { mean } from 'simple-statistics'
import type { TwigRecord, TwigRun, TwigTableFacts } from './store.ts'

/** A table and the curves of the configurations that were tried on it. */
export interface TwigCurves extends TwigTableFacts {
  /** By configuration, then epoch: the mean over the seeds; NaN where one of them diverged. */
  readonly scores: readonly (readonly number[])[]
  /** Networks, all seeds. */
  readonly networks: number
}

/** Fewer cannot be divided into quarters. */
const FEWEST = 4

/** Of the tables on which at least four configurations were tried, in the order in which they were begun. */
export function twigCurves({ tables, runs, epochs }: TwigRecord): TwigCurves[] {
  return tables.flatMap((facts) => {
    const seeds = new Map<number, Map<number, TwigRun>>()
    for (const run of runs) {
      if (run.table !== facts.table) continue
      const own = seeds.get(run.configuration) ?? new Map<number, TwigRun>()
      seeds.set(run.configuration, own.set(run.seed, run))
    }
    if (seeds.size < FEWEST) return []
    const configurations = [...seeds].sort(([a], [b]) => a - b).map(([, own]) => [...own.values()])
    return [
      {
        ...facts,
        scores: configurations.map((own) =>
          Array.from({ length: epochs }, (_, epoch) => mean(own.map(({ scores }) => scores[epoch] ?? Number.NaN))),
        ),
        networks: configurations.reduce((sum, own) => sum + own.length, 0),
      },
    ]
  })
}

/** Accuracy 0 and R² 0: what a network that diverged is worth, and the least that any is. */
export const worth = (score: number): number => (Number.isNaN(score) ? 0 : Math.max(0, score))
