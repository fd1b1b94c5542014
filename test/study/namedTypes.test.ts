import {
  createStudy,
  type Dialect,
  float,
  type LearnGroups,
  type LearningRateSchedule,
  type LearnOptions,
  type ObjectiveSpec,
  type OutcomeConstraintSpec,
  type PrunerSpec,
  type RepeatsSpec,
  type SamplerSpec,
  type Study,
  type TrainSpec,
} from 'espalier'
import { expect, it } from 'vitest'

/** What a function around a study takes, each by a name that is imported: this file compiles only where there is one. */
interface Search {
  readonly objective: ObjectiveSpec
  readonly sampler: SamplerSpec
  readonly pruner: PrunerSpec
  readonly repeats: RepeatsSpec
  readonly outcomeConstraints: OutcomeConstraintSpec[]
}

const specOf = (learningRateSchedule: LearningRateSchedule, dialect: Dialect): TrainSpec => ({
  network: { inputSize: 8, loss: 'binaryCrossentropy', layers: [{ units: 1, activation: 'sigmoid' }] },
  optimizer: { name: 'adam' },
  learningRateSchedule,
  dialect,
  epochs: 4,
})

const begin = (search: Search): Promise<Study> =>
  createStudy({ ...search, space: { x: float(0, 1) }, train: () => specOf({ name: 'cosine' }, 'keras3'), maxEpochs: 4 })

it('takes every part of a study from functions that name its type', async () => {
  const groups: LearnGroups = { place: ['town', 'street'] }
  const options: Pick<LearnOptions, 'groups'> = { groups }
  expect(options.groups).toBe(groups)
  const study = await begin({
    objective: { metric: 'auc', direction: 'maximize' },
    sampler: { name: 'tpe' },
    pruner: 'median',
    repeats: { seeds: 2 },
    outcomeConstraints: [{ metric: 'parameters', atMost: 100 }],
  })
  expect(study.directions).toEqual(['maximize'])
})
