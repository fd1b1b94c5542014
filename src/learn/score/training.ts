/**
 * What folds do to intervals. Out-of-fold predictions are no independent sample: a row helps to train the models that judge the others, so what a model took
 * from chance comes back twice, and the answer is the bag of all folds, which is better than the models of one. Both are estimated here, of the predictions alone.
 */

import { at, missing } from '../../core/at.ts'
import { InvalidDataError } from '../../core/errors.ts'
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

/**
 * By how much the mean of all folds' models has less log loss or squared error than what was judged, which is the mean of the few that had not seen the
 * row: the models' variance about their mean falls with their number (Krogh and Vedelsby, "Neural network ensembles, cross validation, and active learning",
 * NIPS 1994; of log loss to the second order, averaged over the classes as they are said). Measured among the models that have seen a row, which agree on
 * it more than on fresh ones: the gain is rather too small.
 * @throws InvalidDataError where a fold's predictions do not fit the rows
 */
export function gainOf(judged: Judged, folds: readonly FoldModels[]): number {
  const rows = judged.actual.length
  const outputs = outputsOf(judged)
  for (const { said, unseen } of folds)
    if (said.length !== rows * outputs || unseen.length !== rows)
      throw new InvalidDataError(
        `a fold's models say ${said.length} numbers of ${unseen.length} rows; there must be ${outputs} for each of ${rows} rows`,
      )
  let gain = 0
  for (let row = 0; row < rows; row++) {
    const seen = folds.filter(({ unseen }) => unseen[row] === 0)
    const judging = folds.length - seen.length
    if (seen.length < 2 || judging === 0) continue
    const share = 1 / judging - 1 / folds.length
    for (let o = 0; o < outputs; o++) {
      const place = row * outputs + o
      const mean = seen.reduce((sum, { said }) => sum + at(said, place), 0) / seen.length
      const variance = seen.reduce((sum, { said }) => sum + (at(said, place) - mean) ** 2, 0) / (seen.length - 1)
      gain += share * (judged.task === 'classes' ? variance / (2 * Math.max(mean, 1e-6)) : variance)
    }
  }
  return gain / rows
}
