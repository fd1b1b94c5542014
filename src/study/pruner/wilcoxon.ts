// The pruner `wilcoxon`, which stops the repeats of a trial early.

import { mean } from 'simple-statistics'
import * as z from 'zod/mini'
import { between, whole } from '../../core/fields.ts'
import { signedRankTest } from '../statistics/signedRank.ts'
import { bestTrial, isBetter } from '../trial.ts'
import type { Pruner } from './pruner.ts'
import { directionOf, intervalRungs, numbersOf } from './reports.ts'

export const wilcoxonSchema = z.strictObject({
  name: z.literal('wilcoxon'),
  pThreshold: z.optional(between(0, 1)).check(z.describe('A trial is stopped when the test is this sure that it is worse than the best')),
  startupSteps: z.optional(whole(0, 1_000_000)).check(z.describe('Repeats that must be compared before anyone is stopped')),
})

/**
 * Spares the repeats of a trial that is worse than the best complete one: a step is a repeat and its report that repeat's value alone. A trial is
 * stopped when Wilcoxon's signed-rank test of its repeats against the best trial's same repeats gives p < pThreshold (0.1 by default) and
 * its mean is worse too. From 2 repeats on, never where a value is not finite. (Optuna 3.6's `WilcoxonPruner`; zero differences are split.)
 */
export function createWilcoxonPruner(options: Omit<z.infer<typeof wilcoxonSchema>, 'name'>): Pruner {
  const { pThreshold = 0.1, startupSteps = 2 } = options
  const fewest = Math.max(2, startupSteps)
  return {
    name: 'wilcoxon',
    axis: 'repeat',
    rungs: (steps) => intervalRungs(steps, fewest, 1),
    batchSize: () => undefined,
    prune(view, batch) {
      const best = bestTrial(view.trials, directionOf(view))
      if (best === undefined) return []
      const bestValues = [...best.intermediateValues.values()]
      if (!bestValues.every(Number.isFinite) || bestValues.length === 0) return []
      const direction = directionOf(view)
      return numbersOf(batch, (trial) => {
        const values = [...trial.intermediateValues.values()]
        if (!values.every(Number.isFinite) || !isBetter(mean(bestValues), mean(values), direction)) return false
        const differences = [...trial.intermediateValues].flatMap(([step, value]) => {
          const other = best.intermediateValues.get(step)
          return other === undefined ? [] : value - other
        })
        if (differences.length < fewest) return false
        return signedRankTest(differences, direction === 'maximize' ? 'less' : 'greater', 'split').p < pThreshold
      })
    },
  }
}
