import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs'
import { openBackend } from 'espalier'
import { fromKeras, fromKerasH5, fromTfjs, predictModel, toKeras, toTfjs } from 'espalier/formats'
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate'
import * as h5wasm from 'h5wasm'
import { afterAll, describe, expect, test } from 'vitest'
import type { LayerSpec } from '../../src/core/layers/index.ts'
import { resolveTopology, splitSpec } from '../../src/core/resolve.ts'
import type { TrainSpec } from '../../src/core/spec.ts'
import { expectClose } from '../support/close.ts'
import { makeWeights } from '../support/problems.ts'
import { makeModel, rowsFor } from './models.ts'
import { quantized } from './quantized.ts'

type Config = Record<string, unknown>

/** What other programs make of a network's file: names kept, scaling trained on, weights made smaller. */

const backend = await openBackend({ prefer: 'wasm', workers: 0 })
afterAll(() => backend.dispose())

describe('names of columns and classes', () => {
  const data = {
    columns: [
      { name: 'a', kind: 'numeric' },
      { name: 'c', kind: 'categorical', categories: ['u', 'v'] },
    ],
    task: 'multiclass',
    classNames: ['é/"x"', 'b'],
    targetNames: ['y'],
  }

  test.each(['keras-3', 'keras-3.0'])('are still there after %s loaded the file and saved it again', async (tool) => {
    const files = unzipSync(readFileSync(join(import.meta.dirname, 'foreign', `${tool}.zip`)))
    const bytes = files['resaved.keras'] ?? new Uint8Array()
    expect(strFromU8(unzipSync(bytes)['metadata.json'] ?? new Uint8Array())).not.toContain('espalier')
    const model = await fromKeras(bytes, h5wasm)
    expect(model.data).toMatchObject(data)
    expect(model.data.transforms).toEqual([{ kind: 'standardize', mean: [1, 2, 2015.37], scale: [1, 2, 3] }])
  })

  test('go where they do not fit the network any more', async () => {
    const model = makeModel({ hidden: 'tanh', output: 'softmax' })
    const classNames = ['only', 'two']
    const { 'metadata.json': _, ...files } = unzipSync(await toKeras({ ...model, data: { ...model.data, classNames } }, h5wasm))
    const read = await fromKeras(zipSync({ ...files, 'metadata.json': strToU8('{"keras_version":"3.15.1"}') }), h5wasm)
    expect(read.data.classNames).toBeUndefined()
    expect(read.data.columns).toEqual(model.data.columns)
  })
})

async function saved(model: tf.LayersModel): Promise<tf.io.ModelArtifacts> {
  const kept: tf.io.ModelArtifacts[] = []
  await model.save(
    tf.io.withSaveHandler(async (artifacts) => {
      kept.push(artifacts)
      return { modelArtifactsInfo: tf.io.getModelArtifactsInfoForJSON(artifacts) }
    }),
  )
  const [artifacts] = kept
  if (artifacts === undefined) throw new Error('nothing was saved')
  return artifacts
}

test('a standardised model that TensorFlow.js trained on has the scaling it trained, and its names', async () => {
  const model = makeModel({ hidden: 'tanh', output: 'softmax' })
  const rows = rowsFor(model)
  const layers = await tf.loadLayersModel(tf.io.fromMemory(toTfjs(model)))
  layers.compile({ optimizer: tf.train.adam(0.05), loss: 'categoricalCrossentropy' })
  const few = rows.slice(0, 64 * 6)
  await layers.fit(tf.tensor2d(few, [64, 6]), tf.oneHot(tf.range(0, 64, 1, 'int32').mod(tf.scalar(5, 'int32')), 5), {
    epochs: 2,
    verbose: 0,
  })
  const read = fromTfjs(await saved(layers))
  const outputs = layers.predict(tf.tensor2d(rows, [rows.length / 6, 6]))
  if (!(outputs instanceof tf.Tensor)) throw new Error('one tensor comes out')
  expectClose(await predictModel(backend, read, rows), Float32Array.from(await outputs.data()), 'predictions', {
    absolute: 1e-5,
    relative: 0,
  })
  expect(read.data.transforms).not.toEqual(model.data.transforms)
  expect(read.data.classNames).toEqual(model.data.classNames)
  expect(read.spec).toEqual(model.spec)
})

test.each(['uint8', 'uint16', 'float16'] as const)('weights quantized to %s are those that TensorFlow.js makes of them', async (dtype) => {
  const artifacts = quantized(makeModel({ hidden: 'elu', output: 'softmax', transforms: [] }), dtype)
  const layers = await tf.loadLayersModel(tf.io.fromMemory(artifacts))
  const { weights } = fromTfjs(artifacts)
  const theirs = layers.getWeights().map((tensor) => tensor.dataSync())
  expect(weights.flat()).toEqual(theirs)
})

test('a .keras file for a reader of .h5, and the other way round', async () => {
  const files = unzipSync(readFileSync(join(import.meta.dirname, 'foreign', 'keras-3.zip')))
  const keras = files['compiled.keras'] ?? new Uint8Array()
  await expect(fromKerasH5(keras, h5wasm, { name: 'x.h5' })).rejects.toThrow(
    'x.h5: this is no .h5 file, it is a .keras file; read it with fromKeras',
  )
  expect(await fromKeras(files['compiled.h5'] ?? new Uint8Array(), h5wasm)).toEqual(
    await fromKerasH5(files['compiled.h5'] ?? new Uint8Array(), h5wasm),
  )
})

describe('what is no .keras file is said in a sentence', () => {
  const text = (words: string) => new TextEncoder().encode(words)
  test.each([
    ['a page of HTML', text('<!DOCTYPE html>\n<html><body>404</body></html>'), /it is a page of HTML, as a download that failed leaves it/],
    ['a pointer of git-lfs', text('version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n'), /git lfs pull/],
    ['an ONNX file', Uint8Array.of(8, 8, 0x12, 2, 0x70, 0x74, 0x3a, 0), /it is an ONNX file; read it with fromOnnx/],
    ['nothing', new Uint8Array(), /it is empty/],
    ['a SavedModel in a zip', zipSync({ 'm/saved_model.pb': text('x') }), /TensorFlow's saved_model\.pb; in Python, load it/],
    ['an archive around a folder', zipSync({ 'm/config.json': text('{}') }), /its config\.json is in a folder/],
    ['another archive', zipSync({ 'a.txt': text('x') }), /has no config\.json; it is no \.keras file/],
  ])('%s', async (_, bytes, message) => {
    await expect(fromKeras(bytes, h5wasm, { name: 'x.keras' })).rejects.toThrow(message)
  })
})

/** A file of espalier's whose layers' configs another program wrote otherwise. */
async function rewritten(
  layers: readonly LayerSpec[],
  inputShape: readonly number[],
  change: (configs: Config[]) => void,
): Promise<Uint8Array> {
  const network: TrainSpec['network'] = { inputShape: [...inputShape], loss: 'meanSquaredError', layers: [...layers] }
  const weights = makeWeights(resolveTopology(splitSpec({ network }).topology), 1)
  const bytes = await toKeras({ spec: { network }, weights, data: { transforms: [] } }, h5wasm)
  const { 'metadata.json': _, ...files } = unzipSync(bytes)
  const config = JSON.parse(strFromU8(files['config.json'] ?? new Uint8Array()))
  change(config.config.layers.map((layer: { config: Config }) => layer.config))
  return zipSync({ ...files, 'config.json': strToU8(JSON.stringify(config)), 'metadata.json': strToU8('{"keras_version":"3.15.1"}') })
}

describe('a layer with an option that is not here is refused for that option', () => {
  const ways: LayerSpec[] = [{ type: 'bidirectional', layer: { type: 'gru', units: 2 } }, { units: 1 }]
  const masked: LayerSpec[] = [
    { type: 'embedding', inputDim: 5, outputDim: 2, maskZero: true },
    { type: 'lstm', units: 2, returnSequences: true },
    { type: 'flatten' },
    { units: 1 },
  ]
  const images: LayerSpec[] = [{ type: 'conv2d', filters: 2, kernelSize: 2 }, { type: 'flatten' }, { units: 1 }]
  const backwards = (config: Config | undefined) => (config?.backward_layer as { config: Config; class_name: string }) ?? {}

  test.each<readonly [string, LayerSpec[], number[], (configs: Config[]) => void, RegExp]>([
    [
      'a way back of its own activation',
      ways,
      [3, 2],
      ([, both]) => Object.assign(backwards(both).config, { activation: 'relu' }),
      /goes back by a layer of other numbers than the one that goes forwards/,
    ],
    [
      'a way back of another class',
      ways,
      [3, 2],
      ([, both]) => Object.assign(backwards(both), { class_name: 'LSTM' }),
      /goes back by a layer of another class, "LSTM"/,
    ],
    ['two ways that stay apart', ways, [3, 2], ([, both]) => Object.assign(both ?? {}, { merge_mode: null }), /gives its two ways apart/],
    [
      'zeros at masked steps',
      masked,
      [3],
      ([, , lstm]) => Object.assign(lstm ?? {}, { zero_output_for_mask: true }),
      /"lstm" \(LSTM\) gives zeros at masked steps/,
    ],
    ['groups of channels', images, [3, 3, 2], ([, conv]) => Object.assign(conv ?? {}, { groups: 2 }), /\(Conv2D\) has groups of channels/],
    [
      'sequences of any length',
      [{ type: 'lstm', units: 2 }, { units: 1 }],
      [3, 2],
      ([input]) => Object.assign(input ?? {}, { batch_shape: [null, null, 2] }),
      /gets rows of a shape that the file does not say/,
    ],
  ])('%s', async (_, layers, inputShape, change, message) => {
    expect((await fromKeras(await rewritten(layers, inputShape, () => {}), h5wasm)).spec.network.layers).toHaveLength(layers.length)
    await expect(fromKeras(await rewritten(layers, inputShape, change), h5wasm)).rejects.toThrow(message)
  })
})

test('masked steps of a bidirectional layer, which are 0 as in Keras, may be read as numbers', async () => {
  const layers: LayerSpec[] = [
    { type: 'embedding', inputDim: 5, outputDim: 2, maskZero: true },
    { type: 'bidirectional', layer: { type: 'gru', units: 2, returnSequences: true } },
    { type: 'flatten' },
    { units: 1 },
  ]
  expect((await fromKeras(await rewritten(layers, [3], () => {}), h5wasm)).spec.network.layers).toHaveLength(4)
})
