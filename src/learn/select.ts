/**
 * The weights of models that answer together (Wolpert: "Stacked generalization", 1992): those by which the mean of all predictions is best on the rows that choose,
 * held towards equal weights, which is what a handful of rows says and nothing beside a thousand.
 */

import { at, missing } from '../core/at.ts'
import { finish, type Steps } from '../core/steps.ts'
import type { Task } from '../data/dataset.ts'
import { costOf, isSquared, type Loss, SQUARED, slopeOf } from './loss.ts'

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
  /** Squared errors, or log losses of rows that count alike, by default. */
  readonly loss?: Loss | undefined
}

/** Probabilities are clipped here, so that one sure mistake does not decide alone. */
const LEAST = 1e-6

/** The loss of one row: what a number costs, or minus the logarithm of the probability of the true class. */
function rowLoss({ task, outputs, loss }: Choosing, truth: number, predicted: ArrayLike<number>, offset: number): number {
  if (task === 'regression') return costOf(loss?.ofNumbers ?? SQUARED, truth, predicted[offset] ?? missing(predicted, offset))
  const place = outputs === 1 ? offset : offset + truth
  const p = predicted[place] ?? missing(predicted, place)
  const ofTruth = outputs === 1 && truth === 0 ? 1 - p : p
  return -weightOf(loss, truth) * Math.log(Math.min(1 - LEAST, Math.max(LEAST, ofTruth)))
}

const weightOf = (loss: Loss | undefined, truth: number): number => (loss?.classWeights === undefined ? 1 : at(loss.classWeights, truth))

/** The mean loss of predictions over the rows that choose. */
export function meanLoss(choosing: Choosing, predicted: HeldOut): number {
  const { outputs, truth, rows } = choosing
  let sum = 0
  for (const row of rows) sum += rowLoss(choosing, truth[row] ?? missing(truth, row), predicted, row * outputs)
  return sum / rows.length
}

/** How much equal weights count: as so many rows whose loss is the distance from them (Kullback and Leibler's). */
const EQUAL = 4
/** Models of less weight change nothing and cost as much to keep as others; nor are more kept than these. */
const TRIFLE = 0.01
const MOST = 20

/** Weights of the library's models, summing to 1. */
export const selectEnsemble = (choosing: Choosing, library: readonly HeldOut[]): Float64Array => finish(selectionSteps(choosing, library))

/** The same in pieces. */
export function* selectionSteps(choosing: Choosing, library: readonly HeldOut[]): Steps<Float64Array> {
  const loss = new Stacked(choosing, library)
  yield
  let weights = new Float64Array(library.length).fill(1 / library.length)
  let value = loss.at(weights)
  // Exponentiated gradient (Kivinen and Warmuth, 1997): weights stay above 0 and sum to 1; a step that does not help is halved.
  for (let round = 0, step = 1, still = 0; round < ROUNDS && still < STILL; round++) {
    const gradient = loss.gradient()
    yield
    const next = normalised(weights.map((weight, i) => weight * Math.exp(-step * (gradient[i] ?? missing(gradient, i)))))
    const reached = loss.at(next)
    yield
    if (reached < value) {
      still = value - reached < ENOUGH ? still + 1 : 0
      ;[weights, value] = [next, reached]
      step *= 1.5
    } else {
      loss.at(weights)
      step /= 2
      if (step < 1e-9) break
    }
  }
  return withoutTrifles(weights)
}

const ROUNDS = 300
/** It ends when so many steps were worth less than this of the loss. */
const STILL = 5
const ENOUGH = 1e-7

const normalised = (weights: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> => {
  const most = Math.max(...weights)
  const total = weights.reduce((a, b) => a + b / most, 0)
  return weights.map((weight) => weight / most / total)
}

function withoutTrifles(weights: Float64Array<ArrayBuffer>): Float64Array {
  const order = [...weights.keys()].sort((a, b) => at(weights, b) - at(weights, a))
  const least = Math.min(TRIFLE, at(weights, at(order, 0)))
  const kept = new Set(order.slice(0, MOST))
  return normalised(weights.map((weight, i) => (kept.has(i) && weight >= least ? weight : 0)))
}

/** The loss of the mean by weights: of numbers half the squared error in units of the best model's, of classes minus the logarithm of the true one's probability. */
class Stacked {
  readonly #isNumbers: boolean
  readonly #loss: Loss | undefined
  /** (rows that choose) the truth */
  readonly #truth: Float64Array
  /** By model, (rows that choose): how far it is off, or its probability of the true class. */
  readonly #own: readonly Float64Array[]
  readonly #unit: number
  readonly #sum: Float64Array
  readonly #strength: number
  #weights = new Float64Array(0)

  constructor(choosing: Choosing, library: readonly HeldOut[]) {
    const { task, truth, rows, loss } = choosing
    this.#loss = loss
    this.#truth = Float64Array.from(rows, (row) => at(truth, row))
    this.#isNumbers = task === 'regression'
    this.#own = library.map((predicted) => {
      const needed = neededNumbers(choosing, predicted)
      return this.#isNumbers ? needed.map((said, i) => said - at(truth, at(rows, i))) : needed
    })
    const losses = library.map((predicted) => meanLoss(choosing, predicted))
    // A model that is never off is no unit.
    this.#unit = this.#isNumbers ? Math.max(Math.min(...losses), 1e-6 * Math.max(...losses), Number.MIN_VALUE) : 1
    this.#sum = new Float64Array(rows.length)
    this.#strength = EQUAL / rows.length
  }

  /** The loss at some weights, which the next gradient is of. */
  at(weights: Float64Array<ArrayBuffer>): number {
    const sum = this.#sum.fill(0)
    this.#own.forEach((own, model) => {
      const weight = weights[model] ?? missing(weights, model)
      for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] ?? missing(sum, i)) + weight * (own[i] ?? missing(own, i))
    })
    this.#weights = weights
    let distance = 0
    for (const weight of weights) if (weight > 0) distance += weight * Math.log(weight * weights.length)
    return (this.#isNumbers ? this.#costs() : this.#logarithms()) / sum.length + this.#strength * distance
  }

  /** What the sums of errors cost, of squares half as much. */
  #costs(): number {
    let total = 0
    const by = this.#loss?.ofNumbers ?? SQUARED
    if (!isSquared(by)) {
      for (const [i, error] of this.#sum.entries()) total += costOf(by, at(this.#truth, i), at(this.#truth, i) + error)
      return total / this.#unit
    }
    for (const error of this.#sum) total += error * error
    return total / this.#unit / 2
  }

  #logarithms(): number {
    let total = 0
    for (const [i, p] of this.#sum.entries())
      total -= weightOf(this.#loss, at(this.#truth, i)) * Math.log(Math.min(1 - LEAST, Math.max(LEAST, p)))
    return total
  }

  /** (rows that choose), the derivative by the sum. */
  #factors(): Float64Array {
    const [sum, truth, loss] = [this.#sum, this.#truth, this.#loss]
    if (!this.#isNumbers) return sum.map((p, i) => -weightOf(loss, at(truth, i)) / Math.max(LEAST, p))
    const by = loss?.ofNumbers ?? SQUARED
    if (isSquared(by)) return sum.map((error) => error / this.#unit)
    return sum.map((error, i) => slopeOf(by, at(truth, i), at(truth, i) + error) / this.#unit)
  }

  gradient(): Float64Array {
    const sum = this.#sum
    const factor = this.#factors()
    return Float64Array.from(this.#own, (own, model) => {
      let total = 0
      for (let i = 0; i < own.length; i++) total += (own[i] ?? missing(own, i)) * (factor[i] ?? missing(factor, i))
      const weight = this.#weights[model] ?? missing(this.#weights, model)
      return total / sum.length + this.#strength * Math.log(Math.max(weight, Number.MIN_VALUE) * this.#own.length)
    })
  }
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
