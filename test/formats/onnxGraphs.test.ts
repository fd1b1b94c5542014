import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { EspalierError, openBackend } from 'espalier'
import { fromOnnx, predictModel, toOnnx, UnsupportedModelError } from 'espalier/formats'
import { strFromU8, unzipSync } from 'fflate'
import { afterAll, describe, expect, test } from 'vitest'
import { expectClose } from '../support/close.ts'
import { type Made, onnxFile } from './onnxFile.ts'

/** Networks of convolutions, recurrence and embeddings, as PyTorch's exporters and Keras wrote them (`onnx/networks.py`), with what these predict. */

const backend = await openBackend({ prefer: 'wasm', workers: 0 })
afterAll(() => backend.dispose())

type Case = { readonly refused: string } | { readonly features: readonly number[]; readonly predictions: readonly number[] }

describe.each(['torchNetworks', 'kerasNetworks'])('%s', (tool) => {
  const files = unzipSync(readFileSync(join(import.meta.dirname, 'onnx', `${tool}.zip`)))
  const cases: Readonly<Record<string, Case>> = JSON.parse(strFromU8(files['cases.json'] ?? new Uint8Array()))

  test.each(Object.entries(cases))('%s', async (name, given) => {
    const read = () => fromOnnx(files[`${name}.onnx`] ?? new Uint8Array(), { name: `${name}.onnx` })
    if ('refused' in given) {
      expect(read).toThrow(UnsupportedModelError)
      expect(read).toThrow(new RegExp(given.refused))
      return
    }
    const { features, predictions } = given
    const model = read()
    const predicted = await predictModel(backend, model, Float32Array.from(features))
    expect(predicted).toHaveLength(predictions.length)
    const worst = Math.max(...predictions.map((value, i) => Math.abs(value - (predicted[i] ?? Number.NaN))))
    expect(worst).toBeLessThan(1e-5)
    // And again by the file that is written of it.
    const again = await predictModel(backend, fromOnnx(toOnnx(model)), Float32Array.from(features))
    expect(again).toEqual(predicted)
  })
})

/** A recurrent layer from the last of two steps to the first, of which step `index` is read. */
const reversed = (index: number): Made => ({
  nodes: [
    { op: 'Transpose', inputs: ['x'], output: 't', attributes: [{ name: 'perm', ints: [1, 0, 2], type: 7 }] },
    {
      op: 'RNN',
      inputs: ['t', 'w', 'r'],
      output: 'h',
      attributes: [
        { name: 'direction', s: new TextEncoder().encode('reverse'), type: 3 },
        { name: 'hidden_size', i: 1, type: 2 },
      ],
    },
    { op: 'Squeeze', inputs: ['h', 'axis'], output: 'q' },
    { op: 'Gather', inputs: ['q', 'index'], output: 'y', attributes: [{ name: 'axis', i: 0, type: 2 }] },
  ],
  constants: { w: [[1, 1, 1], [0.5]], r: [[1, 1, 1], [2]], axis: [[1], [1], 7], index: [[], [index], 7] },
  shape: [-1, 2, 1],
})

describe('a value that several nodes read is for each of them what the file says', () => {
  const kernel = {
    m: [
      [2, 2],
      [1, -2, 3, 0.5],
    ],
    two: [[], [2]],
    offset: [[2], [0.25, -1]],
  } as unknown as Made['constants']
  const matmul = { op: 'MatMul', inputs: ['x', 'm'], output: 'h' }
  const x = Float32Array.of(0.3, -0.4)
  const h = [0.3 * 1 - 0.4 * 3, 0.3 * -2 - 0.4 * 0.5]
  const relu = (value: number) => Math.max(value, 0)

  test.each<readonly [string, Made, readonly number[]]>([
    [
      'scaled for one of them',
      {
        nodes: [
          matmul,
          { op: 'Mul', inputs: ['h', 'two'], output: 'h2' },
          { op: 'Sigmoid', inputs: ['h2'], output: 's' },
          { op: 'Add', inputs: ['h', 's'], output: 'y' },
        ],
        constants: kernel,
        shape: [-1, 2],
      },
      h.map((value) => value + 1 / (1 + Math.exp(-2 * value))),
    ],
    [
      'moved for one of them',
      {
        nodes: [
          matmul,
          { op: 'Add', inputs: ['h', 'offset'], output: 'b' },
          { op: 'Relu', inputs: ['b'], output: 'r' },
          { op: 'Add', inputs: ['h', 'r'], output: 'y' },
        ],
        constants: kernel,
        shape: [-1, 2],
      },
      h.map((value, i) => value + relu(value + (i === 0 ? 0.25 : -1))),
    ],
    [
      'scaled once, and read twice',
      {
        nodes: [
          matmul,
          { op: 'Mul', inputs: ['h', 'two'], output: 'h2' },
          { op: 'Sigmoid', inputs: ['h2'], output: 's' },
          { op: 'Add', inputs: ['h2', 's'], output: 'y' },
        ],
        constants: kernel,
        shape: [-1, 2],
      },
      h.map((value) => 2 * value + 1 / (1 + Math.exp(-2 * value))),
    ],
    [
      'a selu of other numbers than the usual',
      {
        nodes: [
          matmul,
          {
            op: 'Selu',
            inputs: ['h'],
            output: 's',
            attributes: [
              { name: 'alpha', f: 0.5, type: 1 },
              { name: 'gamma', f: 3, type: 1 },
            ],
          },
          { op: 'Add', inputs: ['h', 's'], output: 'y' },
        ],
        constants: kernel,
        shape: [-1, 2],
      },
      h.map((value) => value + 3 * (value > 0 ? value : 0.5 * Math.expm1(value))),
    ],
  ])('%s', async (_, made, expected) => {
    expectClose(await predictModel(backend, fromOnnx(onnxFile(made)), x), expected, 'predictions', { absolute: 1e-6, relative: 1e-6 })
  })

  test('the last state of a recurrent layer that begins with the last step is its first output', async () => {
    const [first, last] = [0.3, -0.4]
    const predicted = await predictModel(backend, fromOnnx(onnxFile(reversed(0))), Float32Array.of(first, last))
    const state = Math.tanh(0.5 * first + 2 * Math.tanh(0.5 * last))
    expectClose(predicted, [state], 'the state', { absolute: 1e-6, relative: 1e-6 })
  })
})

test("the last states of both ways, put together as PyTorch's users do", async () => {
  const gather = (index: string) => ({
    op: 'Gather',
    inputs: ['last', index],
    output: `h${index}`,
    attributes: [{ name: 'axis', i: 0, type: 2 }],
  })
  const read = fromOnnx(
    onnxFile({
      nodes: [
        { op: 'Transpose', inputs: ['x'], output: 't', attributes: [{ name: 'perm', ints: [1, 0, 2], type: 7 }] },
        {
          op: 'RNN',
          inputs: ['t', 'w', 'r'],
          output: 'every',
          others: ['last'],
          attributes: [
            { name: 'direction', s: new TextEncoder().encode('bidirectional'), type: 3 },
            { name: 'hidden_size', i: 1, type: 2 },
          ],
        },
        gather('one'),
        gather('two'),
        { op: 'Concat', inputs: ['hone', 'htwo'], output: 'y', attributes: [{ name: 'axis', i: 1, type: 2 }] },
      ],
      constants: {
        w: [
          [2, 1, 1],
          [0.5, -0.7],
        ],
        r: [
          [2, 1, 1],
          [2, 0.3],
        ],
        one: [[], [0], 7],
        two: [[], [1], 7],
      },
      shape: [-1, 2, 1],
    }),
  )
  const [first, last] = [0.3, -0.4]
  const states = [Math.tanh(0.5 * last + 2 * Math.tanh(0.5 * first)), Math.tanh(-0.7 * first + 0.3 * Math.tanh(-0.7 * last))]
  expectClose(await predictModel(backend, read, Float32Array.of(first, last)), states, 'states', { absolute: 1e-6, relative: 1e-6 })
})

describe('what would be computed otherwise than the file says is refused by name', () => {
  const conv = { op: 'Conv', inputs: ['x', 'k'], output: 'h' }
  const constants = {
    k: [
      [2, 2, 1],
      [1, 2, 3, 4],
    ],
    zero: [[], [0], 7],
    one: [[], [1], 7],
    w: [
      [2, 1],
      [1, 2],
    ],
  } as unknown as Made['constants']
  const ints = (name: string, values: number[]) => ({ name, ints: values, type: 7 })
  const axis = (i: number) => ({ name: 'axis', i, type: 2 })
  const square = {
    m: [
      [2, 2],
      [1, -2, 3, 0.5],
    ],
  } as unknown as Made['constants']
  const image = { constants: { s: [[4], [1, 1, 3, 3]] }, shape: [-1, 2, 2, 2] } as unknown as Made

  test.each<readonly [string, Made, RegExp]>([
    [
      'two columns of one layer, added',
      {
        nodes: [
          conv,
          { op: 'Gather', inputs: ['h', 'zero'], output: 'a', attributes: [axis(2)] },
          { op: 'Gather', inputs: ['h', 'one'], output: 'b', attributes: [axis(2)] },
          { op: 'Add', inputs: ['a', 'b'], output: 'y' },
        ],
        constants,
        shape: [-1, 2, 2],
      },
      /\(Add\) adds "a" and "b", whose numbers lie in other orders/,
    ],
    [
      'x times its own sigmoid, turned',
      {
        nodes: [
          conv,
          { op: 'Sigmoid', inputs: ['h'], output: 's' },
          { op: 'Transpose', inputs: ['s'], output: 't', attributes: [ints('perm', [0, 2, 1])] },
          { op: 'Mul', inputs: ['h', 't'], output: 'y' },
        ],
        constants,
        shape: [-1, 2, 2],
      },
      /\(Mul\) multiplies "h" and "t", which are both computed/,
    ],
    [
      'inputs that only another node scales',
      {
        nodes: [
          { op: 'Mul', inputs: ['x', 'two'], output: 'm' },
          { op: 'Mish', inputs: ['m'], output: 'h' },
          { op: 'Add', inputs: ['h', 'x'], output: 'y' },
        ],
        constants: { two: [[], [2]] },
        shape: [-1, 2],
      },
      /(is computed of the inputs as they are where another node scales them|\(Mish\) is not read)/,
    ],
    [
      'x times the sigmoid of another multiple of x',
      {
        nodes: [
          { op: 'MatMul', inputs: ['x', 'm'], output: 'h' },
          { op: 'Mul', inputs: ['h', 'two'], output: 'h2' },
          { op: 'Sigmoid', inputs: ['h2'], output: 's' },
          { op: 'Mul', inputs: ['h', 's'], output: 'y' },
        ],
        constants: { ...square, two: [[], [2]] },
        shape: [-1, 2],
      },
      /\(Mul\) (multiplies|takes) "h" and "s"/,
    ],
    [
      'the last step of a way back, which has only begun there',
      reversed(1),
      /\(Gather\) takes another step than the last that is computed/,
    ],
    [
      'rows that are not first',
      {
        nodes: [
          { op: 'Transpose', inputs: ['x'], output: 't', attributes: [ints('perm', [1, 0, 2])] },
          { ...conv, inputs: ['t', 'k'] },
        ],
        constants,
        shape: [-1, 2, 2],
      },
      /\(Conv\) takes \(2, rows, 2\); here the rows come first/,
    ],
    [
      'rows beneath one another',
      { nodes: [conv, { op: 'Concat', inputs: ['h', 'h'], output: 'y', attributes: [axis(0)] }], constants, shape: [-1, 2, 2] },
      /\(Concat\) puts rows of \(rows, 2, 2\) and \(rows, 2, 2\) together along axis 0/,
    ],
    [
      'a part that is not there',
      {
        nodes: [conv, { op: 'Gather', inputs: ['h', 'far'], output: 'y', attributes: [axis(2)] }],
        constants: { ...constants, far: [[], [7], 7] },
        shape: [-1, 2, 2],
      },
      /\(Gather\) takes element 7 of 2; the file is damaged/,
    ],
    [
      'strides of another number than there are directions',
      { nodes: [{ ...conv, attributes: [ints('strides', [1, 1])] }], constants, shape: [-1, 2, 2] },
      /\(Conv\) has a window of 1, strides 1 x 1 and dilations 1; the file is damaged/,
    ],
    [
      'an image made larger by other cells than the nearest on its left',
      {
        ...image,
        nodes: [
          {
            op: 'Resize',
            inputs: ['x', '', 's'],
            output: 'y',
            attributes: [{ name: 'coordinate_transformation_mode', s: new TextEncoder().encode('asymmetric'), type: 3 }],
          },
        ],
      },
      /\(Resize\) takes other cells than each one as often as the image grows/,
    ],
  ])('%s', (_, made, message) => {
    const read = () => fromOnnx(onnxFile(made), { name: 'x.onnx' })
    expect(read).toThrow(message)
    expect(read).toThrow(EspalierError)
  })
})
