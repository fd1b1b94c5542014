/** Activations forwards, in float64: core's table says what they are called and which numbers they have (core/activations.ts). */

import type { Activation, ActivationKernel } from '../../core/activations.ts'
import { missing } from '../../core/at.ts'
import { exp } from './exp.ts'

const SELU_ALPHA = 1.6732632423543772
const SELU_SCALE = 1.0507009873554805

const sigmoid = (z: number): number => 1 / (1 + exp(-z))
/** log(1 + e^z), without overflow. */
const softplus = (z: number): number => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)))
const between = (z: number, low: number, high: number): number => Math.max(low, Math.min(high, z))

/** The error function, to 1.2e-7 (Press et al. 1992: "Numerical Recipes in C", erfcc), which is float32's own rounding. */
function erf(z: number): number {
  const t = 1 / (1 + 0.5 * Math.abs(z))
  const tail = -1.13520398 + t * (1.48851587 + t * (-0.82215223 + t * 0.17087277))
  const power = -1.26551223 + t * (1.00002368 + t * (0.37409196 + t * (0.09678418 + t * (-0.18628806 + t * (0.27886807 + t * tail)))))
  const rest = t * exp(power - z * z)
  return z < 0 ? rest - 1 : 1 - rest
}

const silu = (z: number): number => z * sigmoid(z)
const selu = (z: number): number => SELU_SCALE * (z > 0 ? z : SELU_ALPHA * (exp(z) - 1))
const gelu = (z: number): number => 0.5 * z * (1 + erf(z * Math.SQRT1_2))

/** z tanh(log(1 + e^z)), of one exponential: with p = (1 + e^z)² that is z (p - 1) / (p + 1). From 20 on it is z. */
function mish(z: number): number {
  if (z > 20) return z
  const power = exp(z)
  const above = power * (power + 2)
  return (z * above) / (above + 2)
}

type RowKernel = 'softmax' | 'logSoftmax' | 'sparsemax'

/** Of one sum z; a, b, c are the activation's numbers. */
const FUNCTIONS: Readonly<Record<Exclude<ActivationKernel, RowKernel>, (z: number, a: number, b: number, c: number) => number>> = {
  linear: (z) => z,
  relu: (z) => Math.max(z, 0),
  leakyRelu: (z, a) => (z > 0 ? z : a * z),
  elu: (z, a) => (z > 0 ? z : a * (Math.exp(z) - 1)),
  selu,
  softplus,
  softsign: (z) => z / (1 + Math.abs(z)),
  tanh: Math.tanh,
  sigmoid,
  hardSigmoid: (z, a) => between(a * z + 0.5, 0, 1),
  boundedRelu: (z, a, b, c) => Math.min(z > c ? z : a * (z - c), b),
  relu6: (z) => between(z, 0, 6),
  celu: (z, a) => (z > 0 ? z : a * (Math.exp(z / a) - 1)),
  exponential: Math.exp,
  hardTanh: (z) => between(z, -1, 1),
  hardShrink: (z, a) => (Math.abs(z) > a ? z : 0),
  softShrink: (z, a) => z - between(z, -a, a),
  logSigmoid: (z) => -softplus(-z),
  sparseSigmoid: (z) => between(0.5 * z + 0.5, 0, 1),
  silu,
  hardSwish: (z) => z * between(z / 6 + 0.5, 0, 1),
  gelu,
  tanhGelu: (z) => 0.5 * z * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (z + 0.044715 * z ** 3))),
  mish,
  tanhShrink: (z) => z - Math.tanh(z),
  squareplus: (z, a) => 0.5 * (z + Math.sqrt(z * z + a)),
  sparsePlus: (z) => (z >= 1 ? z : z > -1 ? 0.25 * (z + 1) ** 2 : 0),
  threshold: (z, a, b) => (z > a ? z : b),
}

const isOfRow = (kernel: ActivationKernel): kernel is RowKernel => kernel === 'softmax' || kernel === 'logSoftmax' || kernel === 'sparsemax'

/** Of whole rows of `width` sums, in place. */
function activateRow(kernel: RowKernel, row: Float64Array): void {
  const largest = row.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)
  if (kernel === 'sparsemax') {
    // The threshold above which probabilities add up to 1 (Martins & Astudillo 2016, algorithm 1).
    let [sum, threshold] = [0, 0]
    for (const [i, z] of Float64Array.from(row, (value) => value - largest)
      .sort()
      .reverse()
      .entries()) {
      if (1 + (i + 1) * z <= sum + z) break
      sum += z
      threshold = (sum - 1) / (i + 1)
    }
    for (const [i, z] of row.entries()) row[i] = Math.max(0, z - largest - threshold)
    return
  }
  let sum = 0
  for (const z of row) sum += Math.exp(z - largest)
  const log = largest + Math.log(sum)
  for (const [i, z] of row.entries()) row[i] = kernel === 'softmax' ? Math.exp(z - largest) / sum : z - log
}

/** The softmax of each of these rows of `width` numbers, in place. */
export function softmaxRows(values: Float64Array, rows: number, width: number): void {
  for (let r = 0; r < rows; r++) activateRow('softmax', values.subarray(r * width, (r + 1) * width))
}

/** The sigmoid of the first numbers, in place. */
export function sigmoidOf(values: Float64Array, count: number): void {
  for (let i = 0; i < count; i++) values[i] = sigmoid(values[i] ?? missing(values, i))
}

/** The activations that `learn` gives its networks, without a call for each number. */
const LOOPS: Partial<Record<ActivationKernel, (values: Float64Array, count: number) => void>> = {
  relu(values, count) {
    for (let i = 0; i < count; i++) if ((values[i] ?? missing(values, i)) < 0) values[i] = 0
  },
  selu(values, count) {
    for (let i = 0; i < count; i++) values[i] = selu(values[i] ?? missing(values, i))
  },
  silu(values, count) {
    for (let i = 0; i < count; i++) values[i] = silu(values[i] ?? missing(values, i))
  },
  gelu(values, count) {
    for (let i = 0; i < count; i++) values[i] = gelu(values[i] ?? missing(values, i))
  },
  mish(values, count) {
    for (let i = 0; i < count; i++) values[i] = mish(values[i] ?? missing(values, i))
  },
}

/** Activates rows of `width` sums in place. */
export function activate(
  { kernel, numbers: [a, b, c] }: Pick<Activation, 'kernel' | 'numbers'>,
  values: Float64Array,
  rows: number,
  width: number,
): void {
  if (isOfRow(kernel)) {
    for (let r = 0; r < rows; r++) activateRow(kernel, values.subarray(r * width, (r + 1) * width))
    return
  }
  if (kernel === 'linear') return
  const count = rows * width
  const loop = LOOPS[kernel]
  if (loop !== undefined) {
    loop(values, count)
    return
  }
  const of = FUNCTIONS[kernel]
  for (let i = 0; i < count; i++) values[i] = of(values[i] ?? missing(values, i), a, b, c)
}

export const isActivation = (kernel: string): kernel is ActivationKernel =>
  Object.hasOwn(FUNCTIONS, kernel) || isOfRow(kernel as ActivationKernel)
