import { openBackend } from 'espalier'
import { predictModel, toOnnx, UnsupportedModelError } from 'espalier/formats'
import { InferenceSession, Tensor } from 'onnxruntime-web'
import { afterAll, expect, it, test } from 'vitest'
import { ACTIVATIONS, type ActivationName } from '../../src/core/activations.ts'
import type { LayerSpec } from '../../src/core/layers/index.ts'
import { sizeOf } from '../../src/core/layers/kind.ts'
import { resolveTopology, splitSpec } from '../../src/core/resolve.ts'
import type { TrainSpec } from '../../src/core/spec.ts'
import type { Model } from '../../src/formats/model.ts'
import { expectClose } from '../support/close.ts'
import { makeWeights } from '../support/problems.ts'
import { drawFrom } from '../support/random.ts'

/** Networks of every kind in ONNX Runtime: what it predicts of the file is what is predicted here. */

const backend = await openBackend({ prefer: 'wasm', workers: 0 })
afterAll(() => backend.dispose())

const ROWS = 9
const soft: LayerSpec = { units: 2, activation: 'softmax' }

function modelOf(inputShape: number[], layers: readonly LayerSpec[]): Model {
  const network: TrainSpec['network'] = { inputShape, loss: 'categoricalCrossentropy', layers: [...layers, soft] }
  const topology = resolveTopology(splitSpec({ network }).topology)
  return { spec: { network }, weights: makeWeights(topology, 2), data: { transforms: [] } }
}

async function expectSame(shape: number[], layers: readonly LayerSpec[], tokens = 0): Promise<void> {
  const model = modelOf(shape, layers)
  const draw = drawFrom(3)
  // Some are masked at the end, some in the middle or at the beginning; one is all but masked.
  const features = Float32Array.from({ length: ROWS * sizeOf(shape) }, (_, i) =>
    tokens === 0 ? 2 * draw.normal() : i % 7 === i % 4 ? 0 : draw.index(tokens),
  )
  const session = await InferenceSession.create(toOnnx(model))
  const { output } = await session.run({ input: new Tensor('float32', features, [ROWS, ...shape]) })
  await session.release()
  expectClose(output?.data as Float32Array, await predictModel(backend, model, features), 'predictions', { absolute: 1e-5, relative: 0 })
}

const SEQUENCES: Readonly<Record<string, LayerSpec[]>> = {
  'simpleRnn, its steps, then the last': [
    { type: 'simpleRnn', units: 5, returnSequences: true, activation: 'softsign' },
    { type: 'simpleRnn', units: 3, useBias: false, activation: { name: 'leakyRelu', negativeSlope: 0.3 } },
  ],
  'gru, the reset after the product': [{ type: 'gru', units: 7, goBackwards: true, activation: { name: 'elu', alpha: 0.7 } }],
  'gru, the reset before it': [{ type: 'gru', units: 4, resetAfter: false, recurrentActivation: 'hardSigmoid', activation: 'linear' }],
  lstm: [
    { type: 'lstm', units: 6, returnSequences: true, goBackwards: true },
    { type: 'lstm', units: 3, useBias: false, recurrentActivation: 'hardSigmoid' },
  ],
  'bidirectional, each merge': [
    { type: 'bidirectional', layer: { type: 'lstm', units: 3, returnSequences: true } },
    { type: 'bidirectional', layer: { type: 'gru', units: 4, returnSequences: true }, mergeMode: 'sum' },
    { type: 'bidirectional', layer: { type: 'simpleRnn', units: 4, returnSequences: true }, mergeMode: 'ave' },
    { type: 'bidirectional', layer: { type: 'gru', units: 3, resetAfter: false }, mergeMode: 'mul' },
  ],
  'a bidirectional of last states': [{ type: 'bidirectional', layer: { type: 'lstm', units: 3 } }],
}
test.each(Object.entries(SEQUENCES))('%s', (_, layers) => expectSame([6, 3], layers))

const embedding: LayerSpec = { type: 'embedding', inputDim: 8, outputDim: 4 }
const masked: LayerSpec = { ...embedding, maskZero: true }
const TOKENS: Readonly<Record<string, LayerSpec[]>> = {
  'an embedding': [embedding, { type: 'flatten' }],
  'a masked lstm': [masked, { type: 'lstm', units: 5 }],
  'masked steps that go on': [
    masked,
    { type: 'gru', units: 4, returnSequences: true },
    { type: 'simpleRnn', units: 3, returnSequences: true, goBackwards: true },
    { type: 'flatten' },
  ],
  'both ways past masked steps': [
    masked,
    { type: 'bidirectional', layer: { type: 'gru', units: 3, returnSequences: true } },
    { type: 'globalAveragePooling1d' },
  ],
  'both ways, whose masked steps are read': [
    masked,
    { type: 'bidirectional', mergeMode: 'sum', layer: { type: 'lstm', units: 3, returnSequences: true } },
    { type: 'bidirectional', layer: { type: 'gru', units: 3, returnSequences: true } },
    { type: 'flatten' },
  ],
}
test.each(Object.entries(TOKENS))('%s', (_, layers) => expectSame([7], layers, 8))

test('images made larger and cut out', () =>
  expectSame(
    [5, 4, 3],
    [
      { type: 'randomFlip' },
      { type: 'upSampling2d', size: [2, 3] },
      { type: 'randomRotation', factor: 0.1 },
      { type: 'randomCrop', height: 5, width: 6 },
      { type: 'conv2d', filters: 3, kernelSize: 2, strides: 2, padding: 'same' },
      { type: 'flatten' },
    ],
  ))

const NUMBERED = [
  { name: 'relu', negativeSlope: 0.1, maxValue: 1.5, threshold: 0.3 },
  { name: 'threshold', threshold: 0.2, defaultValue: -0.7 },
  { name: 'squareplus', b: 2 },
  { name: 'gelu', approximate: true },
] as const
test.each([...Object.keys(ACTIVATIONS), ...NUMBERED] as (ActivationName | (typeof NUMBERED)[number])[])(
  'the activation %j, within the network and of rows of several',
  (activation) => expectSame([3, 5], [{ units: 4, activation }, { type: 'activation', activation }, { type: 'flatten' }]),
)

it('names what ONNX has no word for', () => {
  const write = () => toOnnx(modelOf([6, 3], [{ type: 'gru', units: 4, activation: 'selu' }]))
  expect(write).toThrow(UnsupportedModelError)
  expect(write).toThrow(/network\.layers\[0\] has the activation "selu"/)
})
