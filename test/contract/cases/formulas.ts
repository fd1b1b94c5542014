import type { ActivationName } from '../../../src/core/activations.ts'
import { DIALECTS } from '../../../src/core/names.ts'
import type { OptimizerSpec } from '../../../src/core/optimizers.ts'
import type { LearningRateSchedule } from '../../../src/core/schedules.ts'
import type { TrainSpec } from '../../../src/core/spec.ts'
import { FIRST_ACTIVATIONS } from '../../support/fingerprint.ts'
import { makeExamples } from '../../support/problems.ts'
import { drawFrom } from '../../support/random.ts'
import { type BackendCase, type Data, expectOracle, resolveSpec } from '../api.ts'

/** Formulas against the float64 oracle, one at a time. 29 rows in batches of 8: the last batch has 5. */

const CLASSES = {
  network: {
    inputSize: 6,
    loss: 'categoricalCrossentropy',
    layers: [
      { units: 9, activation: 'tanh' },
      { units: 3, activation: 'softmax' },
    ],
  },
  batchSize: 8,
  epochs: 4,
  optimizer: { name: 'sgd', learningRate: 0.1 },
  shuffle: false,
} satisfies TrainSpec

function examplesFor(spec: TrainSpec, rows = 29): Required<Data> {
  const { topology } = resolveSpec(spec)
  return { train: makeExamples(topology, rows, 1), test: makeExamples(topology, 11, 2) }
}

const oracleCase = (name: string, spec: TrainSpec, change: (data: Required<Data>) => Data = (data) => data, rows?: number): BackendCase => {
  let data: Data | undefined
  return {
    name,
    async run(backend, api) {
      data ??= change(examplesFor(spec, rows))
      await expectOracle(backend, api, spec, data)
    },
  }
}

const activations: readonly ActivationName[] = FIRST_ACTIVATIONS

const activationCases = DIALECTS.flatMap((dialect) =>
  activations.map((activation) =>
    oracleCase(`activation ${activation}, hidden and at the output, ${dialect}`, {
      ...CLASSES,
      dialect,
      network: { inputSize: 6, loss: 'meanSquaredError', layers: [9, 7, 3].map((units) => ({ units, activation })) },
      optimizer: { name: 'sgd', learningRate: 0.02 },
    }),
  ),
)

const parameterCases = [
  { name: 'elu', alpha: 0.3 } as const,
  { name: 'leakyRelu', negativeSlope: 0 } as const,
  { name: 'leakyRelu', negativeSlope: 0.7 } as const,
].map((activation) =>
  oracleCase(`activation ${JSON.stringify(activation)}`, {
    ...CLASSES,
    network: { inputSize: 6, loss: 'meanSquaredError', layers: [9, 3].map((units) => ({ units, activation })) },
  }),
)

const OPTIMIZERS: readonly OptimizerSpec[] = [
  'sgd',
  'rmsprop',
  'adagrad',
  'adadelta',
  'adam',
  'adamax',
  'nadam',
  'adamw',
  { name: 'sgd', learningRate: 0.05, momentum: 0.8 },
  { name: 'sgd', learningRate: 0.05, momentum: 0.8, nesterov: true },
  { name: 'rmsprop', learningRate: 0.005, rho: 0.8, epsilon: 1e-3 },
  { name: 'adagrad', learningRate: 0.05, initialAccumulator: 0.02, epsilon: 1e-4 },
  { name: 'adadelta', learningRate: 0.5, rho: 0.9, epsilon: 1e-5 },
  { name: 'adam', learningRate: 0.005, beta1: 0.8, beta2: 0.95, epsilon: 1e-4 },
  { name: 'adamax', learningRate: 0.005, beta1: 0.8, beta2: 0.95, epsilon: 1e-4 },
  { name: 'nadam', learningRate: 0.005, beta1: 0.8, beta2: 0.95, epsilon: 1e-4, scheduleDecay: 0.1 },
  { name: 'adamw', learningRate: 0.005, weightDecay: 0.2 },
]

const optimizerCases = DIALECTS.flatMap((dialect) =>
  OPTIMIZERS.map((optimizer) => oracleCase(`optimizer ${JSON.stringify(optimizer)}, ${dialect}`, { ...CLASSES, dialect, optimizer })),
)

/** Targets between 0 and 1, whose sum need not be 1. */
const soft = ({ train, test }: Required<Data>): Data => ({
  train: { ...train, targets: Float32Array.from(train.targets, drawFrom(3).uniform) },
  test,
})

const lossCases = DIALECTS.flatMap((dialect) => {
  const binary = (units: number): TrainSpec => ({
    ...CLASSES,
    dialect,
    network: {
      inputSize: 6,
      loss: 'binaryCrossentropy',
      layers: [
        { units: 9, activation: 'tanh' },
        { units, activation: 'sigmoid' },
      ],
    },
  })
  return [
    oracleCase(`loss categoricalCrossentropy, ${dialect}`, { ...CLASSES, dialect }),
    oracleCase(`loss categoricalCrossentropy of soft targets, ${dialect}`, { ...CLASSES, dialect }, soft),
    oracleCase(
      `loss sparseCategoricalCrossentropy, ${dialect}`,
      { ...CLASSES, dialect, network: { ...CLASSES.network, loss: 'sparseCategoricalCrossentropy' } },
      ({ train }) => ({ train: { ...train, targets: Int32Array.from({ length: train.rows }, (_, i) => (i * 7) % 3) } }),
    ),
    oracleCase(`loss binaryCrossentropy of one output, ${dialect}`, binary(1)),
    oracleCase(`loss binaryCrossentropy of five outputs, ${dialect}`, binary(5)),
    oracleCase(`loss binaryCrossentropy of soft targets, ${dialect}`, binary(5), soft),
    oracleCase(`loss meanSquaredError, ${dialect}`, {
      ...CLASSES,
      dialect,
      network: { inputSize: 6, loss: 'meanSquaredError', layers: [{ units: 3 }] },
    }),
    oracleCase(`sample weights, ${dialect}`, { ...CLASSES, dialect }, ({ train, test }) => ({
      train: { ...train, sampleWeights: Float32Array.from({ length: train.rows }, (_, i) => (i % 4) / 2) },
      test: { ...test, sampleWeights: Float32Array.from({ length: test.rows }, (_, i) => (i % 3) / 2) },
    })),
    oracleCase(`class weights, ${dialect}`, { ...CLASSES, dialect, classWeights: [1, 0, 2.5] }),
    oracleCase(`class weights of two classes, ${dialect}`, { ...binary(1), classWeights: [0.25, 3] }),
    oracleCase(`class and sample weights, ${dialect}`, { ...CLASSES, dialect, classWeights: [1, 0.5, 2] }, ({ train }) => ({
      train: { ...train, sampleWeights: Float32Array.from({ length: train.rows }, (_, i) => (i % 5) / 2) },
    })),
    oracleCase(`a batch whose weights are all 0, ${dialect}`, { ...CLASSES, dialect }, ({ train }) => ({
      train: { ...train, sampleWeights: Float32Array.from({ length: train.rows }, (_, i) => (i < 8 ? 0 : 1)) },
    })),
  ]
})

const penaltyCases = [{ l1: 0.01 }, { l2: 0.02 }, { l1: 0.005, l2: 0.01 }].map((penalty) =>
  oracleCase(`penalties ${JSON.stringify(penalty)}`, {
    ...CLASSES,
    network: { ...CLASSES.network, layers: CLASSES.network.layers.map((layer) => ({ ...layer, ...penalty })) },
  }),
)

const SCHEDULES: readonly LearningRateSchedule[] = [
  { name: 'constant', warmupEpochs: 3 },
  { name: 'step', every: 2, factor: 0.5 },
  { name: 'exponential', decay: 0.7 },
  { name: 'cosine', minimum: 0.01, warmupEpochs: 1 },
]
const scheduleCases = SCHEDULES.map((learningRateSchedule) =>
  oracleCase(`schedule ${learningRateSchedule.name}`, { ...CLASSES, learningRateSchedule }),
)

const dropoutCases = [
  { dropout: 0.5, units: 9 },
  { dropout: 0.1, units: 16 },
  { dropout: 0.9, units: 21 },
].flatMap(({ dropout, units }) =>
  (['relu', 'selu', 'softplus', 'hardSigmoid'] as const).map((activation) =>
    oracleCase(`dropout ${dropout} of ${units} ${activation}, the masks of core's stream`, {
      ...CLASSES,
      seed: 41,
      network: {
        ...CLASSES.network,
        layers: [{ units, activation, dropout }, { units: 7, activation, dropout: 0.3 }, ...CLASSES.network.layers.slice(1)],
      },
    }),
  ),
)

const shape = (inputSize: number, widths: readonly number[]): TrainSpec => ({
  ...CLASSES,
  network: {
    inputSize,
    loss: 'categoricalCrossentropy',
    layers: widths.map((units, l) => ({ units, activation: l === widths.length - 1 ? ('softmax' as const) : ('selu' as const) })),
  },
  optimizer: { name: 'adamax', learningRate: 0.002 },
})

const shapeCases = [
  oracleCase('one layer', shape(5, [4])),
  oracleCase('layers of one unit', shape(1, [1, 1, 2])),
  oracleCase('six layers', shape(5, [8, 7, 6, 5, 4, 3])),
  oracleCase('wide and odd layers', shape(33, [67, 130, 17, 10])),
  oracleCase('a batch of all rows', { ...shape(6, [9, 3]), batchSize: 29 }),
  oracleCase('batches of one row', { ...shape(6, [9, 3]), batchSize: 1 }),
  oracleCase('one row', { ...shape(6, [9, 3]), batchSize: 1 }, undefined, 1),
  oracleCase('a last batch of one row', { ...shape(6, [9, 3]), batchSize: 7 }),
  oracleCase('batches of 64 and a remainder', { ...shape(6, [9, 3]), batchSize: 64 }, undefined, 150),
  oracleCase(
    'many tiles every way: 151 inputs, widths 137 and 70, batches of 131',
    { ...shape(151, [137, 70, 3]), batchSize: 131, epochs: 2 },
    undefined,
    200,
  ),
  oracleCase('shuffled rows', { ...shape(6, [9, 3]), shuffle: true, seed: 123 }),
  oracleCase('bytes with a scale', shape(13, [9, 3]), ({ train, test }) => ({
    train: { ...train, features: Uint8Array.from({ length: train.features.length }, (_, i) => (i * 37) % 256), scale: 1 / 255 },
    test: { ...test, features: Uint8Array.from({ length: test.features.length }, (_, i) => (i * 91) % 256), scale: 1 / 255 },
  })),
]

export const formulas: readonly BackendCase[] = [
  ...activationCases,
  ...parameterCases,
  ...optimizerCases,
  ...lossCases,
  ...penaltyCases,
  ...scheduleCases,
  ...dropoutCases,
  ...shapeCases,
]

/** What the golden runs leave out of a kernel (an optimizer, a loss, weights, dropout, penalties, a number type, a shape), each once. */
export const oneOfEachKind: readonly BackendCase[] = [
  'activation elu, hidden and at the output, keras2.2',
  'activation {"name":"leakyRelu","negativeSlope":0.7}',
  'optimizer "adamw", keras2.2',
  'optimizer {"name":"sgd","learningRate":0.05,"momentum":0.8,"nesterov":true}, keras2.2',
  'loss sparseCategoricalCrossentropy, keras3',
  'loss binaryCrossentropy of soft targets, keras2.2',
  'loss meanSquaredError, keras2.2',
  'class weights of two classes, keras3',
  'class and sample weights, keras2.2',
  'a batch whose weights are all 0, keras3',
  'a batch whose weights are all 0, keras2.2',
  'penalties {"l1":0.005,"l2":0.01}',
  'schedule cosine',
  "dropout 0.5 of 9 relu, the masks of core's stream",
  "dropout 0.9 of 21 hardSigmoid, the masks of core's stream",
  'one layer',
  'layers of one unit',
  'six layers',
  'wide and odd layers',
  'one row',
  'a last batch of one row',
  'batches of 64 and a remainder',
  'many tiles every way: 151 inputs, widths 137 and 70, batches of 131',
  'shuffled rows',
  'bytes with a scale',
].map((name) => {
  const found = formulas.find((own) => own.name === name)
  if (found === undefined) throw new Error(`there is no case "${name}"`)
  return found
})
