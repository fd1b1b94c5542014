// A trial and its states, and the view of a study that samplers and pruners get.

import { isFeasible } from './feasibility.ts'
import type { Distribution, Params } from './space/distributions.ts'
import type { Space } from './space/space.ts'

/** Optuna's trial states (`optuna/trial/_state.py`). */
export type TrialState = 'running' | 'complete' | 'pruned' | 'fail' | 'waiting'
/** Whether small or large values of an objective are better. */
export type Direction = 'minimize' | 'maximize'

/** What JSON holds. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }
/** Notes on a trial or a study, by key. */
export type Attributes = Readonly<Record<string, Json>>

/** One evaluated configuration of a study, as its journal has it. */
export interface Trial {
  /** Its place in the study, from 0. */
  readonly number: number
  readonly state: TrialState
  readonly params: Params
  readonly distributions: Readonly<Record<string, Distribution>>
  /** One per objective, the mean over the repeats; for a pruned trial the last reported value. */
  readonly values: readonly number[] | undefined
  /** Intermediate reports: the first objective by epochs done (or by repeats done, if the pruner works on those). */
  readonly intermediateValues: ReadonlyMap<number, number>
  readonly userAttrs: Attributes
  readonly systemAttrs: Attributes
  readonly datetimeStart: Date | undefined
  readonly datetimeComplete: Date | undefined
}

/** The view of a study that samplers and pruners get. */
export interface StudyView {
  readonly space: Space
  /** One an objective. */
  readonly directions: readonly Direction[]
  readonly seed: number
  /** All trials so far, in the order of their numbers. */
  readonly trials: readonly Trial[]
}

export const isFinished = ({ state }: Trial): boolean => state === 'complete' || state === 'pruned' || state === 'fail'

/** Whether a is the better value. NaN is worse than everything. */
export function isBetter(a: number, b: number, direction: Direction): boolean {
  if (Number.isNaN(a)) return false
  if (Number.isNaN(b)) return true
  return direction === 'minimize' ? a < b : a > b
}

/** The complete trial with the best value of the first objective among those that meet their outcome constraints, the earliest of equal ones. */
export function bestTrial(trials: readonly Trial[], direction: Direction): Trial | undefined {
  let best: Trial | undefined
  for (const trial of trials) {
    const value = trial.values?.[0]
    if (trial.state !== 'complete' || value === undefined) continue
    if ((best === undefined || isBetter(value, best.values?.[0] ?? Number.NaN, direction)) && isFeasible(trial)) best = trial
  }
  return best
}
