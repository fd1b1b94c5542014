/**
 * Metrics of predictions (rows x outputs) against targets, for whoever knows what the outputs say and no more: the threads that train have no tables of
 * layers and losses. Precision, recall, F1 and AUC are about one class against the others: with two classes the positive one, with more the mean over the
 * classes (macro average), or the class that is named.
 */

import { argmax } from './argmax.ts'
import { at, missing } from './at.ts'
import type { MetricName } from './names.ts'
import type { Examples } from './population.ts'
import { isOfNumbers, numberMetric } from './regressionMetrics.ts'
import { inUnits } from './units.ts'

/** What the outputs of a network say. */
export interface Outputs {
  /** Numbers of a row. */
  readonly size: number
  /** Two with one sigmoid output, none for a regression. */
  readonly classes: number
  /** Whether there is an accuracy. */
  readonly classifies: boolean
  /** Whether they are the sums before a sigmoid or softmax. */
  readonly fromLogits: boolean
}

/** The class of every row: its number, its largest target, or for a single output whether that is above 0.5. */
export function classOfRows({ targets, rows }: Examples, size: number): Int32Array {
  if (size === 1) return Int32Array.from(targets, (target) => Number(target > 0.5))
  if (targets.length === rows) return Int32Array.from(targets)
  return Int32Array.from({ length: rows }, (_, row) => argmax(targets.subarray(size * row, size * (row + 1))))
}

/** The class that the network predicts for every row: of two, the second if its probability is above 0.5. */
function saidClasses(predictions: Float32Array, rows: number, { size, classes, fromLogits }: Outputs): Int32Array {
  const two = classes === 2
  const half = fromLogits ? 0 : 0.5
  return Int32Array.from({ length: rows }, (_, row) =>
    two && size === 1
      ? Number((predictions[row] ?? missing(predictions, row)) > half)
      : two && !fromLogits
        ? Number(at(predictions, 2 * row + 1) > 0.5)
        : argmax(predictions.subarray(size * row, size * (row + 1))),
  )
}

/** Rows of each class: those that have it, those predicted to have it, and those where both are true. */
interface Counts {
  readonly hits: Float64Array
  readonly predicted: Float64Array
  readonly actual: Float64Array
}

function countRows(actualClass: Int32Array, saidClass: Int32Array, classes: number): Counts {
  const counts = { hits: new Float64Array(classes), predicted: new Float64Array(classes), actual: new Float64Array(classes) }
  const add = (to: Float64Array, index: number): void => {
    to[index] = (to[index] ?? missing(to, index)) + 1
  }
  actualClass.forEach((actual, row) => {
    const said = saidClass[row] ?? missing(saidClass, row)
    add(counts.actual, actual)
    add(counts.predicted, said)
    if (said === actual) add(counts.hits, actual)
  })
  return counts
}

/** Area under the ROC curve: the chance that a positive row scores above a negative one, ties counting half (Mann & Whitney 1947). NaN without both classes, and where a score is NaN, which lies nowhere. */
function areaUnderCurve(score: Float32Array, actual: Int32Array, index: number): number {
  if (score.some(Number.isNaN)) return Number.NaN
  const order = Array.from(actual.keys()).sort((a, b) => (score[a] ?? missing(score, a)) - (score[b] ?? missing(score, b)))
  let rankSum = 0
  let positives = 0
  for (let start = 0; start < order.length; ) {
    let end = start
    const value = score[order[start] ?? missing(order, start)]
    while (end < order.length && score[order[end] ?? missing(order, end)] === value) end++
    const rank = (start + 1 + end) / 2
    for (let i = start; i < end; i++) {
      if (actual[order[i] ?? missing(order, i)] !== index) continue
      rankSum += rank
      positives++
    }
    start = end
  }
  const negatives = order.length - positives
  return positives === 0 || negatives === 0 ? Number.NaN : (rankSum - (positives * (positives + 1)) / 2) / (positives * negatives)
}

const ratio = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole)

/**
 * Precision, recall and F1 are 0 where their denominator is 0, and macro averages are over the classes that occur in targets or predictions, as in
 * scikit-learn; AUC's are over the classes that have rows, and others beside them.
 * @param positiveClass the class they are about; by default the second of two classes, and of more classes the mean over all
 */
export function metricsOf(
  names: readonly MetricName[],
  predictions: Float32Array,
  examples: Examples,
  outputs: Outputs,
  positiveClass: number | undefined = outputs.classes === 2 ? 1 : undefined,
): Partial<Record<MetricName, number>> {
  const { size, classes } = outputs
  const ofClasses = names.some((name) => !isOfNumbers(name))
  const actual = ofClasses ? classOfRows(examples, size) : new Int32Array()
  const counts = countRows(actual, ofClasses ? saidClasses(predictions, examples.rows, outputs) : actual, classes)
  const occurring = Array.from({ length: classes }, (_, i) => i).filter((i) => counts.actual[i] !== 0 || counts.predicted[i] !== 0)
  const area = (index: number): number => {
    // Of two classes the first has the area of the second, whose probability both paths keep.
    const column = classes === 2 ? size - 1 : index
    const score = Float32Array.from({ length: examples.rows }, (_, row) => at(predictions, size * row + column))
    return areaUnderCurve(score, actual, classes === 2 ? 1 : index)
  }
  const compute = (name: MetricName): number => {
    if (isOfNumbers(name)) return numberMetric(name, inUnits(predictions, examples.targetUnits), targetReader(examples, size), size)
    if (name === 'logLoss') return logLoss(predictions, actual, outputs)
    if (name === 'balancedAccuracy')
      return meanOf(occurring.filter((i) => counts.actual[i] !== 0).map((index) => rateOf('recall', counts, index)))
    const of = (index: number): number => (name === 'auc' ? area(index) : rateOf(name, counts, index))
    return positiveClass === undefined ? meanOf(occurring.map(of)) : of(positiveClass)
  }
  return Object.fromEntries(names.map((name) => [name, compute(name)]))
}

/** The share of rows whose class is said. */
export function accuracyOfRows(predictions: Float32Array, examples: Examples, outputs: Outputs): number {
  const said = saidClasses(predictions, examples.rows, outputs)
  return classOfRows(examples, outputs.size).filter((actual, row) => actual === said[row]).length / examples.rows
}

/** The target of a row and output in its own units; of a class number whether it is this output's. */
function targetReader({ targets, rows, targetUnits }: Examples, outputs: number): (row: number, output: number) => number {
  if (targets.length === rows && outputs > 1) return (row, output) => Number(targets[row] === output)
  const own = inUnits(targets, targetUnits)
  return (row, output) => own[row * outputs + output] ?? Number.NaN
}

/** The least probability that counts, as scikit-learn takes it of float32 ones. */
const LEAST = 2 ** -23

/** Mean of -log of the probability of the true class, which is between 2^-23 and 1 - 2^-23; NaN where outputs are no probabilities. */
function logLoss(predictions: Float32Array, actual: Int32Array, { size, fromLogits }: Outputs): number {
  let sum = 0
  for (let row = 0; row < actual.length; row++) {
    const own = probabilitiesOf(predictions.subarray(row * size, (row + 1) * size), fromLogits)
    if (own.some((p) => !(p >= 0 && p <= 1))) return Number.NaN
    sum -= Math.log(
      Math.min(Math.max(own[actual[row] ?? missing(actual, row)] ?? missing(own, actual[row] ?? missing(actual, row)), LEAST), 1 - LEAST),
    )
  }
  return sum / actual.length
}

/** Of every class; one output is that of the second of two. */
function probabilitiesOf(outputs: Float32Array, fromLogits: boolean): number[] {
  const [single = 0] = outputs
  if (outputs.length === 1) {
    const second = fromLogits ? 1 / (1 + Math.exp(-single)) : single
    return [1 - second, second]
  }
  if (!fromLogits) return [...outputs]
  const largest = Math.max(...outputs)
  const powers = Array.from(outputs, (value) => Math.exp(value - largest))
  const sum = powers.reduce((total, power) => total + power, 0)
  return powers.map((power) => power / sum)
}

/** NaN values, such as the area of a class without rows, are left out. */
function meanOf(values: readonly number[]): number {
  const numbers = values.filter((value) => !Number.isNaN(value))
  return numbers.length === 0 ? Number.NaN : numbers.reduce((sum, value) => sum + value, 0) / numbers.length
}

function rateOf(name: 'precision' | 'recall' | 'f1', counts: Counts, index: number): number {
  const hits = counts.hits[index] ?? missing(counts.hits, index)
  const precision = ratio(hits, counts.predicted[index] ?? missing(counts.predicted, index))
  const recall = ratio(hits, counts.actual[index] ?? missing(counts.actual, index))
  return { precision, recall, f1: ratio(2 * precision * recall, precision + recall) }[name]
}
