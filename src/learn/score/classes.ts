/** Metrics of rows with a class, with their intervals. */

import { at } from '../../core/at.ts'
import { studentQuantile } from '../../study/statistics/student.ts'
import { aucInfluence, aucInterval, rowsOfRarest } from './auc.ts'
import { aroundMean, aroundMoments, type Moments, meanOfEstimates, momentsOf, ofTwo, widened, wilson } from './intervals.ts'
import type { JudgedClasses } from './judged.ts'
import { LEAST_PROBABILITY, logLosses } from './losses.ts'
import { type Estimate, LOSS, type Quantity, SHARE } from './quantity.ts'

/** (rows), 1 where the likeliest class is the true one: of two the second if its probability is above a half. */
function hitsOf({ actual, classes, probabilities }: JudgedClasses): Float64Array {
  return Float64Array.from(actual, (own, row) => {
    if (classes === 2) return Number(Number(at(probabilities, 2 * row + 1) > 0.5) === own)
    let best = 0
    for (let i = 1; i < classes; i++) if (at(probabilities, row * classes + i) > at(probabilities, row * classes + best)) best = i
    return Number(best === own)
  })
}

const sumOf = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0)

const minus = (a: Float64Array, b: Float64Array): Float64Array => Float64Array.from(a, (value, row) => value - at(b, row))

/** Values by the class of their rows; classes without rows left out. */
function byClass({ actual, classes }: JudgedClasses, values: Float64Array): Float64Array[] {
  return Array.from({ length: classes }, (_, index) => values.filter((_, row) => actual[row] === index)).filter(({ length }) => length > 0)
}

/**
 * Of paired hits, -1, 0 or 1 a row: a half row is added to each side, so that few rows without a difference are no proof that there is none (Agresti and
 * Min, "Simple improved confidence intervals for comparing matched proportions", Statistics in Medicine 24, 2005).
 * @param factor of the variance
 */
function pairedShares(differences: Float64Array, level: number, factor = widened(differences.length)): Estimate {
  const rows = differences.length
  const ups = differences.filter((one) => one > 0).length + 0.5
  const downs = differences.filter((one) => one < 0).length + 0.5
  const centre = (ups - downs) / (rows + 2)
  const error = Math.sqrt(((ups + downs) / (rows + 2) - centre ** 2) * factor) / Math.sqrt(rows + 2)
  const half = studentQuantile(level, Math.max(1, rows - 1)) * error
  return { value: sumOf(differences) / rows, low: Math.max(-1, centre - half), high: Math.min(1, centre + half) }
}

/** By how much the variance of a share is larger for what comes back twice, which is in the difference to guessing. */
function factorOf(hits: Float64Array, guessed: Float64Array, spill: number): number {
  const { error } = momentsOf(hits)
  return error > 0 ? 1 + spill * Math.min(1, (momentsOf(minus(hits, guessed)).error / error) ** 2) : 1
}

/** Moved by what the bag is right more often, within what a share or a difference of two can be. */
const moved = ({ value, low, high }: Estimate, by: number, least: number): Estimate => {
  const within = (one: number): number => Math.min(1, Math.max(least, one + by))
  return { value: within(value), low: within(low), high: within(high) }
}

const meanValue = (estimates: readonly Estimate[]): number => estimates.reduce((sum, { value }) => sum + value, 0) / estimates.length

/** By how much the variance of a difference is larger for what few rows do twice. */
const fewOf = ({ actual }: JudgedClasses, other: JudgedClasses, guess: JudgedClasses): number =>
  other === guess ? widened(actual.length) : 1

/** Values of rows whose mean over the classes is asked for: each by the rows of its class. */
function perClass({ actual, classes }: JudgedClasses, values: Float64Array): Float64Array {
  const rows = new Float64Array(classes)
  for (const own of actual) rows[own] = at(rows, own) + 1
  const there = rows.filter((own) => own > 0).length
  const means = new Float64Array(classes)
  for (const [row, own] of actual.entries()) means[own] = at(means, own) + at(values, row) / at(rows, own)
  return values.map((value, row) => {
    const own = at(actual, row)
    return ((value - at(means, own)) * actual.length) / (there * at(rows, own))
  })
}

const accuracy: Quantity<JudgedClasses> = {
  higherIsBetter: true,
  within: SHARE,
  influence: hitsOf,
  score(judged, { level, correction: { spill, hits }, guess }) {
    const own = hitsOf(judged)
    const rows = own.length
    const around = wilson(sumOf(own), rows, level, rows, factorOf(own, hitsOf(guess), spill))
    return moved({ value: sumOf(own) / rows, ...around }, hits.accuracy, 0)
  },
  difference: (judged, other, { level, correction: { hits }, guess }) =>
    moved(pairedShares(minus(hitsOf(judged), hitsOf(other)), level, fewOf(judged, other, guess)), hits.accuracy, -1),
}

const balancedAccuracy: Quantity<JudgedClasses> = {
  higherIsBetter: true,
  within: SHARE,
  influence: (judged) => perClass(judged, hitsOf(judged)),
  score(judged, { level, correction: { spill, hits }, guess }) {
    const guessed = byClass(judged, hitsOf(guess))
    const recalls = byClass(judged, hitsOf(judged)).map((own, place) => ({
      value: sumOf(own) / own.length,
      ...wilson(sumOf(own), own.length, level, judged.actual.length, factorOf(own, at(guessed, place), spill)),
    }))
    return moved({ value: meanValue(recalls), ...meanOfEstimates(recalls) }, hits.balancedAccuracy, 0)
  },
  difference(judged, other, { level, correction: { hits }, guess }) {
    const recalls = byClass(judged, minus(hitsOf(judged), hitsOf(other))).map((differences) =>
      pairedShares(differences, level, fewOf(judged, other, guess)),
    )
    return moved({ value: meanValue(recalls), ...meanOfEstimates(recalls) }, hits.balancedAccuracy, -1)
  },
}

/**
 * Moments of differences of log losses, half of what was seen and half of what both predictions say might have been: every class of every row, with the mean
 * of the two chances. Two predictions that are nearly alike differ most in classes that hardly ever come true; a few hundred rows may hold none of those, and
 * then show neither the scatter nor the skewness of the difference. That a row's chances are known where its class is one draw is Rao and Blackwell's: the
 * variance is that between rows and, by the law of total variance, that within each. Chosen on sets of its own (bench/NOTES.md, Coverage).
 */
function withUnseen(seen: Moments, { classes, probabilities }: JudgedClasses, other: JudgedClasses): Moments {
  const { rows, mean, error, skewness } = seen
  const logOf = (chance: number): number => Math.log(Math.max(chance, LEAST_PROBABILITY))
  const chances = probabilities.map((chance, i) => (chance + at(other.probabilities, i)) / 2 / rows)
  const differences = probabilities.map((chance, i) => logOf(at(other.probabilities, i)) - logOf(chance))
  let expected = 0
  for (const [i, chance] of chances.entries()) expected += chance * at(differences, i)
  let [squares, cubes] = [0, 0]
  for (let i = 0; i < rows * classes; i++) {
    const off = at(differences, i) - expected
    squares += at(chances, i) * off ** 2
    cubes += at(chances, i) * off ** 3
  }
  const variance = (error ** 2 * rows + squares) / 2
  const cube = (skewness * (error * Math.sqrt(rows)) ** 3 + cubes) / 2
  return { rows, mean, error: Math.sqrt(variance / rows), skewness: variance === 0 ? 0 : cube / variance ** 1.5 }
}

const logLoss: Quantity<JudgedClasses> = {
  higherIsBetter: false,
  within: LOSS,
  influence: logLosses,
  score(judged, { level, correction, guess }) {
    const losses = logLosses(judged)
    const { spill, gain } = correction
    const { value, low, high } = aroundMean(losses, level, 1, spill * momentsOf(minus(losses, logLosses(guess))).error ** 2)
    return { value: Math.max(0, value - gain), low: Math.max(0, low - gain), high: Math.max(0, high - gain) }
  },
  difference(judged, other, { level, correction: { spill, gain }, guess }) {
    const seen = momentsOf(minus(logLosses(judged), logLosses(other)))
    // Guessing says the same of all rows: what its difference to an answer may be has been seen.
    const [moments, factor] = other === guess ? [seen, 1] : [withUnseen(seen, judged, other), ofTwo(seen.rows)]
    const { value, low, high } = aroundMoments(moments, level, (1 + spill) * factor)
    return { value: value - gain, low: low - gain, high: high - gain }
  },
}

/**
 * The mean over the classes of their rows' log losses. The classes' rows are fixed numbers of independent rows: the intervals of their means are put together
 * as those of recalls are.
 */
const balancedLogLoss: Quantity<JudgedClasses> = {
  higherIsBetter: false,
  within: LOSS,
  influence: (judged) => perClass(judged, logLosses(judged)),
  score(judged, { level, correction: { spill }, guess }) {
    const losses = logLosses(judged)
    const off = byClass(judged, minus(losses, logLosses(guess)))
    const means = byClass(judged, losses).map((own, i) =>
      aroundFew(own, level, judged.actual.length, spill * momentsOf(at(off, i)).error ** 2),
    )
    const { low, high } = meanOfEstimates(means)
    return { value: meanValue(means), low: Math.max(0, low), high }
  },
  difference(judged, other, { level, correction: { spill } }) {
    const means = byClass(judged, minus(logLosses(judged), logLosses(other))).map((own) => {
      const { error } = momentsOf(own)
      return aroundFew(own, level, judged.actual.length, own.length < 2 ? 0 : spill * error ** 2)
    })
    return { value: meanValue(means), ...meanOfEstimates(means) }
  },
}

/** The most that a row costs, for less chance counts as `LEAST_PROBABILITY`. */
const MOST_COST = -Math.log(LEAST_PROBABILITY)

/** Around the mean of some of all rows; of one row nothing is known of its scatter, only what a row can cost. */
function aroundFew(values: Float64Array, level: number, all: number, more: number): Estimate {
  if (values.length < 2) return { value: sumOf(values), low: -MOST_COST, high: MOST_COST }
  return aroundMoments(momentsOf(values), level, widened(all) / widened(values.length), more)
}

const auc: Quantity<JudgedClasses> = {
  higherIsBetter: true,
  within: SHARE,
  influence: (judged) => aucInfluence(judged).influence,
  score: aucInterval,
  difference(judged, other, { level, correction: { spill, sharper, othersSharper }, guess }) {
    const [own, others] = [aucInfluence(judged, sharper), aucInfluence(other, othersSharper)]
    const { error } = momentsOf(minus(own.influence, others.influence))
    const half =
      studentQuantile(level, Math.max(2, rowsOfRarest(judged) - 1)) * error * Math.sqrt((1 + spill) * fewOf(judged, other, guess))
    const value = own.value - others.value
    return { value, low: Math.max(-1, value - half), high: Math.min(1, value + half) }
  },
}

export const CLASS_QUANTITIES = { accuracy, balancedAccuracy, logLoss, balancedLogLoss, auc }
