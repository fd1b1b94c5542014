/** Scores of very large and very small numbers: taken in units of a power of two, so that no product of errors is too large, or 0. */

import { at } from '../../core/at.ts'
import type { Judged, JudgedNumbers } from './judged.ts'
import type { Estimate } from './quantity.ts'
import type { Bag } from './training.ts'

/** As of `score.ts`. */
interface Predictions {
  readonly judged: Judged
  readonly bag?: Bag | undefined
}

/** Skewness is of squared errors to the third, kurtosis to the fourth power: within these errors all stay numbers, and no unit changes a bit. */
const LEAST = 1e-30
const MOST = 1e30

/** The unit in which errors are near 1; 1 where they are as they mostly are. */
export function unitOf(judged: Judged): number {
  if (judged.task === 'classes') return 1
  const { actual, predicted } = judged
  const first = at(actual, 0)
  let most = 0
  for (const [row, own] of actual.entries()) most = Math.max(most, Math.abs(own - at(predicted, row)), Math.abs(own - first))
  return most === 0 || !Number.isFinite(most) || (most >= LEAST && most <= MOST) ? 1 : 2 ** Math.floor(Math.log2(most))
}

/** Predictions and their truths in a unit. */
export function inUnit({ judged, bag }: Predictions, unit: number): Predictions {
  const scaled = (values: Float64Array): Float64Array => values.map((value) => value / unit)
  const own = (of: Judged): Judged =>
    of.task === 'classes' ? of : { ...of, actual: scaled(of.actual), predicted: scaled(of.predicted), ...lossIn(of, unit) }
  return {
    judged: own(judged),
    ...(bag && { bag: { judged: own(bag.judged), folds: bag.folds.map((fold) => ({ ...fold, said: scaled(fold.said) })) } }),
  }
}

const lossIn = ({ loss }: JudgedNumbers, unit: number): Pick<JudgedNumbers, 'loss'> =>
  loss === undefined ? {} : { loss: { ...loss, delta: loss.delta / unit } }

/** How a metric grows with the unit: of most it is one of the target's, of Huber's loss its square. */
const factorOf = (metric: string, unit: number): number => (metric === 'r2' ? 1 : metric === 'meanHuberLoss' ? unit * unit : unit)

/** An estimate back in the target's own units. */
export function outOfUnit({ value, low, high }: Estimate, metric: string, unit: number): Estimate {
  const factor = factorOf(metric, unit)
  return { value: value * factor, low: low * factor, high: high * factor }
}
