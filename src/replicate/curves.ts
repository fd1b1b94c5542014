// Learning curves of the trials of a replication.

import { ATTRIBUTE, recordedHistories } from '../study/attributes.ts'
import type { Json, Trial } from '../study/trial.ts'

/** The history of one network, one entry per epoch; NaN where the journal has none. */
export interface Curves {
  readonly loss: readonly number[]
  readonly accuracy: readonly number[]
  readonly testLoss: readonly number[]
  readonly testAccuracy: readonly number[]
}

export type CurveName = keyof Curves

/** One per repeat, if the study records histories; none for a trial that is not complete. */
export function curvesOf(trial: Trial): Curves[] {
  const histories = recordedHistories(trial)
  if (trial.state !== 'complete' || !Array.isArray(histories)) return []
  return histories.map((history: Readonly<Record<string, Json>>) => ({
    loss: numbers(history.loss),
    accuracy: numbers(history.accuracy),
    testLoss: numbers(history.testLoss),
    testAccuracy: numbers(history.testAccuracy),
  }))
}

/** JSON has no NaN: it writes null. */
const numbers = (list: Json | undefined): number[] =>
  Array.isArray(list) ? list.map((value) => (typeof value === 'number' ? value : Number.NaN)) : []

/** The curves as they were after this many epochs: training is the same however many epochs follow. */
export const until = (repeats: readonly Curves[], epochs: number): Curves[] =>
  repeats.map(({ loss, accuracy, testLoss, testAccuracy }) => ({
    loss: loss.slice(0, epochs),
    accuracy: accuracy.slice(0, epochs),
    testLoss: testLoss.slice(0, epochs),
    testAccuracy: testAccuracy.slice(0, epochs),
  }))

/** The last value of each repeat. */
export const finals = (repeats: readonly Curves[], name: CurveName): number[] => repeats.map((curves) => curves[name].at(-1) ?? Number.NaN)

/** Why a trial has no curves; undefined if it did not fail. */
export const failureOf = ({ state, systemAttrs }: Trial): string | undefined =>
  state === 'fail' ? String(systemAttrs[ATTRIBUTE.reason]) : undefined
