// Summarises a dataset column by column.

import { at } from '../core/at.ts'
import { checkDataset } from './check.ts'
import { columnStatistics, type Matrix } from './columns.ts'
import { classOfRows, type Dataset, type Task } from './dataset.ts'

/** Statistics of one column; missing values (NaN) are counted and otherwise left out. NaN where there is no value at all. */
export interface ColumnSummary {
  readonly name: string
  readonly min: number
  readonly max: number
  readonly mean: number
  /** Of the population: divided by n. */
  readonly standardDeviation: number
  readonly missing: number
}

/** What is in a dataset, column by column and class by class. */
export interface DatasetSummary {
  readonly rows: number
  readonly task: Task
  readonly inputSize: number
  readonly outputSize: number
  readonly features: readonly ColumnSummary[]
  /** Regression only; else empty. */
  readonly targets: readonly ColumnSummary[]
  /** In class order; empty for regression. */
  readonly classes: readonly { readonly name: string; readonly rows: number; readonly share: number }[]
}

function summarize(names: readonly string[], matrix: Matrix): ColumnSummary[] {
  const { count, min, max, mean, deviation } = columnStatistics(matrix)
  const rows = matrix.values.length / matrix.width
  const at = (values: Float64Array, column: number) => values[column] ?? Number.NaN
  return names.map((name, column) => ({
    name,
    min: at(min, column),
    max: at(max, column),
    mean: at(mean, column),
    standardDeviation: at(deviation, column),
    missing: rows - at(count, column),
  }))
}

/** How many rows each class has, in class order. Throws InvalidDataError for regression. */
export function countClasses(dataset: Dataset): number[] {
  checkDataset(dataset)
  const counts = dataset.classNames.map(() => 0)
  for (const label of classOfRows(dataset)) counts[label] = at(counts, label) + 1
  return counts
}

/** What is in a dataset: every column's range, mean, spread and missing values, and how many rows each class has. */
export function describeDataset(dataset: Dataset): DatasetSummary {
  checkDataset(dataset)
  const { rows, task, inputSize, outputSize, features, scale = 1, featureNames, targetNames, classNames, targets } = dataset
  const counts = task === 'regression' ? [] : countClasses(dataset)
  return {
    rows,
    task,
    inputSize,
    outputSize,
    features: summarize(featureNames, { values: features, scale, width: inputSize }),
    targets: task === 'regression' ? summarize(targetNames, { values: targets, scale: 1, width: outputSize }) : [],
    classes: classNames.map((name, i) => ({ name, rows: at(counts, i), share: at(counts, i) / rows })),
  }
}
