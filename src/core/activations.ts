// The table of activations: names, parameters, defaults, formulas, and the kernels that compute them.

import type { Dialect } from './names.ts'
import { FINITE, type FieldRule, FLAG, NON_NEGATIVE, POSITIVE } from './rules.ts'

/**
 * What the kernels compute, with its number in the ABI, which assembly/names.ts and shaders/lib/activation.wgsl repeat and a
 * test compares. `reads` is what a derivative is taken from: the `output`, the `sum` before the activation, or all outputs of the `row`.
 */
export const ACTIVATION_KERNELS = {
  linear: { code: 0, reads: 'output' },
  relu: { code: 1, reads: 'output' },
  leakyRelu: { code: 2, reads: 'output' },
  elu: { code: 3, reads: 'output' },
  selu: { code: 4, reads: 'output' },
  softplus: { code: 5, reads: 'output' },
  softsign: { code: 6, reads: 'output' },
  tanh: { code: 7, reads: 'output' },
  sigmoid: { code: 8, reads: 'output' },
  hardSigmoid: { code: 9, reads: 'output' },
  softmax: { code: 10, reads: 'row' },
  /** relu with a slope, a threshold or a largest value. */
  boundedRelu: { code: 11, reads: 'sum' },
  relu6: { code: 12, reads: 'output' },
  celu: { code: 13, reads: 'output' },
  exponential: { code: 14, reads: 'output' },
  hardTanh: { code: 15, reads: 'output' },
  hardShrink: { code: 16, reads: 'output' },
  softShrink: { code: 17, reads: 'output' },
  logSigmoid: { code: 18, reads: 'output' },
  sparseSigmoid: { code: 19, reads: 'output' },
  silu: { code: 20, reads: 'sum' },
  hardSwish: { code: 21, reads: 'sum' },
  gelu: { code: 22, reads: 'sum' },
  /** gelu by its approximation with tanh. */
  tanhGelu: { code: 23, reads: 'sum' },
  mish: { code: 24, reads: 'sum' },
  tanhShrink: { code: 25, reads: 'sum' },
  squareplus: { code: 26, reads: 'sum' },
  sparsePlus: { code: 27, reads: 'sum' },
  threshold: { code: 28, reads: 'sum' },
  logSoftmax: { code: 29, reads: 'row' },
  sparsemax: { code: 30, reads: 'row' },
} as const satisfies Readonly<Record<string, { readonly code: number; readonly reads: 'output' | 'sum' | 'row' }>>
export type ActivationKernel = keyof typeof ACTIVATION_KERNELS

/** Up to three numbers of an activation; 0 where it has fewer. */
export type ActivationNumbers = readonly [number, number, number]

interface ActivationRule {
  /** By its numbers where it has several. */
  readonly kernel: ActivationKernel | ((numbers: ActivationNumbers) => ActivationKernel)
  /** Its parameters in the order of `numbers`, with their defaults. */
  readonly parameters: Readonly<Record<string, { readonly field: FieldRule; readonly keras3: number; readonly 'keras2.2': number }>>
}

/** The largest float32: WGSL has no infinity. */
const LARGEST = 3.4028234663852886e38

const always = (field: FieldRule, value: number) => ({ field, keras3: value, 'keras2.2': value })
const plain = (kernel: ActivationKernel) => ({ kernel, parameters: {} }) satisfies ActivationRule

/**
 * Every activation with its parameters. Keras 2.2: `keras/activations.py`, `keras/layers/advanced_activations.py`; Keras 3:
 * `keras/src/activations/activations.py`. z is the sum, a, b, c the parameters in order:
 * - relu: z where z > c, else a (z - c), and at most b; leakyRelu: z, or a z below 0; relu6: z between 0 and 6
 * - elu: z, or a (e^z - 1) below 0; celu: z, or a (e^(z / a) - 1); selu: 1.0507 elu with a = 1.6733
 * - softplus: log(1 + e^z); softsign: z / (1 + |z|); squareplus: (z + sqrt(z² + a)) / 2; exponential: e^z
 * - hardSigmoid: z / 6 + 1/2 (Keras 2.2: z / 5 + 1/2) between 0 and 1; hardTanh: z between -1 and 1; logSigmoid: log of the sigmoid
 * - silu (swish): z sigmoid(z); hardSwish (hardSilu): z times hardSigmoid; mish: z tanh(softplus(z)); gelu: z times the normal
 *   distribution function, or `approximate` z / 2 (1 + tanh(sqrt(2 / π) (z + 0.044715 z³)))
 * - hardShrink: z where |z| > a, else 0; softShrink: z less a towards 0; tanhShrink: z - tanh z; threshold: z where z > a, else b
 * - sparsePlus: 0 to -1, (z + 1)² / 4 to 1, then z; sparseSigmoid: (z + 1) / 2 between 0 and 1
 * - softmax, logSoftmax; sparsemax (Martins & Astudillo 2016): the nearest point of the simplex; all over the units of a row
 */
export const ACTIVATIONS = {
  linear: plain('linear'),
  relu: {
    kernel: ([slope, largest, threshold]) => (slope === 0 && largest === LARGEST && threshold === 0 ? 'relu' : 'boundedRelu'),
    parameters: {
      negativeSlope: always(NON_NEGATIVE, 0),
      maxValue: always(NON_NEGATIVE, LARGEST),
      threshold: always(NON_NEGATIVE, 0),
    },
  },
  leakyRelu: { kernel: 'leakyRelu', parameters: { negativeSlope: { field: NON_NEGATIVE, keras3: 0.2, 'keras2.2': 0.3 } } },
  elu: { kernel: 'elu', parameters: { alpha: always(NON_NEGATIVE, 1) } },
  selu: plain('selu'),
  softplus: plain('softplus'),
  softsign: plain('softsign'),
  tanh: plain('tanh'),
  sigmoid: plain('sigmoid'),
  hardSigmoid: plain('hardSigmoid'),
  softmax: plain('softmax'),
  relu6: plain('relu6'),
  celu: { kernel: 'celu', parameters: { alpha: always(POSITIVE, 1) } },
  exponential: plain('exponential'),
  hardTanh: plain('hardTanh'),
  hardShrink: { kernel: 'hardShrink', parameters: { threshold: always(NON_NEGATIVE, 0.5) } },
  softShrink: { kernel: 'softShrink', parameters: { threshold: always(NON_NEGATIVE, 0.5) } },
  tanhShrink: plain('tanhShrink'),
  logSigmoid: plain('logSigmoid'),
  silu: plain('silu'),
  hardSwish: plain('hardSwish'),
  gelu: { kernel: ([approximate]) => (approximate === 0 ? 'gelu' : 'tanhGelu'), parameters: { approximate: always(FLAG, 0) } },
  mish: plain('mish'),
  squareplus: { kernel: 'squareplus', parameters: { b: always(NON_NEGATIVE, 4) } },
  sparsePlus: plain('sparsePlus'),
  sparseSigmoid: plain('sparseSigmoid'),
  threshold: { kernel: 'threshold', parameters: { threshold: always(FINITE, 0), defaultValue: always(FINITE, 0) } },
  logSoftmax: plain('logSoftmax'),
  sparsemax: plain('sparsemax'),
} as const satisfies Readonly<Record<string, ActivationRule>>
export type ActivationName = keyof typeof ACTIVATIONS

const ruleOf = (name: ActivationName): ActivationRule => ACTIVATIONS[name]

/** The dialect decides the slope of the hard sigmoid; it is no parameter. */
const HARD_SIGMOID_SLOPE: Readonly<Record<Dialect, number>> = { keras3: 1 / 6, 'keras2.2': 0.2 }

type Parameters<N extends ActivationName> = keyof (typeof ACTIVATIONS)[N]['parameters']
/** A name, or the name with its parameters. */
export type ActivationSpec =
  | ActivationName
  | { [N in ActivationName]: { name: N } & { [K in Parameters<N>]?: K extends 'approximate' ? boolean : number } }[ActivationName]

/** An activation with all numbers filled in. */
export interface Activation {
  readonly name: ActivationName
  readonly kernel: ActivationKernel
  /** In the order of its parameters; hardSigmoid's slope is the first. */
  readonly numbers: ActivationNumbers
}

export function resolveActivation(spec: ActivationSpec, dialect: Dialect): Activation {
  const { name, ...given } = typeof spec === 'string' ? { name: spec } : spec
  const { kernel, parameters } = ruleOf(name)
  const said: Readonly<Record<string, number | boolean | undefined>> = given
  const [a = name === 'hardSigmoid' ? HARD_SIGMOID_SLOPE[dialect] : 0, b = 0, c = 0] = Object.entries(parameters).map(([field, rule]) =>
    Number(said[field] ?? rule[dialect]),
  )
  const numbers: ActivationNumbers = [a, b, c]
  return { name, kernel: typeof kernel === 'string' ? kernel : kernel(numbers), numbers }
}

/** What its derivative is taken from. */
export const readsOf = ({ kernel }: Activation): 'output' | 'sum' | 'row' => ACTIVATION_KERNELS[kernel].reads
