import * as tf from '@tensorflow/tfjs'
import { openBackend } from 'espalier'
import {
  fromTfjs,
  fromTfjsFiles,
  type Model,
  predictModel,
  type TfjsArtifacts,
  tfjsWeightFiles,
  toTfjs,
  toTfjsFiles,
  UnsupportedModelError,
} from 'espalier/formats'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { expectClose } from '../support/close.ts'
import { CASES, imageModel, makeModel, rowsFor } from './models.ts'

/** What the issue asks for: the largest difference of a prediction. */
const TOLERANCE = { absolute: 1e-5, relative: 0 }

const backend = await openBackend({ prefer: 'wasm', workers: 0 })
beforeAll(() => tf.setBackend('cpu'))
afterAll(() => backend.dispose())

async function predictThere(artifacts: tf.io.ModelArtifacts, features: ArrayLike<number>, width: number): Promise<Float32Array> {
  const model = await tf.loadLayersModel(tf.io.fromMemory(artifacts))
  const outputs = model.predict(tf.tensor2d(Float32Array.from(features), [features.length / width, width])) as tf.Tensor
  const values = Float32Array.from(await outputs.data())
  tf.dispose([outputs])
  model.dispose()
  return values
}

/** What TensorFlow.js itself saves. */
async function saved(model: tf.LayersModel): Promise<TfjsArtifacts> {
  const found: tf.io.ModelArtifacts[] = []
  await model.save(
    tf.io.withSaveHandler(async (artifacts) => {
      found.push(artifacts)
      return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } }
    }),
  )
  const [artifacts] = found
  if (artifacts === undefined) throw new Error('nothing was saved')
  return artifacts as TfjsArtifacts
}

describe('TensorFlow.js predicts what the model does, for 1,000 raw rows', () => {
  test.each(CASES)('%s', async (_, given) => {
    const model = makeModel(given)
    const rows = rowsFor(model)
    const ours = await predictModel(backend, model, rows)
    expectClose(await predictThere(toTfjs(model), rows, 6), ours, 'predictions', TOLERANCE)
  })

  test('bytes of images', async () => {
    const { model, features } = imageModel()
    const ours = await predictModel(backend, model, features)
    expectClose(await predictThere(toTfjs(model), features, 6), ours, 'predictions', TOLERANCE)
  })
})

describe('a model of TensorFlow.js predicts the same here', () => {
  const layers = tf.layers
  const models: readonly (readonly [name: string, build: () => tf.Sequential])[] = [
    ...(['linear', 'relu', 'elu', 'selu', 'softplus', 'softsign', 'tanh', 'sigmoid', 'hardSigmoid'] as const).map(
      (activation) => [activation, () => tf.sequential({ layers: [dense(8, activation, 6), dense(3, activation)] })] as const,
    ),
    ['leakyReLU', () => tf.sequential({ layers: [dense(8, 'linear', 6), layers.leakyReLU({ alpha: 0.1 }), dense(3, 'linear')] })],
    ['softmax as a layer', () => tf.sequential({ layers: [dense(8, 'relu', 6), dense(3, 'linear'), layers.softmax()] })],
    ['dropout', () => tf.sequential({ layers: [dense(8, 'relu', 6), layers.dropout({ rate: 0.4 }), dense(3, 'softmax')] })],
    [
      'batch normalization of the inputs',
      () =>
        tf.sequential({
          layers: [
            layers.batchNormalization({
              inputShape: [6],
              movingMeanInitializer: 'ones',
              movingVarianceInitializer: tf.initializers.constant({ value: 4 }),
              betaInitializer: tf.initializers.constant({ value: 0.5 }),
            }),
            dense(3, 'tanh'),
          ],
        }),
    ],
    ['no bias', () => tf.sequential({ layers: [layers.dense({ units: 3, useBias: false, inputShape: [6] })] })],
    ['images', () => tf.sequential({ layers: [layers.flatten({ inputShape: [2, 3] }), dense(3, 'relu')] })],
  ]

  function dense(units: number, activation: 'relu' | 'tanh' | 'linear' | string, inputs?: number): tf.layers.Layer {
    return layers.dense({
      units,
      activation: activation as 'relu',
      kernelInitializer: tf.initializers.glorotUniform({ seed: units }),
      biasInitializer: tf.initializers.randomUniform({ seed: units, minval: -0.5, maxval: 0.5 }),
      ...(inputs !== undefined && { inputShape: [inputs] }),
    })
  }

  test.each(models)('%s', async (_, build) => {
    const theirs = build()
    const features = rowsFor(makeModel({ hidden: 'tanh', transforms: [] }))
    const input = tf.tensor(features, [features.length / 6, ...theirs.inputs.flatMap(({ shape }) => shape.slice(1).map(Number))])
    const expected = await (theirs.predict(input) as tf.Tensor).data()
    const model = fromTfjs(await saved(theirs))
    expectClose(await predictModel(backend, model, features), expected, 'predictions', TOLERANCE)
  })

  test('one that came from here, changed there', async () => {
    const model = makeModel({ hidden: 'relu' })
    const theirs = await tf.loadLayersModel(tf.io.fromMemory(toTfjs(model)))
    const rows = rowsFor(model)
    const input = tf.tensor2d(rows, [rows.length / 6, 6])
    const kernel = theirs.getLayer('dense_2').getWeights()[0]
    if (kernel === undefined) throw new Error('a dense layer has a kernel')
    theirs.getLayer('dense_2').setWeights([kernel.mul(2), tf.ones([5])])
    const read = fromTfjs(await saved(theirs))
    expect(read.data).toEqual(model.data)
    expect(read.spec).toEqual(model.spec)
    expect(read.weights[2]?.[1]).toEqual(Float32Array.of(1, 1, 1, 1, 1))
    expectClose(await predictModel(backend, read, rows), await (theirs.predict(input) as tf.Tensor).data(), 'predictions', TOLERANCE)
  })
})

describe('files', () => {
  test('model.json names its weights, in as many files as it likes', () => {
    const model = makeModel({ hidden: 'tanh' })
    const { 'model.json': json, 'weights.bin': weights } = toTfjsFiles(model)
    expect(tfjsWeightFiles(json)).toEqual(['weights.bin'])
    const text = new TextDecoder().decode(json).replace('["weights.bin"]', '["group1-shard1of2.bin","group1-shard2of2.bin"]')
    const sharded = { 'model.json': new TextEncoder().encode(text), 'group1-shard1of2.bin': weights.subarray(0, 101) }
    expect(() => fromTfjsFiles(sharded)).toThrow(/group1-shard2of2\.bin, which is not among the files/)
    expect(fromTfjsFiles({ ...sharded, 'group1-shard2of2.bin': weights.subarray(101) })).toEqual(model)
  })
})

describe('what cannot be is refused by name', () => {
  test.each([
    [
      'a convolution',
      () =>
        tf.sequential({
          layers: [
            tf.layers.conv2dTranspose({ filters: 2, kernelSize: 2, inputShape: [4, 4, 1] }),
            tf.layers.flatten(),
            tf.layers.dense({ units: 1 }),
          ],
        }),
      /layer "conv2d_.*" \(Conv2DTranspose\)/,
    ],
    [
      'branches',
      () => {
        const input = tf.input({ shape: [3] })
        const branch = tf.layers.dense({ units: 3, name: 'left' }).apply(input) as tf.SymbolicTensor
        return tf.model({ inputs: input, outputs: tf.layers.multiply({ name: 'sum' }).apply([branch, input]) as tf.SymbolicTensor })
      },
      /layer "sum" \(Multiply\) takes several inputs/,
    ],
    [
      'two outputs',
      () => {
        const input = tf.input({ shape: [3] })
        const first = tf.layers.dense({ units: 3, name: 'first' }).apply(input) as tf.SymbolicTensor
        const second = tf.layers.dense({ units: 2, name: 'second' }).apply(first) as tf.SymbolicTensor
        return tf.model({ inputs: input, outputs: [first, second] })
      },
      /gives the outputs of "first" and "second"; a network here gives those of its last layer alone/,
    ],
  ])('%s', async (_, build, message) => {
    const artifacts = await saved(build())
    expect(() => fromTfjs(artifacts, { name: 'x' })).toThrow(UnsupportedModelError)
    expect(() => fromTfjs(artifacts, { name: 'x' })).toThrow(message)
  })

  test('missing values to fill in, and what to do about it', () => {
    const model: Model = makeModel({ hidden: 'tanh', transforms: [{ kind: 'impute', value: [1, 2, 3, 4, 5, 6] }] })
    expect(() => toTfjs(model)).toThrow(/fills in missing values, and TensorFlow\.js has no layer that does: write it as ONNX/)
  })

  test('a graph model, weights of another type, weights cut off', () => {
    const artifacts = toTfjs(makeModel({ hidden: 'tanh' }))
    expect(() => fromTfjs({ ...artifacts, format: 'graph-model' })).toThrow(/is a GraphModel/)
    const [first, ...others] = artifacts.weightSpecs
    if (first === undefined) throw new Error('there are weights')
    for (const dtype of ['int32', 'complex64']) {
      const weightSpecs = [{ ...first, dtype }, ...others]
      expect(() => fromTfjs({ ...artifacts, weightSpecs })).toThrow(`weight "batch_normalization/gamma" is of type ${dtype}; only float32`)
    }
    const weightSpecs = [{ ...first, quantization: { dtype: 'uint8', min: 0 } }, ...others]
    expect(() => fromTfjs({ ...artifacts, weightSpecs })).toThrow(/quantization of weight "batch_normalization\/gamma" is damaged/)
    expect(() => fromTfjs({ ...artifacts, weightData: artifacts.weightData.slice(0, 100) })).toThrow(/has 100 bytes of weights.*truncated/)
    expect(() => fromTfjs({ ...artifacts, weightData: undefined })).toThrow(/lacks modelTopology, weightSpecs or weightData/)
  })
})
