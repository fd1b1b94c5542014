// The metrics of a network: which there are by its topology, what they are, and their names for people.

import { outputSizeOf } from './layout.ts'
import { taskOf } from './losses.ts'
import type { MetricName } from './names.ts'
import type { Examples, Topology } from './population.ts'
import { isOfNumbers } from './regressionMetrics.ts'
import { accuracyOfRows, classOfRows, metricsOf, type Outputs } from './scoring.ts'

/** What its outputs say. */
export function outputsOf(topology: Pick<Topology, 'loss' | 'inputShape' | 'layers'>): Outputs {
  const size = outputSizeOf(topology)
  const task = taskOf(topology.loss)
  const classes = task === 'categorical' ? size : task === 'binary' && size === 1 ? 2 : 0
  return { size, classes, classifies: task !== 'regression', fromLogits: topology.loss.fromLogits }
}

/** How many classes a network distinguishes: two with one sigmoid output, none for a regression. */
export const classesOf = (topology: Pick<Topology, 'loss' | 'inputShape' | 'layers'>): number => outputsOf(topology).classes

/** Of two classes the one with fewer rows, the second if they are equal; undefined with more classes or none. */
export function rarerClass(examples: Examples, topology: Topology): 0 | 1 | undefined {
  const { classes, size } = outputsOf(topology)
  if (classes !== 2) return undefined
  const ones = onesOf(examples, size)
  return examples.rows - ones < ones ? 0 : 1
}

/** Rows of class 1, of two classes. Every training asks, so a single output's are counted where they lie. */
function onesOf(examples: Examples, size: number): number {
  let ones = 0
  if (size === 1) for (const target of examples.targets) ones += Number(target > 0.5)
  else for (const one of classOfRows(examples, size)) ones += one
  return ones
}

/** Whether a metric can be computed for a topology. */
export function metricApplies(metric: MetricName, topology: Topology): boolean {
  return isOfNumbers(metric) || classesOf(topology) > 1
}

/** See `metricsOf`. */
export const evaluateMetrics = (
  names: readonly MetricName[],
  predictions: Float32Array,
  examples: Examples,
  topology: Topology,
  positiveClass?: number,
): Partial<Record<MetricName, number>> => metricsOf(names, predictions, examples, outputsOf(topology), positiveClass)

/** The share of rows whose class is said. */
export const accuracyOf = (predictions: Float32Array, examples: Examples, topology: Topology): number =>
  accuracyOfRows(predictions, examples, outputsOf(topology))

const LABELS: Readonly<Record<MetricName, string>> = {
  meanAbsoluteError: 'mean absolute error',
  rootMeanSquaredError: 'root mean squared error',
  r2: 'R²',
  precision: 'precision',
  recall: 'recall',
  f1: 'f1',
  auc: 'auc',
  balancedAccuracy: 'balanced accuracy',
  logLoss: 'log loss',
}

interface Range {
  readonly low: number
  readonly high: number
}
const SHARE: Range = { low: 0, high: 1 }
const ERROR: Range = { low: 0, high: Number.POSITIVE_INFINITY }

const RANGES: Readonly<Record<MetricName | 'accuracy' | 'testAccuracy', Range>> = {
  accuracy: SHARE,
  testAccuracy: SHARE,
  meanAbsoluteError: ERROR,
  rootMeanSquaredError: ERROR,
  r2: { low: Number.NEGATIVE_INFINITY, high: 1 },
  precision: SHARE,
  recall: SHARE,
  f1: SHARE,
  auc: SHARE,
  balancedAccuracy: SHARE,
  logLoss: ERROR,
}

/** What a metric, or an accuracy, cannot lie beyond; undefined for what is none. Losses have none: a likelihood's goes below 0. */
export const rangeOf = (metric: string): Range | undefined =>
  Object.hasOwn(RANGES, metric) ? RANGES[metric as keyof typeof RANGES] : undefined

/** Whether a metric is of one class, or a mean over classes. */
export const isOfClass = (metric: string): boolean => ['precision', 'recall', 'f1', 'auc'].includes(metric)

/** The name for people: `f1 of Inactive`, `macro f1`; undefined for a name that is not a metric. @param positiveClass its name */
export function metricLabel(metric: string, positiveClass: string | undefined): string | undefined {
  const label = LABELS[metric as MetricName] as string | undefined
  if (label === undefined || !isOfClass(metric)) return label
  return positiveClass === undefined ? `macro ${label}` : `${label} of ${positiveClass}`
}
