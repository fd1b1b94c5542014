// Minimises a test function with a study.

import { propose } from '../../src/study/propose.ts'
import { StudyRandom } from '../../src/study/random.ts'
import type { Sampler } from '../../src/study/sampler/sampler.ts'
import type { Params } from '../../src/study/space/distributions.ts'
import { Space } from '../../src/study/space/space.ts'
import type { Trial } from '../../src/study/trial.ts'
import { trialOf } from '../../test/support/trials.ts'
import type { TestFunction } from './functions.ts'

/** Apart from the random numbers of samplers. */
const NOISE = 0xfffffff0

/** What a study sees of a trial: its value, with the noise that belongs to the seed and the trial's number. */
export function observed({ evaluate, noise = 0 }: TestFunction, params: Params, seed: number, number: number): number {
  const value = evaluate(params)
  return noise === 0 ? value : value + noise * new StudyRandom(seed, number, NOISE).normal()
}

/** The function's own value, without noise, at the best trial so far, as trials are told. */
export class Incumbent {
  readonly #test: TestFunction
  #seen = Number.POSITIVE_INFINITY
  #value = Number.POSITIVE_INFINITY
  /** One a trial. */
  readonly values: number[] = []

  constructor(test: TestFunction) {
    this.#test = test
  }

  tell(params: Params, seen: number): void {
    if (seen < this.#seen) {
      this.#seen = seen
      this.#value = this.#test.evaluate(params)
    }
    this.values.push(this.#value)
  }
}

/** The incumbents' values, a trial each, of a study that asks for at most `batch` trials at a time. */
export function incumbents(test: TestFunction, sampler: Sampler, seed: number, batch = 1): number[] {
  const space = new Space(test.space)
  const best = new Incumbent(test)
  let trials: readonly Trial[] = []
  while (trials.length < test.trials) {
    const until = Math.min(trials.length + batch, test.trials)
    while (trials.length < until) {
      const params = propose(sampler, { space, directions: ['minimize'], seed, trials }, trials.length)
      if (params === 'wait') break
      if (params === 'done') throw new Error(`${sampler.name} was done after ${trials.length} trials of ${test.name}`)
      trials = [...trials, trialOf(trials.length, 'running', { params, distributions: space.distributionsOf(params) })]
    }
    trials = trials.map((trial) => {
      if (trial.state !== 'running') return trial
      const value = observed(test, trial.params, seed, trial.number)
      best.tell(trial.params, value)
      return Number.isNaN(value) ? { ...trial, state: 'fail' } : { ...trial, state: 'complete', values: [value] }
    })
  }
  return best.values
}

/** The least value after the function's number of trials. */
export const optimize = (test: TestFunction, sampler: Sampler, seed: number, batch = 1): number =>
  incumbents(test, sampler, seed, batch).at(-1) ?? Number.POSITIVE_INFINITY
