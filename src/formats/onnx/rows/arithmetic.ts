// ONNX operators of arithmetic on computed values.

import { inputOf, type NodeView } from '../node.ts'
import { limit, line, pair, part } from '../steps.ts'
import type { Constant } from '../tensors.ts'
import { type Pair, type Rows, rowsOf } from '../values.ts'
import { added, computed, floats, isAlike, map, neither, type Operators, scalar, stepWith, times } from './common.ts'

/** Two operands of which at least one is computed. */
export function operands(node: NodeView): { left: Rows | Constant; right: Rows | Constant } {
  const [left, right] = [0, 1].map((i) => {
    const value = inputOf(node, i)
    return value.kind === 'rows' ? computed(node, i) : value
  })
  if (node.inputs.length > 2) throw node.unsupported(`takes ${node.inputs.length} inputs, of which some are computed`)
  if (left === undefined || right === undefined || left.kind === 'unread' || right.kind === 'unread') throw node.damaged('has one input')
  return { left, right }
}

function both(node: NodeView, op: Pair, left: Rows, right: Rows): Rows {
  const { where } = node
  const step = isAlike(left, right) ? pair(op, left.step, right.step, where) : ({ op, left: left.step, right: right.step, where } as const)
  return rowsOf(left, 'left' in step ? { ...step, takes: node.names } : step, left.shape ?? right.shape)
}

function add(node: NodeView): Rows {
  const { left, right } = operands(node)
  if (left.kind === 'constant') return right.kind === 'rows' ? stepWith(node, right, left, added) : neither(node)
  return right.kind === 'constant' ? stepWith(node, left, right, added) : both(node, 'add', left, right)
}

function subtract(node: NodeView): Rows {
  const { left, right } = operands(node)
  if (left.kind === 'constant')
    return right.kind === 'rows' ? stepWith(node, right, left, (values) => ({ factor: [-1], offset: values })) : neither(node)
  if (right.kind === 'constant') return stepWith(node, left, right, (values) => added(map(values, (value) => -value)))
  return both(node, 'add', left, rowsOf(right, line(right.step, -1, 0, node.where)))
}

function multiply(node: NodeView): Rows {
  const { left, right } = operands(node)
  if (left.kind === 'constant') return right.kind === 'rows' ? stepWith(node, right, left, times) : neither(node)
  return right.kind === 'constant' ? stepWith(node, left, right, times) : both(node, 'multiply', left, right)
}

function divide(node: NodeView): Rows {
  const { left, right } = operands(node)
  if (left.kind === 'constant') {
    if (right.kind === 'constant') return neither(node)
    return stepWith(node, rowsOf(right, part('reciprocal', right.step, node.where)), left, times)
  }
  if (right.kind === 'constant') return stepWith(node, left, right, (values) => times(map(values, (value) => 1 / value)))
  return both(node, 'divide', left, right)
}

function extreme(node: NodeView, op: 'max' | 'min'): Rows {
  const { left, right } = operands(node)
  if (left.kind === 'rows' && right.kind === 'rows') return both(node, op, left, right)
  const [rows, constant] = left.kind === 'rows' ? [left, right] : [right, left]
  if (rows.kind !== 'rows' || constant.kind !== 'constant') return neither(node)
  const value = scalar(node, constant, 0)
  return rowsOf(rows, op === 'max' ? limit(rows.step, value, Infinity, node.where) : limit(rows.step, -Infinity, value, node.where))
}

/** PyTorch's old exporter writes the largest float32 for no limit. */
const LARGEST = 3.4e38
function clip(node: NodeView): Rows {
  const rows = computed(node, 0)
  const bound = (name: string, input: number, otherwise: number): number => {
    const attribute = node.attribute(name)
    const value = attribute?.float ?? scalar(node, floats(node, input, 'a limit'), otherwise)
    return Math.abs(value) >= LARGEST ? otherwise : value
  }
  return rowsOf(rows, limit(rows.step, bound('min', 1, -Infinity), bound('max', 2, Infinity), node.where))
}

function power(node: NodeView): Rows {
  const rows = computed(node, 0)
  const exponent = scalar(node, floats(node, 1, 'an exponent'), Number.NaN)
  if (exponent === 1) return rows
  if (exponent === -1) return rowsOf(rows, part('reciprocal', rows.step, node.where))
  throw node.unsupported(`is not read: it takes the power ${exponent}`)
}

export const ARITHMETIC: Operators = [
  ['Add', add],
  ['Sum', add],
  ['Sub', subtract],
  ['Mul', multiply],
  ['Div', divide],
  ['Neg', (node) => rowsOf(computed(node, 0), line(computed(node, 0).step, -1, 0, node.where))],
  ['Pow', power],
  ['Max', (node) => extreme(node, 'max')],
  ['Min', (node) => extreme(node, 'min')],
  ['Clip', clip],
]
