// The ONNX operators that scikit-learn's converter writes.

import { floatOf, intOf, type NodeView } from '../node.ts'
import { type Constant, FLOAT } from '../tensors.ts'
import { type Rows, rowsOf, type Value } from '../values.ts'
import { activated } from './activations.ts'
import { added, computed, map, type Operators, stepWith, times } from './common.ts'
import { kernelOf, throughKernel } from './layers.ts'

/** scikit-learn's scalers: (x - offset) scale. */
function scaler(node: NodeView): Rows {
  const rows = computed(node, 0)
  const list = (name: string, otherwise: number): Constant => {
    const values = node.attribute(name)?.floats ?? []
    const data = Float64Array.from(values.length === 0 ? [otherwise] : values)
    return { kind: 'constant', shape: data.length === 1 ? [] : [data.length], data, type: FLOAT }
  }
  const moved = stepWith(node, rows, list('offset', 0), (values) => added(map(values, (value) => -value)))
  return stepWith(node, moved, list('scale', 1), times)
}

/** scikit-learn's imputer. */
function imputer(node: NodeView): Rows {
  const rows = computed(node, 0)
  const value = node.attribute('imputed_value_floats')?.floats ?? []
  const replaced = floatOf(node, 'replaced_value_float', 0)
  if (value.length === 0 || !Number.isNaN(replaced)) throw node.unsupported(`fills in for ${replaced}; here it is for NaN, floats`)
  return rowsOf(rows, { op: 'impute', of: rows.step, value, where: node.where })
}

/** Rows that add up to 1 already stay as they are. */
function normalizer(node: NodeView): Rows {
  const rows = computed(node, 0)
  const { step } = rows
  if (node.attribute('norm')?.text === 'L1' && step.op === 'activation' && step.activation.name === 'softmax') return rows
  throw node.unsupported('is not read: it divides each row by its own length')
}

/** A kernel and a bias in attributes, (units, inputs). */
function linear(node: NodeView, units: number): Rows {
  const rows = computed(node, 0)
  const coefficients = node.attribute('coefficients')?.floats ?? []
  const intercepts = node.attribute('intercepts')?.floats ?? []
  const inputs = coefficients.length / units
  if (!Number.isInteger(inputs) || inputs === 0 || ![0, units].includes(intercepts.length))
    throw node.damaged(`has ${coefficients.length} coefficients and ${intercepts.length} intercepts for ${units} outputs`)
  const kernel: Constant = { kind: 'constant', shape: [units, inputs], data: Float64Array.from(coefficients), type: FLOAT }
  const bias = intercepts.length === 0 ? undefined : Float64Array.from(intercepts)
  return throughKernel(node, rows, kernelOf(node, kernel, true, 1), bias)
}

function transformed(node: NodeView, rows: Rows): Rows {
  const word = node.attribute('post_transform')?.text || 'NONE'
  if (word === 'NONE') return rows
  if (word === 'SOFTMAX') return rowsOf(rows, activated(node, rows.step, 'softmax'))
  if (word === 'LOGISTIC') return rowsOf(rows, activated(node, rows.step, 'sigmoid'))
  throw node.unsupported(`has the transform ${word} after its sums`)
}

/** The class, and what its scores are. */
function linearClassifier(node: NodeView): Value[] {
  const classes = [node.attribute('classlabels_ints')?.ints, node.attribute('classlabels_strings')?.texts].find((labels) => labels?.length)
  const units = node.attribute('intercepts')?.floats.length || (classes?.length ?? 0)
  if (units < 2 || units !== classes?.length) throw node.unsupported('has one score for two classes')
  const scores = transformed(node, linear(node, units))
  return [{ kind: 'unread', error: node.unsupported('gives the class'), of: [scores.step] }, scores]
}

export const SCIKIT: Operators = [
  ['ai.onnx.ml.Scaler', scaler],
  ['ai.onnx.ml.Imputer', imputer],
  ['ai.onnx.ml.Normalizer', normalizer],
  ['ai.onnx.ml.LinearRegressor', (node) => transformed(node, linear(node, intOf(node, 'targets', 1)))],
  ['ai.onnx.ml.LinearClassifier', linearClassifier],
]
