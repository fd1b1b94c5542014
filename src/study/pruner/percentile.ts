// The pruners `percentile` and `median`.

import * as z from 'zod/mini'
import { between } from '../../core/fields.ts'
import type { StudyView, Trial } from '../trial.ts'
import { interval, minTrials, startupTrials, warmupSteps } from './fields.ts'
import type { Pruner } from './pruner.ts'
import { bestOf, directionOf, intervalRungs, isFirstInInterval, numbersOf } from './reports.ts'

const shared = { startupTrials: startupTrials(), warmupSteps: warmupSteps(), interval: interval(), minTrials: minTrials() }

export const percentileSchema = z.strictObject({
  name: z.literal('percentile'),
  percentile: between(0, 100).check(z.describe('This share of the trials, in percent, is kept')),
  ...shared,
})
export const medianSchema = z.strictObject({ name: z.literal('median'), ...shared })

type Options = Omit<z.infer<typeof percentileSchema>, 'name'>

/**
 * Stops a trial whose best report so far is worse than the percentile of the complete trials' reports at the same step. The first trials (5
 * by default) are not stopped; one that reported only NaN is. (`optuna/pruners/_percentile.py`)
 */
export const createPercentilePruner = (options: Options): Pruner => percentilePruner('percentile', options)

/** The percentile pruner at 50 %. */
export const createMedianPruner = (options: Omit<Options, 'percentile'>): Pruner =>
  percentilePruner('median', { ...options, percentile: 50 })

function percentilePruner(name: string, options: Options): Pruner {
  const { percentile, startupTrials = 5, warmupSteps = 0, interval = 1, minTrials = 1 } = options
  return {
    name,
    axis: 'epoch',
    rungs: (steps) => intervalRungs(steps, warmupSteps, interval),
    batchSize: () => undefined,
    prune(view, batch, step) {
      const complete = view.trials.filter(({ state }) => state === 'complete')
      if (complete.length === 0 || complete.length < startupTrials || step < warmupSteps) return []
      const direction = directionOf(view)
      const bound = percentileAt(view, complete, step, percentile, minTrials)
      return numbersOf(batch, (trial) => {
        if (!isFirstInInterval(trial, step, warmupSteps, interval)) return false
        const best = bestOf(trial.intermediateValues.values(), direction)
        if (Number.isNaN(best)) return true
        return direction === 'maximize' ? best < bound : best > bound
      })
    },
  }
}

/** The bound; NaN, which nothing is worse than, if too few have reported. */
function percentileAt(view: StudyView, complete: readonly Trial[], step: number, percentile: number, minTrials: number): number {
  const reports = complete.flatMap(({ intermediateValues }) => intermediateValues.get(step) ?? [])
  if (reports.length < minTrials) return Number.NaN
  return nanPercentile(reports, directionOf(view) === 'maximize' ? 100 - percentile : percentile)
}

/**
 * numpy's nanpercentile, linear, and to its last bit: from the middle on it interpolates from the upper neighbour. simple-statistics' `quantile` does
 * not, and a value that equals the median is then stopped or kept by the rounding.
 */
function nanPercentile(values: readonly number[], percentile: number): number {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort((a, b) => a - b)
  const place = (sorted.length - 1) * (percentile / 100)
  const fraction = place - Math.floor(place)
  const low = sorted[Math.floor(place)] ?? Number.NaN
  const high = sorted[Math.ceil(place)] ?? Number.NaN
  if (low === high) return low
  return fraction < 0.5 ? low + (high - low) * fraction : high - (high - low) * (1 - fraction)
}
