import { toLosses } from '../../pareto.ts'
import type { StudyView, Trial } from '../../trial.ts'

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

/**
 * Losses as a Gaussian process wants them, mean 0 and variance 1, in the same order. Before that, log(1 + (loss - least) / c): a few trials that
 * went far off (a diverged training) would else leave no difference among the good ones. c is the median's distance from the least, but at
 * least a fifth of the upper quartile's: the median comes near the least as good trials gather.
 */
export function warped(losses: readonly number[]): Float64Array {
  const sorted = [...losses].sort((a, b) => a - b)
  const above = (share: number): number => (sorted[Math.floor(sorted.length * share)] ?? 0) - (sorted[0] ?? 0)
  const c = Math.max(above(0.5), 0.2 * above(0.75)) || 1
  const logs = losses.map((loss) => Math.log1p((loss - (sorted[0] ?? 0)) / c))
  const mean = logs.reduce((sum, log) => sum + log, 0) / logs.length
  const deviation = Math.sqrt(logs.reduce((sum, log) => sum + (log - mean) ** 2, 0) / logs.length) || 1
  return Float64Array.from(logs, (log) => (log - mean) / deviation)
}
