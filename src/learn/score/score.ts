/** A metric of rows that judge, or the difference of two, with its interval. */

import { at } from '../../core/at.ts'
import { InvalidSpecError } from '../../core/errors.ts'
import type { NumberLoss } from '../loss.ts'
import { CLASS_QUANTITIES } from './classes.ts'
import { ofGroups, wider } from './clusters.ts'
import { checkJudged, guessOf, type Judged, type JudgedClasses, type JudgedNumbers } from './judged.ts'
import { NUMBER_QUANTITIES } from './numbers.ts'
import type { Estimate, Frame, Quantity } from './quantity.ts'
import { inUnit, outOfUnit, unitOf } from './scale.ts'
import { type Bag, type Correction, costGainOf, gainOf, hitGainOf, sharpened, spillBetween, spillOf } from './training.ts'

export type ScoreMetric = keyof typeof CLASS_QUANTITIES | keyof typeof NUMBER_QUANTITIES

/** The metrics of what is judged, the one that it is judged by first: those that its loss aims at. */
export function metricsOf(judged: Judged): readonly ScoreMetric[] {
  if (judged.task === 'classes') return judged.isBalanced ? BALANCED : SCORE_METRICS.classes
  return METRICS_BY_LOSS[judged.loss?.name ?? 'meanSquaredError'] ?? SCORE_METRICS.numbers
}

/** What is judged by. */
export const mainMetric = (judged: Judged): ScoreMetric => at(metricsOf(judged), 0)

const BALANCED: readonly ScoreMetric[] = ['balancedLogLoss', 'balancedAccuracy', 'accuracy', 'auc']

const METRICS_BY_LOSS: Readonly<Partial<Record<NumberLoss['name'], readonly ScoreMetric[]>>> = {
  meanAbsoluteError: ['meanAbsoluteError', 'rootMeanSquaredError', 'r2'],
  huber: ['meanHuberLoss', 'meanAbsoluteError', 'rootMeanSquaredError', 'r2'],
  // Of a quantile no error about the mean says anything.
  quantile: ['meanPinballLoss'],
  poisson: ['meanPoissonDeviance', 'rootMeanSquaredError', 'meanAbsoluteError', 'r2'],
}

/** The loss that a metric is the mean of, where it takes one. */
const LOSS_OF: Readonly<Partial<Record<ScoreMetric, NumberLoss['name']>>> = {
  meanPinballLoss: 'quantile',
  meanPoissonDeviance: 'poisson',
  meanHuberLoss: 'huber',
}

function checkLoss(metric: ScoreMetric, judged: Judged): void {
  const loss = LOSS_OF[metric]
  if (loss !== undefined && judged.task === 'numbers' && judged.loss?.name !== loss)
    throw new InvalidSpecError(
      `metric is ${metric}, which is of rows that were learned by ${loss}; these were by ${judged.loss?.name ?? 'squared errors'}`,
    )
}

/** The metrics of each task where nothing is said of the loss, the one that is judged by first. */
export const SCORE_METRICS = {
  classes: ['logLoss', 'accuracy', 'balancedAccuracy', 'auc'],
  numbers: ['rootMeanSquaredError', 'meanAbsoluteError', 'r2'],
} as const satisfies Record<Judged['task'], readonly ScoreMetric[]>

/** Out-of-fold predictions, and, where they are known, those of every fold's models of some of the rows, or all. */
export interface Predictions {
  readonly judged: Judged
  /** Without it nothing is known of how much better the bag of all folds is than one fold's models; intervals then speak of those. */
  readonly bag?: Bag | undefined
}

/** All there are. */
export const METRICS: readonly ScoreMetric[] = [
  ...(Object.keys(CLASS_QUANTITIES) as (keyof typeof CLASS_QUANTITIES)[]),
  ...(Object.keys(NUMBER_QUANTITIES) as (keyof typeof NUMBER_QUANTITIES)[]),
]

const isClassMetric = (metric: ScoreMetric): metric is keyof typeof CLASS_QUANTITIES => Object.hasOwn(CLASS_QUANTITIES, metric)

export const higherIsBetter = (metric: ScoreMetric): boolean =>
  isClassMetric(metric) ? CLASS_QUANTITIES[metric].higherIsBetter : NUMBER_QUANTITIES[metric].higherIsBetter

const ofAnotherTask = (metric: ScoreMetric, task: Judged['task']): InvalidSpecError =>
  new InvalidSpecError(`metric is ${metric}; of ${task} it must be one of ${SCORE_METRICS[task].join(', ')}`)

const ofBag = ({ bag }: Predictions): Pick<Correction, 'gain' | 'costGain' | 'hits' | 'sharper'> =>
  bag === undefined
    ? { gain: 0, hits: { accuracy: 0, balancedAccuracy: 0 } }
    : { gain: gainOf(bag), costGain: costGainOf(bag), hits: hitGainOf(bag), sharper: sharpened(bag) }

/**
 * A metric of out-of-fold predictions, with an interval that holds it on fresh rows with the probability `level`.
 * @throws InvalidDataError where the predictions are none of these rows, InvalidSpecError for a metric of another task
 */
export function scoreOf(predictions: Predictions, metric: ScoreMetric, level = 0.95): Estimate {
  const { judged } = predictions
  checkJudged(judged)
  checkLoss(metric, judged)
  const unit = unitOf(judged)
  if (unit !== 1) return outOfUnit(scoreOf(inUnit(predictions, unit), metric, level), metric, unit)
  const guess = guessOf(judged)
  const correction = { spill: spillOf(judged, guess), ...ofBag(predictions) }
  if (judged.task === 'classes' && isClassMetric(metric))
    return scored(CLASS_QUANTITIES[metric], judged, { level, correction, guess: likeClasses(judged, guess) })
  if (judged.task === 'numbers' && !isClassMetric(metric))
    return scored(NUMBER_QUANTITIES[metric], judged, { level, correction, guess: likeNumbers(judged, guess) })
  throw ofAnotherTask(metric, judged.task)
}

/**
 * The metric of the first less that of the second, of the same rows, row by row: what is hard for both does not count. Without a second one the difference is
 * to guessing.
 */
export function differenceOf(predictions: Predictions, other: Predictions | undefined, metric: ScoreMetric, level = 0.95): Estimate {
  const { judged } = predictions
  checkJudged(judged)
  checkLoss(metric, judged)
  const unit = unitOf(judged)
  if (unit !== 1) return outOfUnit(differenceOf(inUnit(predictions, unit), other && inUnit(other, unit), metric, level), metric, unit)
  const guess = guessOf(judged)
  const from = other?.judged ?? guess
  checkJudged(from)
  const correction = (): Correction => {
    const [own, others] = [ofBag(predictions), ofBag(other ?? { judged: from })]
    const spill = other === undefined ? spillOf(judged, guess) : spillBetween(judged, from, guess)
    const hits = {
      accuracy: own.hits.accuracy - others.hits.accuracy,
      balancedAccuracy: own.hits.balancedAccuracy - others.hits.balancedAccuracy,
    }
    return {
      spill,
      gain: own.gain - others.gain,
      costGain: (own.costGain ?? 0) - (others.costGain ?? 0),
      hits,
      sharper: own.sharper,
      othersSharper: others.sharper,
    }
  }
  if (judged.task === 'classes' && isClassMetric(metric)) {
    const second = likeClasses(judged, from)
    return compared(CLASS_QUANTITIES[metric], judged, second, { level, correction: correction(), guess: likeClasses(judged, guess) })
  }
  if (judged.task === 'numbers' && !isClassMetric(metric)) {
    const second = likeNumbers(judged, from)
    return compared(NUMBER_QUANTITIES[metric], judged, second, { level, correction: correction(), guess: likeNumbers(judged, guess) })
  }
  throw ofAnotherTask(metric, judged.task)
}

/** As if rows were independent, and as much wider as groups make it. */
function scored<Own extends Judged>(quantity: Quantity<Own>, judged: Own, frame: Frame<Own>): Estimate {
  const estimate = quantity.score(judged, frame)
  if (judged.groups === undefined) return estimate
  return wider(estimate, ofGroups(quantity.influence(judged), judged.groups, frame.level), quantity.within.score)
}

function compared<Own extends Judged>(quantity: Quantity<Own>, judged: Own, other: Own, frame: Frame<Own>): Estimate {
  const estimate = quantity.difference(judged, other, frame)
  if (judged.groups === undefined) return estimate
  const others = quantity.influence(other)
  const values = quantity.influence(judged).map((value, row) => value - at(others, row))
  return wider(estimate, ofGroups(values, judged.groups, frame.level), quantity.within.difference)
}

function likeClasses(judged: JudgedClasses, other: Judged): JudgedClasses {
  if (other.task === 'classes' && other.actual.length === judged.actual.length && other.classes === judged.classes) return other
  throw unlike()
}

function likeNumbers(judged: JudgedNumbers, other: Judged): JudgedNumbers {
  if (other.task === 'numbers' && other.actual.length === judged.actual.length) return other
  throw unlike()
}

const unlike = (): InvalidSpecError =>
  new InvalidSpecError('the two were judged on different rows; a difference takes predictions of the same rows')
