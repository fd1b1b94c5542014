// The dataset: features, targets, and what their columns and classes are called.

import { at } from '../core/at.ts'
import { InvalidDataError } from '../core/errors.ts'
import { shown } from '../core/shown.ts'
import type { Tokens } from '../core/tokens.ts'
import type { TargetUnit } from '../core/units.ts'
import { checkDataset } from './check.ts'

/** What the targets are: 0 or 1, one class of several, or one or more real numbers. */
export type Task = 'binary' | 'multiclass' | 'regression'

/** How one column of a table becomes numbers: as it stands, or one-hot with one column a category, in this order. */
export type ColumnEncoding =
  | { readonly name: string; readonly kind: 'numeric' }
  | { readonly name: string; readonly kind: 'categorical'; readonly categories: readonly string[] }

/** How a table becomes features and targets. Plain numbers and words: JSON keeps it whole. */
export interface Encoding {
  readonly features: readonly ColumnEncoding[]
  readonly targets: readonly string[]
  readonly task: Task
  readonly classNames: readonly string[]
}

/** Rows of features with their targets, row-major and ready to train on: pass one as `train` or `test` to `fit`. */
export interface Dataset {
  /** `rows x inputSize`. Bytes stand for themselves times `scale`. */
  readonly features: Float32Array | Uint8Array
  /** Multiplies byte features, for example 1/255 for images. Absent with Float32Array features. */
  readonly scale?: number
  /** binary: `rows` numbers 0 or 1. multiclass: `rows` class indices. regression: `rows x outputSize` numbers. */
  readonly targets: Float32Array | Uint8Array | Int32Array
  readonly rows: number
  readonly inputSize: number
  /** The shape of a row where it is more than a list: [28, 28] of images of 28 x 28 pixels, [28, 28, 1] with their channels, [steps, features]. */
  readonly inputShape?: readonly number[]
  /** Features that are tokens for embeddings, the last of a row: `embeddingLayers` are the layers that look them up. Absent where all are numbers. */
  readonly tokens?: readonly Tokens[]
  /** The units an output layer needs: 1 for binary, the number of classes for multiclass, the target columns for regression. */
  readonly outputSize: number
  readonly featureNames: readonly string[]
  /** One name for each target column: one for binary and multiclass, `outputSize` for regression. */
  readonly targetNames: readonly string[]
  /** The name of each class, in index order; two for binary, where the second is class 1; none for regression. */
  readonly classNames: readonly string[]
  readonly task: Task
  /** How many times each row counts in the loss. */
  readonly sampleWeights?: Float32Array
  /** How a table was turned into numbers, so that another table can be turned alike; absent where no table was. */
  readonly encoding?: Encoding
  /** How a regression's targets were changed, one a target column: metrics are in the target's own units. Absent where they are as they were. */
  readonly targetUnits?: readonly TargetUnit[]
}

/** The class of every row, for stratifying and counting. Throws InvalidDataError for regression targets. */
export function classOfRows(dataset: Dataset): Float32Array | Uint8Array | Int32Array {
  if (dataset.task !== 'regression') return dataset.targets
  throw new InvalidDataError('the targets are real numbers (task: regression): there are no classes to stratify by or to count')
}

/** One feature over all rows, scaled, as float64. */
export function featureColumn(dataset: Pick<Dataset, 'features' | 'inputSize' | 'rows' | 'scale'>, column: number): number[] {
  const { features, inputSize, rows, scale = 1 } = dataset
  const values: number[] = []
  for (let row = 0; row < rows; row++) values.push((features[row * inputSize + column] ?? Number.NaN) * scale)
  return values
}

function gather<T extends Float32Array | Uint8Array | Int32Array>(from: T, width: number, rows: ArrayLike<number>): T {
  const to = new (from.constructor as new (length: number) => T)(rows.length * width)
  for (let i = 0; i < rows.length; i++) {
    const row = at(rows, i)
    to.set(from.subarray(row * width, (row + 1) * width), i * width)
  }
  return to
}

/** The rows with these numbers (from 0), in this order, as a dataset of their own: no array is shared. A number may come twice. */
export function takeRows(dataset: Dataset, rows: ArrayLike<number>): Dataset {
  checkDataset(dataset)
  if (!(Array.isArray(rows) || (ArrayBuffer.isView(rows) && 'length' in rows)))
    throw new InvalidDataError(`rows is ${shown(rows)}; it must be an array of row numbers`)
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]
    if (row === undefined || !Number.isInteger(row) || row < 0 || row >= dataset.rows)
      throw new InvalidDataError(`rows[${i}] is ${shown(row)}; it must be a whole number from 0 to ${dataset.rows - 1}`)
  }
  const width = dataset.task === 'regression' ? dataset.outputSize : 1
  return {
    ...dataset,
    rows: rows.length,
    features: gather(dataset.features, dataset.inputSize, rows),
    targets: gather(dataset.targets, width, rows),
    ...(dataset.sampleWeights && { sampleWeights: gather(dataset.sampleWeights, 1, rows) }),
  }
}
