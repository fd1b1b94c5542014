/** Whether probabilities mean what they say: a temperature that makes them, and how far they are from it. */

import { at, missing } from '../core/at.ts'
import { finish, type Steps } from '../core/steps.ts'
import type { JudgedClasses } from './score/judged.ts'
import { rowWeights } from './score/losses.ts'

/** Rows with a class each and what was said of them, as `JudgedClasses`. */
type Said = Omit<JudgedClasses, 'task'>

const LEAST_TEMPERATURE = 0.1
const MOST_TEMPERATURE = 10

/** How far the logarithm of a temperature lies from 0 beforehand, as a standard deviation: few rows that were all said rightly are no proof of certainty. */
const SPREAD = 0.5

/** Probabilities that count as less than this count as this in a logarithm. */
const LEAST = 2 ** -23

/** (rows x classes), p^(1 / temperature) over their sum: what softmax(log p / temperature) is. A new array. */
export function withTemperature(probabilities: Float64Array, classes: number, temperature: number): Float64Array {
  const sharpened = probabilities.map((p) => p ** (1 / temperature))
  for (let start = 0; start < sharpened.length; start += classes) {
    let sum = 0
    for (let i = start; i < start + classes; i++) sum += sharpened[i] ?? missing(sharpened, i)
    if (sum === 0) {
      // Near a temperature of 0 every power is too small for a number: only what is as likely as the likeliest is left.
      const most = probabilities.subarray(start, start + classes).reduce((a, b) => Math.max(a, b))
      for (let i = start; i < start + classes; i++)
        sum += sharpened[i] = ((probabilities[i] ?? missing(probabilities, i)) / most) ** (1 / temperature)
    }
    for (let i = start; i < start + classes; i++) sharpened[i] = (sharpened[i] ?? missing(sharpened, i)) / sum
  }
  return sharpened
}

/** Logarithms of what was said of some rows, (rows x classes), and the place of each row's true class among them. */
interface Logarithms {
  readonly logs: Float64Array
  readonly own: Uint32Array
  readonly classes: number
  /** (rows), how much each counts. */
  readonly weights: Float64Array
}

function logarithmsOf(said: Said, rows: ArrayLike<number>): Logarithms {
  const { actual, classes, probabilities } = said
  const all = rowWeights({ ...said, task: 'classes' })
  const weights = Float64Array.from(rows, (row) => at(all, row))
  const logs = new Float64Array(rows.length * classes)
  const own = new Uint32Array(rows.length)
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] ?? missing(rows, i)
    own[i] = i * classes + at(actual, row)
    for (let c = 0; c < classes; c++)
      logs[i * classes + c] = Math.log(Math.max(probabilities[row * classes + c] ?? missing(probabilities, row), LEAST))
  }
  return { logs, own, classes, weights }
}

/** The mean log loss of these rows at a temperature. */
function lossAt({ logs, own, classes, weights }: Logarithms, temperature: number): number {
  let loss = 0
  for (let i = 0; i < own.length; i++) {
    let sum = 0
    for (let place = i * classes; place < (i + 1) * classes; place++) sum += Math.exp((logs[place] ?? missing(logs, place)) / temperature)
    const place = own[i] ?? missing(own, i)
    loss -= at(weights, i) * Math.log(Math.max(Math.exp((logs[place] ?? missing(logs, place)) / temperature) / sum, LEAST))
  }
  return loss / own.length
}

/**
 * The temperature by which the probabilities of these rows have the least log loss (Guo, Pleiss, Sun, Weinberger, "On calibration of modern neural networks",
 * ICML 2017), found by golden section over its logarithm: the loss has one minimum there. Held towards 1 as by a normal prior of its logarithm, which is
 * what a handful of rows says and nothing beside a thousand. Above 1: what was said was too sure.
 * @param rows which rows choose; all by default
 */
export const temperatureOf = (said: Said, rows?: ArrayLike<number>): number => finish(temperatureSteps(said, rows))

/** The same in pieces. */
export function* temperatureSteps(said: Said, rows: ArrayLike<number> = Uint32Array.from(said.actual.keys())): Steps<number> {
  if (rows.length === 0) return 1
  const logarithms = logarithmsOf(said, rows)
  const loss = (log: number): number => lossAt(logarithms, Math.exp(log)) + (log / SPREAD) ** 2 / (2 * rows.length)
  const ratio = (Math.sqrt(5) - 1) / 2
  let [low, high] = [Math.log(LEAST_TEMPERATURE), Math.log(MOST_TEMPERATURE)]
  let [left, right] = [high - ratio * (high - low), low + ratio * (high - low)]
  let [atLeft, atRight] = [loss(left), loss(right)]
  while (high - low > 1e-4) {
    yield
    if (atLeft <= atRight) {
      ;[high, right, atRight] = [right, left, atLeft]
      left = high - ratio * (high - low)
      atLeft = loss(left)
    } else {
      ;[low, left, atLeft] = [left, right, atRight]
      right = low + ratio * (high - low)
      atRight = loss(right)
    }
  }
  return Math.exp((low + high) / 2)
}

/**
 * Each fold's rows at the temperature that the rows of the other folds choose, so that what comes back can be judged: nothing of a row chose for it.
 * @param folds (rows), the fold of each
 */
export const crossTempered = (said: Said, folds: Int32Array): Float64Array => finish(crossTempering(said, folds)).probabilities

/** The same in pieces, with the temperature of each fold's rows. */
export function* crossTempering(
  said: Said,
  folds: Int32Array,
): Steps<{ readonly probabilities: Float64Array; readonly temperatures: ReadonlyMap<number, number> }> {
  const { classes, probabilities } = said
  const tempered = new Float64Array(probabilities.length)
  const temperatures = new Map<number, number>()
  for (const fold of new Set(folds)) {
    const temperature = yield* temperatureSteps(
      said,
      Uint32Array.from(folds.keys()).filter((row) => folds[row] !== fold),
    )
    temperatures.set(fold, temperature)
    for (const [row, own] of folds.entries())
      if (own === fold)
        tempered.set(withTemperature(probabilities.subarray(row * classes, (row + 1) * classes), classes, temperature), row * classes)
  }
  return { probabilities: tempered, temperatures }
}

/** How far said chances are from what came true. */
export interface CalibrationError {
  /** The expected calibration error: |share that was right - mean chance that was said|, over bins of the likeliest class's chance, weighted by rows. */
  readonly value: number
  /** What an answer that is right about its chances would show on so many rows, by chance alone. Only what is well above it is a fault. */
  readonly byChance: number
  /** From the lowest chance to the highest; empty ones left out. */
  readonly bins: readonly { readonly rows: number; readonly said: number; readonly right: number }[]
}

/**
 * Naeini, Cooper, Hauskrecht, "Obtaining well calibrated probabilities using Bayesian binning", AAAI 2015, of the likeliest class.
 * @param bins of equal width, 15 by default
 */
export function calibrationErrorOf({ actual, classes, probabilities }: Said, bins = 15): CalibrationError {
  const counts = Array.from({ length: bins }, () => ({ rows: 0, said: 0, right: 0, variance: 0 }))
  for (const [row, own] of actual.entries()) {
    const chances = probabilities.subarray(row * classes, (row + 1) * classes)
    const best = chances.reduce((most, p, i) => (p > at(chances, most) ? i : most), 0)
    const chance = at(chances, best)
    const bin = at(counts, Math.min(bins - 1, Math.floor(chance * bins)))
    bin.rows++
    bin.said += chance
    bin.right += Number(best === own)
    bin.variance += chance * (1 - chance)
  }
  const rows = actual.length
  const used = counts.filter((bin) => bin.rows > 0)
  return {
    value: used.reduce((sum, bin) => sum + Math.abs(bin.right - bin.said), 0) / rows,
    // A sum of independent hits is about normal, whose mean distance to its mean is sqrt(2 / pi) standard deviations.
    byChance: used.reduce((sum, bin) => sum + Math.sqrt((2 * bin.variance) / Math.PI), 0) / rows,
    bins: used.map((bin) => ({ rows: bin.rows, said: bin.said / bin.rows, right: bin.right / bin.rows })),
  }
}
