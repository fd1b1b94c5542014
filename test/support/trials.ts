// Trials for tests, made from a few values.

import type { Params } from '../../src/study/space/distributions.ts'
import { Space, type SpaceSpec } from '../../src/study/space/space.ts'
import type { Direction, StudyView, Trial } from '../../src/study/trial.ts'

/** A trial of a study that never ran: whatever is not said is empty. */
export function trialOf(number: number, state: Trial['state'], said: Partial<Trial> = {}): Trial {
  return {
    number,
    state,
    params: {},
    distributions: {},
    values: undefined,
    intermediateValues: new Map(),
    userAttrs: {},
    systemAttrs: {},
    datetimeStart: undefined,
    datetimeComplete: undefined,
    ...said,
  }
}

/** Trial number i has the i-th value and the i-th parameters. */
export function completeTrials(space: SpaceSpec, params: readonly Params[], values: readonly number[]): Trial[] {
  const declared = new Space(space)
  return params.map((one, number) =>
    trialOf(number, 'complete', { params: one, distributions: declared.distributionsOf(one), values: [values[number] ?? Number.NaN] }),
  )
}

export const viewOf = (trials: readonly Trial[], direction: Direction = 'minimize', seed = 0): StudyView => ({
  space: new Space({}),
  directions: [direction],
  seed,
  trials,
})
