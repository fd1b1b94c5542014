// ONNX operators that choose between values: comparisons, Where, Clip.

import { inputOf, type NodeView } from '../node.ts'
import { choose, line } from '../steps.ts'
import { columnsOf, type Operation, type Rows, rowsOf, type Value } from '../values.ts'
import { operands } from './arithmetic.ts'
import { columns, computed, isAlike, type Operators, scalar, shapeIn } from './common.ts'

const compare =
  (above: boolean) =>
  (node: NodeView): Rows => {
    const { left, right } = operands(node)
    const [rows, constant] = left.kind === 'rows' ? [left, right] : [right, left]
    if (rows.kind !== 'rows' || constant.kind !== 'constant') throw node.unsupported('compares what is computed with what is computed')
    const than = scalar(node, constant, 0)
    const step: Operation = { op: 'greater', of: rows.step, than, where: node.where }
    return rowsOf(rows, above === (rows === left) ? step : { op: 'not', of: step, where: node.where })
  }

function where(node: NodeView): Rows {
  const condition = computed(node, 0)
  const [yes, no] = [inputOf(node, 1), inputOf(node, 2)]
  const { step } = condition
  if (step.op === 'isNaN' && yes.kind === 'constant' && no.kind === 'rows' && no.step === step.of) {
    const { values, shape } = columns(node, yes, shapeIn(no))
    const width = columnsOf(shape)
    const value = values.length === 1 && width !== undefined ? Array(width).fill(values[0]) : [...values]
    return rowsOf(no, { op: 'impute', of: no.step, value, where: node.where }, shape)
  }
  const stepOf = (value: Value): Operation => {
    if (value.kind === 'rows') return value.step
    // 0 for all is 0 times what the condition is of.
    if (value.kind === 'constant' && step.op === 'greater') return line(step.of, 0, scalar(node, value, 0), node.where)
    throw node.unsupported('chooses between values; only Where(IsNaN(x), constant, x) is read, before the first layer, and activations')
  }
  if (!isAlike(...[condition, yes, no].filter((value) => value.kind === 'rows')))
    throw node.unsupported('chooses between values of other shapes')
  return rowsOf(condition, choose(step, stepOf(yes), stepOf(no), node.where))
}

export const CHOICES: Operators = [
  ['Greater', compare(true)],
  ['GreaterOrEqual', compare(true)],
  ['Less', compare(false)],
  ['LessOrEqual', compare(false)],
  ['Not', (node) => rowsOf(computed(node, 0), { op: 'not', of: computed(node, 0).step, where: node.where })],
  ['Where', where],
]
