// What the recurrent kinds have in common: fields, shapes, tensors in Keras's order, initial values.

import { ACTIVATION_KERNELS, type Activation, type ActivationSpec, resolveActivation } from '../activations.ts'
import { InvalidSpecError } from '../errors.ts'
import { type Initializer, type InitializerSpec, resolveInitializer } from '../initializers.ts'
import type { Dialect } from '../names.ts'
import { type FieldRules, FLAG, INITIALIZER, MAX_UNITS, NON_NEGATIVE } from '../rules.ts'
import { type LayerKind, lastAxis, type Shape, type Tensor } from './kind.ts'

/** A layer that reads a sequence, [steps, features], step by step, and keeps a state of `units` numbers between them. */
export interface RecurrentShape {
  readonly units: number
  readonly useBias: boolean
  /** Whether the state after every step goes on, or the last one alone. */
  readonly returnSequences: boolean
  /** Whether it begins with the last step; its outputs are then in its own order. */
  readonly goBackwards: boolean
  readonly trainable: boolean
}

/** The layer of one member, with all numbers filled in. */
export interface RecurrentMember {
  readonly activation: Activation
  /** Of the gates. */
  readonly recurrentActivation: Activation
  /** Kernel, recurrent kernel, bias. */
  readonly initializers: readonly Initializer[]
  /** Penalties on the kernel: l1 sum |w| + l2 sum w^2. */
  readonly l1: number
  readonly l2: number
}

/** As people write it. */
export interface RecurrentSpec {
  /** Numbers of the state, from 1 to 65535. */
  units: number
  /** true by default. */
  useBias?: boolean | undefined
  /** Whether the state after every step goes on, [steps, units], or the last one alone, [units]; false by default. */
  returnSequences?: boolean | undefined
  /** Whether the last step comes first; false by default. */
  goBackwards?: boolean | undefined
  /** Whether training moves it; true by default. */
  trainable?: boolean | undefined
  /** tanh by default. */
  activation?: ActivationSpec | undefined
  /** Of the kernel, inputs x gates; glorotUniform by default. */
  initializer?: InitializerSpec | undefined
  /** Of the recurrent kernel, units x gates; orthogonal by default. */
  recurrentInitializer?: InitializerSpec | undefined
  /** zeros when left out. */
  biasInitializer?: InitializerSpec | undefined
  /** Adds l1 sum |w| of the kernel to the loss; 0 by default. */
  l1?: number | undefined
  /** Adds l2 sum w² of the kernel to the loss; 0 by default. */
  l2?: number | undefined
}

/** Of the kinds that have gates beside the state. */
export interface GatedSpec extends RecurrentSpec {
  /** Of the gates; sigmoid by default, of Keras 2.2 hardSigmoid. */
  recurrentActivation?: ActivationSpec | undefined
}

export const RECURRENT_SHAPE_FIELDS: FieldRules = {
  units: { is: 'whole', low: 1, high: MAX_UNITS, required: true, description: 'Numbers of the state' },
  useBias: FLAG,
  returnSequences: FLAG,
  goBackwards: FLAG,
  trainable: FLAG,
}

export const RECURRENT_MEMBER_FIELDS: FieldRules = {
  activation: { is: 'activation', description: 'tanh by default' },
  initializer: { is: 'initializer', description: 'glorotUniform by default' },
  recurrentInitializer: { is: 'initializer', description: 'orthogonal by default' },
  biasInitializer: INITIALIZER,
  l1: NON_NEGATIVE,
  l2: NON_NEGATIVE,
}

export const GATED_MEMBER_FIELDS: FieldRules = {
  ...RECURRENT_MEMBER_FIELDS,
  recurrentActivation: { is: 'activation', description: 'Of the gates; sigmoid by default, of keras2.2 hardSigmoid' },
}

export function resolveRecurrentShape(given: Readonly<Record<string, unknown>>): RecurrentShape {
  const { units, useBias = true, returnSequences = false, goBackwards = false, trainable = true } = given as unknown as RecurrentSpec
  return { units, useBias, returnSequences, goBackwards, trainable }
}

/** What gates have by default: `keras/layers/recurrent.py` of Keras 2.2.4, `keras/src/layers/rnn` of Keras 3. */
const GATES: Readonly<Record<Dialect, ActivationSpec>> = { keras3: 'sigmoid', 'keras2.2': 'hardSigmoid' }

/** @param gates columns of the kernels, in units */
export function resolveRecurrentMember(
  given: Readonly<Record<string, unknown>>,
  { units, useBias }: RecurrentShape,
  input: Shape,
  dialect: Dialect,
  gates: number,
): RecurrentMember {
  const spec = given as unknown as GatedSpec
  const columns = gates * units
  return {
    activation: resolveStepwise(spec.activation ?? 'tanh', dialect, 'activation'),
    recurrentActivation: resolveStepwise(spec.recurrentActivation ?? GATES[dialect], dialect, 'recurrentActivation'),
    initializers: [
      resolveInitializer(spec.initializer ?? 'glorotUniform', lastAxis(input).width, columns),
      resolveInitializer(spec.recurrentInitializer ?? 'orthogonal', units, columns),
      ...(useBias ? [resolveInitializer(spec.biasInitializer ?? 'zeros', columns, columns)] : []),
    ],
    l1: spec.l1 ?? 0,
    l2: spec.l2 ?? 0,
  }
}

/** The first ten, which every kernel applies; the steps keep what comes out of an activation, not what went in. */
function resolveStepwise(given: ActivationSpec, dialect: Dialect, field: string): Activation {
  const activation = resolveActivation(given, dialect)
  if (ACTIVATION_KERNELS[activation.kernel].code <= ACTIVATION_KERNELS.hardSigmoid.code) return activation
  throw new InvalidSpecError(
    `${field} is "${activation.name}"; a recurrent layer takes linear, relu, leakyRelu, elu, selu, softplus, softsign, tanh, sigmoid or hardSigmoid`,
  )
}

const recurrentRefusal = (name: string, input: Shape): string | undefined =>
  input.length === 2 ? undefined : `${name} reads sequences, [steps, features], and its rows are [${input.join(', ')}]`

const recurrentOutput = ({ units, returnSequences }: RecurrentShape, [steps = 1]: Shape): Shape =>
  returnSequences ? [steps, units] : [units]

/** @param biases rows of the bias: one, or one for the inputs and one for the state */
function recurrentTensors({ units, useBias, trainable }: RecurrentShape, input: Shape, gates: number, biases = 1): Tensor[] {
  const columns = gates * units
  const tensor = (name: string, shape: Shape): Tensor => ({ name, shape, trained: trainable })
  return [
    tensor('kernel', [lastAxis(input).width, columns]),
    tensor('recurrentKernel', [units, columns]),
    ...(useBias ? [tensor('bias', biases === 1 ? [columns] : [biases, columns])] : []),
  ]
}

const recurrentMultiplyAdds = ({ units }: RecurrentShape, input: Shape, gates: number): number => {
  const { width, positions } = lastAxis(input)
  return positions * (width + units) * gates * units
}

/** What is the same of all recurrent kinds, given how many gates their cell has. */
export const recurrentKind = <T extends RecurrentShape, M extends RecurrentMember>(
  name: string,
  gates: number,
  biases: (layer: T) => number = () => 1,
): Pick<LayerKind<T, M>, 'refusal' | 'outputShape' | 'tensors' | 'state' | 'initializers' | 'multiplyAdds' | 'carriesMask'> => ({
  refusal: (_, input) => recurrentRefusal(name, input),
  outputShape: recurrentOutput,
  tensors: (layer, input) => recurrentTensors(layer, input, gates, biases(layer)),
  state: () => [],
  initializers: ({ initializers }) => initializers,
  multiplyAdds: (layer, input) => recurrentMultiplyAdds(layer, input, gates),
  carriesMask: ({ returnSequences }, masked) => masked && returnSequences,
})
