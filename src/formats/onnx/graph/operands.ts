// What the operators of a network of any kinds have in common: their inputs, and how values are wrapped.

import { missing } from '../../../core/at.ts'
import { constantInput, inputOf, type NodeView, type Place } from '../node.ts'
import { checkType } from '../rows/common.ts'
import type { Constant } from '../tensors.ts'
import type { Rows, Value } from '../values.ts'
import type { NetworkBuilder } from './builder.ts'
import { type Made, sizesOf } from './made.ts'

/** What an operator makes of a node. */
export type Operators = readonly (readonly [name: string, operator: (node: NodeView) => Value | Value[]])[]

export const seenOf = (made: Made, node: Place): Rows => ({
  ...{ kind: 'rows', whole: (made.tokens ?? made.whole) !== undefined, shape: sizesOf(made) },
  step: { op: 'made', made, where: node.where },
})

/** What is computed, at an input. */
export function madeAt(node: NodeView, i: number): Made {
  const value = inputOf(node, i)
  if (value.kind === 'rows' && value.step.op === 'made') return value.step.made
  throw node.unsupported(`takes the constant "${node.names[i]}" where a network here has what it computes`)
}

export const isMade = (node: NodeView, i: number): boolean => node.inputs[i]?.kind === 'rows'

/** What is computed, its rows first: (rows, channels, …). */
export function rowsFirstAt(node: NodeView, i: number): Made {
  const made = madeAt(node, i)
  if (made.dims[0]?.size !== 'rows') throw node.unsupported(`takes (${sizesOf(made).join(', ')}); here the rows come first`)
  return made
}

/** A constant of floats; undefined where it is left out. */
export function numbersAt(node: NodeView, i: number, what: string): Constant | undefined {
  const constant = constantInput(node, i, what)
  if (constant !== undefined) checkType(node, constant.type)
  return constant
}

export function kernelAt(node: NodeView, i: number, rank: number): Constant {
  const constant = numbersAt(node, i, 'a kernel')
  if (constant?.shape.length !== rank) throw node.damaged(`has a kernel of ${constant?.shape.length ?? 'no'} dimensions`)
  return constant
}

/** Numbers of a constant by their places in another order: `place` of output i. */
export function picked(node: NodeView, constant: Constant, length: number, place: (i: number) => number): Float32Array {
  node.spend(length)
  const { data } = constant
  const numbers = new Float32Array(length)
  for (let i = 0; i < length; i++) numbers[i] = data[place(i)] ?? missing(data, place(i))
  return numbers
}

/** Where in a list of the layer's each channel is that a node sees, along dimension `axis`. */
export function channelsOf(node: NodeView, builder: NetworkBuilder, made: Made, axis: number): readonly number[] | undefined {
  const dim = made.dims[axis]
  if (dim === undefined || dim.size === 'rows') throw node.unsupported('has numbers of its own for each row')
  const channels = builder.shapeOf(made).at(-1) ?? 1
  if (made.order !== undefined) return builder.shapeOf(made).length === 1 && dim.size === channels ? Array.from(made.order) : undefined
  return dim.size === channels && (dim.step === 1 || channels === 1) ? Array.from({ length: channels }, (_, i) => i) : undefined
}
