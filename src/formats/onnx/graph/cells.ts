// Dense layers, normalizations, activations, and steps by constants.

import type { ActivationSpec } from '../../../core/activations.ts'
import { at } from '../../../core/at.ts'
import type { LayerSpec } from '../../../core/layers/index.ts'
import { floatOf, intOf, type NodeView } from '../node.ts'
import { seluOf } from '../rows/activations.ts'
import type { Constant } from '../tensors.ts'
import type { Value } from '../values.ts'
import type { NetworkBuilder } from './builder.ts'
import { contiguous, type Made, ofRow, sizesOf } from './made.ts'
import { channelsOf, isMade, kernelAt, madeAt, numbersAt, type Operators, picked, rowsFirstAt, seenOf } from './operands.ts'

/** x kernel, along the last dimension. */
function dense(
  builder: NetworkBuilder,
  node: NodeView,
  kernel: Constant,
  transposed: boolean,
  factor: number,
  bias: Constant | undefined,
): Value {
  const given = madeAt(node, 0)
  const [first = 1, second = 1] = kernel.shape
  const [inputs, units] = transposed ? [second, first] : [first, second]
  const dims = ofRow(given)
  if (given.dims.at(-1)?.size === 'rows') throw node.unsupported('multiplies along the rows')
  const flat = dims.length === 1
  const { made, places } = flat ? builder.listed(node, given) : { made: builder.arranged(node, given), places: undefined }
  if (at(builder.shapeOf(made), builder.shapeOf(made).length - 1) !== inputs) throw node.damaged(`has a kernel of ${inputs} inputs`)
  // Number i of the file's row is number places[i] here.
  const from = new Int32Array(inputs)
  for (let i = 0; i < inputs; i++) from[places?.[i] ?? i] = i
  const weights = picked(node, kernel, inputs * units, (i) => {
    const [input, unit] = [at(from, Math.floor(i / units)), i % units]
    return transposed ? unit * inputs + input : input * units + unit
  })
  const scaled = factor === 1 ? weights : weights.map((value) => value * factor)
  const spec: LayerSpec = { units, useBias: bias !== undefined }
  if (bias !== undefined && bias.data.length !== units && bias.data.length !== 1)
    throw node.unsupported(`has a bias of ${bias.data.length} numbers for ${units} units`)
  const biases = bias && Float32Array.from({ length: units }, (_, i) => at(bias.data, bias.data.length === 1 ? 0 : i))
  const pushed = builder.push(node, spec, [made], biases === undefined ? [scaled] : [scaled, biases])
  return seenOf({ ...pushed, dims: contiguous(sizesOf(given).with(-1, units)) }, node)
}

function gemm(builder: NetworkBuilder, node: NodeView): Value {
  if (intOf(node, 'transA', 0) !== 0) throw node.unsupported('takes its rows as columns (transA)')
  const beta = floatOf(node, 'beta', 1)
  const bias = numbersAt(node, 2, 'a bias')
  const scaled = bias && beta !== 1 ? { ...bias, data: Float64Array.from(bias.data, (value) => value * beta) } : bias
  return dense(builder, node, kernelAt(node, 1, 2), intOf(node, 'transB', 0) !== 0, floatOf(node, 'alpha', 1), scaled)
}

function batchNormalization(builder: NetworkBuilder, node: NodeView): Value {
  if (intOf(node, 'training_mode', 0) !== 0 || (node.version < 14 && node.outputs > 1))
    throw node.unsupported('normalizes by each batch (training_mode); export the network for prediction, in PyTorch after model.eval()')
  const given = builder.settled(node, rowsFirstAt(node, 0))
  const places = channelsOf(node, builder, given, 1)
  if (places === undefined) {
    const axes = given.dims.length - 2
    const made = builder.arranged(node, given, [...Array.from({ length: axes }, (_, i) => i + 1), 0])
    return normalized(
      builder,
      node,
      { ...given, node: made.node },
      Array.from({ length: builder.shapeOf(made).at(-1) ?? 1 }, (_, i) => i),
    )
  }
  return normalized(builder, node, given, places)
}

function normalized(builder: NetworkBuilder, node: NodeView, made: Made, places: readonly number[]): Value {
  const tensors = [1, 2, 3, 4].map((i) => {
    const values = kernelAt(node, i, 1)
    if (values.data.length !== places.length) throw node.damaged(`has ${values.data.length} numbers for ${places.length} channels`)
    const own = new Float32Array(places.length)
    for (const [k, place] of places.entries()) own[place] = at(values.data, k)
    return own
  })
  const pushed = builder.push(node, { type: 'batchNormalization', epsilon: floatOf(node, 'epsilon', 1e-5) }, [made], tensors)
  return seenOf({ ...made, node: pushed.node }, node)
}

function layerNormalization(builder: NetworkBuilder, node: NodeView): Value {
  const given = madeAt(node, 0)
  const made = builder.arranged(node, given)
  const rank = given.dims.length
  if (given.dims[0]?.size !== 'rows') throw node.unsupported('normalizes other than each row')
  const axis = intOf(node, 'axis', -1)
  const count = axis < 0 ? -axis : rank - axis
  const [gamma, beta] = [numbersAt(node, 1, 'a factor'), numbersAt(node, 2, 'an offset')]
  const weights = [gamma, beta].flatMap((given) => (given === undefined ? [] : [Float32Array.from(given.data)]))
  const axes = Array.from({ length: count }, (_, i) => i - count)
  const spec = {
    type: 'layerNormalization',
    axis: axes,
    epsilon: floatOf(node, 'epsilon', 1e-5),
    ...(beta === undefined && { center: false }),
  } as LayerSpec
  return seenOf({ ...made, node: builder.push(node, spec, [made], weights).node, dims: given.dims }, node)
}

/** A step by a constant: one number, or one for each channel. */
function byConstant(
  builder: NetworkBuilder,
  node: NodeView,
  given: Made,
  constant: Constant,
  affine: (value: number) => readonly [factor: number, offset: number],
): Value {
  const sizes = [...constant.shape]
  const rank = given.dims.length
  const wide = sizes.flatMap((size, i) => (size === 1 ? [] : [i + rank - sizes.length]))
  if (sizes.length > rank) throw node.unsupported('takes a constant of more dimensions than there are')
  const parts = Array.from(constant.data, affine)
  if (wide.length === 0 || parts.length === 1) {
    const [factor, offset] = at(parts, 0)
    return seenOf(builder.affine(node, given, [factor], [offset]), node)
  }
  const made = builder.settled(node, given)
  const found = wide.length === 1 ? channelsOf(node, builder, made, at(wide, 0)) : undefined
  const places = found?.length === parts.length ? found : undefined
  if (places === undefined) {
    if (made.node === -1 && wide.length === 1) {
      builder.arranged(node, made, [
        ...ofRow(made)
          .map((_, i) => i)
          .filter((i) => i !== at(wide, 0) - 1),
        at(wide, 0) - 1,
      ])
    }
    throw node.unsupported(`takes a constant of shape ${sizes.join(' x ')}; here it is one number, or one for each channel`)
  }
  const [factor, offset] = [Array<number>(places.length).fill(1), Array<number>(places.length).fill(0)]
  for (const [k, place] of places.entries()) [factor[place], offset[place]] = at(parts, k) as [number, number]
  return seenOf(builder.affine(node, made, factor, offset), node)
}

const name = (activation: ActivationSpec): string => (typeof activation === 'string' ? activation : activation.name)
/** The activation that gives a value. */
function activationOf(builder: NetworkBuilder, { node, pending }: Made): { name: string; of: number } | undefined {
  const own = builder.specOf({ node, dims: [], start: 0 })
  if (own === undefined || pending !== undefined || 'join' in own.spec || own.spec.type !== 'activation') return undefined
  return { name: name(own.spec.activation), of: at(own.sources, 0) }
}

/** Two values that are computed: x times a function of x, which is an activation of its own. */
function times(builder: NetworkBuilder, node: NodeView): Value {
  const both = [madeAt(node, 0), madeAt(node, 1)]
  for (const [x, other] of [both, both.toReversed()]) {
    if (x === undefined || other === undefined) continue
    if (x.start !== other.start || JSON.stringify(x.dims) !== JSON.stringify(other.dims)) continue
    const [own, next] = [x.pending ?? { factor: 1, offset: 0 }, other.pending ?? { factor: 1, offset: 0 }]
    if (other.erf && other.node === x.node && own.offset === 0 && next.factor === 1 && next.offset === 1) {
      const { pending: _, ...plain } = x
      return seenOf({ ...builder.activate(node, 'gelu', plain), pending: { factor: 2 * own.factor, offset: 0 } }, node)
    }
    const activation = activationOf(builder, other)
    if (x.pending !== undefined || activation === undefined || x.order !== other.order) continue
    if (activation.of === x.node && activation.name === 'sigmoid') return seenOf(builder.activate(node, 'silu', x), node)
    if (activation.of === x.node && activation.name === 'hardSigmoid') return seenOf(builder.activate(node, 'hardSwish', x), node)
    const inner = activationOf(builder, { node: activation.of, dims: [], start: 0 })
    if (activation.name === 'tanh' && inner?.name === 'softplus' && inner.of === x.node)
      return seenOf(builder.activate(node, 'mish', x), node)
  }
  throw node.unsupported(`multiplies "${node.names[0]}" and "${node.names[1]}", which are both computed`)
}

function plus(builder: NetworkBuilder, node: NodeView): Value {
  const [one, two] = [builder.settled(node, madeAt(node, 0)), builder.settled(node, madeAt(node, 1))]
  if (
    JSON.stringify(one.dims) !== JSON.stringify(two.dims) ||
    one.start !== two.start ||
    one.order !== two.order ||
    builder.shapeOf(one).join() !== builder.shapeOf(two).join()
  )
    throw node.unsupported(`adds "${node.names[0]}" and "${node.names[1]}", whose numbers lie in other orders`)
  return seenOf({ ...one, node: builder.push(node, { join: 'residual' }, [one, two]).node }, node)
}

/** An operator on two values of which one may be a constant. */
const pair =
  (
    builder: NetworkBuilder,
    affine: (value: number, first: boolean) => readonly [number, number],
    both?: (builder: NetworkBuilder, node: NodeView) => Value,
  ) =>
  (node: NodeView): Value => {
    const [one, two] = [isMade(node, 0), isMade(node, 1)]
    if (one && two) {
      if (both !== undefined) return both(builder, node)
      throw node.unsupported(`takes "${node.names[0]}" and "${node.names[1]}", which are both computed`)
    }
    const constant = numbersAt(node, one ? 1 : 0, 'a number')
    if (constant === undefined) throw node.damaged('has one input')
    return byConstant(builder, node, madeAt(node, one ? 0 : 1), constant, (value) => affine(value, one))
  }

function clip(builder: NetworkBuilder, node: NodeView): Value {
  const limit = (input: number, key: string, otherwise: number): number =>
    numbersAt(node, input, 'a limit')?.data[0] ?? node.attribute(key)?.float ?? otherwise
  const [low, high] = [limit(1, 'min', Number.NEGATIVE_INFINITY), limit(2, 'max', Number.POSITIVE_INFINITY)]
  const given = madeAt(node, 0)
  const largest = high >= 3e38 ? undefined : high
  if (low === 0) {
    const spec = largest === undefined ? 'relu' : largest === 6 ? 'relu6' : { name: 'relu' as const, maxValue: largest }
    return seenOf(builder.activate(node, spec, given), node)
  }
  if (low === -1 && high === 1) return seenOf(builder.activate(node, 'hardTanh', given), node)
  throw node.unsupported(`limits to what lies between ${low} and ${high}; here the limits are 0 and another, or -1 and 1`)
}

/** gamma x above 0, gamma alpha (e^x - 1) below */
function selu(builder: NetworkBuilder, node: NodeView): Value {
  const { alpha, gamma, usual } = seluOf(node)
  if (usual) return seenOf(builder.activate(node, 'selu', madeAt(node, 0)), node)
  return seenOf(builder.affine(node, builder.activate(node, { name: 'elu', alpha }, madeAt(node, 0)), [gamma], [0]), node)
}

function prelu(builder: NetworkBuilder, node: NodeView): Value {
  const slope = numbersAt(node, 1, 'a slope')
  if (slope === undefined) throw node.damaged('has no slope')
  if (slope.data.length === 1)
    return seenOf(builder.activate(node, { name: 'leakyRelu', negativeSlope: at(slope.data, 0) }, madeAt(node, 0)), node)
  const made = builder.settled(node, madeAt(node, 0))
  const wide = slope.shape.findIndex((size) => size !== 1) + made.dims.length - slope.shape.length
  const places = channelsOf(node, builder, made, wide)
  if (places === undefined || slope.data.length !== places.length) throw node.unsupported('has slopes of other than channels')
  const alpha = new Float32Array(places.length)
  for (const [k, place] of places.entries()) alpha[place] = at(slope.data, k)
  const sharedAxes = builder
    .shapeOf(made)
    .slice(0, -1)
    .map((_, i) => i + 1)
  return seenOf({ ...made, node: builder.push(node, { type: 'prelu', sharedAxes }, [made], [alpha]).node }, node)
}

/** Over the channels of each step or cell. */
function overRows(builder: NetworkBuilder, node: NodeView, activation: ActivationSpec): Value {
  const made = builder.settled(node, madeAt(node, 0))
  const axis = intOf(node, 'axis', node.version < 13 ? 1 : -1)
  const counted = axis < 0 ? axis + made.dims.length : axis
  const places = channelsOf(node, builder, made, counted)
  if (places === undefined || (node.version < 13 && counted !== made.dims.length - 1))
    throw node.unsupported('is not over the outputs of a row')
  return seenOf(builder.activate(node, activation, made), node)
}

export const cells = (builder: NetworkBuilder): Operators => {
  const plain = (operator: string, activation: (node: NodeView) => ActivationSpec): Operators[number] => [
    operator,
    (node) => seenOf(builder.activate(node, activation(node), madeAt(node, 0)), node),
  ]
  return [
    ['Gemm', (node) => gemm(builder, node)],
    ['MatMul', (node) => dense(builder, node, kernelAt(node, 1, 2), false, 1, undefined)],
    ['BatchNormalization', (node) => batchNormalization(builder, node)],
    ['LayerNormalization', (node) => layerNormalization(builder, node)],
    ['Add', pair(builder, (value) => [1, value], plus)],
    ['Sub', pair(builder, (value, first) => (first ? [1, -value] : [-1, value]))],
    ['Mul', pair(builder, (value) => [value, 0], times)],
    [
      'Div',
      (node) => {
        if (!isMade(node, 0)) throw node.unsupported('divides a constant by what is computed')
        return pair(builder, (value) => [1 / value, 0])(node)
      },
    ],
    ['Neg', (node) => seenOf(builder.affine(node, madeAt(node, 0), [-1], [0]), node)],
    ['Clip', (node) => clip(builder, node)],
    ['PRelu', (node) => prelu(builder, node)],
    [
      'Erf',
      (node) => {
        const { pending = { factor: 1, offset: 0 }, ...made } = madeAt(node, 0)
        if (pending.offset !== 0 || Math.abs(pending.factor - Math.SQRT1_2) > 1e-6)
          throw node.unsupported('is only read as a part of a gelu')
        return seenOf({ ...made, erf: true }, node)
      },
    ],
    plain('Relu', () => 'relu'),
    plain('LeakyRelu', (node) => ({ name: 'leakyRelu', negativeSlope: floatOf(node, 'alpha', 0.01) })),
    plain('Elu', (node) => ({ name: 'elu', alpha: floatOf(node, 'alpha', 1) })),
    plain('Celu', (node) => ({ name: 'celu', alpha: floatOf(node, 'alpha', 1) })),
    ['Selu', (node) => selu(builder, node)],
    plain('Tanh', () => 'tanh'),
    plain('Sigmoid', () => 'sigmoid'),
    plain('Softplus', () => 'softplus'),
    plain('Softsign', () => 'softsign'),
    plain('Exp', () => 'exponential'),
    plain('Mish', () => 'mish'),
    plain('HardSwish', () => 'hardSwish'),
    plain('Gelu', (node) => ({ name: 'gelu', approximate: node.attribute('approximate')?.text === 'tanh' })),
    [
      'HardSigmoid',
      (node) => {
        const [alpha, beta] = [floatOf(node, 'alpha', 0.2), floatOf(node, 'beta', 0.5)]
        builder.expectSlope(node, alpha, beta)
        return seenOf(builder.activate(node, 'hardSigmoid', madeAt(node, 0)), node)
      },
    ],
    ['Softmax', (node) => overRows(builder, node, 'softmax')],
    ['LogSoftmax', (node) => overRows(builder, node, 'logSoftmax')],
  ]
}
