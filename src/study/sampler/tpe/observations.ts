// Trials as observations for TPE, best first.

import { violationOf } from '../../feasibility.ts'
import { toLosses } from '../../pareto.ts'
import type { StudyView, Trial } from '../../trial.ts'

/**
 * A trial as TPE ranks it: complete ones first, then pruned ones by how far they came, then those that break outcome constraints by how much,
 * then running and failed ones; among equals the lower loss.
 */
export interface Observation {
  readonly trial: Trial
  /** -Infinity for a complete trial, minus the last step for a pruned one, Infinity for one that is running or has failed. */
  readonly step: number
  /** One an objective, lower is better. */
  readonly losses: readonly number[]
  /** By how much it breaks outcome constraints; 0 if it meets them. */
  readonly violation: number
}

/**
 * The trials TPE learns from, in the order of their numbers, as `_get_observation_pairs` of `optuna/samplers/_tpe/sampler.py` (3.1) has
 * them: failed ones are left out (`failures`), and with several objectives pruned and running ones as well.
 * @param running whether running trials count (the constant liar: as the worst of all)
 */
export function observe({ trials, directions }: StudyView, running: boolean): Observation[] {
  const single = directions.length === 1
  return trials.flatMap((trial): Observation[] => {
    const { state, values, intermediateValues } = trial
    const violation = state === 'running' ? 0 : violationOf(trial)
    if (state === 'complete' && values !== undefined) {
      return [{ trial, step: Number.NEGATIVE_INFINITY, losses: toLosses(values, directions), violation }]
    }
    if (single && state === 'pruned') {
      if (intermediateValues.size === 0) return [{ trial, step: 1, losses: [0], violation }]
      const step = Math.max(...intermediateValues.keys())
      return [{ trial, step: -step, losses: toLosses([intermediateValues.get(step) ?? Number.NaN], directions), violation }]
    }
    if (single && running && state === 'running') return [worst(trial, directions)]
    return []
  })
}

/** The trials that failed, as the worst of all. */
export const failures = ({ trials, directions }: StudyView): Observation[] =>
  trials.flatMap((trial) => (trial.state === 'fail' ? [worst(trial, directions)] : []))

const worst = (trial: Trial, directions: StudyView['directions']): Observation => ({
  trial,
  step: Number.POSITIVE_INFINITY,
  losses: directions.map(() => Number.POSITIVE_INFINITY),
  violation: 0,
})
