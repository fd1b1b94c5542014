import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { EspalierError, openBackend } from 'espalier'
import { fromOnnx, predictModel, toOnnx, UnsupportedModelError } from 'espalier/formats'
import { strFromU8, unzipSync } from 'fflate'
import { afterAll, describe, expect, test } from 'vitest'
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
