/** The pieces of `learn` for who builds an answer of their own: what they are given is checked here, what `learn` gives itself is not. */

import { InvalidDataError, InvalidSpecError } from '../../core/errors.ts'
import { shown } from '../../core/shown.ts'
import { temperatureOf, withTemperature } from '../calibration.ts'
import {
  type ClassSets,
  classesOf,
  type Intervals,
  intervalOf,
  type NumberIntervals,
  type PredictionInterval,
} from '../intervals/intervals.ts'
import { type IntervalOptions, learnIntervals } from '../intervals/learn.ts'
import type { Judged, JudgedClasses } from '../score/judged.ts'
import { METRICS, type Predictions } from '../score/score.ts'
import { type Score, type ScoreOptions, scoreAnswer } from '../score/verdict.ts'
import { type Choosing, combine, type HeldOut, selectEnsemble as selected } from '../select.ts'
import {
  checkChances,
  checkClassCount,
  checkClassSets,
  checkFloats,
  checkJudging,
  checkLevel,
  checkNumberIntervals,
  checkPlaces,
  checkPredictions,
  checkRowsOfChances,
  checkSaid,
  isNumber,
  optionsOf,
} from './check.ts'
import { checkChoosing, checkLibrary, checkWeighted } from './choosing.ts'

/**
 * What an answer is worth on fresh rows, from out-of-fold predictions: each by models that had not seen the row and were not chosen by it.
 * Guessing is to say of every row the share of each class, or the mean, of these very rows.
 * @throws InvalidDataError where predictions do not fit the rows, InvalidSpecError for a level outside 0 to 1 or a metric of another task
 */
export function scorePredictions(predictions: Predictions, options: ScoreOptions = {}): Score {
  checkPredictions(predictions, 'predictions')
  const { metric, level, linear } = optionsOf(options, 'scorePredictions')
  if (metric !== undefined && !METRICS.some((one) => one === metric))
    throw new InvalidSpecError(`metric is ${shown(metric)}; it must be one of ${METRICS.join(', ')}`)
  if (level !== undefined) checkLevel(level)
  if (linear !== undefined) checkPredictions(linear, 'linear')
  return scoreAnswer(predictions, options)
}

/**
 * The weights, 0 or more and together 1, by which the mean of all models' predictions is best on the rows that choose (Wolpert, "Stacked generalization", 1992), held
 * towards equal weights as four rows would.
 * @param library of each model (rows x outputs): what it said of rows that it never saw; of rows that do not choose anything
 * @returns (models)
 * @throws InvalidDataError, InvalidSpecError where these do not fit each other
 */
export function selectEnsemble(choosing: Choosing, library: readonly HeldOut[]): Float64Array {
  checkChoosing(choosing)
  checkLibrary(library, choosing)
  return selected(choosing, library)
}

/**
 * The mean of models' predictions by their weights.
 * @param library of each model what it says, all of the same rows
 * @param weights (models), 0 or more and together 1, as `selectEnsemble` gives them
 * @throws InvalidDataError where these do not fit each other
 */
export function combinePredictions(library: readonly HeldOut[], weights: Float64Array): Float64Array {
  checkWeighted(library, weights)
  return combine(library, weights)
}

/**
 * Split conformal on out-of-fold rows: what rows that their models had not seen tell of how far the truth of a fresh row may lie from its prediction.
 * @throws InvalidDataError where predictions do not fit the rows, InvalidSpecError for a level outside 0 to 1
 */
export function fitIntervals(judged: Judged, options: IntervalOptions = {}): Intervals {
  checkJudging(judged, 'judged')
  const { spread, level, seed } = optionsOf(options, 'fitIntervals')
  if (level !== undefined) checkLevel(level)
  if (spread !== undefined) {
    checkFloats(spread, 'spread', judged.actual.length)
    if (spread.some((one) => one < 0)) throw new InvalidDataError('spread holds a number below 0; it is how far models disagree, 0 or more')
  }
  if (seed !== undefined && !(isNumber(seed) && Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32))
    throw new InvalidSpecError(`seed is ${shown(seed)}; it must be a whole number from 0 to ${2 ** 32 - 1}`)
  return learnIntervals(judged, options)
}

/**
 * Where the true number of a fresh row lies with the probability `level` (Lei and others, "Distribution-free predictive inference for regression", 2018).
 * Without an end where there are too few rows to know one: 0.95 takes 39.
 * @param spread how far the models disagree about the row, as it was given when the intervals were learned
 * @throws InvalidDataError for what fitIntervals does not give, InvalidSpecError for a level outside 0 to 1
 */
export function predictInterval(data: NumberIntervals, prediction: number, spread = 0, level = 0.95): PredictionInterval {
  checkNumberIntervals(data)
  if (!isNumber(prediction)) throw new InvalidDataError(`the prediction is ${shown(prediction)}; it must be a finite number`)
  if (!(isNumber(spread) && spread >= 0)) throw new InvalidDataError(`spread is ${shown(spread)}; it must be a finite number, 0 or more`)
  checkLevel(level)
  const { low, high } = intervalOf(data, prediction, spread, level)
  if (typeof low !== 'number' || typeof high !== 'number' || Number.isNaN(low) || Number.isNaN(high))
    throw new InvalidDataError('the intervals hold what is no number; they must be what fitIntervals gives')
  return { low, high }
}

/**
 * The classes (numbers from 0, the likeliest first) among which the true one is with the probability `level` (Sadinle, Lei, Wasserman, "Least ambiguous
 * set-valued classifiers with bounded error levels", 2019).
 * @param probabilities (classes), together 1
 * @throws InvalidDataError for what fitIntervals does not give, or what are no probabilities; InvalidSpecError for a level outside 0 to 1
 */
export function predictSet(data: ClassSets, probabilities: ArrayLike<number>, level = 0.95): number[] {
  checkClassSets(data)
  if (!(Array.isArray(probabilities) || probabilities instanceof Float64Array || probabilities instanceof Float32Array))
    throw new InvalidDataError(`the probabilities are ${shown(probabilities)}; they must be an array, a number for each class`)
  checkChances(probabilities, 'the probabilities')
  checkLevel(level)
  return classesOf(data, probabilities, level)
}

/**
 * The temperature by which the probabilities of these rows have the least log loss (Guo and others, "On calibration of modern neural networks", 2017). Above 1: what
 * was said was too sure.
 * @param rows places of the rows that choose; all by default
 * @throws InvalidDataError where probabilities do not fit the rows
 */
export function fitTemperature(said: Omit<JudgedClasses, 'task'>, rows?: ArrayLike<number>): number {
  checkSaid(said, 'what was said')
  if (said.actual.length === 0) throw new InvalidDataError('what was said is of no row; at least one must choose the temperature')
  if (rows !== undefined) checkPlaces(rows, 'rows', said.actual.length)
  return temperatureOf(said, rows)
}

/**
 * Probabilities drawn out or together: p^(1 / temperature) over the sum of those of a row. A new array, (rows x classes).
 * @throws InvalidDataError for what are no probabilities, InvalidSpecError for a temperature that is not above 0
 */
export function applyTemperature(probabilities: Float64Array, classes: number, temperature: number): Float64Array {
  checkClassCount(classes, 'classes')
  checkFloats(probabilities, 'probabilities')
  if (probabilities.length % classes !== 0)
    throw new InvalidDataError(`${probabilities.length} probabilities are no rows of ${classes} classes; there must be ${classes} a row`)
  checkRowsOfChances(probabilities, classes)
  if (!(isNumber(temperature) && temperature > 0))
    throw new InvalidSpecError(`temperature is ${shown(temperature)}; it must be a finite number above 0, as fitTemperature gives it`)
  return withTemperature(probabilities, classes, temperature)
}
