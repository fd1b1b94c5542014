// Every activation in float64, with its derivative.

import { type Activation, type ActivationKernel, readsOf } from '../../src/core/activations.ts'

/** An activation in float64: its value and its derivative, both from the pre-activation z (the kernels often use the output instead). */
interface ActivationOracle {
  value(z: number): number
  derivative(z: number): number
}

const SELU_SCALE = 1.0507009873554805
const SELU_ALPHA = 1.6732632423543772

export const sigmoid = (z: number): number => (z >= 0 ? 1 / (1 + Math.exp(-z)) : Math.exp(z) / (1 + Math.exp(z)))
const softplus = (z: number): number => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)))
const between = (z: number, low: number, high: number): number => Math.min(high, Math.max(low, z))
const inside = (z: number, low: number, high: number): number => Number(z > low && z < high)

/** The error function by its Taylor series, and 1 where that is exact to float64. */
function erf(x: number): number {
  if (Math.abs(x) > 6) return Math.sign(x)
  let term = x
  let sum = x
  for (let n = 1; n < 200; n++) {
    term *= (-x * x) / n
    sum += term / (2 * n + 1)
  }
  return (2 / Math.sqrt(Math.PI)) * sum
}

const geluInner = (z: number): number => Math.sqrt(2 / Math.PI) * (z + 0.044715 * z ** 3)

type Elementwise = Exclude<ActivationKernel, 'softmax' | 'logSoftmax' | 'sparsemax'>

/** By the three numbers of the activation. */
const ORACLES: { readonly [K in Elementwise]: (a: number, b: number, c: number) => ActivationOracle } = {
  linear: () => ({ value: (z) => z, derivative: () => 1 }),
  relu: () => ({ value: (z) => Math.max(z, 0), derivative: (z) => (z > 0 ? 1 : 0) }),
  boundedRelu: (slope, largest, threshold) => ({
    value: (z) => Math.min(z > threshold ? z : slope * (z - threshold), largest),
    derivative: (z) => (z > threshold ? Number(z < largest) : slope),
  }),
  leakyRelu: (slope) => ({ value: (z) => (z > 0 ? z : slope * z), derivative: (z) => (z > 0 ? 1 : slope) }),
  relu6: () => ({ value: (z) => between(z, 0, 6), derivative: (z) => inside(z, 0, 6) }),
  elu: (alpha) => ({ value: (z) => (z > 0 ? z : alpha * Math.expm1(z)), derivative: (z) => (z > 0 ? 1 : alpha * Math.exp(z)) }),
  celu: (alpha) => ({ value: (z) => (z > 0 ? z : alpha * Math.expm1(z / alpha)), derivative: (z) => (z > 0 ? 1 : Math.exp(z / alpha)) }),
  selu: () => ({
    value: (z) => SELU_SCALE * (z > 0 ? z : SELU_ALPHA * Math.expm1(z)),
    derivative: (z) => SELU_SCALE * (z > 0 ? 1 : SELU_ALPHA * Math.exp(z)),
  }),
  softplus: () => ({ value: softplus, derivative: sigmoid }),
  softsign: () => ({ value: (z) => z / (1 + Math.abs(z)), derivative: (z) => 1 / (1 + Math.abs(z)) ** 2 }),
  squareplus: (b) => ({ value: (z) => (z + Math.sqrt(z * z + b)) / 2, derivative: (z) => (1 + z / Math.sqrt(z * z + b)) / 2 }),
  exponential: () => ({ value: Math.exp, derivative: Math.exp }),
  tanh: () => ({ value: Math.tanh, derivative: (z) => 1 - Math.tanh(z) ** 2 }),
  hardTanh: () => ({ value: (z) => between(z, -1, 1), derivative: (z) => inside(z, -1, 1) }),
  tanhShrink: () => ({ value: (z) => z - Math.tanh(z), derivative: (z) => Math.tanh(z) ** 2 }),
  sigmoid: () => ({ value: sigmoid, derivative: (z) => sigmoid(z) * (1 - sigmoid(z)) }),
  hardSigmoid: (slope) => ({
    value: (z) => between(slope * z + 0.5, 0, 1),
    derivative: (z) => slope * inside(slope * z + 0.5, 0, 1),
  }),
  logSigmoid: () => ({ value: (z) => -softplus(-z), derivative: (z) => sigmoid(-z) }),
  sparseSigmoid: () => ({ value: (z) => between((z + 1) / 2, 0, 1), derivative: (z) => inside(z, -1, 1) / 2 }),
  sparsePlus: () => ({
    value: (z) => (z <= -1 ? 0 : z < 1 ? (z + 1) ** 2 / 4 : z),
    derivative: (z) => between((z + 1) / 2, 0, 1),
  }),
  silu: () => ({ value: (z) => z * sigmoid(z), derivative: (z) => sigmoid(z) * (1 + z * (1 - sigmoid(z))) }),
  hardSwish: () => ({
    value: (z) => z * between(z / 6 + 0.5, 0, 1),
    derivative: (z) => (z <= -3 ? 0 : z < 3 ? z / 3 + 0.5 : 1),
  }),
  mish: () => ({
    value: (z) => z * Math.tanh(softplus(z)),
    derivative: (z) => Math.tanh(softplus(z)) + z * (1 - Math.tanh(softplus(z)) ** 2) * sigmoid(z),
  }),
  gelu: () => ({
    value: (z) => (z / 2) * (1 + erf(z / Math.SQRT2)),
    derivative: (z) => (1 + erf(z / Math.SQRT2)) / 2 + (z * Math.exp((-z * z) / 2)) / Math.sqrt(2 * Math.PI),
  }),
  tanhGelu: () => ({
    value: (z) => (z / 2) * (1 + Math.tanh(geluInner(z))),
    derivative: (z) => {
      const t = Math.tanh(geluInner(z))
      return (1 + t) / 2 + (z / 2) * (1 - t * t) * Math.sqrt(2 / Math.PI) * (1 + 3 * 0.044715 * z * z)
    },
  }),
  hardShrink: (threshold) => ({
    value: (z) => (Math.abs(z) > threshold ? z : 0),
    derivative: (z) => Number(Math.abs(z) > threshold),
  }),
  softShrink: (threshold) => ({
    value: (z) => Math.sign(z) * Math.max(Math.abs(z) - threshold, 0),
    derivative: (z) => Number(Math.abs(z) > threshold),
  }),
  threshold: (threshold, otherwise) => ({
    value: (z) => (z > threshold ? z : otherwise),
    derivative: (z) => Number(z > threshold),
  }),
}

/** Of one number. */
function activationOracle({ kernel, numbers }: Activation): ActivationOracle {
  const oracle = ORACLES[kernel as Elementwise]
  if (oracle === undefined) throw new Error(`${kernel} is no function of one number; see activate`)
  return oracle(...numbers)
}

export function softmax(logits: readonly number[]): number[] {
  const high = Math.max(...logits)
  const terms = logits.map((z) => Math.exp(z - high))
  const sum = terms.reduce((total, term) => total + term, 0)
  return terms.map((term) => term / sum)
}

/** By sorting, as Martins & Astudillo 2016 write it; the kernels find the threshold otherwise. */
function sparsemax(logits: readonly number[]): number[] {
  const sorted = [...logits].sort((a, b) => b - a)
  let sum = 0
  let threshold = 0
  sorted.forEach((z, i) => {
    sum += z
    if (1 + (i + 1) * z > sum) threshold = (sum - 1) / (i + 1)
  })
  return logits.map((z) => Math.max(z - threshold, 0))
}

/** The outputs of a row of pre-activations. */
export function activate(activation: Activation, logits: readonly number[]): number[] {
  if (activation.kernel === 'softmax') return softmax(logits)
  if (activation.kernel === 'sparsemax') return sparsemax(logits)
  if (activation.kernel === 'logSoftmax') return softmax(logits).map(Math.log)
  return logits.map(activationOracle(activation).value)
}

/** The derivatives by a row's outputs as derivatives by its pre-activations. */
export function differentiate(activation: Activation, logits: readonly number[], delta: readonly number[]): number[] {
  if (readsOf(activation) !== 'row') return logits.map((z, i) => (delta[i] ?? 0) * activationOracle(activation).derivative(z))
  const outputs = activate(activation, logits)
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
  if (activation.kernel === 'softmax') {
    const mean = sum(outputs.map((p, i) => p * (delta[i] ?? 0)))
    return outputs.map((p, i) => p * ((delta[i] ?? 0) - mean))
  }
  if (activation.kernel === 'logSoftmax') return outputs.map((y, i) => (delta[i] ?? 0) - Math.exp(y) * sum(delta))
  const support = outputs.map((p) => Number(p > 0))
  const mean = sum(delta.map((d, i) => d * (support[i] ?? 0))) / sum(support)
  return support.map((is, i) => is * ((delta[i] ?? 0) - mean))
}
