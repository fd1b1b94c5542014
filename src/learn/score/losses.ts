/** What each row costs. */

import { at } from '../../core/at.ts'
import { costOf, SQUARED } from '../loss.ts'
import type { Judged, JudgedClasses, JudgedNumbers } from './judged.ts'

/** The least probability that counts, as of the package's log loss (core/metrics.ts). */
export const LEAST_PROBABILITY = 2 ** -23

/** (rows), -log of the probability of the true class. */
export const logLosses = ({ actual, classes, probabilities }: JudgedClasses): Float64Array =>
  Float64Array.from(
    actual,
    (own, row) => -Math.log(Math.min(Math.max(at(probabilities, row * classes + own), LEAST_PROBABILITY), 1 - LEAST_PROBABILITY)),
  )

/** (rows), what each costs by the loss of numbers; squared errors by default. */
export const costsOf = ({ actual, predicted, loss = SQUARED }: JudgedNumbers): Float64Array =>
  actual.map((own, row) => costOf(loss, own, at(predicted, row)))

/** (rows), what a row of each class counts so that all classes count alike, or 1; the mean over the rows is 1. */
export function rowWeights({ actual, classes, isBalanced }: JudgedClasses): Float64Array {
  if (!isBalanced) return new Float64Array(actual.length).fill(1)
  const counts = new Float64Array(classes)
  for (const own of actual) counts[own] = at(counts, own) + 1
  const there = counts.filter((count) => count > 0).length
  return Float64Array.from(actual, (own) => actual.length / (there * at(counts, own)))
}

/** (rows), log losses of classes, as they count; of numbers what they cost. */
export function lossesOf(judged: Judged): Float64Array {
  if (judged.task === 'numbers') return costsOf(judged)
  const weights = rowWeights(judged)
  return logLosses(judged).map((loss, row) => loss * at(weights, row))
}
