import type { Activation } from '../../src/core/activations.ts'

/** An activation in float64: its value and its derivative, both from the pre-activation z (the kernels use the output instead). */
export interface ActivationOracle {
  value(z: number): number
  derivative(z: number): number
}

const SELU_SCALE = 1.0507009873554805
const SELU_ALPHA = 1.6732632423543772

export const sigmoid = (z: number): number => (z >= 0 ? 1 / (1 + Math.exp(-z)) : Math.exp(z) / (1 + Math.exp(z)))

export function activationOracle({ name, parameter }: Activation): ActivationOracle {
  switch (name) {
    case 'linear':
      return { value: (z) => z, derivative: () => 1 }
    case 'relu':
      return { value: (z) => Math.max(z, 0), derivative: (z) => (z > 0 ? 1 : 0) }
    case 'leakyRelu':
      return { value: (z) => (z > 0 ? z : parameter * z), derivative: (z) => (z > 0 ? 1 : parameter) }
    case 'elu':
      return { value: (z) => (z > 0 ? z : parameter * Math.expm1(z)), derivative: (z) => (z > 0 ? 1 : parameter * Math.exp(z)) }
    case 'selu':
      return {
        value: (z) => SELU_SCALE * (z > 0 ? z : SELU_ALPHA * Math.expm1(z)),
        derivative: (z) => SELU_SCALE * (z > 0 ? 1 : SELU_ALPHA * Math.exp(z)),
      }
    case 'softplus':
      return { value: (z) => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))), derivative: sigmoid }
    case 'softsign':
      return { value: (z) => z / (1 + Math.abs(z)), derivative: (z) => 1 / (1 + Math.abs(z)) ** 2 }
    case 'tanh':
      return { value: Math.tanh, derivative: (z) => 1 - Math.tanh(z) ** 2 }
    case 'sigmoid':
      return { value: sigmoid, derivative: (z) => sigmoid(z) * (1 - sigmoid(z)) }
    case 'hardSigmoid':
      return {
        value: (z) => Math.min(1, Math.max(0, parameter * z + 0.5)),
        derivative: (z) => (parameter * z + 0.5 > 0 && parameter * z + 0.5 < 1 ? parameter : 0),
      }
    case 'softmax':
      throw new Error('softmax is no function of one number; see softmax() for the output layer')
  }
}

export function softmax(logits: readonly number[]): number[] {
  const high = Math.max(...logits)
  const terms = logits.map((z) => Math.exp(z - high))
  const sum = terms.reduce((total, term) => total + term, 0)
  return terms.map((term) => term / sum)
}
