import { type Dialect, LOSSES } from '../../src/core/names.ts'
import type { Topology } from '../../src/core/population.ts'
import { at } from './close.ts'
import { type ActivationOracle, sigmoid } from './oracleActivations.ts'

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
function meanSquaredError(logits: readonly number[], targets: readonly number[], output: ActivationOracle): RowLoss {
  const differences = logits.map((z, k) => output.value(z) - at(targets, k))
  return {
    loss: sum(differences.map((difference) => difference ** 2)) / logits.length,
    delta: logits.map((z, k) => (2 * at(differences, k) * output.derivative(z)) / logits.length),
  }
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

/** The loss of a row of pre-activations of the output layer, its outputs and its targets. */
export function rowLoss(
  { loss }: Topology,
  dialect: Dialect,
  logits: readonly number[],
  outputs: readonly number[],
  targets: readonly number[],
  activation: () => ActivationOracle,
): RowLoss {
  if (LOSSES[loss] === LOSSES.meanSquaredError) return meanSquaredError(logits, targets, activation())
  if (LOSSES[loss] === LOSSES.binaryCrossentropy) return binaryCrossentropy(logits, outputs, targets, dialect)
  return categoricalCrossentropy(logits, outputs, targets, dialect)
}

const argmax = (values: readonly number[]): number => values.indexOf(Math.max(...values))

/** 1 or 0 for the categorical losses (the first of equal outputs is the answer), the part of right outputs for binary ones, else NaN. */
export function rowAccuracy({ loss }: Topology, outputs: readonly number[], targets: readonly number[]): number {
  if (LOSSES[loss] === LOSSES.meanSquaredError) return Number.NaN
  if (LOSSES[loss] === LOSSES.categoricalCrossentropy) return argmax(outputs) === argmax(targets) ? 1 : 0
  return outputs.filter((p, k) => p > 0.5 === at(targets, k) > 0.5).length / outputs.length
}

/** The class that a class weight is looked up by. */
export const rowClass = (targets: readonly number[]): number => (targets.length === 1 ? (at(targets, 0) > 0.5 ? 1 : 0) : argmax(targets))
