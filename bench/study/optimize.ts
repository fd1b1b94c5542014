// Minimises a test function with a study.

import { propose } from '../../src/study/propose.ts'
import type { Sampler } from '../../src/study/sampler/sampler.ts'
import { Space } from '../../src/study/space/space.ts'
import type { Trial } from '../../src/study/trial.ts'
import { trialOf } from '../../test/support/trials.ts'
import type { TestFunction } from './functions.ts'

/** The least value after the function's number of trials, asked for at most `batch` at a time. */
export function optimize(test: TestFunction, sampler: Sampler, seed: number, batch = 1): number {
  const space = new Space(test.space)
  let trials: readonly Trial[] = []
  while (trials.length < test.trials) {
    const until = Math.min(trials.length + batch, test.trials)
    while (trials.length < until) {
      const params = propose(sampler, { space, directions: ['minimize'], seed, trials }, trials.length)
      if (params === 'wait') break
      if (params === 'done') throw new Error(`${sampler.name} was done after ${trials.length} trials of ${test.name}`)
      trials = [...trials, trialOf(trials.length, 'running', { params, distributions: space.distributionsOf(params) })]
    }
    trials = trials.map((trial) =>
      trial.state === 'running' ? { ...trial, state: 'complete', values: [test.evaluate(trial.params)] } : trial,
    )
  }
  return Math.min(...trials.map(({ values }) => values?.[0] ?? Number.POSITIVE_INFINITY))
}
