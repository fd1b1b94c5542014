/**
 * Greedy ensemble selection with replacement (Caruana, Niculescu-Mizil, Crew & Ksikes: "Ensemble selection from libraries of models", ICML 2004): again
 * and again the model is added whose addition makes the mean of all predictions best on the rows that choose.
 */

import { at, missing } from '../core/at.ts'
import type { Task } from '../data/dataset.ts'

/** What a model predicted for rows that it never saw: (rows x outputs), in units of the target, or probabilities. */
export type HeldOut = Float64Array

/** What is chosen by. */
export interface Choosing {
  readonly task: Task
  readonly outputs: number
  /** (rows), the target in its own units, or the number of the class. */
  readonly truth: Float64Array
  /** Places of the rows that choose. */
  readonly rows: Uint32Array
}

/** Probabilities are clipped here, so that one sure mistake does not decide alone. */
const LEAST = 1e-6

/** The loss of one row: squared error, or minus the logarithm of the probability of the true class. */
export function rowLoss(task: Task, outputs: number, truth: number, predicted: ArrayLike<number>, offset: number): number {
  if (task === 'regression') return (truth - (predicted[offset] ?? missing(predicted, offset))) ** 2
  const place = outputs === 1 ? offset : offset + truth
  const p = predicted[place] ?? missing(predicted, place)
  const ofTruth = outputs === 1 && truth === 0 ? 1 - p : p
  return -Math.log(Math.min(1 - LEAST, Math.max(LEAST, ofTruth)))
}

/** The mean loss of predictions over the rows that choose. */
export function meanLoss({ task, outputs, truth, rows }: Choosing, predicted: HeldOut): number {
  let sum = 0
  for (const row of rows) sum += rowLoss(task, outputs, truth[row] ?? missing(truth, row), predicted, row * outputs)
  return sum / rows.length
}

/**
 * Weights of the library's models, summing to 1. The library is ordered: of equals the first is taken.
 * @param rounds how often a model is added; the best of all rounds is returned, so that more rounds never choose worse
 */
export function selectEnsemble(choosing: Choosing, library: readonly HeldOut[], rounds: number, start = 1): Float64Array {
  const { rows, outputs, task } = choosing
  // Only the number that counts is averaged: of classes the probability of the true one. (rows that choose), by model.
  const needed = library.map((predicted) => neededNumbers(choosing, predicted))
  const truth = Float64Array.from(rows, (row) => choosing.truth[row] ?? missing(choosing.truth, row))
  const loss = (sum: Float64Array, added: Float64Array, count: number): number =>
    task === 'regression' ? squaredLoss(truth, sum, added, count) : logLoss(sum, added, count)
  const counts = new Float64Array(library.length)
  const sum = new Float64Array(rows.length)
  let best = { loss: Number.POSITIVE_INFINITY, counts: counts.slice() }
  const singles = needed.map((own) => loss(sum, own, 1))
  const ranked = [...singles.keys()].sort((a, b) => at(singles, a) - at(singles, b) || a - b)
  const add = (model: number) => {
    counts[model] = (counts[model] ?? missing(counts, model)) + 1
    const own = at(needed, model)
    for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] ?? missing(sum, i)) + (own[i] ?? missing(own, i))
  }
  for (let round = 0; round < rounds; round++) {
    let chosen = -1
    let least = Number.POSITIVE_INFINITY
    if (round < Math.min(start, ranked.length)) {
      chosen = at(ranked, round)
      least = loss(sum, at(needed, chosen), round + 1)
    } else
      for (const [model, own] of needed.entries()) {
        const own_ = loss(sum, own, round + 1)
        if (own_ < least) {
          least = own_
          chosen = model
        }
      }
    if (chosen < 0) break
    add(chosen)
    if (least < best.loss && round + 1 >= start) best = { loss: least, counts: counts.slice() }
  }
  const total = best.counts.reduce((a, b) => a + b, 0)
  void outputs
  return best.counts.map((count) => count / total)
}

function neededNumbers({ task, outputs, truth, rows }: Choosing, predicted: HeldOut): Float64Array {
  return Float64Array.from(rows, (row) => {
    if (task === 'regression') return predicted[row] ?? missing(predicted, row)
    const own = truth[row] ?? missing(truth, row)
    const place = outputs === 1 ? row : row * outputs + own
    const p = predicted[place] ?? missing(predicted, place)
    return outputs === 1 && own === 0 ? 1 - p : p
  })
}

function squaredLoss(truth: Float64Array, sum: Float64Array, added: Float64Array, count: number): number {
  let total = 0
  for (let i = 0; i < sum.length; i++) {
    const error = (truth[i] as number) - ((sum[i] as number) + (added[i] as number)) / count
    total += error * error
  }
  return total / sum.length
}

function logLoss(sum: Float64Array, added: Float64Array, count: number): number {
  let total = 0
  for (let i = 0; i < sum.length; i++) {
    const p = ((sum[i] as number) + (added[i] as number)) / count
    total -= Math.log(p < LEAST ? LEAST : p > 1 - LEAST ? 1 - LEAST : p)
  }
  return total / sum.length
}

/** The mean of predictions by weight. (rows x outputs) */
export function combine(library: readonly HeldOut[], weights: Float64Array): Float64Array {
  const combined = new Float64Array(library[0]?.length ?? 0)
  library.forEach((predicted, model) => {
    const weight = weights[model] ?? missing(weights, model)
    if (weight > 0) for (let i = 0; i < combined.length; i++) combined[i] = (combined[i] as number) + weight * (predicted[i] as number)
  })
  return combined
}
