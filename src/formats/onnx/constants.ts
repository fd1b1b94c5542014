/** What is computed of constants alone, in float64: shapes, kernels that are transposed or dequantized, factors. */

import { at, missing } from '../../core/at.ts'
import { MAX_DIMENSIONS, sizeOf } from '../../core/shape.ts'
import type { Numbers } from '../fold.ts'
import { axisOf, constantInput, floatOf, intOf, intsOf, type NodeView } from './node.ts'
import { BOOL, type Constant, DOUBLE, FLOAT, INT64, isFloat, isHalf, isWhole, typeName } from './tensors.ts'

const make = (shape: readonly number[], data: Numbers, type: number): Constant => ({ kind: 'constant', shape, data, type })

/** A constant whose number `i` is `value(i)`. */
function build(node: NodeView, shape: readonly number[], type: number, value: (i: number) => number): Constant {
  const length = sizeOf(shape)
  node.spend(length)
  if (shape.length > MAX_DIMENSIONS) throw node.unsupported(`makes a constant of ${shape.length} dimensions`)
  const data = new Float64Array(length)
  for (let i = 0; i < length; i++) data[i] = value(i)
  return make(shape, data, type)
}

/** What one step along each dimension is in memory. */
const stridesOf = (shape: readonly number[]): number[] => shape.map((_, i) => sizeOf(shape.slice(i + 1)))

/** The place in a row-major array of `shape` of the number whose coordinates are those of `i` in one of `strides`. */
const placeOf = (i: number, from: readonly number[], shape: readonly number[], strides: readonly number[]): number =>
  from.reduce((place, stride, axis) => place + (Math.floor(i / stride) % at(shape, axis)) * at(strides, axis), 0)

/** NumPy's broadcasting. */
function broadcastShape(node: NodeView, a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length)
  return Array.from({ length: rank }, (_, i) => {
    const [x = 1, y = 1] = [a[a.length - rank + i], b[b.length - rank + i]]
    if (x !== y && x !== 1 && y !== 1) throw node.damaged(`takes constants of shapes ${a.join(' x ')} and ${b.join(' x ')}`)
    return x === 1 ? y : x
  })
}

/** The constant's number for number `i` of a larger shape. */
function spread({ shape, data }: Constant, whole: readonly number[]): (i: number) => number {
  if (data.length === 1) return () => at(data, 0)
  // As many numbers are the same ones: there is nothing to repeat.
  if (data.length === sizeOf(whole)) return (i) => data[i] ?? missing(data, i)
  const from = stridesOf(whole)
  const strides = stridesOf(shape)
  const padded = whole.map((_, axis) => {
    const own = axis - (whole.length - shape.length)
    return own < 0 || shape[own] === 1 ? 0 : at(strides, own)
  })
  return (i) => at(data, placeOf(i, from, whole, padded))
}

export const expand = (node: NodeView, constant: Constant, shape: readonly number[]): Constant =>
  build(node, shape, constant.type, spread(constant, shape))

/** The constant that an input must be. */
function constantAt(node: NodeView, i: number): Constant {
  const constant = constantInput(node, i, 'an input')
  if (constant === undefined) throw node.damaged(`has no input ${i + 1}`)
  return constant
}

function checkKnown(node: NodeView, ...constants: readonly Constant[]): void {
  if (constants.some(({ type, data }) => isWhole(type) && data.includes(Number.NaN)))
    throw node.unsupported('computes with the number of rows')
}

const elementwise =
  (compute: (a: number) => number) =>
  (node: NodeView): Constant => {
    const a = constantAt(node, 0)
    checkKnown(node, a)
    return build(node, a.shape, a.type, (i) => compute(at(a.data, i)))
  }

const pairwise =
  (compute: (a: number, b: number) => number) =>
  (node: NodeView): Constant => {
    const [first, ...others] = node.inputs.map((_, i) => constantAt(node, i))
    if (first === undefined) throw node.damaged('has no input')
    checkKnown(node, first, ...others)
    return others.reduce((a, b) => {
      const shape = broadcastShape(node, a.shape, b.shape)
      const [left, right] = [spread(a, shape), spread(b, shape)]
      const round = isWhole(a.type) ? Math.trunc : (value: number) => value
      return build(node, shape, a.type, (i) => round(compute(left(i), right(i))))
    }, first)
  }

/** Whole numbers stay as they are; floats are rounded to the type. */
function cast(node: NodeView, given: Constant, type: number): Constant {
  if (type === given.type) return given
  if (isHalf(type)) throw node.unsupported(`rounds a constant to ${typeName(type)}; a network here computes in float32`)
  if (!isFloat(type) && !isWhole(type)) throw node.unsupported(`makes a constant of type ${typeName(type)}`)
  if (type === BOOL) return build(node, given.shape, type, (i) => Number(given.data[i] !== 0))
  if (isWhole(type))
    return isWhole(given.type) ? make(given.shape, given.data, type) : build(node, given.shape, type, (i) => Math.trunc(at(given.data, i)))
  checkKnown(node, given)
  if (type === FLOAT && given.type === DOUBLE) return make(given.shape, Float32Array.from(given.data), type)
  return make(given.shape, given.data, type)
}

/** The sizes that a Reshape asks for; -1 is what is left. */
export function targetOf(node: NodeView, shape: readonly (number | 'rows')[]): (number | 'rows')[] {
  const target = constantInput(node, 1, 'a shape')
  if (target === undefined) throw node.damaged('has no shape')
  const allowsZero = intOf(node, 'allowzero', 0) === 1
  return Array.from(target.data, (size, i) => {
    if (Number.isNaN(size)) return 'rows'
    const kept = shape[i]
    if (size !== 0 || allowsZero) return size
    if (kept === undefined) throw node.damaged(`keeps size ${i + 1} of ${shape.length}`)
    return kept
  })
}

function reshape(node: NodeView): Constant {
  const given = constantAt(node, 0)
  const target = targetOf(node, given.shape)
  const known = target.filter((size): size is number => size !== 'rows' && size !== -1)
  const left = given.data.length / sizeOf(known)
  const shape = target.map((size) => (size === -1 ? left : size === 'rows' ? Number.NaN : size))
  if (sizeOf(shape) !== given.data.length || !shape.every((size) => Number.isInteger(size) && size >= 0))
    throw node.damaged(`makes ${target.join(' x ')} of ${given.data.length} numbers`)
  return make(shape, given.data, given.type)
}

function flatten(node: NodeView): Constant {
  const given = constantAt(node, 0)
  const axis = intOf(node, 'axis', 1)
  const at = axis < 0 ? axis + given.shape.length : axis
  return make([sizeOf(given.shape.slice(0, at)), sizeOf(given.shape.slice(at))], given.data, given.type)
}

/** The shape with sizes of 1 put in at `axes`, or without those that are there. */
export function unsqueezed<T>(node: NodeView, shape: readonly T[], one: T): T[] {
  const axes = intsOf(node, 'axes', 1)
  if (axes === undefined) throw node.damaged('has no axes')
  const rank = shape.length + axes.length
  const at = new Set(axes.map((axis) => axisOf(node, axis, rank)))
  if (at.size !== axes.length) throw node.damaged('has an axis twice')
  const kept = shape.values()
  return Array.from({ length: rank }, (_, i) => (at.has(i) ? one : (kept.next().value ?? one)))
}

export function squeezed<T>(node: NodeView, shape: readonly T[]): T[] {
  const axes = intsOf(node, 'axes', 1)
  const at = new Set(axes?.map((axis) => axisOf(node, axis, shape.length)) ?? shape.flatMap((size, i) => (size === 1 ? [i] : [])))
  if (shape.some((size, i) => at.has(i) && size !== 1)) throw node.unsupported('takes away a size that is not 1')
  return shape.filter((_, i) => !at.has(i))
}

/** The order of a Transpose, the last dimension first by default. */
export function permutationOf(node: NodeView, rank: number): readonly number[] {
  const order = node.attribute('perm')?.ints ?? Array.from({ length: rank }, (_, i) => rank - 1 - i)
  if (order.length !== rank || new Set(order).size !== rank || order.some((axis) => !(axis >= 0 && axis < rank)))
    throw node.damaged(`has the order ${order.join(', ')} of ${rank} dimensions`)
  return order
}

function transpose(node: NodeView): Constant {
  const given = constantAt(node, 0)
  const order = permutationOf(node, given.shape.length)
  const shape = order.map((axis) => at(given.shape, axis))
  const own = stridesOf(given.shape)
  const [from, strides] = [stridesOf(shape), order.map((axis) => at(own, axis))]
  return build(node, shape, given.type, (i) => at(given.data, placeOf(i, from, shape, strides)))
}

function concat(node: NodeView): Constant {
  const parts = node.inputs.map((_, i) => constantAt(node, i))
  const [first] = parts
  if (first === undefined) throw node.damaged('has no input')
  const axis = axisOf(node, intOf(node, 'axis', 1), first.shape.length)
  if (parts.some(({ shape }) => shape.length !== first.shape.length || shape.length === 0))
    throw node.damaged('puts together constants whose shapes do not fit')
  const outside = sizeOf(first.shape.slice(0, axis))
  const blocks = parts.map(({ data }) => data.length / outside)
  const shape = first.shape.with(
    axis,
    parts.reduce((sum, part) => sum + at(part.shape, axis), 0),
  )
  const row = blocks.reduce((sum, block) => sum + block, 0)
  if (sizeOf(shape) !== outside * row || !Number.isInteger(row)) throw node.damaged('puts together constants whose shapes do not fit')
  node.spend(outside * row)
  const data = new Float64Array(outside * row)
  for (let i = 0; i < outside; i++) {
    let start = i * row
    parts.forEach((part, k) => {
      const block = at(blocks, k)
      data.set(part.data.subarray(i * block, (i + 1) * block), start)
      start += block
    })
  }
  return make(shape, data, first.type)
}

/** Takes places along an axis. */
function take(node: NodeView, given: Constant, axis: number, places: readonly number[], shape: readonly number[]): Constant {
  const inside = sizeOf(given.shape.slice(axis + 1))
  const [size = 1] = given.shape.slice(axis)
  return build(node, shape, given.type, (i) => {
    const place = at(places, Math.floor(i / inside) % places.length)
    return at(given.data, (Math.floor(i / (inside * places.length)) * size + place) * inside + (i % inside))
  })
}

function gather(node: NodeView): Constant {
  const [given, indices] = [constantAt(node, 0), constantAt(node, 1)]
  const axis = axisOf(node, intOf(node, 'axis', 0), given.shape.length)
  const [size = 1] = given.shape.slice(axis)
  const places = Array.from(indices.data, (index) => (index < 0 ? index + size : index))
  if (places.some((place) => !Number.isInteger(place) || place < 0 || place >= size))
    throw node.damaged(`takes what a constant does not have`)
  return take(node, given, axis, places, [...given.shape.slice(0, axis), ...indices.shape, ...given.shape.slice(axis + 1)])
}

function slice(node: NodeView): Constant {
  const given = constantAt(node, 0)
  const [starts, ends] = [intsOf(node, 'starts', 1), intsOf(node, 'ends', 2)]
  if (starts === undefined || ends === undefined || starts.length !== ends.length) throw node.damaged('has no starts or no ends')
  const axes = intsOf(node, 'axes', 3) ?? starts.map((_, i) => i)
  const steps = intsOf(node, 'steps', 4) ?? starts.map(() => 1)
  return axes.reduce((whole, signed, i) => {
    const axis = axisOf(node, signed, whole.shape.length)
    const [size = 1] = whole.shape.slice(axis)
    const [start = 0, end = 0, step = 1] = [starts[i], ends[i], steps[i]]
    if (step === 0 || ![start, end, step].every(Number.isInteger)) throw node.damaged('takes a slice that is none')
    const bound = (value: number): number => {
      const counted = value < 0 ? value + size : value
      return step > 0 ? Math.min(Math.max(counted, 0), size) : Math.min(Math.max(counted, -1), size - 1)
    }
    const count = Math.max(0, Math.ceil((bound(end) - bound(start)) / step))
    const places = Array.from({ length: count }, (_, k) => bound(start) + k * step)
    return take(node, whole, axis, places, whole.shape.with(axis, count))
  }, given)
}

/** scikit-learn's choice of columns: along the last axis. */
function arrayFeatures(node: NodeView): Constant {
  const [given, indices] = [constantAt(node, 0), constantAt(node, 1)]
  const axis = given.shape.length - 1
  const places = Array.from(indices.data)
  if (axis < 0 || places.some((place) => !Number.isInteger(place) || place < 0 || place >= at(given.shape, axis)))
    throw node.damaged('takes what is not there')
  return take(node, given, axis, places, given.shape.with(axis, places.length))
}

/** (x - zero point) scale, for all or along an axis. */
function dequantize(node: NodeView): Constant {
  const [given, scale] = [constantAt(node, 0), constantAt(node, 1)]
  const zero = constantInput(node, 2, 'a zero point')
  if (intOf(node, 'block_size', 0) !== 0)
    throw node.unsupported('has scales by blocks; only one for all or one for each row of an axis is read')
  const single = scale.data.length === 1 && scale.shape.length <= 1
  const axis = single ? 0 : axisOf(node, intOf(node, 'axis', 1), given.shape.length)
  const inside = sizeOf(given.shape.slice(axis + 1))
  const [size = 1] = given.shape.slice(axis)
  if (!single && scale.data.length !== size) throw node.damaged(`has ${scale.data.length} scales for ${size} rows`)
  if (zero !== undefined && zero.data.length !== scale.data.length)
    throw node.damaged(`has ${zero.data.length} zero points for ${scale.data.length} scales`)
  return build(node, given.shape, scale.type, (i) => {
    const place = single ? 0 : Math.floor(i / inside) % size
    return (at(given.data, i) - (zero === undefined ? 0 : at(zero.data, place))) * at(scale.data, place)
  })
}

function constantOfShape(node: NodeView): Constant {
  const target = constantAt(node, 0)
  checkKnown(node, target)
  const shape = Array.from(target.data)
  if (shape.some((size) => size < 0)) throw node.damaged('has a size below 0')
  const attribute = node.attribute('value')
  const value = attribute && node.tensor(attribute)
  if (value !== undefined && value.data.length !== 1) throw node.damaged(`fills a constant with ${value.data.length} numbers`)
  const [number = 0] = value?.data ?? []
  return build(node, shape, value?.type ?? FLOAT, () => number)
}

function constant(node: NodeView): Constant {
  const read: Readonly<Record<string, () => Constant>> = {
    value_float: () => make([], Float64Array.of(floatOf(node, 'value_float', 0)), FLOAT),
    value_int: () => make([], Float64Array.of(intOf(node, 'value_int', 0)), INT64),
    value_floats: () => list(node.attribute('value_floats')?.floats ?? [], FLOAT),
    value_ints: () => list(node.attribute('value_ints')?.ints ?? [], INT64),
  }
  const list = (values: readonly number[], type: number): Constant => make([values.length], Float64Array.from(values), type)
  const value = node.attribute('value')
  if (value !== undefined) return node.tensor(value)
  const form = Object.keys(read).find((name) => node.attribute(name) !== undefined)
  const made = form === undefined ? undefined : read[form]?.()
  if (made === undefined) throw node.unsupported('has a constant of another form than numbers')
  return made
}

function reduced(start: number, compute: (sum: number, value: number) => number) {
  return (node: NodeView): Constant => {
    const given = constantAt(node, 0)
    checkKnown(node, given)
    const rank = given.shape.length
    const axes = new Set((intsOf(node, 'axes', 1) ?? given.shape.map((_, i) => i)).map((axis) => axisOf(node, axis, rank)))
    const keeps = intOf(node, 'keepdims', 1) === 1
    const kept = given.shape.map((size, i) => (axes.has(i) ? 1 : size))
    node.spend(sizeOf(kept))
    const data = new Float64Array(sizeOf(kept)).fill(start)
    const own = stridesOf(kept)
    const [from, strides] = [stridesOf(given.shape), own.map((stride, i) => (axes.has(i) ? 0 : stride))]
    given.data.forEach((value, i) => {
      const place = placeOf(i, from, given.shape, strides)
      data[place] = compute(at(data, place), value)
    })
    return make(keeps ? kept : given.shape.filter((_, i) => !axes.has(i)), data, given.type)
  }
}

const add = (a: number, b: number): number => a + b
const multiply = (a: number, b: number): number => a * b

/** Operators of constants, by their names. */
export const CONSTANTS: ReadonlyMap<string, (node: NodeView) => Constant> = new Map([
  ['Constant', constant],
  ['ConstantOfShape', constantOfShape],
  ['Identity', (node) => constantAt(node, 0)],
  ['Dropout', (node) => constantAt(node, 0)],
  ['Cast', (node) => cast(node, constantAt(node, 0), intOf(node, 'to', 0))],
  ['CastLike', (node) => cast(node, constantAt(node, 0), constantAt(node, 1).type)],
  ['Shape', (node) => shapeOf(node, constantAt(node, 0).shape)],
  ['Reshape', reshape],
  ['Flatten', flatten],
  ['Squeeze', (node) => ({ ...constantAt(node, 0), shape: squeezed(node, constantAt(node, 0).shape) })],
  ['Unsqueeze', (node) => ({ ...constantAt(node, 0), shape: unsqueezed(node, constantAt(node, 0).shape, 1) })],
  ['Transpose', transpose],
  ['Concat', concat],
  ['Gather', gather],
  ['Slice', slice],
  ['ai.onnx.ml.ArrayFeatureExtractor', arrayFeatures],
  [
    'Expand',
    (node) => expand(node, constantAt(node, 0), broadcastShape(node, constantAt(node, 0).shape, Array.from(constantAt(node, 1).data))),
  ],
  ['DequantizeLinear', dequantize],
  ['Add', pairwise(add)],
  ['Sum', pairwise(add)],
  ['Sub', pairwise((a, b) => a - b)],
  ['Mul', pairwise(multiply)],
  ['Div', pairwise((a, b) => a / b)],
  ['Pow', pairwise((a, b) => a ** b)],
  ['Max', pairwise(Math.max)],
  ['Min', pairwise(Math.min)],
  ['Neg', elementwise((value) => -value)],
  ['Abs', elementwise(Math.abs)],
  ['Sqrt', elementwise(Math.sqrt)],
  ['Reciprocal', elementwise((value) => 1 / value)],
  ['Exp', elementwise(Math.exp)],
  ['Log', elementwise(Math.log)],
  ['ReduceSum', reduced(0, add)],
  ['ReduceProd', reduced(1, multiply)],
])

/** The sizes of a shape, or some of them; NaN stands for the number of rows. */
export function shapeOf(node: NodeView, shape: readonly (number | 'rows')[]): Constant {
  const rank = shape.length
  const bound = (value: number): number => Math.min(Math.max(value < 0 ? value + rank : value, 0), rank)
  const part = shape.slice(bound(intOf(node, 'start', 0)), bound(intOf(node, 'end', rank)))
  if (part.includes(-1)) throw node.unsupported('asks for a size that the file does not say')
  return make(
    [part.length],
    Float64Array.from(part, (size) => (size === 'rows' ? (node.batch ?? Number.NaN) : size)),
    INT64,
  )
}
