import { describe, expect, it } from 'vitest'
import { InvalidSpecError } from '../../src/core/errors.ts'
import { parameterLayout } from '../../src/core/layout.ts'
import { lower } from '../../src/core/lower.ts'
import { resolveMember, resolveTopology, splitSpec } from '../../src/core/resolve.ts'
import { type TrainSpec, trainSpecSchema } from '../../src/core/spec.ts'
import { parseSpec } from '../../src/core/validate.ts'

/** Specs of convolutions, pooling and what puts numbers elsewhere. */

function resolve(inputShape: readonly number[], ...layers: readonly unknown[]) {
  const network = { inputShape, loss: 'meanSquaredError', layers: [...layers, { type: 'flatten' }, { units: 1 }] }
  const spec = parseSpec(trainSpecSchema, { network } as unknown as TrainSpec)
  const { topology: shapes, member } = splitSpec(spec)
  const topology = resolveTopology(shapes)
  return { topology, member: resolveMember(member, topology) }
}

const shapesOf = (inputShape: readonly number[], ...layers: readonly unknown[]) =>
  parameterLayout(resolve(inputShape, ...layers).topology)
    .layers.slice(0, layers.length)
    .map(({ output }) => output.join(' x '))

describe('windows', () => {
  // Counted in Keras.
  it.each([
    [[8, 8, 1], { type: 'conv2d', filters: 3, kernelSize: 3, strides: 3 }, '2 x 2 x 3'],
    [[9, 8, 2], { type: 'conv2d', filters: 3, kernelSize: [5, 3], strides: [2, 1], padding: 'same' }, '5 x 8 x 3'],
    [[3, 4, 2], { type: 'conv2d', filters: 3, kernelSize: 5, padding: 'same' }, '3 x 4 x 3'],
    [[13, 2], { type: 'conv1d', filters: 5, kernelSize: [3], dilationRate: 2 }, '9 x 5'],
    [[7, 7, 2], { type: 'depthwiseConv2d', kernelSize: 3, depthMultiplier: 2, strides: 2 }, '3 x 3 x 4'],
    [[7, 5, 3], { type: 'separableConv2d', filters: 3, kernelSize: 3, padding: 'same', strides: 2 }, '4 x 3 x 3'],
    [[9, 9, 1], { type: 'maxPooling2d' }, '4 x 4 x 1'],
    [[7, 5, 2], { type: 'averagePooling2d', padding: 'same' }, '4 x 3 x 2'],
    [[9, 2], { type: 'maxPooling1d', poolSize: 3, strides: 2 }, '4 x 2'],
    [[4, 5, 2], { type: 'globalMaxPooling2d' }, '2'],
    [[12], { type: 'reshape', targetShape: [2, 3, 2] }, '2 x 3 x 2'],
    [[4, 5, 2], { type: 'zeroPadding2d', padding: [1, 2] }, '6 x 9 x 2'],
    [
      [5, 4, 1],
      {
        type: 'zeroPadding2d',
        padding: [
          [1, 0],
          [2, 1],
        ],
      },
      '6 x 7 x 1',
    ],
    [[4, 5, 2], { type: 'cropping2d', cropping: [1, 2] }, '2 x 1 x 2'],
    [[3, 3, 2], { type: 'upSampling2d', size: [2, 3] }, '6 x 9 x 2'],
  ])('of rows %j by %j are %s', (input, layer, shape) => {
    expect(shapesOf(input, layer)).toEqual([shape])
  })

  it.each([
    [
      [8, 8],
      { type: 'conv2d', filters: 3, kernelSize: 3 },
      'conv2d takes an image: [rows, columns, channels]; rows here have the shape [8, 8]',
    ],
    [
      [8, 8, 1],
      { type: 'globalMaxPooling1d' },
      'globalMaxPooling1d takes a sequence: [steps, channels]; rows here have the shape [8, 8, 1]',
    ],
    [[2, 8, 1], { type: 'conv2d', filters: 3, kernelSize: 3 }, 'the window of conv2d is larger than rows of shape [2, 8, 1]'],
    [
      [8, 8, 1],
      { type: 'conv2d', filters: 3, kernelSize: 3, strides: 2, dilationRate: 2 },
      'conv2d has strides and a dilationRate above 1',
    ],
    [[8, 8, 1], { type: 'conv2d', filters: 3 }, 'network.layers[0].kernelSize is missing'],
    [[8, 8, 1], { type: 'conv2d', filters: 3, kernelSize: 0 }, 'network.layers[0].kernelSize is 0; it must be a whole number from 1'],
    [[8, 8, 1], { type: 'conv2d', filters: 3, kernelSize: [3] }, 'network.layers[0].kernelSize is [3]'],
    [[8, 8, 1], { type: 'maxPooling2d', padding: 'full' }, 'network.layers[0].padding is "full"; it must be one of valid, same'],
    [[12], { type: 'reshape', targetShape: [5, 2] }, 'targetShape [5, 2] has 10 numbers; rows of shape [12] have 12'],
    [[4, 4, 1], { type: 'cropping2d', cropping: 2 }, 'cropping2d leaves nothing of [4, 4, 1]'],
    [[4, 4, 1], { type: 'zeroPadding2d', padding: -1 }, 'network.layers[0].padding is -1; it must be a whole number from 0'],
  ])('of rows %j by %j are refused by name', (input, layer, message) => {
    expect(() => resolve(input, layer)).toThrow(InvalidSpecError)
    expect(() => resolve(input, layer)).toThrow(message)
  })

  it("take Keras's names", () => {
    const keras = { type: 'Conv2D', filters: 3, kernel_size: 3, padding: 'same', use_bias: false, dilation_rate: 2 }
    const ours = { type: 'conv2d', filters: 3, kernelSize: [3, 3], padding: 'same', useBias: false, dilationRate: [2, 2] }
    expect(resolve([8, 8, 1], keras)).toEqual(resolve([8, 8, 1], ours))
    expect(resolve([8, 8, 1], { type: 'MaxPooling2D', pool_size: 2 })).toEqual(resolve([8, 8, 1], { type: 'maxPooling2d' }))
  })
})

it("has Keras's tensors, and its fans of a kernel", () => {
  const { topology, member } = resolve(
    [6, 6, 2],
    { type: 'conv2d', filters: 4, kernelSize: [3, 2] },
    { type: 'depthwiseConv2d', kernelSize: 2, depthMultiplier: 3 },
  )
  const [conv, depthwise] = parameterLayout(topology).layers
  expect(conv?.tensors.map(({ shape }) => shape)).toEqual([[3, 2, 2, 4], [4]])
  expect(depthwise?.tensors.map(({ shape }) => shape)).toEqual([[2, 2, 4, 3], [12]])
  // glorotUniform: the root of 6 / (fan in + fan out).
  expect(member.layers[0]).toMatchObject({ initializer: { kind: 'uniform', high: expect.closeTo(Math.sqrt(6 / (12 + 24)), 7) } })
  expect(member.layers[1]).toMatchObject({ initializer: { kind: 'uniform', high: expect.closeTo(Math.sqrt(6 / (16 + 12)), 7) } })
})

it('lowers a separable convolution to two layers with the same numbers in the same order', () => {
  const { topology, member } = resolve([6, 5, 2], {
    type: 'separableConv2d',
    filters: 4,
    kernelSize: 3,
    depthMultiplier: 2,
    padding: 'same',
    strides: 2,
  })
  const initialWeights = parameterLayout(topology).layers.map(({ tensors }) => tensors.map(({ size }) => new Float32Array(size).fill(size)))
  const lowered = lower({ topology, members: [{ ...member, initialWeights }] })
  const [before, after] = [parameterLayout(topology), parameterLayout(lowered.topology)]
  expect(lowered.topology.layers.map(({ type }) => type)).toEqual(['depthwiseConv2d', 'conv2d', 'flatten', 'dense'])
  expect(after.layers.flatMap(({ tensors }) => tensors.map(({ offset, size }) => [offset, size]))).toEqual(
    before.layers.flatMap(({ tensors }) => tensors.map(({ offset, size }) => [offset, size])),
  )
  expect(lowered.members[0]?.initialWeights?.flat()).toEqual(initialWeights.flat())
  expect(lowered.members[0]?.layers.map(({ type }) => type)).toEqual(lowered.topology.layers.map(({ type }) => type))
  const plain = { topology, members: [member] }
  expect(lower({ ...plain, topology: lowered.topology }).topology).toBe(lowered.topology)
})
