// The pruner `threshold`.

import * as z from 'zod/mini'
import { finite } from '../../core/fields.ts'
import { interval, warmupSteps } from './fields.ts'
import type { Pruner } from './pruner.ts'
import { intervalRungs, isFirstInInterval, numbersOf, reportAt } from './reports.ts'

export const thresholdSchema = z
  .strictObject({
    name: z.literal('threshold'),
    lower: z.optional(finite()).check(z.describe('A report below it stops the trial')),
    upper: z.optional(finite()).check(z.describe('A report above it stops the trial')),
    warmupSteps: warmupSteps(),
    interval: interval(),
  })
  .check(
    z.refine(({ lower, upper }) => lower !== undefined || upper !== undefined, {
      path: ['upper'],
      error: 'must be given where lower is not',
    }),
    z.refine(({ lower, upper }) => lower === undefined || upper === undefined || lower <= upper, {
      path: ['upper'],
      error: 'must be at least lower',
    }),
  )

/** Stops a trial whose report is NaN or leaves lower … upper, whatever the direction. (`optuna/pruners/_threshold.py`) */
export function createThresholdPruner(options: Omit<z.infer<typeof thresholdSchema>, 'name'>): Pruner {
  const { lower = Number.NEGATIVE_INFINITY, upper = Number.POSITIVE_INFINITY, warmupSteps = 0, interval = 1 } = options
  return {
    name: 'threshold',
    axis: 'epoch',
    rungs: (steps) => intervalRungs(steps, warmupSteps, interval),
    batchSize: () => undefined,
    prune(_view, batch, step) {
      if (step < warmupSteps) return []
      return numbersOf(batch, (trial) => {
        const value = reportAt(trial, step)
        return isFirstInInterval(trial, step, warmupSteps, interval) && !(value >= lower && value <= upper)
      })
    },
  }
}
