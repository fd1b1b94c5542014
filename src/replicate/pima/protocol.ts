// The protocol of the Pima study, as study options.

import type { Dataset } from '../../data/dataset.ts'
import { trainTestSplit } from '../../data/split.ts'
import { standardize } from '../../data/transform.ts'
import type { StudyOptions } from '../../study/options.ts'
import type { ParamValue } from '../../study/space/distributions.ts'
import { categorical } from '../../study/space/space.ts'
import type { FitData } from '../../train/check.ts'

export const PIMA_EXPERIMENTS = ['batchSize', 'activation', 'optimizer'] as const
export type PimaExperiment = (typeof PIMA_EXPERIMENTS)[number]

/** The experiments, and those that are not about optimizers once more with every other optimizer. */
export const PIMA_PARTS = [...PIMA_EXPERIMENTS, 'readings'] as const
/**
 * The experiments of the study, and `readings`.
 * @useDeclaredType
 */
export type PimaPart = (typeof PIMA_PARTS)[number]

export const SCALINGS = ['raw', 'standardised'] as const
/**
 * Whether a replay's features are as they are or standardised.
 * @useDeclaredType
 */
export type Scaling = (typeof SCALINGS)[number]

interface Experiment {
  readonly title: string
  readonly values: readonly ParamValue[]
}

/**
 * The hyper-parameter study on the Pima Indians diabetes data as plain data: a network 8-12-8-1 with a sigmoid output, binary
 * cross-entropy, kernels uniform in [-0.05, 0.05], no shuffling, and three experiments that each vary one thing.
 * The published text does not say what the other two are meanwhile, how rows are split, or whether features are scaled: `base`,
 * `testFraction` and running both scalings are this package's choice. Only raw features fit what it found.
 */
export const PIMA = {
  base: { batchSize: 10, activation: 'relu', optimizer: 'adam' },
  experiments: {
    batchSize: { title: 'Batch size', values: [5, 10, 16, 32] },
    activation: { title: 'Hidden activation', values: ['sigmoid', 'tanh', 'relu', 'leakyRelu'] },
    optimizer: { title: 'Optimizer', values: ['sgd', 'rmsprop', 'adagrad', 'adam', 'adamax'] },
  } satisfies Readonly<Record<PimaExperiment, Experiment>>,
  hiddenUnits: [12, 8],
  learningRate: 0.001,
  epochs: 100,
  seeds: 30,
  testFraction: 0.2,
} as const

export const experimentOf = (name: PimaExperiment): Experiment => PIMA.experiments[name]

/** How the study may be read where it says nothing: the optimizer of the experiments that vary something else. The first is the base's. */
export const READINGS = ['adam', 'sgd', 'rmsprop', 'adamax'] as const
export type Reading = (typeof READINGS)[number]

export interface PimaStudy {
  readonly experiment: PimaExperiment
  readonly scaling: Scaling
  readonly seeds: number
  readonly epochs: number
  readonly optimizer?: Reading | undefined
}

/** One experiment on one scaling, every value repeated on `seeds` splits with a seed each. */
export function pimaStudy({ experiment, scaling, seeds, epochs, optimizer: reading = 'adam' }: PimaStudy): StudyOptions {
  const { values } = experimentOf(experiment)
  const { batchSize, activation, optimizer }: Readonly<Record<PimaExperiment, ParamValue>> = {
    ...PIMA.base,
    optimizer: reading,
    [experiment]: `$${experiment}`,
  }
  const initializer = { name: 'randomUniform', minval: -0.05, maxval: 0.05 }
  const hidden = PIMA.hiddenUnits.map((units) => ({ units, activation, initializer }))
  return {
    name: ['pima', experiment, scaling, ...(reading === 'adam' ? [] : [reading])].join('-'),
    space: { [experiment]: categorical(values) },
    train: {
      network: { inputSize: 8, loss: 'binaryCrossentropy', layers: [...hidden, { units: 1, activation: 'sigmoid', initializer }] },
      optimizer: { name: optimizer, learningRate: PIMA.learningRate },
      dialect: 'keras2.2',
      batchSize,
      epochs,
      shuffle: false,
    },
    objective: 'testAccuracy',
    sampler: 'grid',
    batchSize: values.length,
    repeats: { folds: seeds, seedPerFold: true },
    recordHistories: true,
  }
}

/** Repeat by repeat another stratified split of all rows; standardised by the training part's mean and deviation. */
export function pimaData(all: Dataset, scaling: Scaling): (fold: number) => FitData {
  return (fold) => {
    const split = trainTestSplit(all, { testFraction: PIMA.testFraction, seed: fold, stratify: true })
    return scaling === 'raw' ? split : standardize(split)
  }
}
