import type { ActivationName, OptimizerName } from '../../core/names.ts'
import type { TrainSpec } from '../../core/spec.ts'

/** What one network of the study was given. */
export interface Setting {
  readonly batchSize: number
  readonly activation: ActivationName
  readonly optimizer: OptimizerName
}

/** An experiment varies one field of the base. */
export interface Experiment {
  readonly name: keyof Setting
  readonly title: string
  readonly values: readonly Partial<Setting>[]
}

export interface Protocol {
  readonly base: Setting
  readonly experiments: readonly Experiment[]
  readonly hiddenUnits: readonly number[]
  readonly learningRate: number
  readonly epochs: number
  readonly seeds: number
  readonly testFraction: number
}

/**
 * The hyper-parameter study on the Pima Indians diabetes data as plain data: a network 8-12-8-1 with a sigmoid output, binary
 * cross-entropy, kernels uniform in [-0.05, 0.05], no shuffling, 100 epochs, and three experiments that each vary one thing.
 * The published text does not say what the other two are meanwhile, how rows are split, or whether features are scaled: `base`,
 * `testFraction` and running both scalings are this package's choice.
 */
export const PIMA: Protocol = {
  base: { batchSize: 10, activation: 'relu', optimizer: 'adam' },
  experiments: [
    { name: 'batchSize', title: 'Batch size', values: [{ batchSize: 5 }, { batchSize: 10 }, { batchSize: 16 }, { batchSize: 32 }] },
    {
      name: 'activation',
      title: 'Hidden activation',
      values: [{ activation: 'sigmoid' }, { activation: 'tanh' }, { activation: 'relu' }, { activation: 'leakyRelu' }],
    },
    {
      name: 'optimizer',
      title: 'Optimizer',
      values: [{ optimizer: 'sgd' }, { optimizer: 'rmsprop' }, { optimizer: 'adagrad' }, { optimizer: 'adam' }, { optimizer: 'adamax' }],
    },
  ],
  hiddenUnits: [12, 8],
  learningRate: 0.001,
  epochs: 100,
  seeds: 5,
  testFraction: 0.2,
}

export const settingOf = (value: Partial<Setting>): Setting => ({ ...PIMA.base, ...value })

export const sameSetting = (a: Setting, b: Setting): boolean =>
  a.batchSize === b.batchSize && a.activation === b.activation && a.optimizer === b.optimizer

/** Every different network of the three experiments once: the base is in all three, and trained once. */
export function allSettings(): Setting[] {
  const all = PIMA.experiments.flatMap(({ values }) => values.map(settingOf))
  return all.filter((setting, i) => all.findIndex((other) => sameSetting(other, setting)) === i)
}

/** The training spec of a setting. Defaults and formulas are those of the Keras version the study ran on. */
export function specOf({ batchSize, activation, optimizer }: Setting, inputSize: number, epochs: number, seed: number): TrainSpec {
  const initializer = { name: 'randomUniform', minval: -0.05, maxval: 0.05 } as const
  const hidden = PIMA.hiddenUnits.map((units) => ({ units, activation, initializer }))
  return {
    network: { inputSize, loss: 'binaryCrossentropy', layers: [...hidden, { units: 1, activation: 'sigmoid', initializer }] },
    optimizer: { name: optimizer, learningRate: PIMA.learningRate },
    dialect: 'keras2.2',
    batchSize,
    epochs,
    shuffle: false,
    seed,
  }
}
