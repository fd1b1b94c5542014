// Says which complete trials a statistic leaves out, and why.

import { isFeasible } from '../feasibility.ts'
import type { Trial } from '../trial.ts'

/** Says of complete trials that are in no table, chart or statistic how many they are and why; empty where there are none. */
export function leftOutText(trials: readonly Trial[]): string {
  const complete = trials.filter(({ state }) => state === 'complete')
  const broken = complete.filter((trial) => !isFeasible(trial)).length
  const infinite = complete.filter((trial) => isFeasible(trial) && !trial.values?.every(Number.isFinite)).length
  const reasons = [
    ...(broken === 0 ? [] : [`${broken} ${broken === 1 ? 'breaks' : 'break'} outcome constraints`]),
    ...(infinite === 0 ? [] : [`${infinite} gave a value that is not finite`]),
  ]
  return reasons.length === 0 ? '' : ` Of the complete ones ${reasons.join(' and ')}: left out.`
}
