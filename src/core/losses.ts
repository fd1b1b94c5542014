// The table of losses: names, parameters, formulas, and the targets each one takes.

import type { ActivationName } from './activations.ts'
import { type FieldRule, FLAG, FRACTION, NON_NEGATIVE, POSITIVE } from './rules.ts'

interface LossRule {
  /** Its number in the ABI, which assembly/names.ts repeats and a test compares. */
  readonly code: number
  /** What targets are, and so whether there is an accuracy: numbers, yes or no for each output, or one class per row. */
  readonly task: 'regression' | 'binary' | 'categorical'
  /** The activation that the output layer must have; `any` leaves it open. */
  readonly output: 'sigmoid' | 'softmax' | 'any'
  /** Whether it can work on the sums before `output`'s activation, from a linear layer: `fromLogits`. */
  readonly logits?: true
  readonly parameters: Readonly<Record<string, { readonly field: FieldRule; readonly initial: number }>>
}

const LOGITS = { field: FLAG, initial: 0 }
const SMOOTHING = { field: FRACTION, initial: 0 }
const UNIT: FieldRule = { is: 'between', low: 0, high: 1 }

/**
 * Every loss. For a row it is the mean over the outputs, except where a sum is written. y is the target, p the output, e = y - p
 * (`keras/src/losses/losses.py` of Keras 3):
 * - meanSquaredError e²; meanAbsoluteError |e|; meanAbsolutePercentageError 100 |e| / max(|y|, 1e-7);
 *   meanSquaredLogarithmicError: of log(1 + max(·, 1e-7))
 * - huber: e² / 2 where |e| <= delta, else delta |e| - delta² / 2; logCosh: log cosh e; quantile: max(q e, (q - 1) e)
 * - poisson: p - y log(p + 1e-7); kullbackLeiblerDivergence: sum y log(y / p), both between 1e-7 and 1
 * - hinge: max(0, 1 - y p), squaredHinge its square; targets are -1 and 1, or 0 and 1 (docs/training.md says how Keras differs)
 * - categoricalHinge: max(0, 1 + max((1 - y) p) - sum y p); cosineSimilarity: minus the cosine of y and p
 * - the cross-entropies, from the sums of a sigmoid or softmax; `labelSmoothing` s takes y (1 - s) + s / 2, or s / classes
 * - categoricalFocalCrossentropy (Lin et al. 2017): sum of -alpha (1 - p)^gamma y log p; binaryFocalCrossentropy: (1 - p_t)^gamma times the
 *   cross-entropy, p_t = y p + (1 - y) (1 - p), with `applyClassBalancing` times alpha of the ones and 1 - alpha of the zeros
 * - gaussianLikelihood: outputs are the means and then as many logarithms of variances v of the targets: (v + e² / e^v) / 2
 *
 * sparseCategoricalCrossentropy is the categorical one; it only says that the targets are class numbers.
 */
export const LOSSES = {
  meanSquaredError: { code: 0, task: 'regression', output: 'any', parameters: {} },
  binaryCrossentropy: {
    code: 1,
    task: 'binary',
    output: 'sigmoid',
    logits: true,
    parameters: { fromLogits: LOGITS, labelSmoothing: SMOOTHING },
  },
  categoricalCrossentropy: {
    code: 2,
    task: 'categorical',
    output: 'softmax',
    logits: true,
    parameters: { fromLogits: LOGITS, labelSmoothing: SMOOTHING },
  },
  sparseCategoricalCrossentropy: { code: 2, task: 'categorical', output: 'softmax', logits: true, parameters: { fromLogits: LOGITS } },
  meanAbsoluteError: { code: 3, task: 'regression', output: 'any', parameters: {} },
  meanAbsolutePercentageError: { code: 4, task: 'regression', output: 'any', parameters: {} },
  meanSquaredLogarithmicError: { code: 5, task: 'regression', output: 'any', parameters: {} },
  huber: { code: 6, task: 'regression', output: 'any', parameters: { delta: { field: POSITIVE, initial: 1 } } },
  logCosh: { code: 7, task: 'regression', output: 'any', parameters: {} },
  poisson: { code: 8, task: 'regression', output: 'any', parameters: {} },
  quantile: { code: 9, task: 'regression', output: 'any', parameters: { quantile: { field: UNIT, initial: 0.5 } } },
  hinge: { code: 10, task: 'regression', output: 'any', parameters: {} },
  squaredHinge: { code: 11, task: 'regression', output: 'any', parameters: {} },
  cosineSimilarity: { code: 12, task: 'regression', output: 'any', parameters: {} },
  gaussianLikelihood: { code: 13, task: 'regression', output: 'any', parameters: {} },
  kullbackLeiblerDivergence: { code: 14, task: 'categorical', output: 'softmax', parameters: {} },
  categoricalHinge: { code: 15, task: 'categorical', output: 'any', parameters: {} },
  categoricalFocalCrossentropy: {
    code: 16,
    task: 'categorical',
    output: 'softmax',
    logits: true,
    parameters: {
      fromLogits: LOGITS,
      labelSmoothing: SMOOTHING,
      alpha: { field: NON_NEGATIVE, initial: 0.25 },
      gamma: { field: NON_NEGATIVE, initial: 2 },
    },
  },
  binaryFocalCrossentropy: {
    code: 17,
    task: 'binary',
    output: 'sigmoid',
    logits: true,
    parameters: {
      fromLogits: LOGITS,
      labelSmoothing: SMOOTHING,
      alpha: { field: UNIT, initial: 0.25 },
      gamma: { field: NON_NEGATIVE, initial: 2 },
      applyClassBalancing: { field: FLAG, initial: 0 },
    },
  },
} as const satisfies Readonly<Record<string, LossRule>>
export type LossName = keyof typeof LOSSES

const ruleOf = (name: LossName): LossRule => LOSSES[name]

type Parameters<N extends LossName> = keyof (typeof LOSSES)[N]['parameters']
type Flags = 'fromLogits' | 'applyClassBalancing'
/** A name, or the name with its parameters. */
export type LossSpec = LossName | { [N in LossName]: { name: N } & { [K in Parameters<N>]?: K extends Flags ? boolean : number } }[LossName]

/** A loss with all numbers filled in; unused ones are 0. */
export interface Loss {
  readonly name: LossName
  readonly fromLogits: boolean
  readonly labelSmoothing: number
  /** huber's delta, quantile's quantile, the focal ones' alpha. */
  readonly parameter: number
  readonly gamma: number
  readonly applyClassBalancing: boolean
}

export function resolveLoss(spec: LossSpec): Loss {
  const { name, ...given } = typeof spec === 'string' ? { name: spec } : spec
  const said: Readonly<Record<string, number | boolean | undefined>> = given
  const number = (field: string): number => Number(said[field] ?? ruleOf(name).parameters[field]?.initial ?? 0)
  return {
    name,
    fromLogits: number('fromLogits') !== 0,
    labelSmoothing: number('labelSmoothing'),
    parameter: number('delta') || number('quantile') || number('alpha'),
    gamma: number('gamma'),
    applyClassBalancing: number('applyClassBalancing') !== 0,
  }
}

export const taskOf = ({ name }: Loss): LossRule['task'] => LOSSES[name].task

/** The activation that the output layer must have; undefined if any will do. */
export function outputActivationOf({ name, fromLogits }: Loss): ActivationName | undefined {
  const { output } = ruleOf(name)
  if (fromLogits) return 'linear'
  return output === 'any' ? undefined : output
}

/** Whether the loss is computed from the output layer's sums, and computes the activation as well. */
export const takesSums = ({ name }: Loss): boolean => LOSSES[name].code === 1 || LOSSES[name].code === 2

/** Targets of a row, by the outputs of a network. */
export const targetsPerRow = ({ name }: Loss, outputs: number): number => (name === 'gaussianLikelihood' ? outputs / 2 : outputs)

/**
 * Targets as the kernels take them. For the hinge losses they become -1 and 1 if all targets of a data set are 0 or 1; Keras decides that
 * batch by batch.
 */
export function targetsFor({ name }: Loss, targets: Float32Array | Uint8Array | Int32Array): Float32Array | Uint8Array | Int32Array {
  const hinge = name === 'hinge' || name === 'squaredHinge'
  return hinge && targets.every((y) => y === 0 || y === 1) ? Float32Array.from(targets, (y) => 2 * y - 1) : targets
}
