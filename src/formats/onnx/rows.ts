import type { Activation } from '../../core/activations.ts'
import { type Affine, affineOfBatchNormalization, type Numbers } from '../fold.ts'
import { CONSTANTS, expand, permutationOf, shapeOf, squeezed, targetOf, unsqueezed } from './constants.ts'
import { beside, pick } from './linear.ts'
import { axisOf, constantInput, floatOf, inputOf, intOf, intsOf, type NodeView, rowsInput } from './node.ts'
import { activation, affine, choose, limit, line, pair, part } from './steps.ts'
import { type Constant, FLOAT, INT64, isFloat, isHalf, isWhole, sizeOf, typeName } from './tensors.ts'
import { columnsOf, type Kernel, type Pair, type Part, type Rows, rowsOf, type Size, type Step, type Value } from './values.ts'

/** What operators do to what is computed of the inputs, each row by itself. */

const WITHOUT_BRANCHES = 'a network here is a row of steps without branches'

/** What is computed here is float32; a runtime rounds float16 after each step. */
function checkType(node: NodeView, type: number): void {
  if (isHalf(type))
    throw node.unsupported(
      `computes in ${typeName(type)}, which rounds after each step; a network here computes in float32: export it in float32`,
    )
}

/** A row of numbers that are computed with. */
function computed(node: NodeView, i: number): Rows {
  const rows = rowsInput(node, i)
  if (rows.whole) throw node.unsupported('computes with whole numbers; here they are cast to floats first')
  if (rows.shape?.includes('rows') === false) throw node.unsupported('computes with rows and columns in one')
  return rows
}

function floats(node: NodeView, i: number, what: string): Constant | undefined {
  const constant = constantInput(node, i, what)
  if (constant !== undefined) checkType(node, constant.type)
  return constant
}

/** Where nothing says the shape it is (rows, columns). */
const shapeIn = ({ shape }: Rows): readonly Size[] => shape ?? ['rows', -1]

/** A constant's numbers for each column of rows of `shape`, one where it is one for all; and the shape that comes out. */
function columns(node: NodeView, constant: Constant, shape: readonly Size[]): { values: Numbers; shape: readonly Size[] } {
  const rank = Math.max(shape.length, constant.shape.length)
  const whole = Array.from({ length: rank }, (_, i): Size => {
    const [own, other] = [shape[shape.length - rank + i] ?? 1, constant.shape[constant.shape.length - rank + i] ?? 1]
    if (other === 1 || own === other) return own
    if (own === -1) return other
    if (own === 'rows' && other === node.batch) throw node.unsupported('has numbers of its own for each row')
    throw node.unsupported(`takes a constant of shape ${constant.shape.join(' x ')}; what comes before it is of shape ${shape.join(' x ')}`)
  })
  if (constant.data.length === 1) return { values: constant.data, shape: whole }
  const sizes = whole.filter((size): size is number => size !== 'rows')
  if (sizes.includes(-1)) throw node.unsupported('takes a constant beside sizes that the file does not say')
  // Along the rows the constant has size 1, as checked above.
  const at = whole.indexOf('rows') - (rank - constant.shape.length)
  const own = at < 0 ? constant.shape : constant.shape.toSpliced(at, 1)
  return { values: expand(node, { ...constant, shape: own }, sizes).data, shape: whole }
}

/** Rows on which a step works that has a factor or an offset from a constant. */
function stepWith(node: NodeView, rows: Rows, constant: Constant, affineOf: (values: Numbers) => Affine): Rows {
  checkType(node, constant.type)
  const { values, shape } = columns(node, constant, shapeIn(rows))
  return rowsOf(rows, affine(rows.step, affineOf(values), node.where), rows.shape === undefined && values.length === 1 ? undefined : shape)
}

const ONE = [1]
const ZERO = [0]
const map = (values: Numbers, change: (value: number) => number): Float64Array => Float64Array.from(values, change)
const added = (values: Numbers): Affine => ({ factor: ONE, offset: values })
const times = (values: Numbers): Affine => ({ factor: values, offset: ZERO })

/** Two operands of which at least one is computed. */
function operands(node: NodeView): { left: Rows | Constant; right: Rows | Constant } {
  const [left, right] = [0, 1].map((i) => {
    const value = inputOf(node, i)
    return value.kind === 'rows' ? computed(node, i) : value
  })
  if (node.inputs.length > 2) throw node.unsupported(`takes ${node.inputs.length} inputs, of which some are computed`)
  if (left === undefined || right === undefined || left.kind === 'unread' || right.kind === 'unread') throw node.damaged('has one input')
  return { left, right }
}

function both(node: NodeView, op: Pair, left: Rows, right: Rows): Rows {
  const step = pair(op, left.step, right.step, node.where)
  return rowsOf(left, 'left' in step ? { ...step, takes: node.names } : step, left.shape ?? right.shape)
}

function add(node: NodeView): Rows {
  const { left, right } = operands(node)
  if (left.kind === 'constant') return right.kind === 'rows' ? stepWith(node, right, left, added) : neither(node)
  return right.kind === 'constant' ? stepWith(node, left, right, added) : both(node, 'add', left, right)
}

function neither(node: NodeView): never {
  throw node.damaged('computes nothing of the inputs')
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

/** The one number that a constant is. */
function scalar(node: NodeView, constant: Constant | undefined, otherwise: number): number {
  if (constant === undefined) return otherwise
  checkType(node, constant.type)
  const [value = otherwise] = constant.data
  if (constant.data.some((other) => other !== value)) throw node.unsupported('has another number for each column')
  return value
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

/** What goes through a kernel: a row is its last size, all others are 1. */
function throughKernel(node: NodeView, rows: Rows, kernel: Kernel, bias: Numbers | undefined, drops = false): Rows {
  const shape = shapeIn(rows)
  const last = shape.at(-1)
  if (last === 'rows' || shape.length < 2) throw node.unsupported('takes a kernel to the rows, not to the columns of each')
  if (shape.slice(0, -1).some((size) => size !== 'rows' && size !== 1))
    throw node.unsupported(`takes its kernel to each part of a row of shape ${shape.join(' x ')}; a network here takes it to the whole row`)
  if (last !== -1 && last !== kernel.inputs) throw node.damaged(`takes ${kernel.inputs} numbers; what comes before it gives ${last}`)
  const step: Step = { op: 'dense', of: rows.step, kernel, bias, where: node.where }
  return rowsOf(rows, step, drops ? shape.slice(0, -1) : shape.with(-1, kernel.units))
}

function kernelOf(node: NodeView, constant: Constant, transposed: boolean, factor: number): Kernel {
  const { shape, data } = constant
  const [rows = 0, columns = 0] = shape
  if (shape.length !== 2)
    throw node.unsupported(`has a kernel of shape ${shape.join(' x ')}; a network here has kernels of (inputs, units)`)
  const [inputs, units] = transposed ? [columns, rows] : [rows, columns]
  if (!transposed && factor === 1) return { inputs, units, data }
  node.spend(data.length)
  const at = (i: number): number => (transposed ? (data[(i % units) * inputs + Math.floor(i / units)] ?? 0) : (data[i] ?? 0))
  const made = new (factor === 1 && data instanceof Float32Array ? Float32Array : Float64Array)(data.length)
  for (let i = 0; i < made.length; i++) made[i] = at(i) * factor
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
  if (bias.data.length !== 1 && bias.data.length !== units)
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
  const { factor, offset } = affineOfBatchNormalization({ gamma, beta, mean, variance, epsilon: floatOf(node, 'epsilon', 1e-5) })
  const shape = shapeIn(rows)
  if (shape[0] !== 'rows') throw node.unsupported('normalizes another dimension than the columns')
  // The channels are the second dimension; whatever comes after has the same numbers.
  const channels = [factor.length, ...shape.slice(2).map(() => 1)]
  const of = (values: ArrayLike<number>): Constant => ({ kind: 'constant', shape: channels, data: Float64Array.from(values), type: FLOAT })
  const scaled = stepWith(node, rows, of(factor), times)
  return stepWith(node, scaled, of(offset), added)
}

/** Operators that are an activation, with the parameter each has unless said. */
const PLAIN: ReadonlyMap<string, Activation['name']> = new Map([
  ['Relu', 'relu'],
  ['Softplus', 'softplus'],
  ['Softsign', 'softsign'],
  ['Tanh', 'tanh'],
  ['Sigmoid', 'sigmoid'],
])

const activated = (node: NodeView, of: Step, name: Activation['name'], parameter = 0): Step =>
  activation(of, { name, parameter }, node.where)

function positive(node: NodeView, value: number, what: string): number {
  if (value >= 0) return value
  throw node.unsupported(`has the ${what} ${value}; here it is not below 0`)
}

/** ONNX writes its defaults in float32. */
const SELU = { alpha: 1.6732632, gamma: 1.050701 }
const near = (a: number, b: number): boolean => Math.abs(a - b) <= 1e-6 * Math.abs(b)

function selu(node: NodeView): Rows {
  const rows = computed(node, 0)
  const [alpha, gamma] = [floatOf(node, 'alpha', SELU.alpha), floatOf(node, 'gamma', SELU.gamma)]
  if (near(alpha, SELU.alpha) && near(gamma, SELU.gamma)) return rowsOf(rows, activated(node, rows.step, 'selu'))
  return rowsOf(rows, line(activated(node, rows.step, 'elu', positive(node, alpha, 'alpha')), gamma, 0, node.where))
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
  // Before operator set 13 it was over all dimensions from the axis on, which was 1 unless said.
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
    if (axes.length !== 1 || axisOf(node, axes[0] ?? 0, rank) !== rank - 1 || intOf(node, 'keepdims', 1) !== 1)
      throw node.unsupported('is not read, but as a part of a softmax')
    return rowsOf(rows, part(op, rows.step, node.where))
  }

function power(node: NodeView): Rows {
  const rows = computed(node, 0)
  const exponent = scalar(node, floats(node, 1, 'an exponent'), Number.NaN)
  if (exponent === 1) return rows
  if (exponent === -1) return rowsOf(rows, part('reciprocal', rows.step, node.where))
  throw node.unsupported(`is not read: it takes the power ${exponent}`)
}

const compare =
  (above: boolean) =>
  (node: NodeView): Rows => {
    const { left, right } = operands(node)
    const [rows, constant] = left.kind === 'rows' ? [left, right] : [right, left]
    if (rows.kind !== 'rows' || constant.kind !== 'constant') throw node.unsupported('compares what is computed with what is computed')
    const than = scalar(node, constant, 0)
    const step: Step = { op: 'greater', of: rows.step, than, where: node.where }
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
  const stepOf = (value: Value): Step => {
    if (value.kind === 'rows') return value.step
    // 0 for all is 0 times what the condition is of.
    if (value.kind === 'constant' && step.op === 'greater') return line(step.of, 0, scalar(node, value, 0), node.where)
    throw node.unsupported('chooses between values; only Where(IsNaN(x), constant, x) is read, before the first layer, and activations')
  }
  return rowsOf(condition, choose(step, stepOf(yes), stepOf(no), node.where))
}

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
  return reshaped(node, rows, numbers[0] === batch ? numbers.with(0, 'rows') : numbers)
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
  if (kept.some((axis, i) => i > 0 && axis < (kept[i - 1] ?? 0))) return picks('Transpose')(node)
  return { ...rows, shape: order.map((axis) => shape[axis] ?? 1) }
}

function cast(node: NodeView, type: number): Rows {
  const rows = rowsInput(node, 0)
  checkType(node, type)
  if (isFloat(type)) return { ...rows, whole: false }
  if (rows.whole && isWhole(type)) return rows
  throw node.unsupported(`makes ${typeName(type)} of what is computed`)
}

function castLike(node: NodeView): Rows {
  const like = inputOf(node, 1)
  return cast(node, like.kind === 'constant' ? like.type : like.kind === 'rows' && like.whole ? INT64 : FLOAT)
}

function dropout(node: NodeView): Rows {
  const rows = rowsInput(node, 0)
  const training = constantInput(node, 2, 'a training mode')
  if (training !== undefined && training.data[0] !== 0)
    throw node.unsupported('drops units when it predicts (training_mode); export the network for prediction, in PyTorch after model.eval()')
  return rows
}

/** Some columns of a row, in any order, by their numbers. */
function picked(node: NodeView, rows: Rows, taken: readonly number[], shape: readonly Size[]): Rows {
  const inputs = columnsOf(shapeIn(rows))
  if (inputs === undefined || shapeIn(rows)[0] !== 'rows') throw node.unsupported('picks columns of rows whose width the file does not say')
  node.spend(inputs * taken.length)
  return rowsOf(rows, { op: 'dense', of: rows.step, kernel: pick(inputs, taken), bias: undefined, where: node.where }, shape)
}

/** What an operator that takes places of a constant takes of the columns of rows: it is given their numbers. */
const picks =
  (operator: string) =>
  (node: NodeView): Rows => {
    const rows = computed(node, 0)
    const shape = shapeIn(rows)
    const [first, ...sizes] = shape
    const width = columnsOf(shape)
    if (first !== 'rows' || width === undefined) throw node.unsupported('picks columns of rows whose width the file does not say')
    // Two rows tell whether each gives the same, and whether rows are mixed.
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

/** Parts of a row beside each other: where all are picked of one, a dense layer. */
function concat(node: NodeView): Rows {
  const parts = node.inputs.flatMap((value, i) => (value?.kind === 'constant' ? [] : [computed(node, i)]))
  const [first] = parts
  if (first === undefined || parts.length < node.inputs.length) throw node.unsupported('puts a constant beside what is computed')
  if (parts.length === 1) return first
  const shape = shapeIn(first)
  const axis = axisOf(node, intOf(node, 'axis', 1), shape.length)
  const widths = parts.flatMap((rows) => columnsOf(shapeIn(rows)) ?? [])
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

const identity = (node: NodeView): Rows => rowsInput(node, 0)

/** Operators of what is computed, by their names; a domain other than ONNX's own stands before the name. */
export const ROWS: ReadonlyMap<string, (node: NodeView) => Value | Value[]> = new Map<string, (node: NodeView) => Value | Value[]>([
  ...[...PLAIN].map(([operator, name]) => [operator, simple(name)] as const),
  ['LeakyRelu', simple('leakyRelu', (node) => positive(node, floatOf(node, 'alpha', 0.01), 'alpha'))],
  ['Elu', simple('elu', (node) => positive(node, floatOf(node, 'alpha', 1), 'alpha'))],
  ['Selu', selu],
  ['Celu', celu],
  ['HardSigmoid', hardSigmoid],
  ['PRelu', prelu],
  ['Softmax', softmax],
  ['Clip', clip],
  ['Gemm', gemm],
  ['MatMul', matMul],
  ['BatchNormalization', batchNormalization],
  ['Add', add],
  ['Sum', add],
  ['Sub', subtract],
  ['Mul', multiply],
  ['Div', divide],
  ['Neg', (node) => rowsOf(computed(node, 0), line(computed(node, 0).step, -1, 0, node.where))],
  ['Pow', power],
  ['Max', (node) => extreme(node, 'max')],
  ['Min', (node) => extreme(node, 'min')],
  ['Exp', partial('exp')],
  ['Log', partial('log')],
  ['Abs', partial('abs')],
  ['Reciprocal', partial('reciprocal')],
  ['IsNaN', partial('isNaN')],
  ['ReduceSum', across('sum')],
  ['ReduceMax', across('largest')],
  ['Greater', compare(true)],
  ['GreaterOrEqual', compare(true)],
  ['Less', compare(false)],
  ['LessOrEqual', compare(false)],
  ['Not', (node) => rowsOf(computed(node, 0), { op: 'not', of: computed(node, 0).step, where: node.where })],
  ['Where', where],
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
  ['Concat', concat],
  ['Slice', picks('Slice')],
  ['Gather', picks('Gather')],
  ['ai.onnx.ml.ArrayFeatureExtractor', picks('ai.onnx.ml.ArrayFeatureExtractor')],
  ['ai.onnx.ml.Scaler', scaler],
  ['ai.onnx.ml.Imputer', imputer],
  ['ai.onnx.ml.Normalizer', normalizer],
  ['ai.onnx.ml.LinearRegressor', (node) => transformed(node, linear(node, intOf(node, 'targets', 1)))],
  ['ai.onnx.ml.LinearClassifier', linearClassifier],
  // A map from the names of classes to their probabilities, for each row.
  ['ai.onnx.ml.ZipMap', identity],
])
