import { type FitSpec, fit, openBackend, standardize } from 'espalier'
import { fromSafetensors, modelOf, predictModel, toSafetensors } from 'espalier/formats'
import { afterAll, describe, expect, test } from 'vitest'
import { resolveMember, resolveTopology, splitSpec } from '../../src/core/resolve.ts'
import { specOf } from '../../src/formats/fitted.ts'
import { expectSame } from '../support/close.ts'
import { makeExamples } from '../support/problems.ts'

const backend = await openBackend({ prefer: 'wasm', workers: 0 })
afterAll(() => backend.dispose())

const OPTIMIZERS = ['sgd', 'rmsprop', 'adagrad', 'adadelta', 'adam', 'adamax', 'nadam', 'adamw'] as const

const specFor = (optimizer: FitSpec['optimizer'], epochs: number): FitSpec => ({
  network: {
    inputSize: 5,
    loss: 'meanSquaredError',
    layers: [
      { units: 9, activation: 'elu', initializer: 'orthogonal', dropout: 0.2, l2: 0.01 },
      { units: 2, biasInitializer: 'ones' },
    ],
  },
  optimizer,
  batchSize: 8,
  epochs,
  seed: 3,
  earlyStopping: { monitor: 'loss', patience: 100, restoreBest: true },
})

const rowsOf = (rows: number, seed: number) => {
  const examples = makeExamples(resolveTopology({ inputSize: 5, units: [9, 2], loss: 'meanSquaredError', batchSize: 8 }), rows, seed)
  return { ...examples, inputSize: 5, featureNames: ['a', 'b', 'c', 'd', 'e'] }
}

describe('a network saved as safetensors goes on with the same bits', () => {
  test.each([
    ...OPTIMIZERS,
    { name: 'sgd', momentum: 0.9, nesterov: true },
    { name: 'adam', amsgrad: true, gradientAccumulationSteps: 3 },
  ] as const)('%j', async (optimizer) => {
    const train = rowsOf(37, 1)
    const whole = await fit(backend, specFor(optimizer, 6), { train })
    const half = await fit(backend, specFor(optimizer, 3), { train })
    const read = fromSafetensors(toSafetensors(modelOf(half)))
    expect(read.checkpoint).toEqual(half.checkpoint)
    const resumed = await fit(backend, { ...read.spec, epochs: 6, resume: read.checkpoint }, { train })
    expect(resumed.history).toEqual(whole.history)
    expect(resumed.weights).toEqual(whole.weights)
  })
})

test('the spec of a result resolves to what was trained', () => {
  for (const dialect of ['keras3', 'keras2.2'] as const) {
    for (const optimizer of OPTIMIZERS) {
      const { topology: given, member } = splitSpec({
        ...specFor(optimizer, 4),
        dialect,
        learningRateSchedule: { name: 'cosine', warmupEpochs: 2 },
      })
      const topology = resolveTopology(given)
      const resolved = resolveMember(member, topology)
      const again = splitSpec(specOf(topology, resolved))
      expect(resolveTopology(again.topology)).toEqual(topology)
      expect(resolveMember(again.member, topology)).toEqual(resolved)
    }
  }
})

test('a result becomes a model that predicts what it does, from raw rows', async () => {
  const raw = standardize({ train: rowsOf(40, 2), test: rowsOf(20, 3) })
  const result = await fit(backend, specFor('adam', 3), raw)
  const model = modelOf(result, { transforms: [raw.transform] })
  const { features } = rowsOf(20, 3)
  expectSame(await predictModel(backend, model, features), await result.predict(raw.test.features), 'predictions')
  expect(model.data.transforms).toEqual([{ kind: 'standardize', mean: raw.transform.mean, scale: raw.transform.scale }])
})

test('a network of every kind with windows is saved, and predicts and goes on with the same bits', async () => {
  const specOfImages = (epochs: number): FitSpec => ({
    network: {
      inputShape: [8, 7, 2],
      loss: 'meanSquaredError',
      layers: [
        { type: 'conv2d', filters: 3, kernelSize: [3, 2], padding: 'same', activation: 'relu', l2: 0.01 },
        { type: 'maxPooling2d', poolSize: 3, strides: 2, padding: 'same' },
        { type: 'separableConv2d', filters: 4, kernelSize: 2, depthMultiplier: 2, useBias: false },
        { type: 'zeroPadding2d', padding: [1, 0] },
        { type: 'upSampling2d', size: [1, 2] },
        { type: 'depthwiseConv2d', kernelSize: 2, dilationRate: 2, trainable: false },
        { type: 'averagePooling2d' },
        { type: 'reshape', targetShape: [1, 8] },
        { type: 'conv1d', filters: 2, kernelSize: 1, strides: 1 },
        { type: 'globalAveragePooling1d' },
      ],
    },
    optimizer: 'adam',
    batchSize: 8,
    epochs,
  })
  const topology = resolveTopology(splitSpec(specOfImages(1)).topology)
  const train = makeExamples(topology, 20, 1)
  const whole = await fit(backend, specOfImages(4), { train })
  const half = await fit(backend, specOfImages(2), { train })
  const model = fromSafetensors(toSafetensors(modelOf(half)))
  expectSame(await predictModel(backend, model, train.features), await half.predict(train.features), 'predictions')
  const resumed = await fit(backend, { ...model.spec, epochs: 4, resume: model.checkpoint }, { train })
  expect(resumed.weights).toEqual(whole.weights)
})
