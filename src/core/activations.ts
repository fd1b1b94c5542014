import * as z from 'zod/mini'
import { nonNegative } from './fields.ts'
import { ACTIVATIONS, type ActivationName, type Dialect } from './names.ts'

const NAMES = Object.keys(ACTIVATIONS) as [ActivationName, ...ActivationName[]]
const PLAIN = [
  'linear',
  'relu',
  'selu',
  'softplus',
  'softsign',
  'tanh',
  'sigmoid',
  'hardSigmoid',
  'softmax',
] as const satisfies ActivationName[]

/** A name, or the name with its parameter. Slopes are not negative: a derivative is read off the output's sign. */
export const activationSchema = z.union([
  z.enum(NAMES),
  z.discriminatedUnion('name', [
    z.strictObject({ name: z.enum(PLAIN) }),
    z.strictObject({ name: z.literal('elu'), alpha: z.optional(nonNegative()) }),
    z.strictObject({ name: z.literal('leakyRelu'), negativeSlope: z.optional(nonNegative()) }),
  ]),
])
export type ActivationSpec = z.infer<typeof activationSchema>

/** `parameter` is elu's alpha, leakyRelu's slope, hardSigmoid's slope; 0 for the others. */
export interface Activation {
  readonly name: ActivationName
  readonly parameter: number
}

/** Keras 2.2: `keras/activations.py`, `keras/layers/advanced_activations.py`; Keras 3: `keras/src/activations/activations.py`. */
const DEFAULT_PARAMETER: Readonly<Record<Dialect, Partial<Record<ActivationName, number>>>> = {
  'keras2.2': { elu: 1, leakyRelu: 0.3, hardSigmoid: 0.2 },
  keras3: { elu: 1, leakyRelu: 0.2, hardSigmoid: 1 / 6 },
}

export function resolveActivation(spec: ActivationSpec, dialect: Dialect): Activation {
  const { name, ...given } = typeof spec === 'string' ? { name: spec } : spec
  const [parameter = DEFAULT_PARAMETER[dialect][name] ?? 0] = Object.values(given)
  return { name, parameter }
}
