// ONNX operators that only change shapes.

import { at } from '../../../core/at.ts'
import { sizeOf } from '../../../core/shape.ts'
import { permutationOf, shapeOf, squeezed, targetOf, unsqueezed } from '../constants.ts'
import { constantInput, inputOf, intOf, type NodeView, rowsInput } from '../node.ts'
import type { Size } from '../size.ts'
import { FLOAT, INT64, isFloat, isWhole, typeName } from '../tensors.ts'
import { columnsOf, type Rows, type Value } from '../values.ts'
import { picks } from './columns.ts'
import { checkType, type Operators, shapeIn } from './common.ts'

/** Nothing but the shape changes: what has more than one number keeps its order, and the rows come first. */
function reshaped(node: NodeView, rows: Rows, shape: readonly Size[]): Rows {
  const [before, after] = [columnsOf(shapeIn(rows)), columnsOf(shape)]
  const first = shape.find((size) => size !== 1)
  // scikit-learn's converter writes a regression's several outputs in one column; read in order they are the rows they were.
  if (before !== undefined && before > 1 && shape.length === 2 && shape[0] === -1 && shape[1] === 1) return { ...rows, shape }
  if (first !== 'rows' || (before !== undefined && after !== undefined && before !== after))
    throw node.unsupported(`makes (${shape.join(', ')}) of (${shapeIn(rows).join(', ')}); here the rows stay the first dimension`)
  return { ...rows, shape }
}

function reshape(node: NodeView): Rows {
  const rows = rowsInput(node, 0)
  const shape = shapeIn(rows)
  const before = columnsOf(shape)
  const target = targetOf(node, shape)
  const known = sizeOf(target.filter((size): size is number => size !== 'rows' && size !== -1))
  const fill = (left: Size): Size[] => target.map((size) => (size === -1 ? left : size))
  if (target.includes('rows')) return reshaped(node, rows, fill(before === undefined ? -1 : before / known))
  // What is left are the rows where the sizes that are said make up a row.
  if (target.includes(-1) && (before === undefined || known === before)) return reshaped(node, rows, fill('rows'))
  // Else the file must fix how many rows there are.
  const { batch } = node
  const numbers = batch === undefined || before === undefined ? fill(-1) : fill((batch * before) / known)
  return reshaped(node, rows, batch !== undefined && numbers[0] === batch ? numbers.with(0, 'rows') : numbers)
}

function flatten(node: NodeView): Rows {
  const rows = rowsInput(node, 0)
  const shape = shapeIn(rows)
  const axis = intOf(node, 'axis', 1)
  const at = axis < 0 ? axis + shape.length : axis
  const [outside, inside] = [shape.slice(0, at), shape.slice(at)]
  if (!outside.includes('rows') || outside.some((size) => size !== 'rows' && size !== 1))
    throw node.unsupported(`makes one of the rows and their columns (axis ${axis})`)
  return reshaped(node, rows, ['rows', columnsOf(['rows', ...inside]) ?? -1])
}

function transpose(node: NodeView): Rows {
  const rows = rowsInput(node, 0)
  const shape = shapeIn(rows)
  const order = permutationOf(node, shape.length)
  const kept = order.filter((axis) => shape[axis] !== 1)
  if (kept.some((axis, i) => i > 0 && axis < at(kept, i - 1))) return picks('Transpose')(node)
  return { ...rows, shape: order.map((axis) => at(shape, axis)) }
}

function cast(node: NodeView, type: number): Rows {
  const rows = rowsInput(node, 0)
  checkType(node, type)
  if (isFloat(type)) return { ...rows, whole: false }
  if (rows.whole && isWhole(type)) return rows
  throw node.unsupported(`makes ${typeName(type)} of what is computed`)
}

function castLike(node: NodeView): Value {
  const [given, like] = [inputOf(node, 0), inputOf(node, 1)]
  // What is computed is float32, and a constant is made like it.
  if (given.kind === 'constant' && like.kind === 'rows' && !like.whole) return { ...given, type: FLOAT }
  return cast(node, like.kind === 'constant' ? like.type : like.kind === 'rows' && like.whole ? INT64 : FLOAT)
}

function dropout(node: NodeView): Rows {
  const rows = rowsInput(node, 0)
  const training = constantInput(node, 2, 'a training mode')
  if (training !== undefined && training.data[0] !== 0)
    throw node.unsupported('drops units when it predicts (training_mode); export the network for prediction, in PyTorch after model.eval()')
  return rows
}

const identity = (node: NodeView): Rows => rowsInput(node, 0)

export const SHAPES: Operators = [
  ['Identity', identity],
  ['Dropout', dropout],
  ['Cast', (node) => cast(node, intOf(node, 'to', 0))],
  ['CastLike', castLike],
  ['Reshape', reshape],
  ['Flatten', flatten],
  ['Squeeze', (node) => reshaped(node, rowsInput(node, 0), squeezed(node, shapeIn(rowsInput(node, 0))))],
  ['Unsqueeze', (node) => reshaped(node, rowsInput(node, 0), unsqueezed<Size>(node, shapeIn(rowsInput(node, 0)), 1))],
  ['Transpose', transpose],
  ['Shape', (node) => shapeOf(node, shapeIn(rowsInput(node, 0)))],
  // A map from the names of classes to their probabilities, for each row.
  ['ai.onnx.ml.ZipMap', identity],
]
