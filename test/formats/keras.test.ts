import { openBackend } from 'espalier'
import { fromKeras, type Model, predictModel, toKeras } from 'espalier/formats'
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate'
import * as h5wasm from 'h5wasm'
import { afterAll, describe, expect, test } from 'vitest'
import { expectClose } from '../support/close.ts'
import { openKeras, predictKeras } from './keras.ts'
import { CASES, imageModel, makeModel, rowsFor, standardize } from './models.ts'

const TOLERANCE = { absolute: 1e-5, relative: 0 }

const backend = await openBackend({ prefer: 'wasm', workers: 0 })
afterAll(() => backend.dispose())

describe("a .keras file is, by Keras 3's formulas, the model: 1,000 raw rows", () => {
  test.each(CASES)('%s', async (_, given) => {
    const model = makeModel(given)
    const rows = rowsFor(model)
    const ours = await predictModel(backend, model, rows)
    expectClose(predictKeras(await openKeras(await toKeras(model, h5wasm)), rows, 6), ours, 'predictions', TOLERANCE)
  })

  test('bytes of images', async () => {
    const { model, features } = imageModel()
    const ours = await predictModel(backend, model, features)
    expectClose(predictKeras(await openKeras(await toKeras(model, h5wasm)), features, 6), ours, 'predictions', TOLERANCE)
  })
})

describe('the layout is the one of saving_lib.py', () => {
  test('datasets by class and number, a group of variables for every layer and for the model', async () => {
    const model = makeModel({ hidden: { name: 'elu', alpha: 0.5 }, output: 'softmax', transforms: [{ ...standardize }] })
    const { datasets, groups, config, metadata } = await openKeras(await toKeras(model, h5wasm))
    expect([...datasets].map(([path, { shape }]) => [path, shape])).toEqual([
      ['layers/dense/vars/0', [6, 16]],
      ['layers/dense/vars/1', [16]],
      ['layers/dense_1/vars/0', [16, 12]],
      ['layers/dense_1/vars/1', [12]],
      ['layers/dense_2/vars/0', [12, 5]],
      ['layers/dense_2/vars/1', [5]],
    ])
    expect(datasets.get('layers/dense_1/vars/0')?.data).toEqual(model.weights[1]?.[0])
    for (const name of ['vars', 'layers/normalization/vars', 'layers/elu/vars', 'layers/elu_1/vars']) expect(groups).toContain(name)
    expect(config).toMatchObject({ module: 'keras', class_name: 'Sequential', registered_name: null, compile_config: null })
    expect(config.config.layers[0]).toEqual({
      module: 'keras.layers',
      class_name: 'InputLayer',
      config: { name: 'input_layer', batch_shape: [null, 6], dtype: 'float32', sparse: false },
      registered_name: null,
    })
    expect(metadata.keras_version).toMatch(/^3\./)
  })

  test('a scale that Keras cannot divide by is refused', async () => {
    const scale = [1, 1, 1, 1e-9, 1, 1]
    const model = makeModel({ hidden: 'tanh', transforms: [{ kind: 'standardize', mean: scale, scale }] })
    await expect(toKeras(model, h5wasm)).rejects.toThrow(/column 3 is divided by 1e-9; Keras's Normalization/)
  })
})

/** A file as Keras itself writes one: its config and its datasets. */
async function kerasFile(
  layers: readonly object[],
  datasets: Readonly<Record<string, readonly [number[], number[]]>>,
  class_name = 'Sequential',
) {
  const { FS } = await h5wasm.ready
  const file = new h5wasm.File('/made.h5', 'w')
  const groups = new Set(Object.keys(datasets).flatMap((path) => path.split('/').map((_, i, parts) => parts.slice(0, i).join('/'))))
  for (const group of groups) if (group !== '') file.create_group(group)
  for (const [name, [shape, data]] of Object.entries(datasets))
    file.create_dataset({ name, shape, data: Float32Array.from(data), dtype: '<f' })
  file.close()
  const weights = FS.readFile('/made.h5') as unknown as Uint8Array
  const config = { module: 'keras', class_name, config: { name: 'm', layers }, registered_name: null }
  return zipSync({
    'metadata.json': strToU8(JSON.stringify({ keras_version: '3.6.0', date_saved: '2024-11-01@10:00:00' })),
    'config.json': strToU8(JSON.stringify(config)),
    'model.weights.h5': weights,
  })
}

const policy = { module: 'keras', class_name: 'DTypePolicy', config: { name: 'float32' }, registered_name: null }
const layer = (class_name: string, config: object, from?: string | readonly string[]) => ({
  module: 'keras.layers',
  class_name,
  config: { trainable: true, dtype: policy, ...config },
  registered_name: null,
  ...(from !== undefined && {
    name: (config as { name?: string }).name,
    inbound_nodes: [
      {
        args: [from].flat().map((name) => ({
          class_name: '__keras_tensor__',
          config: { shape: [null, 2], dtype: 'float32', keras_history: [name, 0, 0] },
        })),
        kwargs: {},
      },
    ],
  }),
})
const input = layer('InputLayer', { batch_shape: [null, 2], sparse: false, name: 'input_layer' })
const dense = (name: string, units: number, activation: unknown, from?: string | readonly string[]) =>
  layer(
    'Dense',
    { name, units, activation, use_bias: true, kernel_initializer: { class_name: 'GlorotUniform', config: { seed: null } } },
    from,
  )
const KERNELS = {
  'layers/dense/vars/0': [
    [2, 3],
    [1, 2, 3, 4, 5, 6],
  ],
  'layers/dense/vars/1': [[3], [0.1, 0.2, 0.3]],
  'layers/dense_1/vars/0': [
    [3, 1],
    [1, -1, 0.5],
  ],
  'layers/dense_1/vars/1': [[1], [0.25]],
} as const satisfies Record<string, readonly [number[], number[]]>

describe('a file of Keras itself is read', () => {
  test('with a Normalization that was adapted, dropout, and names of its own', async () => {
    const layers = [
      input,
      layer('Normalization', { axis: [-1], invert: false, mean: null, variance: null, name: 'norm' }),
      dense('first', 3, 'leaky_relu'),
      layer('Dropout', { rate: 0.5, seed: null, noise_shape: null, name: 'dropout' }),
      dense('out', 1, 'sigmoid'),
    ]
    const model = await fromKeras(
      await kerasFile(layers, { ...KERNELS, 'layers/normalization/vars/0': [[2], [10, 20]], 'layers/normalization/vars/1': [[2], [4, 9]] }),
      h5wasm,
    )
    expect(model).toEqual({
      spec: {
        network: {
          inputSize: 2,
          loss: 'binaryCrossentropy',
          layers: [
            { units: 3, activation: { name: 'leakyRelu', negativeSlope: 0.2 } },
            { units: 1, activation: 'sigmoid' },
          ],
        },
        dialect: 'keras3',
      },
      weights: [
        [Float32Array.of(1, 2, 3, 4, 5, 6), Float32Array.of(0.1, 0.2, 0.3)],
        [Float32Array.of(1, -1, 0.5), Float32Array.of(0.25)],
      ],
      data: { transforms: [{ kind: 'standardize', mean: [10, 20], scale: [2, 3] }] },
    } satisfies Model)
  })

  test('as a functional model in a row, its activations layers of their own', async () => {
    const layers = [
      input,
      dense('dense_7', 3, 'linear', 'input_layer'),
      layer('ReLU', { max_value: null, negative_slope: 0, threshold: 0, name: 're_lu' }, 'dense_7'),
      dense('dense_8', 1, { module: 'builtins', class_name: 'function', config: 'tanh', registered_name: 'function' }, 're_lu'),
    ]
    const { spec } = await fromKeras(await kerasFile(layers, KERNELS, 'Functional'), h5wasm)
    expect(spec.network.layers).toEqual([
      { units: 3, activation: 'relu' },
      { units: 1, activation: 'tanh' },
    ])
  })

  test('Rescaling with an offset becomes a transform; hard_sigmoid has the slope of Keras 3', async () => {
    const layers = [
      input,
      layer('Rescaling', { scale: 1 / 127.5, offset: -1, name: 'r' }),
      dense('d', 3, 'hard_sigmoid'),
      dense('e', 1, 'linear'),
    ]
    const { spec, data } = await fromKeras(await kerasFile(layers, KERNELS), h5wasm)
    expect(spec.dialect).toBe('keras3')
    expect(data.transforms).toEqual([{ kind: 'standardize', mean: [127.5, 127.5], scale: [127.5, 127.5] }])
  })
})

test('softmax inside a network is one of its layers', async () => {
  const layers = [input, dense('a', 3, 'softmax'), dense('out', 1, 'linear')]
  const { spec } = await fromKeras(await kerasFile(layers, KERNELS), h5wasm)
  expect(spec.network).toMatchObject({ inputSize: 2, layers: [{ units: 3, activation: 'softmax' }, { units: 1 }] })
})

describe('what cannot be is refused by name', () => {
  const out = dense('out', 1, 'linear')
  test.each([
    [
      'a convolution',
      [input, layer('Conv2DTranspose', { name: 'conv', filters: 3 }), out],
      'Sequential',
      /layer "conv" \(Conv2DTranspose\) is not read; docs\/formats\.md has the list/,
    ],
    ['an unknown activation', [input, dense('a', 3, 'snake'), out], 'Sequential', /layer "a" \(Dense\) has the activation "snake"/],
    [
      'a normalization without its weights',
      [input, dense('a', 3, 'relu'), layer('LayerNormalization', { name: 'ln' }), out],
      'Sequential',
      /has no weights layers\/layer_normalization\/vars\/0; the file is damaged/,
    ],
    [
      'images without Flatten',
      [layer('InputLayer', { batch_shape: [null, 2, 2], name: 'i' }), dense('a', 3, 'relu'), out],
      'Sequential',
      /network\.layers\[1\] makes rows of shape \[2, 1\]; the last layer must make a list: put a flatten before it/,
    ],
    [
      'branches',
      [input, dense('a', 3, 'relu', 'input_layer'), layer('Add', { name: 'add' }, ['a', 'input_layer']), dense('b', 1, 'linear', 'add')],
      'Functional',
      /layer "add" \(Add\) is not read: residual cannot add \[2\] and \[3\]; they must be the same/,
    ],
    [
      'a layer of a class of its own',
      [input, { ...dense('mine', 3, 'relu'), module: 'my.layers', registered_name: 'Custom>Dense' }, out],
      'Sequential',
      /layer "mine" is of the class Custom>Dense, which Keras itself does not have/,
    ],
    [
      'a model within a network of other layers',
      [
        layer('InputLayer', { batch_shape: [null, 4, 1], name: 'i' }),
        layer('Sequential', { name: 'inner', layers: [layer('Conv1D', { name: 'c', filters: 1, kernel_size: [2] })] }),
        out,
      ],
      'Sequential',
      /layer "inner" \(Sequential\) is a model within a model; that is read where all layers are dense ones in a row/,
    ],
    ['a model of a class of its own', [input, out], 'MyModel', /is a model of the class MyModel; only Sequential and Functional/],
    [
      'missing weights',
      [input, dense('a', 3, 'relu'), dense('b', 1, 'relu'), out],
      'Sequential',
      /has no weights layers\/dense_2\/vars\/0; the file is damaged/,
    ],
  ])('%s', async (_, layers, kind, message) => {
    const bytes = await kerasFile(layers, KERNELS, kind)
    await expect(fromKeras(bytes, h5wasm, { name: 'x.keras' })).rejects.toThrow(message)
    await expect(fromKeras(bytes, h5wasm, { name: 'x.keras' })).rejects.toThrow(/^x\.keras: /)
  })

  test('damage', async () => {
    const whole = await toKeras(makeModel({ hidden: 'tanh' }), h5wasm)
    await expect(fromKeras(whole.subarray(0, 500), h5wasm)).rejects.toThrow(/no \.keras file, or it is damaged/)
    const files = unzipSync(whole)
    const { 'model.weights.h5': _, ...others } = files
    await expect(fromKeras(zipSync(others), h5wasm)).rejects.toThrow(/has no model\.weights\.h5/)
    await expect(fromKeras(zipSync({ ...others, 'model.weights.h5': new Uint8Array(9) }), h5wasm)).rejects.toThrow(/no HDF5 file/)
  })

  test('notes of another network than the one beside them, unless they are ignored', async () => {
    const files = unzipSync(await toKeras(makeModel({ hidden: 'tanh' }), h5wasm))
    const config = strFromU8(files['config.json'] ?? new Uint8Array()).replace('"tanh"', '"relu"')
    const changed = zipSync({ ...files, 'config.json': strToU8(config) })
    await expect(fromKeras(changed, h5wasm)).rejects.toThrow(/another program changed it.*\{ notes: 'ignore' \}/)
    const { spec } = await fromKeras(changed, h5wasm, { notes: 'ignore' })
    expect(spec.network.layers.map((layer) => 'activation' in layer && layer.activation)).toEqual(['relu', 'tanh', 'linear'])
  })
})
