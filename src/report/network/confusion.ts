// Shows which classes a network confuses.

import { at } from '../../core/at.ts'
import type { Block } from '../model.ts'
import { answersOf, type Predictions } from './predictions.ts'

/** Which classes a network confuses: a heat map by class, and each class's precision and recall; nothing for a regression. */
export function confusionBlocks(predictions: Predictions): Block[] {
  const { classNames, rows, task } = predictions
  if (task === 'regression' || rows === 0) return []
  const counts = classNames.map(() => classNames.map(() => 0))
  for (const { is, said } of answersOf(predictions)) {
    const row = counts[is]
    if (row !== undefined) row[said] = at(row, said) + 1
  }
  const countOf = (is: number, said: number): number => at(at(counts, is), said)
  const total = (is: number): number => sum(counts[is] ?? [])
  const saidTotal = (said: number): number => sum(classNames.map((_, is) => countOf(is, said)))
  const right = sum(classNames.map((_, i) => countOf(i, i)))
  return [
    {
      kind: 'heatmap',
      name: 'confusion',
      caption: `Of the ${rows} test rows ${right} are predicted right (${((100 * right) / rows).toFixed(1)} %). A row shows what became of the rows of one class, as parts of it.`,
      value: { label: 'part of the class', format: { percent: 1 } },
      rowLabel: 'true class',
      columnLabel: 'said',
      rows: [...classNames],
      columns: [...classNames],
      cells: classNames.map((_, is) => classNames.map((__, said) => countOf(is, said) / total(is))),
      domain: [0, 1],
    },
    {
      kind: 'table',
      name: 'classes',
      caption: 'Precision: the part that is right of what is said to be the class. Recall: the part of the class that is found.',
      columns: [
        ...['class', 'rows', 'said', 'right'].map((name) => ({ name })),
        ...['precision', 'recall', 'F1'].map((name) => ({ name, format: { decimals: 3 } })),
      ],
      rows: classNames.map((name, i) => {
        const [found, precision, recall] = [countOf(i, i), countOf(i, i) / saidTotal(i), countOf(i, i) / total(i)]
        return [name, total(i), saidTotal(i), found, precision, recall, (2 * found) / (total(i) + saidTotal(i))]
      }),
    },
  ]
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
