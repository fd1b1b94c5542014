// ONNX operators that are activations.

import { at } from '../../../core/at.ts'
import type { Activation } from '../../activation.ts'
import { axisOf, floatOf, intOf, intsOf, type NodeView } from '../node.ts'
import { activation, line, part } from '../steps.ts'
import { type Operation, type Part, type Rows, rowsOf } from '../values.ts'
import { computed, floats, isOneRow, type Operators, scalar, shapeIn } from './common.ts'

/** Operators that are an activation, with the parameter each has by default. */
const PLAIN: ReadonlyMap<string, Activation['name']> = new Map([
  ['Relu', 'relu'],
  ['Softplus', 'softplus'],
  ['Softsign', 'softsign'],
  ['Tanh', 'tanh'],
  ['Sigmoid', 'sigmoid'],
])

export const activated = (node: NodeView, of: Operation, name: Activation['name'], parameter = 0): Operation =>
  activation(of, { name, parameter }, node.where)

function positive(node: NodeView, value: number, what: string): number {
  if (value >= 0) return value
  throw node.unsupported(`has the ${what} ${value}; here it is not below 0`)
}

/** ONNX writes its defaults in float32. */
const SELU = { alpha: 1.6732632, gamma: 1.050701 }
const near = (a: number, b: number): boolean => Math.abs(a - b) <= 1e-6 * Math.abs(b)

/** The numbers of a Selu, and whether they are those that it has everywhere. */
export function seluOf(node: NodeView): { readonly alpha: number; readonly gamma: number; readonly usual: boolean } {
  const [alpha, gamma] = [floatOf(node, 'alpha', SELU.alpha), floatOf(node, 'gamma', SELU.gamma)]
  return { alpha: positive(node, alpha, 'alpha'), gamma, usual: near(alpha, SELU.alpha) && near(gamma, SELU.gamma) }
}

function selu(node: NodeView): Rows {
  const rows = computed(node, 0)
  const { alpha, gamma, usual } = seluOf(node)
  if (usual) return rowsOf(rows, activated(node, rows.step, 'selu'))
  return rowsOf(rows, line(activated(node, rows.step, 'elu', alpha), gamma, 0, node.where))
}

/** alpha (e^(x / alpha) - 1) below 0 */
function celu(node: NodeView): Rows {
  const rows = computed(node, 0)
  const alpha = floatOf(node, 'alpha', 1)
  if (!(alpha > 0)) throw node.unsupported(`has the alpha ${alpha}; here it is above 0`)
  return rowsOf(rows, line(activated(node, line(rows.step, 1 / alpha, 0, node.where), 'elu', 1), alpha, 0, node.where))
}

/** max(0, min(1, alpha x + beta)) */
function hardSigmoid(node: NodeView): Rows {
  const rows = computed(node, 0)
  const [alpha, beta] = [floatOf(node, 'alpha', 0.2), floatOf(node, 'beta', 0.5)]
  if (alpha === 0) throw node.unsupported('has the alpha 0: it gives the same for all rows')
  const slope = Math.abs(alpha)
  const moved = line(rows.step, Math.sign(alpha), (beta - 0.5) / slope, node.where)
  return rowsOf(rows, activated(node, moved, 'hardSigmoid', slope))
}

function prelu(node: NodeView): Rows {
  const rows = computed(node, 0)
  const slope = scalar(node, floats(node, 1, 'a slope'), 0)
  return rowsOf(rows, activated(node, rows.step, 'leakyRelu', positive(node, slope, 'slope')))
}

function softmax(node: NodeView): Rows {
  const rows = computed(node, 0)
  const shape = shapeIn(rows)
  // Before operator set 13 it was over all dimensions from the axis on, which was 1 by default.
  const old = node.version < 13
  const axis = axisOf(node, intOf(node, 'axis', old ? 1 : -1), shape.length)
  const outside = old ? shape.slice(0, axis) : shape.filter((_, i) => i !== axis)
  const inside = old ? shape.slice(axis) : shape.slice(axis, axis + 1)
  if (inside.includes('rows') || outside.some((size) => size !== 'rows' && size !== 1))
    throw node.unsupported('is not over the outputs of a row')
  return rowsOf(rows, activated(node, rows.step, 'softmax'))
}

const simple =
  (name: Activation['name'], parameterOf: (node: NodeView) => number = () => 0) =>
  (node: NodeView): Rows => {
    const rows = computed(node, 0)
    return rowsOf(rows, activated(node, rows.step, name, parameterOf(node)))
  }

const partial =
  (op: Part) =>
  (node: NodeView): Rows => {
    const rows = computed(node, 0)
    return rowsOf(rows, part(op, rows.step, node.where))
  }

/** Over the columns of a row, which stay one column. */
const across =
  (op: 'sum' | 'largest') =>
  (node: NodeView): Rows => {
    const rows = computed(node, 0)
    const rank = shapeIn(rows).length
    const axes = intsOf(node, 'axes', 1) ?? []
    if (!isOneRow(rows) || axes.length !== 1 || axisOf(node, at(axes, 0), rank) !== rank - 1 || intOf(node, 'keepdims', 1) !== 1)
      throw node.unsupported('is not read, but as a part of a softmax')
    return rowsOf(rows, part(op, rows.step, node.where))
  }

export const ACTIVATIONS: Operators = [
  ...[...PLAIN].map(([operator, name]) => [operator, simple(name)] as const),
  ['LeakyRelu', simple('leakyRelu', (node) => positive(node, floatOf(node, 'alpha', 0.01), 'alpha'))],
  ['Elu', simple('elu', (node) => positive(node, floatOf(node, 'alpha', 1), 'alpha'))],
  ['Selu', selu],
  ['Celu', celu],
  ['HardSigmoid', hardSigmoid],
  ['PRelu', prelu],
  ['Softmax', softmax],
  ['Exp', partial('exp')],
  ['Log', partial('log')],
  ['Abs', partial('abs')],
  ['Reciprocal', partial('reciprocal')],
  ['IsNaN', partial('isNaN')],
  ['ReduceSum', across('sum')],
  ['ReduceMax', across('largest')],
]
