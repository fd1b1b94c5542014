// Operators that only change how numbers are seen, and those that put values together.

import { at } from '../../../core/at.ts'
import { sizeOf } from '../../../core/layers/kind.ts'
import { permutationOf, shapeOf, squeezed, targetOf, unsqueezed } from '../constants.ts'
import { axisOf, constantInput, inputOf, intOf, type NodeView } from '../node.ts'
import { checkType } from '../rows/common.ts'
import type { Size } from '../size.ts'
import { isFloat, isWhole, typeName } from '../tensors.ts'
import type { Value } from '../values.ts'
import type { NetworkBuilder } from './builder.ts'
import { contiguous, type Dim, givenBy, type Made, numbersOf, ofRow, placesOf, reshapedDims, sizesOf } from './made.ts'
import { madeAt, type Operators, seenOf } from './operands.ts'

/** What comes before the rows stays before them. */
function seenAs(builder: NetworkBuilder, node: NodeView, given: Made, sizes: readonly Size[]): Value {
  const before = (of: readonly Size[]): number => sizeOf(of.slice(0, of.indexOf('rows')) as number[])
  const wanted = sizes.filter((size): size is number => size !== 'rows')
  if (
    !sizes.includes('rows') ||
    wanted.some((size) => !(Number.isInteger(size) && size > 0)) ||
    before(sizes) !== before(sizesOf(given)) ||
    sizeOf(wanted) !== numbersOf(given)
  )
    throw node.unsupported(`makes (${sizes.join(', ')}) of (${sizesOf(given).join(', ')}); here the rows stay as they are`)
  const place = (dims: readonly Dim[]): Dim[] => dims.toSpliced(sizes.indexOf('rows'), 0, { size: 'rows', step: 0 })
  const made = given.steps !== undefined && wanted.length !== ofRow(given).length ? unchanged(given, wanted) : given
  if (made.order === undefined) {
    const dims = reshapedDims(ofRow(made), wanted)
    if (dims !== undefined) return seenOf({ ...made, dims: place(dims) }, node)
  } else if (wanted.filter((size) => size !== 1).length === 1) return seenOf({ ...made, dims: place(contiguous(wanted)) }, node)
  const settled = builder.settled(node, made)
  const again = reshapedDims(ofRow(settled), wanted)
  if (again !== undefined) return seenOf({ ...settled, dims: place(again) }, node)
  if (wanted.filter((size) => size !== 1).length > 1)
    throw node.unsupported(`makes (${sizes.join(', ')}) of numbers that lie in another order`)
  // One list: each number's place is known.
  builder.spend(node, numbersOf(settled))
  const order = placesOf(settled)
  if (order.length !== sizeOf(builder.shapeOf(settled))) throw node.unsupported('takes a part of what the layer before it gives')
  const flat = builder.shapeOf(settled).length === 1 ? settled : builder.push(node, { type: 'flatten' }, [settled])
  return seenOf({ node: flat.node, start: 0, order, dims: place(contiguous(wanted)) }, node)
}

/** What no layer gives yet is given where its dimensions change by more than sizes of 1. */
const unchanged = (made: Made, wanted: readonly number[]): Made => {
  const own = ofRow(made).flatMap(({ size }) => (size === 1 ? [] : [size]))
  return made.steps !== undefined && own.join() !== wanted.filter((size) => size !== 1).join() ? givenBy(made, made.steps(true)) : made
}

function reshape(builder: NetworkBuilder, node: NodeView): Value {
  const given = madeAt(node, 0)
  const target = targetOf(node, sizesOf(given))
  const total = numbersOf(given)
  const known = sizeOf(target.filter((size): size is number => size !== 'rows' && size !== -1))
  const fill = (left: Size): Size[] => target.map((size) => (size === -1 ? left : size))
  if (target.includes('rows')) return seenAs(builder, node, given, fill(total / known))
  if (target.includes(-1) && known === total) return seenAs(builder, node, given, fill('rows'))
  const { batch } = node
  const numbers = batch === undefined ? fill(-1) : fill((batch * total) / known)
  return seenAs(builder, node, given, batch !== undefined && numbers[0] === batch ? numbers.with(0, 'rows') : numbers)
}

function flatten(builder: NetworkBuilder, node: NodeView): Value {
  const given = madeAt(node, 0)
  const sizes = sizesOf(given)
  const axis = intOf(node, 'axis', 1)
  const place = axis < 0 ? axis + sizes.length : axis
  const outside = sizes.slice(0, place)
  if (!outside.includes('rows') || outside.some((size) => size !== 'rows' && size !== 1))
    throw node.unsupported(`makes one of the rows and their columns (axis ${axis})`)
  return seenAs(builder, node, given, ['rows', numbersOf(given)])
}

/** The same numbers with sizes of 1 put in or taken away. */
function withOnes(node: NodeView, given: Made, sizes: readonly Size[]): Value {
  const left = given.dims.filter(({ size }) => size !== 1)
  return seenOf({ ...given, dims: sizes.map((size) => (size === 1 ? { size, step: 0 } : (left.shift() ?? { size, step: 0 }))) }, node)
}

function concat(builder: NetworkBuilder, node: NodeView): Value {
  const given = node.inputs.map((_, i) => madeAt(node, i))
  const [first] = given
  if (first === undefined) throw node.damaged('has no input')
  const axis = axisOf(node, intOf(node, 'axis', 1), first.dims.length)
  const others = (of: Made): string => String(sizesOf(of).with(axis, 1))
  if (first.dims[axis]?.size === 'rows' || given.some((made) => made.dims.length !== first.dims.length || others(made) !== others(first)))
    throw node.unsupported(`puts rows of (${given.map((made) => sizesOf(made).join(', ')).join(') and (')}) together along axis ${axis}`)
  const sizes = sizesOf(first).with(
    axis,
    given.reduce((sum, made) => sum + Number(made.dims[axis]?.size), 0),
  )
  if (given.length === 1) return seenOf(first, node)
  if (axis === 0 && first.steps !== undefined) {
    const steps = () => {
      throw node.unsupported('puts the states of several layers together')
    }
    return seenOf({ node: -1, start: 0, dims: contiguous(sizes), stack: given, steps }, node)
  }
  const settled = given.map((made) => builder.settled(node, made))
  const base = at(settled, 0)
  // Both ways of one layer, side by side as it gives them.
  let end = base.start
  const joined = settled.every((made) => {
    const fits = made.node === base.node && made.start === end && made.dims[axis]?.step === 1 && made.order === undefined
    end += Number(made.dims[axis]?.size)
    return fits
  })
  if (joined && base.start === 0) return seenOf({ ...base, dims: base.dims.with(axis, { size: at(sizes, axis), step: 1 }) }, node)
  const dims = base.dims.flatMap(({ size }, i) => (size === 'rows' ? [] : [i]))
  const counted = (i: number): number => dims.indexOf(i)
  const rest = dims.filter((i) => i !== axis).sort((a, b) => at(base.dims, b).step - at(base.dims, a).step)
  const order = [...rest, axis].map(counted)
  const arranged = settled.map((made) => builder.arranged(node, made, order))
  const pushed = builder.push(node, { join: 'concatenate' }, arranged)
  const own = contiguous([...rest, axis].map((i) => at(sizes, i)))
  const seen = base.dims.map((dim, i) => (dim.size === 'rows' ? dim : at(own, [...rest, axis].indexOf(i))))
  return seenOf({ ...pushed, dims: seen }, node)
}

function cast(node: NodeView, type: number): Value {
  const made = madeAt(node, 0)
  checkType(node, type)
  const { whole, ...floats } = made
  if (made.tokens === undefined && isFloat(type)) return seenOf(floats, node)
  if ((made.tokens ?? whole) !== undefined && isWhole(type)) return seenOf(made, node)
  if (made.node === -1 && made.pending === undefined && isWhole(type)) return seenOf({ ...made, tokens: true }, node)
  throw node.unsupported(`makes ${typeName(type)} of what is computed`)
}

function dropout(node: NodeView): Value {
  const training = constantInput(node, 2, 'a training mode')
  if (training !== undefined && training.data[0] !== 0)
    throw node.unsupported('drops units when it predicts (training_mode); export the network for prediction, in PyTorch after model.eval()')
  return seenOf(madeAt(node, 0), node)
}

export const shapes = (builder: NetworkBuilder): Operators => [
  ['Identity', (node) => inputOf(node, 0)],
  ['Dropout', dropout],
  ['Cast', (node) => cast(node, intOf(node, 'to', 0))],
  ['Reshape', (node) => reshape(builder, node)],
  ['Flatten', (node) => flatten(builder, node)],
  ['Squeeze', (node) => withOnes(node, madeAt(node, 0), squeezed(node, sizesOf(madeAt(node, 0))))],
  ['Unsqueeze', (node) => withOnes(node, madeAt(node, 0), unsqueezed<Size>(node, sizesOf(madeAt(node, 0)), 1))],
  [
    'Transpose',
    (node) => {
      const made = madeAt(node, 0)
      return seenOf({ ...made, dims: permutationOf(node, made.dims.length).map((axis) => at(made.dims, axis)) }, node)
    },
  ],
  ['Concat', (node) => concat(builder, node)],
  ['Shape', (node) => shapeOf(node, sizesOf(madeAt(node, 0)))],
]
