import { toLosses } from '../pareto.ts'
import type { StudyView, Trial } from '../trial.ts'

export interface Target {
  readonly trial: Trial
  readonly loss: number
}

/**
 * The losses to learn from, of the first objective: complete trials with theirs; pruned ones with their last value, but as no better than the
 * median of the complete ones; failed ones and losses that are not finite as the worst.
 */
export function targetsOf({ trials, directions }: StudyView): Target[] {
  const lossOf = ({ values }: Trial): number => toLosses([values?.[0] ?? Number.NaN], directions.slice(0, 1))[0] ?? Number.NaN
  const complete = trials.filter(({ state }) => state === 'complete').map(lossOf)
  const median = complete.sort((a, b) => a - b)[(complete.length - 1) >> 1] ?? Number.NEGATIVE_INFINITY
  const targets = trials.flatMap((trial): Target[] => {
    if (trial.state === 'complete') return [{ trial, loss: lossOf(trial) }]
    if (trial.state === 'pruned') return [{ trial, loss: Math.max(median, lossOf(trial)) }]
    return trial.state === 'fail' ? [{ trial, loss: Number.POSITIVE_INFINITY }] : []
  })
  const finite = targets.map(({ loss }) => loss).filter(Number.isFinite)
  if (finite.length === 0) return []
  const worst = Math.max(...finite)
  return targets.map(({ trial, loss }) => ({ trial, loss: Number.isFinite(loss) ? loss : worst }))
}
