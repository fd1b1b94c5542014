import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { openBackend } from 'espalier'
import {
  fromKeras,
  fromKerasH5,
  fromOnnx,
  fromSafetensors,
  fromTfjs,
  fromTfjsFiles,
  type Model,
  predictModel,
  toKeras,
  toOnnx,
  toSafetensors,
  toTfjs,
} from 'espalier/formats'
import { strFromU8, unzipSync } from 'fflate'
import * as h5wasm from 'h5wasm'
import { afterAll, describe, expect, it, test } from 'vitest'
import type { LayerSpec } from '../../src/core/layers/index.ts'
import { inputSizeOf } from '../../src/core/layout.ts'
import { resolveMember, resolveTopology, splitSpec } from '../../src/core/resolve.ts'
import type { TrainSpec } from '../../src/core/spec.ts'
import { specOf } from '../../src/formats/fitted.ts'
import { makeWeights } from '../support/problems.ts'
import { drawFrom } from '../support/random.ts'

/** Networks of any kinds, branches among them: written and read, and those that real tools wrote. */

const backend = await openBackend({ prefer: 'wasm', workers: 0 })
afterAll(() => backend.dispose())

const NETWORKS: Readonly<Record<string, { shape: number[]; layers: LayerSpec[]; tokens?: boolean; without?: readonly string[] }>> = {
  'blocks within blocks': {
    shape: [6],
    layers: [
      { units: 8, activation: 'gelu' },
      { type: 'residual', layers: [{ type: 'layerNormalization' }, { units: 5, activation: 'silu', dropout: 0.1 }, { units: 8 }] },
      { type: 'batchNormalization' },
      {
        type: 'concatenate',
        branches: [
          [{ units: 4, activation: 'tanh' }],
          [],
          [
            { units: 3, activation: { name: 'leakyRelu', negativeSlope: 0.1 } },
            { type: 'residual', layers: [{ units: 3, useBias: false }] },
          ],
        ],
      },
      { type: 'prelu' },
    ],
  },
  'a block first': {
    shape: [6],
    layers: [
      { type: 'concatenate', branches: [[{ units: 4, activation: 'mish' }], []] },
      { type: 'gaussianNoise', stddev: 0.1 },
    ],
  },
  steps: {
    shape: [5, 3],
    layers: [
      { units: 4, activation: 'relu6' },
      { type: 'layerNormalization', axis: [1, 2] },
      { type: 'spatialDropout1d', rate: 0.2 },
      { type: 'prelu', sharedAxes: [1] },
      { type: 'flatten' },
    ],
  },
  images: {
    shape: [6, 7, 2],
    layers: [
      { type: 'randomFlip', mode: 'vertical' },
      { type: 'randomTranslation', heightFactor: 0.1, widthFactor: 0.2, fillMode: 'constant', fillValue: 0.5 },
      { type: 'randomRotation', factor: 0.1 },
      { type: 'randomZoom', heightFactor: 0.2 },
      { type: 'conv2d', filters: 5, kernelSize: 3, padding: 'same', activation: 'relu' },
      { type: 'residual', layers: [{ type: 'separableConv2d', filters: 5, kernelSize: 2, padding: 'same', activation: 'tanh' }] },
      { type: 'maxPooling2d', poolSize: [2, 3], padding: 'same' },
      { type: 'depthwiseConv2d', kernelSize: 2, depthMultiplier: 2, strides: 2, padding: 'same' },
      { type: 'averagePooling2d', poolSize: 2, strides: 1, padding: 'same' },
      {
        type: 'zeroPadding2d',
        padding: [
          [1, 0],
          [0, 2],
        ],
      },
      {
        type: 'cropping2d',
        cropping: [
          [0, 1],
          [2, 0],
        ],
      },
      { type: 'globalAveragePooling2d' },
    ],
  },
  'a part of images': {
    shape: [6, 7, 2],
    layers: [{ type: 'randomCrop', height: 5, width: 4 }, { type: 'flatten' }],
    without: ['TensorFlow.js'],
  },
  sequences: {
    shape: [9, 3],
    layers: [
      { type: 'conv1d', filters: 4, kernelSize: 3, strides: 2, activation: 'tanh' },
      { type: 'reshape', targetShape: [2, 8] },
      { type: 'globalMaxPooling1d' },
    ],
  },
  recurrence: {
    shape: [5, 3],
    layers: [
      { type: 'lstm', units: 4, returnSequences: true },
      { type: 'bidirectional', layer: { type: 'gru', units: 3, resetAfter: false, returnSequences: true }, mergeMode: 'sum' },
      { type: 'simpleRnn', units: 4, goBackwards: true },
    ],
  },
  'tokens, some masked': {
    shape: [6],
    layers: [
      { type: 'embedding', inputDim: 9, outputDim: 4, maskZero: true },
      { type: 'gru', units: 4 },
    ],
    tokens: true,
    without: ['TensorFlow.js'],
  },
}

type Notes = { notes?: 'ignore' }
const FORMATS: Readonly<Record<string, (model: Model, options: Notes) => Model | Promise<Model>>> = {
  safetensors: (model) => fromSafetensors(toSafetensors(model)),
  Keras: async (model, options) => fromKeras(await toKeras(model, h5wasm), h5wasm, options),
  'TensorFlow.js': (model, options) => fromTfjs(toTfjs(model), options),
  ONNX: (model) => fromOnnx(toOnnx(model)),
}

function modelOf({ shape, layers, tokens }: (typeof NETWORKS)[string]): { model: Model; features: Float32Array } {
  const network: TrainSpec['network'] = { inputShape: shape, loss: 'meanSquaredError', layers: [...layers, { units: 2 }] }
  const spec: TrainSpec = { network, optimizer: { name: 'adam', learningRate: 0.01 } }
  const topology = resolveTopology(splitSpec(spec).topology)
  const draw = drawFrom(3)
  const size = inputSizeOf(topology)
  const mean = Array.from({ length: size }, () => draw.normal())
  const scaled = shape.length === 1 && tokens !== true
  const transforms = scaled ? [{ kind: 'standardize' as const, mean, scale: mean.map((value) => 1 + Math.abs(value)) }] : []
  const features = Float32Array.from({ length: 7 * size }, (_, i) =>
    tokens === true ? (i % size > 3 ? 0 : 1 + draw.index(8)) : draw.normal(),
  )
  return { model: { spec, weights: makeWeights(topology, 2), data: { transforms } }, features }
}

describe.each(Object.entries(NETWORKS))('%s', (_, given) => {
  const { model, features } = modelOf(given)
  const formats = Object.entries(FORMATS).filter(([name]) => given.without?.includes(name) !== true)

  it('is made of what was trained', () => {
    const split = splitSpec(model.spec)
    const topology = resolveTopology(split.topology)
    const member = resolveMember(split.member, topology)
    const again = splitSpec(specOf(topology, member))
    expect(resolveTopology(again.topology)).toEqual(topology)
    expect(resolveMember(again.member, topology)).toEqual(member)
  })

  it.each(formats)('comes back from %s, with its spec', async (name, there) => {
    const expected = await predictModel(backend, model, features)
    const back = await there(model, {})
    expect(back.spec).toEqual(model.spec)
    expect(await predictModel(backend, back, features)).toEqual(expected)
    if (name === 'safetensors' || name === 'ONNX') return
    const alone = await predictModel(backend, await there(model, { notes: 'ignore' }), features)
    for (const [i, value] of expected.entries()) expect(alone[i]).toBeCloseTo(value, 5)
  })
})

const files = unzipSync(readFileSync(join(import.meta.dirname, 'foreign/networks.zip')))
const bytesOf = (path: string): Uint8Array => files[path] ?? new Uint8Array()

async function read(path: string): Promise<Model> {
  if (path.endsWith('.h5')) return fromKerasH5(bytesOf(path), h5wasm)
  if (path.startsWith('keras3')) return fromKeras(bytesOf(`${path}.keras`), h5wasm)
  const own = Object.keys(files).filter((name) => name.startsWith(`${path}/`))
  return fromTfjsFiles(Object.fromEntries(own.map((name) => [name.slice(path.length + 1), bytesOf(name)])))
}

const saved = Object.keys(files).flatMap((name) => (name.endsWith('.json') && !name.endsWith('model.json') ? [name.slice(0, -5)] : []))

describe('networks that Keras 3, TensorFlow 2.15 and its converter to TensorFlow.js saved', () => {
  test.each(saved)('%s', async (path) => {
    const said: { inputs: [{ data: number[] }]; outputs: { data: number[] }[] } = JSON.parse(strFromU8(bytesOf(`${path}.json`)))
    const outputs = said.outputs.at(-1)?.data ?? []
    const predicted = await predictModel(backend, await read(path), Float32Array.from(said.inputs[0].data))
    expect(predicted).toHaveLength(outputs.length)
    const scale = Math.max(1, ...outputs.map(Math.abs))
    expect(Math.max(...outputs.map((value, i) => Math.abs(value - (predicted[i] ?? Number.NaN)))) / scale).toBeLessThan(1e-5)
  })
})

it('names a change by another program, and what a format has no layer for', async () => {
  const { model } = modelOf(NETWORKS.steps ?? { shape: [], layers: [] })
  const artifacts = toTfjs(model)
  const text = JSON.stringify(artifacts.modelTopology).replace('"relu6"', '"relu"')
  expect(() => fromTfjs({ ...artifacts, modelTopology: JSON.parse(text) })).toThrow(/is not the one that espalier noted beside it/)
  const { model: tokens } = modelOf(NETWORKS['tokens, some masked'] ?? { shape: [], layers: [] })
  expect(() => toTfjs(tokens)).toThrow(/is a gru with resetAfter, which TensorFlow\.js does not have/)
})
