import { argmax } from './argmax.ts'
import { LOSSES, type MetricName } from './names.ts'
import type { Examples, Topology } from './population.ts'

/** Metrics of predictions (rows x outputs) against targets. Classification metrics are of class 1 against class 0, for one sigmoid output or two softmax outputs. */

interface Scored {
  /** Probability of class 1, per row. */
  readonly score: Float32Array
  /** Whether the row is of class 1. */
  readonly positive: readonly boolean[]
}

function binaryScores(predictions: Float32Array, { targets, rows }: Examples, { loss, units }: Topology): Scored | undefined {
  const outputs = units.at(-1) ?? 0
  if (LOSSES[loss] === 1 && outputs === 1) return { score: predictions, positive: Array.from(targets, (target) => target > 0.5) }
  if (LOSSES[loss] !== 2 || outputs !== 2) return undefined
  const positive = Array.from({ length: rows }, (_, row) =>
    targets.length === rows ? targets[row] === 1 : argmax(targets.subarray(2 * row, 2 * row + 2)) === 1,
  )
  return { score: Float32Array.from({ length: rows }, (_, row) => predictions[2 * row + 1] ?? 0), positive }
}

function confusion({ score, positive }: Scored): { hits: number; predicted: number; actual: number } {
  let hits = 0
  let predicted = 0
  let actual = 0
  positive.forEach((isPositive, row) => {
    const saysPositive = (score[row] ?? 0) > 0.5
    if (saysPositive && isPositive) hits++
    if (saysPositive) predicted++
    if (isPositive) actual++
  })
  return { hits, predicted, actual }
}

/** Area under the ROC curve: the chance that a positive row scores above a negative one, ties counting half (Mann & Whitney 1947). NaN without both classes. */
function areaUnderCurve({ score, positive }: Scored): number {
  const order = Array.from(positive.keys()).sort((a, b) => (score[a] ?? 0) - (score[b] ?? 0))
  let rankSum = 0
  let positives = 0
  for (let start = 0; start < order.length; ) {
    let end = start
    const value = score[order[start] ?? 0]
    while (end < order.length && score[order[end] ?? 0] === value) end++
    const rank = (start + 1 + end) / 2
    for (let i = start; i < end; i++) {
      if (positive[order[i] ?? 0] !== true) continue
      rankSum += rank
      positives++
    }
    start = end
  }
  const negatives = order.length - positives
  return positives === 0 || negatives === 0 ? Number.NaN : (rankSum - (positives * (positives + 1)) / 2) / (positives * negatives)
}

/** Mean over rows and outputs of |target - prediction|. */
function meanAbsoluteError(predictions: Float32Array, { targets, rows }: Examples, { units }: Topology): number {
  const outputs = units.at(-1) ?? 0
  const classes = targets.length === rows && outputs > 1
  const total = predictions.reduce((sum, prediction, i) => {
    const target = classes ? Number(targets[Math.floor(i / outputs)] === i % outputs) : (targets[i] ?? 0)
    return sum + Math.abs(target - prediction)
  }, 0)
  return total / predictions.length
}

const ratio = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole)

/** Whether a metric can be computed for a topology. */
export function metricApplies(metric: MetricName, { loss, units }: Topology): boolean {
  if (metric === 'meanAbsoluteError') return true
  return (LOSSES[loss] === 1 && units.at(-1) === 1) || (LOSSES[loss] === 2 && units.at(-1) === 2)
}

/** Precision, recall and f1 are 0 where their denominator is 0, as in scikit-learn's default. */
export function evaluateMetrics(
  names: readonly MetricName[],
  predictions: Float32Array,
  examples: Examples,
  topology: Topology,
): Partial<Record<MetricName, number>> {
  const scored = names.some((name) => name !== 'meanAbsoluteError') ? binaryScores(predictions, examples, topology) : undefined
  const values: Partial<Record<MetricName, number>> = {}
  for (const name of names) {
    if (name === 'meanAbsoluteError') values[name] = meanAbsoluteError(predictions, examples, topology)
    else if (scored !== undefined) values[name] = binaryMetric(name, scored)
  }
  return values
}

function binaryMetric(name: Exclude<MetricName, 'meanAbsoluteError'>, scored: Scored): number {
  if (name === 'auc') return areaUnderCurve(scored)
  const { hits, predicted, actual } = confusion(scored)
  const precision = ratio(hits, predicted)
  const recall = ratio(hits, actual)
  return { precision, recall, f1: ratio(2 * precision * recall, precision + recall) }[name]
}
