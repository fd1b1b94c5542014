/**
 * What folds do to intervals. Out-of-fold predictions are no independent sample: a row helps to train the models that judge the others, so what a model took
 * from chance comes back twice, and the answer is the bag of all folds, which is better than the models of one. Both are estimated here, of the predictions alone.
 */

import { at, missing } from '../../core/at.ts'
import { InvalidDataError } from '../../core/errors.ts'
import { costOf, SQUARED } from '../loss.ts'
import type { Judged } from './judged.ts'

/** A fold's models together: what they say of every row. */
export interface FoldModels {
  /** As `probabilities` or `predicted` of what is judged, of all rows. */
  readonly said: Float64Array
  /** (rows), 1 where the models had not seen the row. */
  readonly unseen: Uint8Array
}

/** What an interval must know beside the rows. */
export interface Correction {
  /** By how much the variance of a mean of differences is larger than if rows were independent, less 1. */
  readonly spill: number
  /** What the bag of all folds has less of log loss, or of mean squared error, than what was judged. */
  readonly gain: number
  /** What the bag costs less by the loss that was learned by; absent where nothing is known of the bag. */
  readonly costGain?: number | undefined
  /** What the bag is right more often than what was judged: `hitGainOf`. */
  readonly hits: HitGain
  /** Of every class by what factor the bag sets its rows further apart from others, `sharpened`; absent where nothing is known of the bag. */
  readonly sharper?: Float64Array | undefined
  /** Likewise of what is compared to. */
  readonly othersSharper?: Float64Array | undefined
}

/**
 * Of differences that are all chance: the variance of their mean is 1 + n (1 / n + 1 / (n - n / folds)) - 1 times that of independent ones, 2.25 with five folds
 * (Nadeau and Bengio, "Inference for the generalization error", Machine Learning 52, 2003). Simulated: 2.0 to 2.3 (bench/NOTES.md, Coverage).
 */
const SPILL = 1.25

const saidOf = (judged: Judged): Float64Array => (judged.task === 'classes' ? judged.probabilities : judged.predicted)
const outputsOf = (judged: Judged): number => (judged.task === 'classes' ? judged.classes : 1)

/** What is true of output o of a row: the number, or 1 of the true class. */
const trueOf = (judged: Judged, row: number, output: number): number =>
  judged.task === 'classes' ? Number(at(judged.actual, row) === output) : at(judged.actual, row)

/** Squared distances, summed over rows and outputs: from one prediction to another, and how much of it was chance. */
interface Distance {
  readonly all: number
  readonly chance: number
}

/**
 * The step from a constant guess to a prediction, squared, and the part of it that leads nowhere. Were the prediction the truth, the targets would lie as
 * far along the step as it goes; of a step into chance they lie, on average, where they were.
 */
function distanceOf(judged: Judged, guess: Judged): Distance {
  const [said, from] = [saidOf(judged), saidOf(guess)]
  const outputs = outputsOf(judged)
  let [all, along] = [0, 0]
  for (let i = 0; i < said.length; i++) {
    const start = from[i] ?? missing(from, i)
    const step = (said[i] ?? missing(said, i)) - start
    all += step * step
    along += step * (trueOf(judged, Math.floor(i / outputs), i % outputs) - start)
  }
  return { all, chance: Math.max(0, all - Math.max(0, along)) }
}

/** How much of the difference between a prediction and a guess is chance, as a factor of variance less 1. */
export function spillOf(judged: Judged, guess: Judged): number {
  const { all, chance } = distanceOf(judged, guess)
  return all === 0 ? 0 : (SPILL * chance) / all
}

/** Likewise between two predictions, both learned: the chance in either. */
export function spillBetween(judged: Judged, other: Judged, guess: Judged): number {
  const { all } = distanceOf(judged, other)
  const chance = distanceOf(judged, guess).chance + distanceOf(other, guess).chance
  return all === 0 ? 0 : SPILL * Math.min(1, chance / all)
}

/** Rows of those that judge, and what each fold's models say of them. */
export interface Bag {
  readonly judged: Judged
  readonly folds: readonly FoldModels[]
}

/**
 * Of every output of a row that at least two folds' models have seen: what those say, and which share of their variance about their mean the bag of all folds
 * has less of than the models that judge the row.
 * @throws InvalidDataError where a fold's predictions do not fit the rows
 */
function eachDisagreement({ judged, folds }: Bag, look: (share: number, said: readonly number[], place: number) => void): void {
  const rows = judged.actual.length
  const outputs = outputsOf(judged)
  for (const { said, unseen } of folds)
    if (said.length !== rows * outputs || unseen.length !== rows)
      throw new InvalidDataError(
        `a fold's models say ${said.length} numbers of ${unseen.length} rows; there must be ${outputs} for each of ${rows} rows`,
      )
  for (let row = 0; row < rows; row++) {
    const seen = folds.filter(({ unseen }) => unseen[row] === 0)
    const judging = folds.length - seen.length
    if (seen.length < 2 || judging === 0) continue
    for (let place = row * outputs; place < (row + 1) * outputs; place++)
      look(
        1 / judging - 1 / folds.length,
        seen.map(({ said }) => at(said, place)),
        place,
      )
  }
}

function meanAndVariance(values: readonly number[]): { mean: number; variance: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  return { mean, variance: values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1) }
}

/**
 * By how much the mean of all folds' models has less log loss or squared error than what was judged, which is the mean of the few that had not seen the
 * row: the models' variance about their mean falls with their number (Krogh and Vedelsby, "Neural network ensembles, cross validation, and active learning",
 * NIPS 1994; of log loss to the second order, averaged over the classes as they are said). Measured among the models that have seen a row, which agree on
 * it more than on fresh ones: the gain is rather too small.
 * @throws InvalidDataError where a fold's predictions do not fit the rows
 */
export function gainOf(bag: Bag): number {
  let gain = 0
  eachDisagreement(bag, (share, said) => {
    const { mean, variance } = meanAndVariance(said)
    gain += share * (bag.judged.task === 'classes' ? variance / (2 * Math.max(mean, 1e-6)) : variance)
  })
  return gain / bag.judged.actual.length
}

/**
 * Likewise by any loss of numbers: what the models that have seen a row cost on average, less what their mean costs. Of squared errors it is the same number.
 * @throws InvalidDataError where a fold's predictions do not fit the rows
 */
export function costGainOf(bag: Bag): number {
  const { judged } = bag
  if (judged.task === 'classes') return 0
  const { loss = SQUARED, actual } = judged
  let gain = 0
  eachDisagreement(bag, (share, said, row) => {
    const { mean } = meanAndVariance(said)
    const each = said.reduce((sum, one) => sum + costOf(loss, at(actual, row), one), 0) / said.length
    // Of n models the mean has 1 / n of the scatter left: n - 1 of n are seen.
    gain += share * (each - costOf(loss, at(actual, row), mean)) * (said.length / (said.length - 1))
  })
  return gain / actual.length
}

const argmaxOf = (values: ArrayLike<number>): number => {
  let best = 0
  for (let i = 1; i < values.length; i++) if (at(values, i) > at(values, best)) best = i
  return best
}

/** By how much the bag of all folds is right more often than one fold's models, over all rows and on average over the classes. */
interface HitGain {
  readonly accuracy: number
  readonly balancedAccuracy: number
}

/**
 * Of every row the mean of what the models say is taken for the chance of each class; the bag names the likeliest, a single model perhaps another, which
 * comes true less often by the difference of the two.
 */
export function hitGainOf({ judged, folds }: Bag): HitGain {
  if (judged.task === 'numbers') return { accuracy: 0, balancedAccuracy: 0 }
  const { classes } = judged
  const rows = judged.actual.length
  const chances = new Float64Array(classes)
  const hits = new Float64Array(classes)
  let accuracy = 0
  for (let row = 0; row < rows; row++) {
    const seen = folds.filter(({ unseen }) => unseen[row] === 0).map(({ said }) => said.subarray(row * classes, (row + 1) * classes))
    if (seen.length < 2 || seen.length === folds.length) continue
    const mean = Float64Array.from({ length: classes }, (_, c) => seen.reduce((sum, said) => sum + at(said, c), 0) / seen.length)
    for (let c = 0; c < classes; c++) chances[c] = at(chances, c) + at(mean, c)
    const best = argmaxOf(mean)
    for (const said of seen) {
      const own = argmaxOf(said)
      if (own === best) continue
      accuracy += (at(mean, best) - at(mean, own)) / seen.length / rows
      hits[best] = at(hits, best) + at(mean, best) / seen.length
      hits[own] = at(hits, own) - at(mean, own) / seen.length
    }
  }
  return { accuracy, balancedAccuracy: hits.reduce((sum, own, c) => sum + own / Math.max(at(chances, c), 1) / classes, 0) }
}

/** Log odds. Beyond a chance of one in a hundred they differ much from model to model, and no row changes its place by it. */
const logOdds = (chance: number): number => {
  const p = Math.min(Math.max(chance, LEAST_CHANCE), 1 - LEAST_CHANCE)
  return Math.log(p / (1 - p))
}
const LEAST_CHANCE = 0.01

/**
 * For each class (of two the second) the factor by which the bag of all folds has its rows further from the others, in standard deviations of the log odds that were said: those are
 * made of what differs between rows and of what differs between models, and the bag has less of the latter.
 */
export function sharpened(bag: Bag): Float64Array {
  const { judged } = bag
  const outputs = outputsOf(judged)
  if (judged.task === 'numbers') return new Float64Array()
  const less = new Float64Array(outputs)
  eachDisagreement(bag, (share, said, place) => {
    less[place % outputs] = at(less, place % outputs) + (share * meanAndVariance(said.map(logOdds)).variance) / judged.actual.length
  })
  return less.map((own, index) => {
    const said = (isOwn: boolean): number[] =>
      [...judged.actual].flatMap((actual, row) =>
        (actual === index) === isOwn ? [logOdds(at(judged.probabilities, row * outputs + index))] : [],
      )
    const [inside, others] = [said(true), said(false)]
    if (inside.length < 2 || others.length < 2) return 1
    const all = meanAndVariance(inside).variance + meanAndVariance(others).variance
    // Never by more than twice: it is only estimated.
    return all > 0 ? 1 / Math.sqrt(Math.max(0.25, 1 - (2 * own) / all)) : 1
  })
}
