// What sums over rows come to, on every backend: what an epoch's loss is, when there is none, and which rows count.

import type { Dialect } from '../core/names.ts'
import type { Examples } from '../core/population.ts'
import { metricsOf, type Outputs } from '../core/scoring.ts'
import type { EpochResult, Evaluation, SessionData } from './backend.ts'

/** Added up over rows: the loss of a row times its weight, and 1 for a row that was right. */
export interface RowSums {
  readonly loss: number
  readonly right: number
}

/** Regression has none. */
const accuracyOf = ({ classifies }: Outputs, right: number, rows: number): number => (classifies ? right / rows : Number.NaN)

/**
 * An epoch of a member, from the sums over its rows, of losses that have the penalties in them. One that diverged has stopped somewhere among its rows, and
 * is told by no number.
 */
export function epochResult(
  outputs: Outputs,
  rows: number,
  { loss, right }: RowSums,
  diverged: boolean,
  stepLosses: Float32Array | undefined,
): Omit<EpochResult, 'test'> {
  if (diverged) return { loss: Number.NaN, accuracy: Number.NaN, stepLosses, diverged }
  return { loss: loss / rows, accuracy: accuracyOf(outputs, right, rows), stepLosses, diverged }
}

/**
 * How good a member is on the test rows. Their mean loss is over all of them; of keras2.2 over those whose weight is not 0.
 * @param penalty of the member's weights, which the sums have not
 * @param predictions rows x outputs; empty without metrics
 */
export function evaluationOf(
  outputs: Outputs,
  dialect: Dialect,
  { metrics = [], positiveClass }: Pick<SessionData, 'metrics' | 'positiveClass'>,
  test: Examples,
  { loss, right }: RowSums,
  penalty: number,
  predictions: Float32Array,
): Evaluation {
  const { sampleWeights, rows } = test
  const onlyWeighted = sampleWeights !== undefined && dialect === 'keras2.2'
  const counted = onlyWeighted ? sampleWeights.filter((weight) => weight !== 0).length : rows
  return {
    loss: (counted === 0 ? 0 : loss / counted) + penalty,
    accuracy: accuracyOf(outputs, right, rows),
    metrics: metricsOf(metrics, predictions, test, outputs, positiveClass),
  }
}
