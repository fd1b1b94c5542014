// The record of a training: one entry per epoch.

import type { EpochResult } from '../backend/backend.ts'
import type { MetricName } from '../core/names.ts'

/** One entry an epoch, from the first. */
export interface History {
  /** The loss before each update, averaged over rows, with penalties. NaN in the epoch that diverged. */
  loss: number[]
  /** NaN throughout for meanSquaredError. */
  accuracy: number[]
  /** Without dropout, with penalties; empty without test data. */
  testLoss: number[]
  testAccuracy: number[]
  /** The metrics asked for, of the test rows. */
  testMetrics: Partial<Record<MetricName, number[]>>
  learningRate: number[]
  /** The loss before each update, penalties included, of all epochs; only when asked for. */
  stepLosses?: number[]
}

export function emptyHistory(recordStepLosses: boolean): History {
  const history: History = { loss: [], accuracy: [], testLoss: [], testAccuracy: [], testMetrics: {}, learningRate: [] }
  return recordStepLosses ? { ...history, stepLosses: [] } : history
}

export function appendEpoch(history: History, result: EpochResult, learningRate: number): void {
  history.loss.push(result.loss)
  history.accuracy.push(result.accuracy)
  history.learningRate.push(learningRate)
  if (result.stepLosses !== undefined) for (const loss of result.stepLosses) history.stepLosses?.push(loss)
  if (result.test === undefined) return
  history.testLoss.push(result.test.loss)
  history.testAccuracy.push(result.test.accuracy)
  for (const [name, value] of Object.entries(result.test.metrics) as [MetricName, number][]) {
    history.testMetrics[name] = [...(history.testMetrics[name] ?? []), value]
  }
}

export function copyHistory(history: History): History {
  return structuredClone(history)
}
