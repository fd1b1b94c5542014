// Every loss in float64.

import type { Activation } from '../../src/core/activations.ts'
import { type Loss, type LossName, taskOf } from '../../src/core/losses.ts'
import type { Dialect } from '../../src/core/names.ts'
import type { Topology } from '../../src/core/population.ts'
import { at } from './close.ts'
import { activate, differentiate, sigmoid, softmax } from './oracleActivations.ts'

/** The loss of one row, without penalties and weights, and its derivative by each pre-activation of the output layer. */
export interface RowLoss {
  readonly loss: number
  readonly delta: number[]
}

/** Keras's `epsilon()`, the edge of the clip. */
const CLIP = 1e-7
const clipped = (p: number): number => Math.min(Math.max(p, CLIP), 1 - CLIP)
const insideClip = (p: number): number => (p >= CLIP && p <= 1 - CLIP ? 1 : 0)
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

/** mean over outputs of (y - t)^2 */
function meanSquaredError(logits: readonly number[], targets: readonly number[], output: Activation): RowLoss {
  const differences = activate(output, logits).map((y, k) => y - at(targets, k))
  const delta = differences.map((difference) => (2 * difference) / logits.length)
  return { loss: sum(differences.map((difference) => difference ** 2)) / logits.length, delta: differentiate(output, logits, delta) }
}

/**
 * Mean over outputs. Keras 3 from the logits: max(z, 0) - z t + log(1 + exp(-|z|)). Keras 2.2 from the clipped probability:
 * -t log c - (1 - t) log(1 - c); the clip passes no gradient outside its range. 1 - p is sigmoid(-z), which keeps its digits.
 */
function binaryCrossentropy(
  logits: readonly number[],
  probabilities: readonly number[],
  targets: readonly number[],
  dialect: Dialect,
): RowLoss {
  const terms = logits.map((z, k) => {
    const t = at(targets, k)
    const p = at(probabilities, k)
    if (dialect === 'keras3') return { loss: Math.max(z, 0) - z * t + Math.log1p(Math.exp(-Math.abs(z))), delta: p - t }
    return { loss: -t * Math.log(clipped(p)) - (1 - t) * Math.log(clipped(sigmoid(-z))), delta: insideClip(p) * (p - t) }
  })
  return { loss: sum(terms.map(({ loss }) => loss)) / terms.length, delta: terms.map(({ delta }) => delta / terms.length) }
}

/**
 * Keras 3 from the logits: sum_k t_k (log sum_j exp z_j - z_k). Keras 2.2 from the clipped probabilities: -sum_k t_k log c_k, so
 * d/dz_j = sum_k -(t_k inside_k / p_k) p_k (delta_kj - p_j) = p_j sum_k t_k inside_k - t_j inside_j.
 */
function categoricalCrossentropy(
  logits: readonly number[],
  probabilities: readonly number[],
  targets: readonly number[],
  dialect: Dialect,
): RowLoss {
  if (dialect === 'keras3') {
    const high = Math.max(...logits)
    const logSum = high + Math.log(sum(logits.map((z) => Math.exp(z - high))))
    const total = sum(targets)
    return {
      loss: sum(logits.map((z, k) => at(targets, k) * (logSum - z))),
      delta: probabilities.map((p, j) => p * total - at(targets, j)),
    }
  }
  const passed = probabilities.map((p, k) => at(targets, k) * insideClip(p))
  const total = sum(passed)
  return {
    loss: -sum(probabilities.map((p, k) => at(targets, k) * Math.log(clipped(p)))),
    delta: probabilities.map((p, j) => p * total - at(passed, j)),
  }
}

type Other = Exclude<LossName, 'meanSquaredError' | 'binaryCrossentropy' | 'categoricalCrossentropy' | 'sparseCategoricalCrossentropy'>

const mean = (values: readonly number[]): number => sum(values) / values.length
const floored = (value: number): number => Math.max(value, CLIP)

/** The others, of targets y and outputs p, as the docstring of src/core/losses.ts writes them. */
const LOSS_OF_ROW: { readonly [L in Other]: (y: readonly number[], p: readonly number[], loss: Loss) => number } = {
  meanAbsoluteError: (y, p) => mean(p.map((q, k) => Math.abs(at(y, k) - q))),
  meanAbsolutePercentageError: (y, p) => mean(p.map((q, k) => (100 * Math.abs(at(y, k) - q)) / floored(Math.abs(at(y, k))))),
  meanSquaredLogarithmicError: (y, p) => mean(p.map((q, k) => (Math.log1p(floored(at(y, k))) - Math.log1p(floored(q))) ** 2)),
  huber: (y, p, { parameter: delta }) =>
    mean(
      p.map((q, k) => {
        const e = Math.abs(at(y, k) - q)
        return e <= delta ? e ** 2 / 2 : delta * e - delta ** 2 / 2
      }),
    ),
  logCosh: (y, p) => mean(p.map((q, k) => Math.log(Math.cosh(at(y, k) - q)))),
  poisson: (y, p) => mean(p.map((q, k) => q - at(y, k) * Math.log(q + CLIP))),
  quantile: (y, p, { parameter: q }) => mean(p.map((value, k) => Math.max(q * (at(y, k) - value), (q - 1) * (at(y, k) - value)))),
  hinge: (y, p) => mean(p.map((q, k) => Math.max(0, 1 - at(y, k) * q))),
  squaredHinge: (y, p) => mean(p.map((q, k) => Math.max(0, 1 - at(y, k) * q) ** 2)),
  cosineSimilarity: (y, p) => -sum(p.map((q, k) => q * at(y, k))) / Math.sqrt(sum(p.map((q) => q * q)) * sum(y.map((t) => t * t))),
  gaussianLikelihood: (y, p) => mean(y.map((t, k) => (at(p, y.length + k) + (t - at(p, k)) ** 2 / Math.exp(at(p, y.length + k))) / 2)),
  kullbackLeiblerDivergence: (y, p) => sum(p.map((q, k) => floored(at(y, k)) * Math.log(floored(at(y, k)) / floored(q)))),
  categoricalHinge: (y, p) => Math.max(0, 1 + Math.max(...p.map((q, k) => (1 - at(y, k)) * q)) - sum(p.map((q, k) => at(y, k) * q))),
  categoricalFocalCrossentropy: (y, p, { parameter: alpha, gamma }) =>
    sum(p.map((q, k) => -alpha * (1 - clipped(q)) ** gamma * at(y, k) * Math.log(clipped(q)))),
  binaryFocalCrossentropy: (y, p, { parameter: alpha, gamma, applyClassBalancing }) =>
    mean(
      p.map((raw, k) => {
        const q = clipped(raw)
        const t = at(y, k)
        const share = applyClassBalancing ? t * alpha + (1 - t) * (1 - alpha) : 1
        return share * (1 - t * q - (1 - t) * (1 - q)) ** gamma * (-t * Math.log(q) - (1 - t) * Math.log(1 - q))
      }),
    ),
}

/** Central differences: in float64 within 1e-9 of the derivative, and nothing the kernels share. */
function byDifferences(value: (logits: readonly number[]) => number, logits: readonly number[]): RowLoss {
  const h = 1e-6
  const moved = (k: number, by: number) => value(logits.map((z, i) => (i === k ? z + by : z)))
  return { loss: value(logits), delta: logits.map((_, k) => (moved(k, h) - moved(k, -h)) / (2 * h)) }
}

/** The loss of a row of pre-activations of the output layer, and its targets. */
export function rowLoss(
  { loss }: Topology,
  dialect: Dialect,
  logits: readonly number[],
  given: readonly number[],
  output: Activation,
): RowLoss {
  const { name, labelSmoothing: s, fromLogits } = loss
  const targets = given.map((y) => y * (1 - s) + s / (taskOf(loss) === 'binary' ? 2 : given.length))
  if (name === 'meanSquaredError') return meanSquaredError(logits, targets, output)
  if (name === 'binaryCrossentropy') return binaryCrossentropy(logits, logits.map(sigmoid), targets, dialect)
  if (name === 'categoricalCrossentropy' || name === 'sparseCategoricalCrossentropy')
    return categoricalCrossentropy(logits, softmax(logits), targets, dialect)
  const probabilities = (values: readonly number[]) => (taskOf(loss) === 'binary' ? values.map(sigmoid) : softmax(values))
  const outputs = (values: readonly number[]) => (fromLogits ? probabilities(values) : activate(output, values))
  return byDifferences((values) => LOSS_OF_ROW[name](targets, outputs(values), loss), logits)
}

const argmax = (values: readonly number[]): number => values.indexOf(Math.max(...values))

/** 1 or 0 for the categorical losses (the first of equal outputs is the answer), the part of right outputs for binary ones, else NaN. */
export function rowAccuracy({ loss }: Topology, outputs: readonly number[], targets: readonly number[]): number {
  const task = taskOf(loss)
  if (task === 'regression') return Number.NaN
  if (task === 'categorical') return argmax(outputs) === argmax(targets) ? 1 : 0
  return outputs.filter((p, k) => p > (loss.fromLogits ? 0 : 0.5) === at(targets, k) > 0.5).length / outputs.length
}

/** The class that a class weight is looked up by. */
export const rowClass = (targets: readonly number[]): number => (targets.length === 1 ? (at(targets, 0) > 0.5 ? 1 : 0) : argmax(targets))
