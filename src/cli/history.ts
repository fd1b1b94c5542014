// Histories of trainings as text and CSV.

import { metricLabel } from '../core/metrics.ts'
import type { FitResult } from '../index.ts'
import { csvText } from '../report/csvText.ts'

type History = FitResult['history']

/** Everything that has a number each epoch, by name. */
export function seriesOf({ testMetrics, stepLosses: _steps, ...columns }: History): Record<string, readonly number[]> {
  const all = Object.entries({ ...columns, ...testMetrics })
  return Object.fromEntries(all.filter((entry): entry is [string, number[]] => Array.isArray(entry[1])))
}

/** A table with one row per epoch, counted from 1, as CSV. Empty cells are values that do not exist, as the accuracy of a regression. */
export function historyCsv(history: History): string {
  const shown = Object.entries(seriesOf(history)).filter(([name, values]) => name === 'loss' || values.some(Number.isFinite))
  const rows = history.loss.map((_, epoch) => [
    epoch + 1,
    ...shown.map(([, values]) => (Number.isFinite(values[epoch]) ? values[epoch] : undefined)),
  ])
  return `${csvText(['epoch', ...shown.map(([name]) => name)], rows)}\n`
}

/** The numbers of the last whole epoch, or those of `epoch` (from 0), for people. */
export function epochText(
  { history, positiveClass }: Pick<FitResult, 'history' | 'positiveClass'>,
  epoch = history.loss.length - 1,
): string {
  return metricsText({
    loss: history.loss[epoch],
    accuracy: history.accuracy[epoch],
    testLoss: history.testLoss?.[epoch],
    testAccuracy: history.testAccuracy?.[epoch],
    testMetrics: Object.fromEntries(Object.entries(history.testMetrics).map(([name, values]) => [name, values[epoch]])),
    positiveClass,
  })
}

const LABELS = { loss: 'loss', accuracy: 'accuracy', testLoss: 'test loss', testAccuracy: 'test accuracy' } as const

interface EpochValues extends Partial<Record<keyof typeof LABELS, number | undefined>> {
  readonly testMetrics?: Readonly<Record<string, number | undefined>> | undefined
  /** The class that metrics are of. */
  readonly positiveClass?: string | undefined
}

/** `loss 0.512, accuracy 0.745, test f1 of Inactive 0.61`; what is missing or has no value is left out. */
export function metricsText({ testMetrics = {}, positiveClass, ...values }: EpochValues): string {
  return [
    ...Object.entries(LABELS).map(([key, label]) => ({ label, value: values[key as keyof typeof LABELS] })),
    ...Object.entries(testMetrics).map(([name, value]) => ({ label: `test ${metricLabel(name, positiveClass) ?? name}`, value })),
  ]
    .filter(({ value }) => value !== undefined && !Number.isNaN(value))
    .map(({ label, value }) => `${label} ${value?.toFixed(4)}`)
    .join(', ')
}
