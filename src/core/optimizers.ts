import * as z from 'zod/mini'
import { flag, fraction, nonNegative, positive } from './fields.ts'
import type { Dialect, OptimizerName } from './names.ts'

const learningRate = z.optional(nonNegative())
const epsilon = z.optional(positive())
const moments = { learningRate, beta1: z.optional(fraction()), beta2: z.optional(fraction()), epsilon }

const byName = z.discriminatedUnion('name', [
  z.strictObject({ name: z.literal('sgd'), learningRate, momentum: z.optional(fraction()), nesterov: z.optional(flag()) }),
  z.strictObject({ name: z.literal('rmsprop'), learningRate, rho: z.optional(fraction()), epsilon }),
  z.strictObject({ name: z.literal('adagrad'), learningRate, initialAccumulator: z.optional(nonNegative()), epsilon }),
  z.strictObject({ name: z.literal('adadelta'), learningRate, rho: z.optional(fraction()), epsilon }),
  z.strictObject({ name: z.literal('adam'), ...moments }),
  z.strictObject({ name: z.literal('adamax'), ...moments }),
  z.strictObject({ name: z.literal('nadam'), ...moments, scheduleDecay: z.optional(nonNegative()) }),
  z.strictObject({ name: z.literal('adamw'), ...moments, weightDecay: z.optional(nonNegative()) }),
])

/** A name, or the name with its numbers. Numbers left out are the dialect's. */
export const optimizerSchema = z.union([
  z.enum(['sgd', 'rmsprop', 'adagrad', 'adadelta', 'adam', 'adamax', 'nadam', 'adamw'] satisfies OptimizerName[]),
  byName,
])
export type OptimizerSpec = z.infer<typeof optimizerSchema>

/**
 * An optimizer with every number said; one it does not use is 0. g is the gradient, p the parameter, t the step from 1:
 * - sgd: m = momentum m - rate g; p += m, with nesterov p += momentum m - rate g
 * - rmsprop: a = rho a + (1 - rho) g^2; p -= rate g / root(a)
 * - adagrad: a += g^2, from `initialAccumulator`; p -= rate g / root(a)
 * - adadelta: a as rmsprop; u = g sqrt(d + epsilon) / sqrt(a + epsilon); p -= rate u; d = rho d + (1 - rho) u^2
 * - adam: m, v; p -= rate sqrt(1 - beta2^t) / (1 - beta1^t) m / (sqrt(v) + epsilon) ("epsilon hat", Kingma & Ba 2015, end of section 2)
 * - adamw: p -= rate weightDecay p, then adam
 * - adamax: u = max(beta2 u, |g|); p -= rate / (1 - beta1^t) m / (u + epsilon)
 * - nadam: c(t) = beta1 (1 - 0.96^(scheduleDecay t) / 2), C(t) = c(1) … c(t);
 *   p -= rate ((1 - c(t)) g / (1 - C(t)) + c(t+1) m / (1 - C(t+1))) / (sqrt(v / (1 - beta2^t)) + epsilon)
 *
 * root(a) is sqrt(a + epsilon) where `epsilonInsideRoot` (Keras 3), sqrt(a) + epsilon elsewhere (Keras 2.2).
 * Formulas: `keras/optimizers.py` of Keras 2.2.4, `keras/src/optimizers/*.py` of Keras 3.
 */
export interface Optimizer {
  readonly name: OptimizerName
  readonly learningRate: number
  readonly momentum: number
  readonly nesterov: boolean
  readonly rho: number
  readonly beta1: number
  readonly beta2: number
  readonly epsilon: number
  readonly initialAccumulator: number
  readonly scheduleDecay: number
  readonly weightDecay: number
  readonly epsilonInsideRoot: boolean
}

const UNUSED: Omit<Optimizer, 'name'> = {
  learningRate: 0,
  momentum: 0,
  nesterov: false,
  rho: 0,
  beta1: 0,
  beta2: 0,
  epsilon: 1e-7,
  initialAccumulator: 0,
  scheduleDecay: 0,
  weightDecay: 0,
  epsilonInsideRoot: false,
}

const MOMENTS = { beta1: 0.9, beta2: 0.999 }

const DEFAULTS: Readonly<Record<Dialect, Readonly<Record<OptimizerName, Partial<Optimizer>>>>> = {
  'keras2.2': {
    sgd: { learningRate: 0.01 },
    rmsprop: { learningRate: 0.001, rho: 0.9 },
    adagrad: { learningRate: 0.01 },
    adadelta: { learningRate: 1, rho: 0.95 },
    adam: { learningRate: 0.001, ...MOMENTS },
    adamax: { learningRate: 0.002, ...MOMENTS },
    nadam: { learningRate: 0.002, ...MOMENTS, scheduleDecay: 0.004 },
    // Keras 2.2 has no AdamW: Keras 3's numbers.
    adamw: { learningRate: 0.001, ...MOMENTS, weightDecay: 0.004 },
  },
  keras3: {
    sgd: { learningRate: 0.01 },
    rmsprop: { learningRate: 0.001, rho: 0.9, epsilonInsideRoot: true },
    adagrad: { learningRate: 0.001, initialAccumulator: 0.1, epsilonInsideRoot: true },
    adadelta: { learningRate: 0.001, rho: 0.95 },
    adam: { learningRate: 0.001, ...MOMENTS },
    adamax: { learningRate: 0.001, ...MOMENTS },
    nadam: { learningRate: 0.001, ...MOMENTS, scheduleDecay: 1 },
    adamw: { learningRate: 0.001, ...MOMENTS, weightDecay: 0.004 },
  },
}

export function resolveOptimizer(given: OptimizerSpec, dialect: Dialect): Optimizer {
  const spec = typeof given === 'string' ? { name: given } : given
  const said = Object.fromEntries(Object.entries(spec).filter(([, value]) => value !== undefined))
  return { ...UNUSED, ...DEFAULTS[dialect][spec.name], ...said, name: spec.name }
}
