/**
 * Greedy ensemble selection with replacement (Caruana, Niculescu-Mizil, Crew & Ksikes: "Ensemble selection from libraries of models", ICML 2004): again
 * and again the model is added whose addition makes the mean of all predictions best on the rows that choose.
 */

import { at, missing } from '../core/at.ts'
import { Purpose, permutation, philox4x32 } from '../core/random.ts'
import { finish, type Steps } from '../core/steps.ts'
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
function rowLoss(task: Task, outputs: number, truth: number, predicted: ArrayLike<number>, offset: number): number {
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

/** Draws of the library that each choose for themselves, and how much of it each sees: Caruana's remedy against choosing by chance. */
const BAGS = 20
const SEEN = 0.5
/** How often a draw adds a model. */
const ROUNDS = 20

/** Weights of the library's models, summing to 1. The library is ordered: of equals the first is taken. */
export const selectEnsemble = (choosing: Choosing, library: readonly HeldOut[], seed: number): Float64Array =>
  finish(selectionSteps(choosing, library, seed))

/** The same in pieces. */
export function* selectionSteps(choosing: Choosing, library: readonly HeldOut[], seed: number): Steps<Float64Array> {
  // Only the number that counts is averaged: of classes the probability of the true one. (rows that choose), by model.
  const needed = library.map((predicted) => neededNumbers(choosing, predicted))
  const truth = Float64Array.from(choosing.rows, (row) => choosing.truth[row] ?? missing(choosing.truth, row))
  const weights = new Float64Array(library.length)
  for (let bag = 0; bag < BAGS; bag++) {
    const [first = 0] = permutation(seed, bag, library.length, Purpose.study)
    const seen = [...library.keys()].filter((model) => model === first || chanceOf(seed, bag, model) < SEEN)
    const counts = yield* selectGreedily(
      choosing.task,
      truth,
      seen.map((model) => at(needed, model)),
    )
    const total = counts.reduce((a, b) => a + b, 0)
    seen.forEach((model, k) => {
      weights[model] = (weights[model] ?? missing(weights, model)) + (counts[k] ?? missing(counts, k)) / total / BAGS
    })
  }
  return withoutTrifles(weights)
}

/** Models of less weight change nothing and cost as much to keep as others. */
const TRIFLE = 0.02

function withoutTrifles(weights: Float64Array): Float64Array {
  const least = Math.min(TRIFLE, Math.max(...weights))
  const kept = weights.map((weight) => (weight >= least ? weight : 0))
  const total = kept.reduce((a, b) => a + b, 0)
  return kept.map((weight) => weight / total)
}

const chanceOf = (seed: number, bag: number, model: number): number => philox4x32([model, bag, 0, 2], [seed, Purpose.study])[0] / 2 ** 32

/** How often each model was added, after the round that was best. */
function* selectGreedily(task: Task, truth: Float64Array, needed: readonly Float64Array[]): Steps<Float64Array> {
  const counts = new Float64Array(needed.length)
  const sum = new Float64Array(truth.length)
  let best = { loss: Number.POSITIVE_INFINITY, counts: counts.slice() }
  for (let round = 1; round <= ROUNDS; round++) {
    let chosen = 0
    let least = Number.POSITIVE_INFINITY
    for (const [model, own] of needed.entries()) {
      const loss = task === 'regression' ? squaredLoss(truth, sum, own, round) : logLoss(sum, own, round)
      if (loss < least) [least, chosen] = [loss, model]
    }
    counts[chosen] = at(counts, chosen) + 1
    const own = at(needed, chosen)
    for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] ?? missing(sum, i)) + (own[i] ?? missing(own, i))
    if (least < best.loss) best = { loss: least, counts: counts.slice() }
    yield
  }
  return best.counts
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
    const error = (truth[i] ?? missing(truth, i)) - ((sum[i] ?? missing(sum, i)) + (added[i] ?? missing(added, i))) / count
    total += error * error
  }
  return total / sum.length
}

function logLoss(sum: Float64Array, added: Float64Array, count: number): number {
  let total = 0
  // A logarithm of a product is cheaper than eight logarithms; eight probabilities of at least LEAST do not underflow.
  let product = 1
  for (let i = 0; i < sum.length; i++) {
    const p = ((sum[i] ?? missing(sum, i)) + (added[i] ?? missing(added, i))) / count
    product *= p < LEAST ? LEAST : p > 1 - LEAST ? 1 - LEAST : p
    if (i % 8 === 7) {
      total -= Math.log(product)
      product = 1
    }
  }
  return (total - Math.log(product)) / sum.length
}

/** The mean of predictions by weight. (rows x outputs) */
export function combine(library: readonly HeldOut[], weights: Float64Array): Float64Array {
  const combined = new Float64Array(library[0]?.length ?? 0)
  library.forEach((predicted, model) => {
    const weight = weights[model] ?? missing(weights, model)
    if (weight > 0)
      for (let i = 0; i < combined.length; i++)
        combined[i] = (combined[i] ?? missing(combined, i)) + weight * (predicted[i] ?? missing(predicted, i))
  })
  return combined
}
