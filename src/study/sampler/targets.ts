// Ranks trials for samplers: by constraints first, then by loss.

import { violationOf } from '../feasibility.ts'
import { toLosses } from '../pareto.ts'
import type { StudyView, Trial } from '../trial.ts'

export interface Target {
  readonly trial: Trial
  readonly loss: number
  /** Whether the loss is that of another trial, the worst, because this one's is unknown or not finite. */
  readonly imputed: boolean
  /** By how much the trial breaks outcome constraints; 0 if it meets them. */
  readonly violation: number
}

/**
 * The losses to learn from, of the first objective: complete trials with theirs; pruned ones with their last value, but as no better than the
 * median of the complete ones; failed ones and losses of Infinity as the worst, of -Infinity as the least.
 */
export function targetsOf({ trials, directions }: StudyView): Target[] {
  const lossOf = ({ values }: Trial): number => toLosses([values?.[0] ?? Number.NaN], directions.slice(0, 1))[0] ?? Number.NaN
  const complete = trials.filter(({ state }) => state === 'complete').map(lossOf)
  const median = complete.sort((a, b) => a - b)[(complete.length - 1) >> 1] ?? Number.NEGATIVE_INFINITY
  const known = trials.flatMap((trial) => {
    if (trial.state === 'complete') return [{ trial, loss: lossOf(trial) }]
    if (trial.state === 'pruned') return [{ trial, loss: Math.max(median, lossOf(trial)) }]
    return trial.state === 'fail' ? [{ trial, loss: Number.POSITIVE_INFINITY }] : []
  })
  const finite = known.map(({ loss }) => loss).filter(Number.isFinite)
  if (finite.length === 0) return []
  const [least, worst] = [Math.min(...finite), Math.max(...finite)]
  return known.map(({ trial, loss }) => ({
    trial,
    loss: Math.min(worst, Math.max(least, loss)),
    imputed: loss === Number.POSITIVE_INFINITY,
    violation: violationOf(trial),
  }))
}

/** The better target first: one that breaks outcome constraints comes after all that break them less, one with an unknown loss last. */
export const byMerit = (a: Target, b: Target): number =>
  Number(a.imputed) - Number(b.imputed) || compare(a.violation, b.violation) || compare(a.loss, b.loss)

const compare = (a: number, b: number): number => (a < b ? -1 : a > b ? 1 : 0)
