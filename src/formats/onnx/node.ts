// An ONNX node with its inputs, as the operators see it.

import type { InvalidDataError } from '../../core/errors.ts'
import type { UnsupportedModelError } from '../errors.ts'
import type { OnnxAttribute, OnnxNode } from './proto.ts'
import type { Constant } from './tensors.ts'
import type { Rows, Value } from './values.ts'

/** What a message is about. */
export interface Place {
  /** Opens messages, after the file's name. */
  readonly where: string
  readonly unsupported: (what: string) => UnsupportedModelError
  readonly damaged: (what: string) => InvalidDataError
}

/** A node with what its inputs are, as the operators see it. */
export interface NodeView extends Place {
  readonly operator: string
  /** Of the operator set that the node is of. */
  readonly version: number
  /** undefined where an input is left out. */
  readonly inputs: readonly (Value | undefined)[]
  readonly names: readonly string[]
  readonly outputs: number
  /** Throws where constants that a small file asks for would fill the memory. */
  readonly spend: (numbers: number) => void
  readonly attribute: (name: string) => OnnxAttribute | undefined
  /** The tensor of an attribute. */
  readonly tensor: (attribute: OnnxAttribute) => Constant
  /** The number of rows, where the file fixes it. */
  readonly batch: number | undefined
}

export const nameOf = ({ domain, operator }: Pick<OnnxNode, 'domain' | 'operator'>): string =>
  domain === '' ? operator : `${domain}.${operator}`

/** How messages name a node. */
export const whereOf = (node: OnnxNode): string => `node "${node.name === '' ? (node.outputs[0] ?? '') : node.name}" (${nameOf(node)})`

export const floatOf = (node: NodeView, name: string, otherwise: number): number => node.attribute(name)?.float ?? otherwise
export const intOf = (node: NodeView, name: string, otherwise: number): number => node.attribute(name)?.int ?? otherwise

/** An input that must be there, of whatever kind. */
export function inputOf(node: NodeView, i: number): Value {
  const value = node.inputs[i]
  if (value === undefined) throw node.damaged(`has no input ${i + 1}`)
  return value
}

/** An input that must be known before anything is computed; undefined where it is left out. */
export function constantInput(node: NodeView, i: number, what: string): Constant | undefined {
  const value = node.inputs[i]
  if (value === undefined || value.kind === 'constant') return value
  throw node.unsupported(`has ${what} that ${value.kind === 'rows' ? 'is computed of the inputs' : 'cannot be read'} ("${node.names[i]}")`)
}

export function rowsInput(node: NodeView, i: number): Rows {
  const value = inputOf(node, i)
  if (value.kind === 'rows') return value
  throw node.unsupported(`takes the constant "${node.names[i]}" where a network here has what it computes`)
}

/** Whole numbers of an attribute, or, in newer operator sets, of an input; undefined where neither is there. */
export function intsOf(node: NodeView, name: string, input: number): readonly number[] | undefined {
  const attribute = node.attribute(name)
  if (attribute !== undefined) return attribute.ints
  const constant = constantInput(node, input, name)
  return constant && Array.from(constant.data)
}

/** An axis counted from the front. */
export function axisOf(node: NodeView, axis: number, rank: number): number {
  const counted = axis < 0 ? axis + rank : axis
  if (!Number.isInteger(counted) || counted < 0 || counted >= Math.max(rank, 1)) throw node.damaged(`has the axis ${axis} of ${rank}`)
  return counted
}
