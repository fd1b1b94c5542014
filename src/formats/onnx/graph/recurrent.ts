// Recurrent layers and embeddings.

import type { ActivationSpec } from '../../../core/activations.ts'
import { at } from '../../../core/at.ts'
import type { LayerSpec } from '../../../core/layers/index.ts'
import { axisOf, intOf, type NodeView } from '../node.ts'
import type { Constant } from '../tensors.ts'
import type { Value } from '../values.ts'
import type { NetworkBuilder } from './builder.ts'
import { contiguous, givenBy, type Made, sizesOf } from './made.ts'
import { kernelAt, madeAt, numbersAt, type Operators, picked, seenOf } from './operands.ts'

type Cell = 'simpleRnn' | 'gru' | 'lstm'

/** Here an lstm's gates are i, f, candidate, o; ONNX's are i, o, f, candidate. */
const ORDER: Readonly<Record<Cell, readonly number[]>> = { simpleRnn: [0], gru: [0, 1, 2], lstm: [0, 2, 3, 1] }
const USUAL: Readonly<Record<Cell, readonly string[]>> = {
  simpleRnn: ['Tanh'],
  gru: ['Sigmoid', 'Tanh'],
  lstm: ['Sigmoid', 'Tanh', 'Tanh'],
}

/** ONNX's words, and the numbers that each takes where the node says none. */
const WORDS: Readonly<Record<string, readonly [name: string, alpha?: number, beta?: number]>> = {
  Relu: ['relu'],
  Tanh: ['tanh'],
  Sigmoid: ['sigmoid'],
  Softsign: ['softsign'],
  Softplus: ['softplus'],
  LeakyRelu: ['leakyRelu', 0.01],
  Elu: ['elu', 1],
  HardSigmoid: ['hardSigmoid', 0.2, 0.5],
  Affine: ['linear', 1, 0],
}

function activationsOf(builder: NetworkBuilder, node: NodeView, cell: Cell, ways: number): ActivationSpec[] {
  const names = node.attribute('activations')?.texts ?? Array.from({ length: ways }, () => USUAL[cell]).flat()
  const alphas = [...(node.attribute('activation_alpha')?.floats ?? [])]
  const betas = [...(node.attribute('activation_beta')?.floats ?? [])]
  if (names.length !== ways * USUAL[cell].length) throw node.damaged(`has ${names.length} activations`)
  const read = names.map((given): ActivationSpec => {
    const word = Object.keys(WORDS).find((known) => known.toLowerCase() === given.toLowerCase())
    const [name, usualAlpha, usualBeta] = WORDS[word ?? ''] ?? []
    if (name === undefined) throw node.unsupported(`has the activation ${given}`)
    const alpha = usualAlpha === undefined ? 0 : (alphas.shift() ?? usualAlpha)
    const beta = usualBeta === undefined ? 0 : (betas.shift() ?? usualBeta)
    if (name === 'linear' && (alpha !== 1 || beta !== 0)) throw node.unsupported(`has the activation ${given} of ${alpha} and ${beta}`)
    if (name === 'hardSigmoid') builder.expectSlope(node, alpha, beta)
    if (name === 'leakyRelu') return { name, negativeSlope: alpha }
    return name === 'elu' ? { name, alpha } : (name as ActivationSpec)
  })
  const [first = [], second = first] = [read.slice(0, USUAL[cell].length), ways === 2 ? read.slice(USUAL[cell].length) : undefined]
  if (JSON.stringify(first) !== JSON.stringify(second)) throw node.unsupported('has other activations on the way back')
  return first
}

/** Where states begin: at 0. */
function checkStart(node: NodeView, place: number): void {
  const start = node.inputs[place]
  if (start === undefined) return
  if (start.kind !== 'constant' || Array.prototype.some.call(start.data, (value: number) => value !== 0))
    throw node.unsupported('begins with states other than 0')
}

interface Parts {
  readonly kernel: Constant
  readonly recurrent: Constant
  readonly bias: Constant | undefined
}

/** A way's tensors in core's order. */
function tensorsOf(node: NodeView, cell: Cell, { kernel, recurrent, bias }: Parts, way: number, resetAfter: boolean): Float32Array[] {
  const order = ORDER[cell]
  const gates = order.length
  const [, rows = 1, inputs = 1] = kernel.shape
  const units = rows / gates
  const turned = (of: Constant, width: number): Float32Array =>
    picked(node, of, width * rows, (i) => {
      const [column, input] = [i % rows, Math.floor(i / rows)]
      return way * rows * width + (at(order, Math.floor(column / units)) * units + (column % units)) * width + input
    })
  const tensors = [turned(kernel, inputs), turned(recurrent, units)]
  if (bias === undefined) return tensors
  const part = (second: boolean): Float32Array =>
    picked(node, bias, rows, (i) => way * 2 * rows + (second ? rows : 0) + at(order, Math.floor(i / units)) * units + (i % units))
  const [one, two] = [part(false), part(true)]
  const together = resetAfter ? Float32Array.of(...one, ...two) : one.map((value, i) => value + at(two, i))
  return [...tensors, together]
}

function recurrent(builder: NetworkBuilder, node: NodeView, cell: Cell): Value[] {
  const direction = node.attribute('direction')?.text || 'forward'
  const ways = direction === 'bidirectional' ? 2 : 1
  if (node.inputs[4] !== undefined) throw node.unsupported('is told the lengths of sequences')
  checkStart(node, 5)
  checkStart(node, 6)
  if (node.inputs[7] !== undefined) throw node.unsupported('has peepholes')
  if (node.attribute('clip') !== undefined) throw node.unsupported('limits what its activations take (clip)')
  if (intOf(node, 'layout', 0) !== 0) throw node.unsupported('has the rows first (layout)')
  if (intOf(node, 'input_forget', 0) !== 0) throw node.unsupported('has one gate for both i and f')
  const [kernel, states] = [kernelAt(node, 1, 3), kernelAt(node, 2, 3)]
  const units = at(states.shape, 2)
  const rows = units * ORDER[cell].length
  const fits = [kernel, states].every(({ shape }) => shape[0] === ways && shape[1] === rows)
  const resetAfter = cell === 'gru' && intOf(node, 'linear_before_reset', 0) !== 0
  const bias = numbersAt(node, 3, 'a bias')
  if (!fits || (bias !== undefined && bias.data.length !== ways * 2 * rows))
    throw node.damaged('has kernels or a bias of other shapes than they need')
  const activations = activationsOf(builder, node, cell, ways)
  const [gates, activation] = cell === 'simpleRnn' ? [undefined, activations[0]] : activations
  if (cell === 'lstm' && JSON.stringify(activations[1]) !== JSON.stringify(activations[2]))
    throw node.unsupported('has one activation for the candidate and another for the output')
  const parts = { kernel, recurrent: states, bias }
  const weights = Array.from({ length: ways }, (_, way) => tensorsOf(node, cell, parts, way, resetAfter)).flat()
  const given = madeAt(node, 0)
  if (given.dims.length !== 3 || given.dims[1]?.size !== 'rows') throw node.unsupported('does not get sequences, (steps, rows, numbers)')
  const source = builder.arranged(node, given)
  const [steps = 1] = builder.shapeOf(source)
  const spec = (returnSequences: boolean): LayerSpec => {
    const own = {
      ...{ type: cell, units, activation, useBias: bias !== undefined, returnSequences },
      ...(gates !== undefined && { recurrentActivation: gates }),
      ...(cell === 'gru' && { resetAfter }),
    }
    if (ways === 2) return { type: 'bidirectional', layer: own } as LayerSpec
    return { ...own, ...(direction === 'reverse' && { goBackwards: true }) } as LayerSpec
  }
  const known = new Map<boolean, number>()
  const give = (all: boolean): number => {
    if (all && direction === 'reverse') throw node.unsupported('gives every step of a way back')
    const found = known.get(all)
    const pushed = found ?? builder.push(node, spec(all), [source], weights).node
    known.set(all, pushed)
    return pushed
  }
  const every: Made = {
    node: -1,
    start: 0,
    dims: contiguous([steps, ways, 'rows', units]),
    steps: give,
    backwards: direction === 'reverse',
  }
  const last: Made = { node: -1, start: 0, dims: contiguous([ways, 'rows', units]), steps: () => give(false) }
  return [seenOf(every, node), seenOf(last, node)]
}

/** A part of what is computed: the last step of a recurrent layer, a layer of a stack, one way of two. */
function taken(builder: NetworkBuilder, node: NodeView, made: Made, axis: number, index: number): Made {
  const dim = at(made.dims, axis)
  if (dim.size === 'rows') throw node.unsupported('takes some of the rows')
  const place = index < 0 ? index + dim.size : index
  if (!Number.isInteger(place) || place < 0 || place >= dim.size) throw node.damaged(`takes element ${index} of ${dim.size}`)
  const { stack, steps } = made
  if (stack !== undefined && axis === 0) {
    let rest = place
    for (const one of stack) {
      const size = Number(one.dims[0]?.size)
      if (rest < size) return taken(builder, node, one, 0, rest)
      rest -= size
    }
  }
  // What has no steps yet is as the node of the recurrent layer gives it, or without the dimension of its one way; last states have none.
  if (steps !== undefined && made.backwards !== undefined && made.dims.length >= 3 && dim.size > 1 && dim.step === stepOf(made)) {
    if (place !== (made.backwards === true ? 0 : dim.size - 1)) throw node.unsupported('takes another step than the last that is computed')
    const last = steps(false)
    if (builder.isOf({ ...made, node: last }, 'bidirectional'))
      throw node.unsupported('takes the last step of both ways, of which the second has only begun there')
    return { ...givenBy(made, last), dims: made.dims.filter((_, i) => i !== axis) }
  }
  const settled = builder.settled(node, made)
  if (settled.order !== undefined) throw node.unsupported('takes a part of what the layer before it gives')
  const own = at(settled.dims, axis)
  return { ...settled, start: settled.start + place * own.step, dims: settled.dims.filter((_, i) => i !== axis) }
}

/** The largest of the steps: that of the sequence. */
const stepOf = ({ dims }: Made): number => Math.max(...dims.map(({ step }) => step))

function gather(builder: NetworkBuilder, node: NodeView): Value {
  const data = node.inputs[0]
  if (data?.kind !== 'constant') {
    const made = madeAt(node, 0)
    const axis = intOf(node, 'axis', 0)
    const indices = numbersAt(node, 1, 'places')
    if (indices === undefined || indices.data.length !== 1) throw node.unsupported('takes several parts of what is computed')
    const counted = axisOf(node, axis, made.dims.length)
    const one = taken(builder, node, made, counted, at(indices.data, 0))
    return seenOf(indices.shape.length === 0 ? one : { ...one, dims: one.dims.toSpliced(counted, 0, { size: 1, step: 0 }) }, node)
  }
  const table = kernelAt(node, 0, 2)
  const [inputDim = 1, outputDim = 1] = table.shape
  if (intOf(node, 'axis', 0) !== 0) throw node.unsupported('takes columns of a table')
  const { tokens: _, whole: __, ...given } = madeAt(node, 1)
  const tokens = builder.arranged(node, given)
  if (tokens.node !== -1) throw node.unsupported('looks up what is computed')
  const weights = [new Float32Array(table.data)]
  const looked = builder.push(node, { type: 'embedding', inputDim, outputDim }, [tokens], weights)
  return seenOf({ ...looked, dims: contiguous([...sizesOf(given), outputDim]) }, node)
}

/** One index of one dimension. */
function slice(builder: NetworkBuilder, node: NodeView): Value {
  const made = madeAt(node, 0)
  const numbers = (name: string, place: number): readonly number[] | undefined => {
    const constant = numbersAt(node, place, name)
    return node.attribute(name)?.ints ?? (constant && Array.from(constant.data))
  }
  const [starts = [], ends = []] = [numbers('starts', 1), numbers('ends', 2)]
  const axes = numbers('axes', 3) ?? starts.map((_, i) => i)
  const steps = numbers('steps', 4) ?? starts.map(() => 1)
  if (new Set([starts, ends, axes, steps].map(({ length }) => length)).size > 1)
    throw node.damaged('has as many starts as no ends, axes or steps')
  return seenOf(
    axes.reduce((value, given, k) => {
      const axis = axisOf(node, given, value.dims.length)
      const { size } = at(value.dims, axis)
      if (size === 'rows') {
        if (at(starts, k) === 0 && at(ends, k) >= 2 ** 31 - 1) return value
        throw node.unsupported('takes some of the rows')
      }
      const bound = (n: number): number => Math.min(Math.max(n < 0 ? n + size : n, 0), size)
      const [first, last] = [bound(at(starts, k)), bound(at(ends, k))]
      if (at(steps, k) === 1 && first === 0 && last === size) return value
      if (at(steps, k) !== 1 || last - first !== 1) throw node.unsupported('takes several parts of what is computed')
      const one = taken(builder, node, value, axis, first)
      return { ...one, dims: one.dims.toSpliced(axis, 0, { size: 1, step: 0 }) }
    }, made),
    node,
  )
}

export const recurrence = (builder: NetworkBuilder): Operators => [
  ['RNN', (node) => recurrent(builder, node, 'simpleRnn')],
  ['GRU', (node) => recurrent(builder, node, 'gru')],
  ['LSTM', (node) => recurrent(builder, node, 'lstm')],
  ['Gather', (node) => gather(builder, node)],
  ['Slice', (node) => slice(builder, node)],
]
