/** What each row costs. */

import { at } from '../../core/at.ts'
import type { Judged, JudgedClasses } from './judged.ts'

/** The least probability that counts, as of the package's log loss (core/metrics.ts). */
const LEAST = 2 ** -23

/** (rows), -log of the probability of the true class. */
export const logLosses = ({ actual, classes, probabilities }: JudgedClasses): Float64Array =>
  Float64Array.from(actual, (own, row) => -Math.log(Math.min(Math.max(at(probabilities, row * classes + own), LEAST), 1 - LEAST)))

/** (rows), log losses of classes, squared errors of numbers. */
export const lossesOf = (judged: Judged): Float64Array =>
  judged.task === 'classes' ? logLosses(judged) : judged.actual.map((own, row) => (own - at(judged.predicted, row)) ** 2)
