import { openBackend } from 'espalier'
import { fromOnnx, predictModel, toOnnx } from 'espalier/formats'
import { InferenceSession, Tensor } from 'onnxruntime-web'
import { afterAll, describe, expect, test } from 'vitest'
import { expectClose } from '../support/close.ts'
import { CASES, imageModel, makeModel, rowsFor, standardize } from './models.ts'
import { type Made, onnxFile } from './onnxFile.ts'

/** What the issue asks for: the largest difference of a prediction. */
const TOLERANCE = { absolute: 1e-5, relative: 0 }

const backend = await openBackend({ prefer: 'wasm', workers: 0 })
afterAll(() => backend.dispose())

async function predictThere(bytes: Uint8Array, features: ArrayLike<number>, width: number): Promise<Float32Array> {
  const session = await InferenceSession.create(bytes)
  const input = new Tensor('float32', Float32Array.from(features), [features.length / width, width])
  const { output } = await session.run({ input })
  await session.release()
  return output?.data as Float32Array
}

describe('ONNX Runtime predicts what the model does, for 1,000 raw rows', () => {
  test.each(CASES)('%s', async (_, given) => {
    const model = makeModel(given)
    const rows = rowsFor(model)
    const ours = await predictModel(backend, model, rows)
    expectClose(await predictThere(toOnnx(model), rows, 6), ours, 'predictions', TOLERANCE)
  })

  test('bytes of images', async () => {
    const { model, features } = imageModel()
    const ours = await predictModel(backend, model, features)
    expectClose(await predictThere(toOnnx(model), features, 6), ours, 'predictions', TOLERANCE)
  })

  test('missing values, filled in', async () => {
    const impute = { kind: 'impute', value: [1, 90, 2010, 0.001, -50_000, 0.4] } as const
    const model = makeModel({ hidden: 'tanh', transforms: [impute, standardize] })
    const rows = rowsFor(model).map((value, i) => (i % 11 === 3 ? Number.NaN : value))
    const ours = await predictModel(backend, model, rows)
    expect(ours.every(Number.isFinite)).toBe(true)
    expectClose(await predictThere(toOnnx(model), rows, 6), ours, 'predictions', TOLERANCE)
    expect(fromOnnx(toOnnx(model), { notes: 'ignore' }).data.transforms.map(({ kind }) => kind)).toEqual(['impute', 'standardize'])
  })
})

describe('a file of another program is read', () => {
  test("as PyTorch's exporter writes it: kernels transposed, a Flatten, numbers as float_data", () => {
    const bytes = onnxFile({
      nodes: [
        { op: 'Flatten', inputs: ['x'], output: 'flat', attributes: [{ name: 'axis', i: 1, type: 2 }] },
        {
          op: 'Gemm',
          inputs: ['flat', 'w0', 'b0'],
          output: 'h',
          attributes: [
            { name: 'transB', i: 1, type: 2 },
            { name: 'alpha', f: 1, type: 1 },
          ],
        },
        { op: 'LeakyRelu', inputs: ['h'], output: 'a', attributes: [{ name: 'alpha', f: 0.1, type: 1 }] },
        { op: 'Gemm', inputs: ['a', 'w1', 'b1'], output: 'y', attributes: [{ name: 'transB', i: 1, type: 2 }] },
      ],
      constants: {
        w0: [
          [3, 2],
          [1, 2, 3, 4, 5, 6],
        ],
        b0: [[3], [7, 8, 9]],
        w1: [
          [1, 3],
          [1, 2, 3],
        ],
        b1: [[1], [0.5]],
      },
    })
    expect(fromOnnx(bytes)).toEqual({
      spec: {
        network: {
          inputSize: 2,
          loss: 'meanSquaredError',
          layers: [
            { units: 3, activation: { name: 'leakyRelu', negativeSlope: 0.1 } },
            { units: 1, activation: 'linear' },
          ],
        },
        dialect: 'keras3',
      },
      weights: [
        [Float32Array.of(1, 3, 5, 2, 4, 6), Float32Array.of(7, 8, 9)],
        [Float32Array.of(1, 2, 3), Float32Array.of(0.5)],
      ],
      data: { transforms: [] },
    })
  })

  test('as tf2onnx writes it: MatMul and Add, and inputs that are scaled', () => {
    const bytes = onnxFile({
      nodes: [
        { op: 'Sub', inputs: ['x', 'mean'], output: 'c' },
        { op: 'Mul', inputs: ['factor', 'c'], output: 's' },
        { op: 'MatMul', inputs: ['s', 'w'], output: 'm' },
        { op: 'Add', inputs: ['m', 'b'], output: 'a' },
        { op: 'Softmax', inputs: ['a'], output: 'y', attributes: [{ name: 'axis', i: -1, type: 2 }] },
      ],
      constants: {
        mean: [
          [1, 2],
          [10, 20],
        ],
        factor: [[2], [0.5, 0.25]],
        w: [
          [2, 2],
          [1, 2, 3, 4],
        ],
        b: [[2], [5, 6]],
      },
    })
    const { spec, data, weights } = fromOnnx(bytes)
    expect(spec.network).toEqual({ inputSize: 2, loss: 'categoricalCrossentropy', layers: [{ units: 2, activation: 'softmax' }] })
    expect(data).toEqual({ transforms: [{ kind: 'standardize', mean: [10, 20], scale: [2, 4] }] })
    expect(weights[0]?.[1]).toEqual(Float32Array.of(5, 6))
  })

  test('a factor for all inputs is the scale of bytes', () => {
    const bytes = onnxFile({
      nodes: [
        { op: 'Div', inputs: ['x', 'k'], output: 's' },
        { op: 'MatMul', inputs: ['s', 'w'], output: 'y' },
      ],
      constants: {
        k: [[], [255]],
        w: [
          [2, 1],
          [1, 2],
        ],
      },
    })
    expect(fromOnnx(bytes).data).toEqual({ scale: 1 / 255, transforms: [] })
  })
})

test('a hard sigmoid of another slope is one of 1/6 after a steeper kernel', () => {
  const bytes = onnxFile({
    nodes: [
      { op: 'Gemm', inputs: ['x', 'w', 'b'], output: 'h' },
      { op: 'HardSigmoid', inputs: ['h'], output: 'y', attributes: [{ name: 'alpha', f: 0.25, type: 1 }] },
    ],
    constants: {
      w: [
        [2, 2],
        [1, 2, 3, 4],
      ],
      b: [[2], [1, 2]],
    },
  })
  const { spec, weights } = fromOnnx(bytes)
  expect(spec.network.layers[0]).toMatchObject({ activation: 'hardSigmoid' })
  expect(spec.dialect).toBe('keras3')
  expect(weights).toEqual([[Float32Array.of(1.5, 3, 4.5, 6), Float32Array.of(1.5, 3)]])
})

describe('what cannot be is refused by name', () => {
  const w = {
    w: [
      [2, 2],
      [1, 2, 3, 4],
    ],
    b: [[2], [1, 2]],
  } as const satisfies Record<string, readonly [number[], number[]]>
  const dense = { op: 'Gemm', inputs: ['x', 'w', 'b'], output: 'h' }
  test.each<readonly [string, Made, RegExp]>([
    [
      'a transposed convolution',
      { nodes: [{ op: 'ConvTranspose', inputs: ['x', 'w'], output: 'y' }], constants: w },
      /node "ConvTranspose node" \(ConvTranspose\) is not read: here a network is dense, convolutional and recurrent layers/,
    ],
    [
      'a convolution in groups',
      {
        nodes: [{ op: 'Conv', inputs: ['x', 'w'], output: 'y', attributes: [{ name: 'group', i: 2, type: 2 }] }],
        constants: { w: [[4, 2, 1], Array(8).fill(1)] },
        shape: [-1, 4, 5],
      },
      /node "Conv node" \(Conv\) is in 2 groups of channels/,
    ],
    [
      'a convolution of a kernel that does not fit',
      { nodes: [{ op: 'Conv', inputs: ['x', 'w'], output: 'y' }], constants: { w: [[4, 2, 1], Array(8).fill(1)] }, shape: [-1, 3, 5] },
      /node "Conv node" \(Conv\) has a kernel of 2 channels for 3; the file is damaged/,
    ],
    [
      'a convolution of images whose size the file does not say',
      { nodes: [{ op: 'Conv', inputs: ['x', 'w'], output: 'y' }], constants: w },
      /input "x" is of a shape that the file does not say, or that is too large/,
    ],
    [
      'a branch',
      { nodes: [dense, { op: 'Add', inputs: ['h', 'x'], output: 'y' }], constants: w },
      /node "Add node" \(Add\) takes "h" and "x"; a network here is a row of steps without branches/,
    ],
    ['two outputs', { nodes: [dense], constants: w, outputs: ['h', 'x'] }, /the graph gives "h" and "x"/],
    [
      'an unknown activation',
      { nodes: [dense, { op: 'Gelu', inputs: ['h'], output: 'y' }], constants: w },
      /node "Gelu node" \(Gelu\) is not read/,
    ],
    [
      'float16',
      { nodes: [dense], constants: { ...w, w: [[2, 2], [1, 2, 3, 4], 10] } },
      /node "Gemm node" \(Gemm\) computes in float16, which rounds after each step/,
    ],
    ['a bias of another length', { nodes: [dense], constants: { ...w, b: [[3], [1, 2, 3]] } }, /has a bias of 3 numbers for 2 units/],
    [
      'a kernel cut off',
      {
        nodes: [dense],
        constants: {
          ...w,
          w: [
            [2, 2],
            [1, 2, 3],
          ],
        },
      },
      /constant "w" has 3 numbers; its shape needs 4/,
    ],
  ])('%s', (_, made, message) => {
    const bytes = onnxFile(made)
    expect(() => fromOnnx(bytes, { name: 'x.onnx' })).toThrow(message)
    expect(() => fromOnnx(bytes, { name: 'x.onnx' })).toThrow(/^x\.onnx: /)
  })

  test('what is no ONNX file', () => {
    expect(() => fromOnnx(new TextEncoder().encode('preg,plas\n1,2\n'))).toThrow(/no ONNX file/)
    expect(() => fromOnnx(toOnnx(makeModel({ hidden: 'tanh' })).subarray(0, 300))).toThrow(/no ONNX file, or it is damaged/)
  })
})
