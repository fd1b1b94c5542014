import { propose } from '../../src/study/propose.ts'
import type { Sampler } from '../../src/study/sampler/sampler.ts'
import type { Params } from '../../src/study/space/distributions.ts'
import type { Space } from '../../src/study/space/space.ts'
import type { Direction, StudyView, Trial } from '../../src/study/trial.ts'
import { trialOf } from '../support/trials.ts'

export type Objective = (params: Params, number: number) => readonly number[] | 'fail'

export interface Simulation {
  readonly space: Space
  readonly objective: Objective
  readonly directions?: readonly Direction[]
  readonly seed?: number
  /** How many trials at most; the sampler's own 'done' may come before. */
  readonly trials: number
  readonly batch?: number
  /** Repeat x objective, as trials carry them. */
  readonly repeats?: (params: Params) => readonly (readonly number[])[]
  /** Called with what the sampler sees, before every proposal. */
  readonly before?: (view: StudyView, number: number) => void
}

/** By default a running trial of a space. */
export const trialIn = (space: Space, number: number, params: Params, said: Partial<Trial> = {}): Trial =>
  trialOf(number, 'running', { params, distributions: space.distributionsOf(params), ...said })

/** A study in miniature: asks for a batch, whose trials stay running until it is full, then tells them in order. */
export function simulate(sampler: Sampler, simulation: Simulation): readonly Trial[] {
  const { space, objective, directions = ['minimize'], seed = 7, batch = 4, repeats, before } = simulation
  let trials: readonly Trial[] = []
  for (;;) {
    const first = trials.length
    let answer: Params | 'wait' | 'done' = 'wait'
    while (trials.length < Math.min(simulation.trials, first + batch)) {
      const view: StudyView = { space, directions, seed, trials }
      before?.(view, trials.length)
      answer = propose(sampler, view, trials.length)
      if (typeof answer === 'string') break
      trials = [...trials, trialIn(space, trials.length, answer)]
    }
    if (trials.length === first) {
      if (answer === 'wait' && trials.length < simulation.trials) throw new Error(`waits at trial ${first}, and nothing is running`)
      return trials
    }
    trials = trials.map((trial) => {
      if (trial.number < first) return trial
      const values = objective(trial.params, trial.number)
      if (values === 'fail') return { ...trial, state: 'fail', systemAttrs: { 'espalier:reason': 'as the test wants it' } }
      const userAttrs = repeats === undefined ? {} : { 'espalier:repeats': repeats(trial.params) }
      return { ...trial, state: 'complete', values, userAttrs }
    })
  }
}
