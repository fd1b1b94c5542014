/** How well rows are predicted whose targets are known, for people: scikit-learn's metrics, in the target's own units. */

import { missing } from '../core/at.ts'
import { accuracyOf, classesOf, evaluateMetrics } from '../core/metrics.ts'
import type { MetricName } from '../core/names.ts'
import type { Examples, Topology } from '../core/population.ts'
import { inUnits } from '../core/units.ts'

/** Of a regression, or of classes; F1 by class, in the order of the outputs. */
export interface Scores {
  readonly values: Readonly<Record<string, number>>
  readonly f1?: Readonly<Record<string, number>>
}

const OF_NUMBERS = ['r2', 'rootMeanSquaredError', 'meanAbsoluteError'] as const satisfies MetricName[]
const OF_CLASSES = ['balancedAccuracy', 'logLoss', 'auc'] as const satisfies MetricName[]

/** @param predictions (rows x outputs), as the network says them */
export function scoresOf(predictions: Float32Array, examples: Examples, topology: Topology, classNames: readonly string[]): Scores {
  const classes = classesOf(topology)
  if (classes < 2) return { values: evaluateMetrics(OF_NUMBERS, predictions, examples, topology) }
  const f1 = (index: number): number => evaluateMetrics(['f1'], predictions, examples, topology, index).f1 ?? Number.NaN
  const positive = classes === 2 ? 1 : undefined
  return {
    values: {
      accuracy: accuracyOf(predictions, examples, topology),
      ...evaluateMetrics(OF_CLASSES, predictions, examples, topology, positive),
    },
    f1: Object.fromEntries(Array.from({ length: classes }, (_, index) => [classNames[index] ?? String(index), f1(index)])),
  }
}

const LABELS: Readonly<Record<string, string>> = {
  r2: 'R²',
  rootMeanSquaredError: 'RMSE',
  meanAbsoluteError: 'MAE',
  accuracy: 'accuracy',
  balancedAccuracy: 'balanced accuracy',
  logLoss: 'log loss',
  auc: 'AUC',
}

/** Classes whose F1 a person is shown. */
const MOST_CLASSES = 12

const digits = (value: number): string => (Math.abs(value) < 1 ? value.toFixed(4) : String(Number(value.toPrecision(6))))

/** `R² 0.87, RMSE 20310, MAE 15200`; what has no value is left out. */
export function scoresText({ values, f1 }: Scores): string {
  const all = Object.entries(values).flatMap(([name, value]) => (Number.isNaN(value) ? [] : [`${LABELS[name] ?? name} ${digits(value)}`]))
  const each = Object.entries(f1 ?? {})
  const more = each.length > MOST_CLASSES ? `, and ${each.length - MOST_CLASSES} more` : ''
  const shown = each.slice(0, MOST_CLASSES).map(([name, value]) => `${name} ${value.toFixed(4)}`)
  return `${all.join(', ')}${shown.length === 0 ? '' : `; F1 of ${shown.join(', ')}${more}`}`
}

/**
 * A warning where the test rows are predicted worse than by what needs no features: the mean of the training targets, or the shares of the classes.
 * undefined where they are not.
 */
export function worseThanNothing({ values }: Scores, train: Examples, test: Examples, topology: Topology): string | undefined {
  const classes = classesOf(topology)
  if (classes < 2) {
    const { rootMeanSquaredError = Number.NaN } = values
    const guessed = guessTheMean(train, test)
    if (!(rootMeanSquaredError > guessed)) return undefined
    return `the test rows are predicted worse than by the mean of the training targets: RMSE ${digits(rootMeanSquaredError)} against ${digits(guessed)}`
  }
  const { logLoss = Number.NaN } = values
  const guessed = guessTheShares(train, test, classes)
  if (!(logLoss > guessed)) return undefined
  return `the test rows are predicted worse than by the shares of the classes among the training rows: log loss ${digits(logLoss)} against ${digits(guessed)}`
}

/** The root mean squared error of the training targets' mean, the mean over outputs. */
function guessTheMean(train: Examples, test: Examples): number {
  const [known, wanted] = [inUnits(train.targets, train.targetUnits), inUnits(test.targets, test.targetUnits)]
  const outputs = known.length / train.rows
  const errors = Array.from({ length: outputs }, (_, output) => {
    let [sum, squares] = [0, 0]
    for (let row = 0; row < train.rows; row++) sum += known[row * outputs + output] ?? missing(known, row * outputs + output)
    const mean = sum / train.rows
    for (let row = 0; row < test.rows; row++)
      squares += ((wanted[row * outputs + output] ?? missing(wanted, row * outputs + output)) - mean) ** 2
    return Math.sqrt(squares / test.rows)
  })
  return errors.reduce((sum, error) => sum + error, 0) / outputs
}

/** Classes that no training row has have no share, so nothing to be compared with: NaN. */
function guessTheShares(train: Examples, test: Examples, classes: number): number {
  if (train.targets.length !== train.rows || test.targets.length !== test.rows) return Number.NaN
  const counts = new Float64Array(classes)
  for (const label of train.targets) counts[label] = (counts[label] ?? missing(counts, label)) + 1
  let sum = 0
  for (const label of test.targets) sum -= Math.log((counts[label] ?? missing(counts, label)) / train.rows)
  return Number.isFinite(sum) ? sum / test.rows : Number.NaN
}
