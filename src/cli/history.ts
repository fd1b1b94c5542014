import Papa from 'papaparse'
import type { FitResult } from '../index.ts'

type History = FitResult['history']

/** Everything that has a number each epoch, by name. */
export function seriesOf({ testMetrics, stepLosses: _steps, ...columns }: History): Record<string, readonly number[]> {
  const all = Object.entries({ ...columns, ...testMetrics })
  return Object.fromEntries(all.filter((entry): entry is [string, number[]] => Array.isArray(entry[1])))
}

/** A table of an epoch a row, counted from 1, as CSV. Empty cells are values that do not exist, as the accuracy of a regression. */
export function historyCsv(history: History): string {
  const shown = Object.entries(seriesOf(history)).filter(([name, values]) => name === 'loss' || values.some(Number.isFinite))
  const rows = history.loss.map((_, epoch) => [
    epoch + 1,
    ...shown.map(([, values]) => (Number.isFinite(values[epoch]) ? values[epoch] : '')),
  ])
  // Without rows Papa Parse ends the header with a line break, else nothing.
  return `${Papa.unparse({ fields: ['epoch', ...shown.map(([name]) => name)], data: rows }, { newline: '\n' }).trimEnd()}\n`
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
