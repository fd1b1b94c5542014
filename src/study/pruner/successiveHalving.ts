// The pruner `successiveHalving`.

import * as z from 'zod/mini'
import { whole } from '../../core/fields.ts'
import { AUTO, minEarlyStoppingRate, minResource, reductionFactor, resourceOf } from './fields.ts'
import type { Pruner } from './pruner.ts'
import { directionOf, geometricRungs, halve } from './reports.ts'

export const successiveHalvingSchema = z.strictObject({
  name: z.literal('successiveHalving'),
  minResource: minResource(AUTO),
  reductionFactor: reductionFactor(),
  minEarlyStoppingRate: minEarlyStoppingRate(),
  trials: z.optional(whole(1, 65535)).check(z.describe('Trials that compete; by default as many as leave one at the last rung')),
})

/**
 * Successive halving of a batch (Jamieson and Talwalkar, "Non-stochastic best arm identification", 2016): all trials of a batch reach a rung,
 * and the best 1/reductionFactor of them continue, at least one. Rungs are minResource x reductionFactor^(minEarlyStoppingRate + k); the factor is 4
 * by default, as in Optuna. `asha` is the form that needs no batches.
 */
export function createSuccessiveHalvingPruner(options: Omit<z.infer<typeof successiveHalvingSchema>, 'name'>): Pruner {
  const { reductionFactor = 4, minEarlyStoppingRate = 0 } = options
  const rungs = (steps: number): number[] =>
    geometricRungs(steps, resourceOf(options.minResource, steps) * reductionFactor ** minEarlyStoppingRate, reductionFactor)
  return {
    name: 'successiveHalving',
    axis: 'epoch',
    rungs,
    batchSize: (_number, steps) => options.trials ?? reductionFactor ** rungs(steps).length,
    prune: (view, batch, step) => halve(batch, step, reductionFactor, directionOf(view)),
  }
}
