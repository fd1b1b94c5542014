// The pruner `asha`: asynchronous successive halving.

import * as z from 'zod/mini'
import { whole } from '../../core/fields.ts'
import type { Direction } from '../trial.ts'
import { AUTO, minEarlyStoppingRate, minResource, reductionFactor, resourceOf } from './fields.ts'
import type { Pruner } from './pruner.ts'
import { directionOf, geometricRungs, numbersOf, reportAt } from './reports.ts'

export const ashaSchema = z.strictObject({
  name: z.literal('asha'),
  minResource: minResource(AUTO),
  reductionFactor: reductionFactor(),
  minEarlyStoppingRate: minEarlyStoppingRate(),
  bootstrapCount: z.optional(whole(0, 1_000_000)).check(z.describe('Until more trials than this have reached a rung, none passes it')),
})

/**
 * Asynchronous successive halving in its stopping form (Li et al., "A system for massively parallel hyperparameter tuning", 2020; Optuna's
 * `SuccessiveHalvingPruner`): a trial continues past a rung if it is among the best 1/reductionFactor of all trials that have reported there so
 * far, including its own batch; while they are fewer than the factor, if it is the best. One that reported NaN is stopped and
 * does not count. Rungs and the factor are those of `successiveHalving`.
 */
export function createAshaPruner(options: Omit<z.infer<typeof ashaSchema>, 'name'>): Pruner {
  const { minResource, reductionFactor = 4, minEarlyStoppingRate = 0, bootstrapCount = 0 } = options
  return {
    name: 'asha',
    axis: 'epoch',
    rungs: (steps) => geometricRungs(steps, resourceOf(minResource, steps) * reductionFactor ** minEarlyStoppingRate, reductionFactor),
    batchSize: () => undefined,
    prune(view, batch, step) {
      const direction = directionOf(view)
      const competing = view.trials.map((trial) => reportAt(trial, step)).filter((value) => !Number.isNaN(value))
      const bound = lastPromoted(competing, reductionFactor, direction)
      return numbersOf(batch, (trial) => {
        const value = reportAt(trial, step)
        const goesOn = direction === 'maximize' ? value >= bound : value <= bound
        return competing.length <= bootstrapCount || !goesOn
      })
    },
  }
}

/** The worst value that still continues; ties with it continue as well. */
function lastPromoted(competing: readonly number[], factor: number, direction: Direction): number {
  const ranked = [...competing].sort((a, b) => (direction === 'maximize' ? b - a : a - b))
  return ranked[Math.max(1, Math.floor(ranked.length / factor)) - 1] ?? Number.NaN
}
