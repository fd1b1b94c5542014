// ONNX operators that are layers: Gemm, MatMul, BatchNormalization and others.

import { at } from '../../../core/at.ts'
import { affineOfBatchNormalization, type Numbers } from '../../fold.ts'
import { floatOf, inputOf, intOf, type NodeView } from '../node.ts'
import { type Constant, FLOAT } from '../tensors.ts'
import { type Kernel, type Operation, type Rows, rowsOf } from '../values.ts'
import { added, columns, computed, floats, map, neither, type Operators, shapeIn, stepWith, times, WITHOUT_BRANCHES } from './common.ts'

/** What goes through a kernel: a row is its last size, all others are 1. */
export function throughKernel(node: NodeView, rows: Rows, kernel: Kernel, bias: Numbers | undefined, drops = false): Rows {
  const shape = shapeIn(rows)
  const last = shape.at(-1)
  if (last === 'rows' || shape.length < 2) throw node.unsupported('takes a kernel to the rows, not to the columns of each')
  if (shape.slice(0, -1).some((size) => size !== 'rows' && size !== 1))
    throw node.unsupported(`takes its kernel to each part of a row of shape ${shape.join(' x ')}; a network here takes it to the whole row`)
  if (last !== -1 && last !== kernel.inputs) throw node.damaged(`takes ${kernel.inputs} numbers; what comes before it gives ${last}`)
  const step: Operation = { op: 'dense', of: rows.step, kernel, bias, where: node.where }
  return rowsOf(rows, step, drops ? shape.slice(0, -1) : shape.with(-1, kernel.units))
}

export function kernelOf(node: NodeView, constant: Constant, transposed: boolean, factor: number): Kernel {
  const { shape, data } = constant
  const [rows = 0, columns = 0] = shape
  if (shape.length !== 2)
    throw node.unsupported(`has a kernel of shape ${shape.join(' x ')}; a network here has kernels of (inputs, units)`)
  const [inputs, units] = transposed ? [columns, rows] : [rows, columns]
  if (!transposed && factor === 1) return { inputs, units, data }
  node.spend(data.length)
  const numberAt = (i: number): number => (transposed ? at(data, (i % units) * inputs + Math.floor(i / units)) : at(data, i))
  const made = new (factor === 1 && data instanceof Float32Array ? Float32Array : Float64Array)(data.length)
  for (let i = 0; i < made.length; i++) made[i] = numberAt(i) * factor
  return { inputs, units, data: made }
}

function kernelInput(node: NodeView): Constant {
  const [first, second] = [inputOf(node, 0), inputOf(node, 1)]
  if (first.kind === 'rows' && second.kind === 'rows')
    throw node.unsupported(`multiplies "${node.names[0]}" and "${node.names[1]}", which are both computed; ${WITHOUT_BRANCHES}`)
  const kernel = floats(node, 1, 'a kernel')
  if (kernel === undefined || first.kind === 'constant') throw node.unsupported('multiplies a constant by what is computed, from the left')
  return kernel
}

function gemm(node: NodeView): Rows {
  const kernel = kernelInput(node)
  const rows = computed(node, 0)
  if (intOf(node, 'transA', 0) !== 0) throw node.unsupported('takes its rows as columns (transA)')
  const third = node.inputs[2]
  if (third?.kind === 'rows') throw node.unsupported(`adds "${node.names[2]}", which is computed; ${WITHOUT_BRANCHES}`)
  const beta = floatOf(node, 'beta', 1)
  const bias = beta === 0 ? undefined : floats(node, 2, 'a bias')
  const made = throughKernel(node, rows, kernelOf(node, kernel, intOf(node, 'transB', 0) !== 0, floatOf(node, 'alpha', 1)), undefined)
  if (bias === undefined) return made
  const { step } = made
  if (step.op !== 'dense') return neither(node)
  const { units } = step.kernel
  if (bias.shape.length === 1 && bias.data.length !== 1 && bias.data.length !== units)
    throw node.damaged(`has a bias of ${bias.data.length} numbers for ${units} units`)
  const { values } = columns(node, bias, shapeIn(made))
  return { ...made, step: { ...step, bias: beta === 1 ? values : map(values, (value) => value * beta) } }
}

function matMul(node: NodeView): Rows {
  const kernel = kernelInput(node)
  const rows = computed(node, 0)
  // A vector gives one number, whose dimension is dropped.
  if (kernel.shape.length === 1)
    return throughKernel(node, rows, kernelOf(node, { ...kernel, shape: [kernel.data.length, 1] }, false, 1), undefined, true)
  const flat = kernel.shape.slice(0, -2).every((size) => size === 1) ? { ...kernel, shape: kernel.shape.slice(-2) } : kernel
  return throughKernel(node, rows, kernelOf(node, flat, false, 1), undefined)
}

/** Only a product of rows and a kernel, whatever its letters are: `ni,oi->no`. */
function einsum(node: NodeView): Rows {
  const equation = node.attribute('equation')?.text.replaceAll(' ', '') ?? ''
  const [, row, column, left, right, first, second] = /^(\w)(\w),(\w)(\w)->(\w)(\w)$/.exec(equation) ?? []
  const transposed = right === column
  const units = transposed ? left : right
  if (
    row === undefined ||
    row === column ||
    units === column ||
    (!transposed && left !== column) ||
    first !== row ||
    second !== units ||
    units === row
  )
    throw node.unsupported(`is not read: it computes ${equation}`)
  const kernel = kernelInput(node)
  return throughKernel(node, computed(node, 0), kernelOf(node, kernel, transposed, 1), undefined)
}

function batchNormalization(node: NodeView): Rows {
  const rows = computed(node, 0)
  if (intOf(node, 'training_mode', 0) !== 0)
    throw node.unsupported('normalizes by each batch (training_mode); export the network for prediction, in PyTorch after model.eval()')
  if (node.version < 14 && node.outputs > 1)
    throw node.unsupported('normalizes by each batch, as in training; export the network for prediction')
  if (intOf(node, 'spatial', 1) === 0) throw node.unsupported('normalizes each place by itself (spatial is 0)')
  const [gamma, beta, mean, variance] = [1, 2, 3, 4].map((i) => floats(node, i, 'a parameter')?.data)
  if (gamma === undefined || beta === undefined || mean === undefined || variance === undefined)
    throw node.damaged('has no mean or no variance')
  if ([gamma, beta, variance].some(({ length }) => length !== mean.length))
    throw node.damaged('has parameters of different numbers of columns')
  const { factor, offset } = affineOfBatchNormalization({ gamma, beta, mean, variance, epsilon: floatOf(node, 'epsilon', 1e-5) })
  const shape = shapeIn(rows)
  if (shape[0] !== 'rows') throw node.unsupported('normalizes another dimension than the columns')
  // The channels are the second dimension; whatever comes after has the same numbers.
  const channels = [factor.length, ...shape.slice(2).map(() => 1)]
  const of = (values: ArrayLike<number>): Constant => ({ kind: 'constant', shape: channels, data: Float64Array.from(values), type: FLOAT })
  const scaled = stepWith(node, rows, of(factor), times)
  return stepWith(node, scaled, of(offset), added)
}

export const LAYERS: Operators = [
  ['Gemm', gemm],
  ['MatMul', matMul],
  ['Einsum', einsum],
  ['BatchNormalization', batchNormalization],
]
