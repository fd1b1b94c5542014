// ONNX operators that pick or join columns.

import { CONSTANTS } from '../constants.ts'
import { beside, pick } from '../linear.ts'
import { axisOf, intOf, intsOf, type NodeView, rowsInput } from '../node.ts'
import type { Size } from '../size.ts'
import { type Constant, INT64 } from '../tensors.ts'
import { columnsOf, type Rows, rowsOf } from '../values.ts'
import { activated } from './activations.ts'
import { computed, isOneRow, type Operators, shapeIn, WITHOUT_BRANCHES } from './common.ts'

/** Some columns of a row, in any order, by their numbers. */
function picked(node: NodeView, rows: Rows, taken: readonly number[], shape: readonly Size[]): Rows {
  const inputs = columnsOf(shapeIn(rows))
  if (inputs === undefined || shapeIn(rows)[0] !== 'rows') throw node.unsupported('picks columns of rows whose width the file does not say')
  node.spend(inputs * taken.length)
  return rowsOf(rows, { op: 'dense', of: rows.step, kernel: pick(inputs, taken), bias: undefined, where: node.where }, shape)
}

/** What an operator that takes places of a constant takes of the columns of rows: it is given their numbers. */
export const picks =
  (operator: string) =>
  (node: NodeView): Rows => {
    const rows = computed(node, 0)
    const shape = shapeIn(rows)
    const [first] = shape
    const sizes = shape.filter((size): size is number => size !== 'rows')
    const width = columnsOf(shape)
    if (first !== 'rows' || width === undefined) throw node.unsupported('picks columns of rows whose width the file does not say')
    // Two rows show whether each gives the same, and whether rows are mixed.
    const numbers: Constant = {
      kind: 'constant',
      shape: [2, ...sizes],
      data: Float64Array.from({ length: 2 * width }, (_, i) => i),
      type: INT64,
    }
    const made = CONSTANTS.get(operator)?.({ ...node, inputs: [numbers, ...node.inputs.slice(1)] })
    const half = (made?.data.length ?? 0) / 2
    const taken = made ? Array.from(made.data.subarray(0, half)) : []
    if (made?.shape[0] !== 2 || taken.some((column, i) => !(column < width) || made.data[half + i] !== column + width))
      throw node.unsupported('takes some of the rows, or puts them in another order; here it may take columns')
    return picked(node, rows, taken, ['rows', ...made.shape.slice(1)])
  }

const ROWS_ONLY = 'takes some of the rows; here it may take columns'

function slice(node: NodeView): Rows {
  const rank = shapeIn(rowsInput(node, 0)).length
  const [starts, ends] = [intsOf(node, 'starts', 1) ?? [], intsOf(node, 'ends', 2) ?? []]
  const axes = intsOf(node, 'axes', 3) ?? ends.map((_, i) => i)
  // Exporters write the largest whole number for all there are.
  if (axes.some((axis, i) => axisOf(node, axis, rank) === 0 && (starts[i] !== 0 || !(Number(ends[i]) >= 2 ** 31 - 1))))
    throw node.unsupported(ROWS_ONLY)
  return picks('Slice')(node)
}

function gather(node: NodeView): Rows {
  if (axisOf(node, intOf(node, 'axis', 0), shapeIn(rowsInput(node, 0)).length) === 0) throw node.unsupported(ROWS_ONLY)
  return picks('Gather')(node)
}

/** Parts of a row beside each other: where all are picked of one, a dense layer. */
function concat(node: NodeView): Rows {
  const parts = node.inputs.flatMap((value, i) => (value?.kind === 'constant' ? [] : [computed(node, i)]))
  const [first] = parts
  if (first === undefined || parts.length < node.inputs.length) throw node.unsupported('puts a constant beside what is computed')
  if (parts.length === 1) return first
  const shape = shapeIn(first)
  const axis = axisOf(node, intOf(node, 'axis', 1), shape.length)
  const widths = parts.flatMap((rows) => (isOneRow(rows) ? (columnsOf(shapeIn(rows)) ?? []) : []))
  const units = widths.reduce((sum, width) => sum + width, 0)
  const steps = parts.map(({ step }) => step)
  const made = axis === shape.length - 1 && widths.length === parts.length ? beside(steps, widths) : undefined
  if (made === undefined)
    throw node.unsupported(`puts ${node.names.map((name) => `"${name}"`).join(' and ')} beside each other; ${WITHOUT_BRANCHES}`)
  const out = shape.with(-1, units)
  const { of, kernel, bias } = made
  // 1 - p and p of a sigmoid p are a softmax of 0 and its sum.
  if (of.op === 'activation' && of.activation.name === 'sigmoid' && kernel.inputs === 1 && units === 2) {
    const plain = [0, 1].find((i) => kernel.data[i] === 1 && bias[i] === 0)
    if (plain !== undefined && kernel.data[1 - plain] === -1 && bias[1 - plain] === 1) {
      const sums = { inputs: 1, units, data: Float64Array.from([0, 1], (i) => (i === plain ? 1 : 0)) }
      return rowsOf(first, activated(node, { op: 'dense', of: of.of, kernel: sums, bias: undefined, where: node.where }, 'softmax'), out)
    }
  }
  return rowsOf(first, { op: 'dense', of, kernel, bias, where: node.where }, out)
}

export const COLUMNS: Operators = [
  ['Concat', concat],
  ['Slice', slice],
  ['Gather', gather],
  ['ai.onnx.ml.ArrayFeatureExtractor', picks('ai.onnx.ml.ArrayFeatureExtractor')],
]
