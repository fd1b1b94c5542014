import { describe, expect, it } from 'vitest'
import { withInputs } from '../../src/core/inputs.ts'
import { resolveTopology } from '../../src/core/resolve.ts'
import type { ShapeSpec } from '../../src/index.ts'

const loss = 'meanSquaredError'
const IMAGES = { inputSize: 784, inputShape: [28, 28] }
const conv: ShapeSpec = { type: 'conv2d', filters: 4, kernelSize: 3 }
const end: ShapeSpec[] = [{ type: 'flatten' }, { units: 1 }]

const shapeOf = (layers: ShapeSpec[], inputs: Parameters<typeof withInputs>[1]) => {
  const { inputSize, inputShape } = withInputs({ loss, layers }, inputs)
  return inputShape ?? [inputSize]
}

describe('a network that says no inputs', () => {
  it.each<[string, ShapeSpec[], number[]]>([
    ['dense layers: a list', [{ units: 3 }, { units: 1 }], [784]],
    ['a flatten first: a list', end, [784]],
    ['conv2d: an image with one channel', [conv, ...end], [28, 28, 1]],
    ['noise before conv2d: the same', [{ type: 'gaussianNoise' }, conv, ...end], [28, 28, 1]],
    ['a block of pooling: the same', [{ type: 'concatenate', branches: [[{ type: 'maxPooling2d' }]] }, ...end], [28, 28, 1]],
    ['gru: a sequence of rows', [{ type: 'gru', units: 3 }, { units: 1 }], [28, 28]],
    ['conv1d: the same', [{ type: 'conv1d', filters: 3, kernelSize: 3 }, ...end], [28, 28]],
    ['a reshape to images: a list', [{ type: 'reshape', targetShape: [28, 28, 1] }, conv, ...end], [784]],
    ['a window that is too large: still an image', [{ ...conv, kernelSize: 40 }, ...end], [28, 28, 1]],
  ])('reads images by %s', (_what, layers, shape) => {
    expect(shapeOf(layers, IMAGES)).toEqual(shape)
  })

  it('reads rows as their channels say, and lists as lists', () => {
    expect(shapeOf([conv, ...end], { inputSize: 3072, inputShape: [32, 32, 3] })).toEqual([32, 32, 3])
    expect(shapeOf([{ type: 'lstm', units: 3 }, { units: 1 }], { inputSize: 20, inputShape: [10, 2] })).toEqual([10, 2])
    expect(shapeOf([{ units: 1 }], { inputSize: 8 })).toEqual([8])
    expect(withInputs({ loss, units: [3, 1] }, IMAGES)).toEqual({ loss, units: [3, 1], inputSize: 784 })
  })

  it('leaves alone what is said, and lets the first layer say what it misses', () => {
    const said = { loss, layers: [{ units: 3 }, ...end], inputShape: [28, 28] } satisfies Parameters<typeof withInputs>[0]
    expect(withInputs(said, IMAGES)).toBe(said)
    const wrong = withInputs({ loss, layers: [{ ...conv, kernelSize: 40 }, ...end] }, IMAGES)
    expect(() => resolveTopology(wrong)).toThrow('the window of conv2d is larger than rows of shape [28, 28, 1]')
  })
})
