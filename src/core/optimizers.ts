// The table of optimizers: names, parameters, defaults by dialect, formulas and state.

import type { Dialect } from './names.ts'
import { FINITE, type FieldRules, FLAG, FRACTION, NON_NEGATIVE, POSITIVE } from './rules.ts'

/**
 * An optimizer with all numbers filled in; unused ones are 0. g is the gradient, p the parameter, t the step from 1:
 * - sgd: m = momentum m - rate g; p += m, with nesterov p += momentum m - rate g
 * - rmsprop: a = rho a + (1 - rho) g^2; p -= rate g / root(a); `centered` takes a - b^2 for a, b = rho b + (1 - rho) g; with
 *   momentum m = momentum m + rate g / root; p -= m
 * - adagrad: a += g^2, from `initialAccumulator`; p -= rate g / root(a)
 * - adadelta: a as rmsprop; u = g sqrt(d + epsilon) / sqrt(a + epsilon); p -= rate u; d = rho d + (1 - rho) u^2
 * - adam: m, v; p -= rate sqrt(1 - beta2^t) / (1 - beta1^t) m / (sqrt(v) + epsilon) ("epsilon hat", Kingma & Ba 2015, end of section 2);
 *   `amsgrad` takes the largest v so far
 * - adamw: p -= rate weightDecay p, then adam
 * - adamax: u = max(beta2 u, |g|); p -= rate / (1 - beta1^t) m / (u + epsilon)
 * - nadam: c(t) = beta1 (1 - 0.96^(scheduleDecay t) / 2), C(t) = c(1) … c(t);
 *   p -= rate ((1 - c(t)) g / (1 - C(t)) + c(t+1) m / (1 - C(t+1))) / (sqrt(v / (1 - beta2^t)) + epsilon)
 * - lion (Chen et al. 2023): p -= rate sign(beta1 m + (1 - beta1) g); m = beta2 m + (1 - beta2) g
 * - lamb (You et al. 2020): u = m / (1 - beta1^t) / (sqrt(v / (1 - beta2^t)) + epsilon); p -= rate |p| / |u| u, norms of a whole tensor, with
 *   ratio 1 if either is 0
 * - adafactor (Shazeer & Stern 2018): r = min(rate, 1 / sqrt(t)) max(epsilon2, rms(p)); b = 1 - t^beta2Decay; v = b v + (1 - b) (g^2 + epsilon1),
 *   of a matrix the means of its rows times those of its columns over their mean; u = g / sqrt(v); p -= r u / max(1, rms(u) / clipThreshold)
 *
 * root(a) is sqrt(a + epsilon) with `epsilonInsideRoot` (Keras 3), otherwise sqrt(a) + epsilon (Keras 2.2).
 *
 * Before a step of any optimizer, the gradients of `gradientAccumulationSteps` batches are averaged, and the parameters move only after the last of
 * them. Then `clipValue` bounds every number, or `clipNorm` the norm of every tensor, or `globalClipNorm` that of all together: one of them at most. Then
 * `weightDecay` subtracts rate weightDecay p from p, except for tensors whose name ("dense/kernel", "bias") contains a word of `excludeFromWeightDecay`.
 * Formulas: `keras/optimizers.py` of Keras 2.2.4, `keras/src/optimizers/*.py` of Keras 3.
 */
export interface Optimizer {
  readonly name: OptimizerName
  readonly learningRate: number
  readonly momentum: number
  readonly nesterov: boolean
  readonly centered: boolean
  readonly amsgrad: boolean
  readonly rho: number
  readonly beta1: number
  readonly beta2: number
  readonly epsilon: number
  readonly initialAccumulator: number
  readonly scheduleDecay: number
  readonly epsilonInsideRoot: boolean
  readonly beta2Decay: number
  readonly epsilon1: number
  readonly epsilon2: number
  readonly clipThreshold: number
  readonly weightDecay: number
  readonly excludeFromWeightDecay: readonly string[]
  /** 0 is none, of all three. */
  readonly clipValue: number
  readonly clipNorm: number
  readonly globalClipNorm: number
  readonly gradientAccumulationSteps: number
}

const UNUSED: Omit<Optimizer, 'name'> = {
  learningRate: 0,
  momentum: 0,
  nesterov: false,
  centered: false,
  amsgrad: false,
  rho: 0,
  beta1: 0,
  beta2: 0,
  epsilon: 1e-7,
  initialAccumulator: 0,
  scheduleDecay: 0,
  epsilonInsideRoot: false,
  beta2Decay: 0,
  epsilon1: 0,
  epsilon2: 0,
  clipThreshold: 0,
  weightDecay: 0,
  excludeFromWeightDecay: [],
  clipValue: 0,
  clipNorm: 0,
  globalClipNorm: 0,
  gradientAccumulationSteps: 1,
}

/** Fields that every optimizer takes beside its own numbers. */
export const COMMON_FIELDS = {
  weightDecay: NON_NEGATIVE,
  excludeFromWeightDecay: { is: 'words' },
  clipValue: POSITIVE,
  clipNorm: POSITIVE,
  globalClipNorm: POSITIVE,
  gradientAccumulationSteps: { is: 'whole', low: 1, high: 1_000_000 },
} as const satisfies FieldRules

/** Ways to clip gradients, of which an optimizer has one at most. */
export const CLIPS = ['clipValue', 'clipNorm', 'globalClipNorm'] as const

const moments = { beta1: FRACTION, beta2: FRACTION, epsilon: POSITIVE }
const MOMENTS = { beta1: 0.9, beta2: 0.999 }

interface OptimizerRule {
  /** Its number in the ABI, which assembly/names.ts repeats and a test compares. */
  readonly code: number
  readonly fields: FieldRules
  readonly keras3: Partial<Optimizer>
  /** What Keras 2.2 lacks takes Keras 3's numbers. */
  readonly 'keras2.2'?: Partial<Optimizer>
  /** How many numbers of state it keeps per parameter, without accumulated gradients. */
  readonly slots: (optimizer: Optimizer) => number
  /** Whether the step of a parameter depends on others of its tensor. */
  readonly wholeTensors?: true
}

/** Every optimizer with its numbers and their defaults by dialect. */
export const OPTIMIZERS = {
  sgd: {
    code: 0,
    fields: { momentum: FRACTION, nesterov: FLAG },
    keras3: { learningRate: 0.01 },
    slots: ({ momentum }) => (momentum > 0 ? 1 : 0),
  },
  rmsprop: {
    code: 1,
    fields: { rho: FRACTION, epsilon: POSITIVE, momentum: FRACTION, centered: FLAG },
    keras3: { learningRate: 0.001, rho: 0.9, epsilonInsideRoot: true },
    'keras2.2': { learningRate: 0.001, rho: 0.9 },
    slots: ({ momentum, centered }) => 1 + Number(momentum > 0) + Number(centered),
  },
  adagrad: {
    code: 2,
    fields: { initialAccumulator: NON_NEGATIVE, epsilon: POSITIVE },
    keras3: { learningRate: 0.001, initialAccumulator: 0.1, epsilonInsideRoot: true },
    'keras2.2': { learningRate: 0.01 },
    slots: () => 1,
  },
  adadelta: {
    code: 3,
    fields: { rho: FRACTION, epsilon: POSITIVE },
    keras3: { learningRate: 0.001, rho: 0.95 },
    'keras2.2': { learningRate: 1, rho: 0.95 },
    slots: () => 2,
  },
  adam: {
    code: 4,
    fields: { ...moments, amsgrad: FLAG },
    keras3: { learningRate: 0.001, ...MOMENTS },
    slots: ({ amsgrad }) => 2 + Number(amsgrad),
  },
  adamax: {
    code: 5,
    fields: moments,
    keras3: { learningRate: 0.001, ...MOMENTS },
    'keras2.2': { learningRate: 0.002, ...MOMENTS },
    slots: () => 2,
  },
  nadam: {
    code: 6,
    fields: { ...moments, scheduleDecay: NON_NEGATIVE },
    keras3: { learningRate: 0.001, ...MOMENTS, scheduleDecay: 1 },
    'keras2.2': { learningRate: 0.002, ...MOMENTS, scheduleDecay: 0.004 },
    slots: () => 2,
  },
  adamw: {
    code: 7,
    fields: { ...moments, amsgrad: FLAG },
    keras3: { learningRate: 0.001, ...MOMENTS, weightDecay: 0.004 },
    slots: ({ amsgrad }) => 2 + Number(amsgrad),
  },
  lion: {
    code: 8,
    fields: { beta1: FRACTION, beta2: FRACTION },
    keras3: { learningRate: 0.001, beta1: 0.9, beta2: 0.99 },
    slots: () => 1,
  },
  lamb: { code: 9, fields: moments, keras3: { learningRate: 0.001, ...MOMENTS }, slots: () => 2, wholeTensors: true },
  adafactor: {
    code: 10,
    fields: {
      beta2Decay: FINITE,
      epsilon1: POSITIVE,
      epsilon2: POSITIVE,
      clipThreshold: POSITIVE,
      relativeStep: FLAG,
    },
    keras3: { learningRate: 0.001, beta2Decay: -0.8, epsilon1: 1e-30, epsilon2: 1e-3, clipThreshold: 1 },
    slots: () => 2,
    wholeTensors: true,
  },
} as const satisfies Readonly<Record<string, OptimizerRule>>
export type OptimizerName = keyof typeof OPTIMIZERS

const ruleOf = (name: OptimizerName): OptimizerRule => OPTIMIZERS[name]

type Numbers<N extends OptimizerName> = {
  [K in keyof (typeof OPTIMIZERS)[N]['fields'] | keyof typeof COMMON_FIELDS | 'learningRate']?: NumberOf<K>
}
type NumberOf<K> = K extends keyof Optimizer ? Optimizer[K] : K extends 'relativeStep' ? boolean : never
/** A name, or the name with its numbers. Missing numbers are the dialect's. */
export type OptimizerSpec = OptimizerName | { [N in OptimizerName]: { name: N } & Numbers<N> }[OptimizerName]

/**
 * Adafactor's `relativeStep` is read and changes nothing, as in Keras: docs/training.md says why. Keras 2.2's `clipNorm` is of all gradients together
 * (`get_gradients` of its `optimizers.py`), which Keras 3 calls `globalClipNorm`.
 */
export function resolveOptimizer(given: OptimizerSpec, dialect: Dialect): Optimizer {
  const { name, ...numbers } = typeof given === 'string' ? { name: given } : given
  const said = Object.fromEntries(Object.entries(numbers).filter(([key, value]) => value !== undefined && key in UNUSED))
  const rule = ruleOf(name)
  const resolved: Optimizer = { ...UNUSED, ...(rule[dialect] ?? rule.keras3), ...said, name }
  const { clipNorm } = resolved
  return dialect === 'keras2.2' && clipNorm > 0 ? { ...resolved, clipNorm: 0, globalClipNorm: clipNorm } : resolved
}

/** How many arrays of state, each as long as the parameters, an optimizer's own formula keeps. */
export const ownSlotCount = (optimizer: Optimizer): number => ruleOf(optimizer.name).slots(optimizer)

/** How many an optimizer keeps: its own, then the sum of gradients where it accumulates them. */
export function slotCount(optimizer: Optimizer): number {
  return ownSlotCount(optimizer) + Number(optimizer.gradientAccumulationSteps > 1)
}

/** The options that an optimizer has arrays of state for. Of those with the same, as many arrays are the same. */
export const stateOptionsOf = (optimizer: Optimizer): string[] =>
  (['momentum', 'centered', 'amsgrad', 'gradientAccumulationSteps'] as const).filter(
    (name) => Number(optimizer[name]) > Number(UNUSED[name]),
  )

/** The most that `slotCount` returns: for centered rmsprop with momentum, or adam with amsgrad, that accumulates gradients. */
export const MAX_SLOTS = 4

/** The initial value of every number of a slot. */
export const initialSlot = ({ initialAccumulator }: Optimizer, slot: number): number => (slot === 0 ? initialAccumulator : 0)

/** Whether a tensor's name is excluded: `gru/recurrentKernel` as here, or Keras's, `recurrent_kernel`, which also holds the word kernel. */
export function isUndecayed({ excludeFromWeightDecay }: Optimizer, type: string, name: string): boolean {
  const names = `${type}/${name} ${name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`
  return excludeFromWeightDecay.some((word) => names.includes(word))
}

/** Whether a step needs the gradient of the whole network first; otherwise each part may move as soon as its gradient is known. */
export function needsWholeGradient(optimizer: Optimizer): boolean {
  const { name, clipValue, clipNorm, globalClipNorm, gradientAccumulationSteps, weightDecay, excludeFromWeightDecay } = optimizer
  const { amsgrad, centered, momentum } = optimizer
  const decays = weightDecay > 0 && (name !== 'adamw' || excludeFromWeightDecay.length > 0)
  const clips = clipValue > 0 || clipNorm > 0 || globalClipNorm > 0
  const extended = amsgrad || centered || (name === 'rmsprop' && momentum > 0) || ruleOf(name).code > OPTIMIZERS.adamw.code
  return extended || clips || decays || gradientAccumulationSteps > 1
}
