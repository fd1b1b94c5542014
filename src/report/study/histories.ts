// Reads the recorded histories of trials.

import { recordedHistories } from '../../study/attributes.ts'
import type { Json, Trial } from '../../study/trial.ts'

/** Losses and accuracies of one repeat by epoch. */
export type RecordedHistory = { readonly [metric: string]: Json }

const isRecord = (value: Json | undefined): value is RecordedHistory => typeof value === 'object' && value !== null && !Array.isArray(value)

/** One a repeat; none where the study did not record them. */
export function historiesOf(trial: Trial): RecordedHistory[] {
  const histories = recordedHistories(trial)
  return Array.isArray(histories) ? histories.filter(isRecord) : []
}

/** One an epoch; NaN where JSON had no number. */
export function numbersOf(history: RecordedHistory, metric: string): number[] {
  const values = history[metric]
  return Array.isArray(values) ? values.map((value) => (typeof value === 'number' ? value : Number.NaN)) : []
}
