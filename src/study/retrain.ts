// Trains a trial's network again to get it back.

import type { Backend } from '../backend/backend.ts'
import { InvalidSpecError } from '../core/errors.ts'
import type { FitData } from '../train/check.ts'
import { fitPopulation } from '../train/fit.ts'
import type { FitResult } from '../train/result.ts'
import { inputsOf } from './data.ts'
import { createRun } from './grouping.ts'
import type { Repeat } from './repeats.ts'
import { replacementsOf } from './replacing.ts'
import type { SpecOf } from './template.ts'
import type { Trial } from './trial.ts'

interface Retraining {
  readonly backend: Backend
  readonly data: FitData
  readonly specOf: SpecOf
  readonly repeat: Repeat
  readonly trials: readonly Trial[]
}

/**
 * Trains a trial's network again, and before it the networks that it took over from, up to this number of epochs. A trial that was stopped
 * early is trained to its end.
 */
export async function retrain(retraining: Retraining, number: number, until = Number.POSITIVE_INFINITY): Promise<FitResult> {
  const { backend, data, specOf, repeat, trials } = retraining
  const trial = trials[number]
  if (trial === undefined) throw new InvalidSpecError(`there is no trial ${number}; the study has ${trials.length}`)
  const taken = replacementsOf(trial).findLast(({ step }) => step < until)
  const before = taken === undefined ? undefined : await retrain(retraining, taken.from, taken.step)
  const { topology, member } = createRun(number, specOf(taken?.params ?? trial.params), repeat, inputsOf(data))
  const resume = before === undefined ? {} : { resume: [before.checkpoint] }
  const limit = Number.isFinite(until) ? { until } : {}
  const [result] = await fitPopulation(backend, topology, [member], data, { ...resume, ...limit })
  if (result === undefined) throw new Error('a population of one has one result')
  return result
}
