import type { FitResult } from '../index.ts'
import { csvText } from '../report/csvText.ts'

type History = FitResult['history']

/** A table of an epoch a row, counted from 1, as CSV. Empty cells are values that do not exist, as the accuracy of a regression. */
export function historyCsv(history: History): string {
  const { testMetrics, stepLosses: _steps, ...columns } = history
  const all = Object.entries({ ...columns, ...testMetrics }).filter((entry): entry is [string, number[]] => Array.isArray(entry[1]))
  const shown = all.filter(([name, values]) => name === 'loss' || values.some(Number.isFinite))
  const rows = history.loss.map((_, epoch) => [
    epoch + 1,
    ...shown.map(([, values]) => (Number.isFinite(values[epoch]) ? values[epoch] : undefined)),
  ])
  return `${csvText(['epoch', ...shown.map(([name]) => name)], rows)}\n`
}

/** The numbers of the last whole epoch, or those of `epoch` (from 0), for people. */
export function epochText(history: History, epoch = history.loss.length - 1): string {
  return metricsText({
    loss: history.loss[epoch],
    accuracy: history.accuracy[epoch],
    testLoss: history.testLoss?.[epoch],
    testAccuracy: history.testAccuracy?.[epoch],
  })
}

const LABELS = { loss: 'loss', accuracy: 'accuracy', testLoss: 'test loss', testAccuracy: 'test accuracy' } as const

/** `loss 0.512, accuracy 0.745`; what is missing or has no value is left out. */
export function metricsText(values: Partial<Record<keyof typeof LABELS, number | undefined>>): string {
  return Object.entries(LABELS)
    .map(([key, label]) => ({ label, value: values[key as keyof typeof LABELS] }))
    .filter(({ value }) => value !== undefined && !Number.isNaN(value))
    .map(({ label, value }) => `${label} ${value?.toFixed(4)}`)
    .join(', ')
}
