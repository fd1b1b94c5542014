import { InvalidDataError } from '../core/errors.ts'
import type { Dataset, Task } from './dataset.ts'

/** Rows and targets in memory, and what their numbers mean. */
export interface ArraysOptions {
  /** `rows x inputSize`, row-major, or one array a row. */
  readonly features: Float32Array | Uint8Array | readonly (readonly number[])[]
  /** binary: 0 or 1 a row. multiclass: a class index a row (not one-hot). regression: `rows x outputSize` numbers. */
  readonly targets: Float32Array | Uint8Array | Int32Array | readonly number[]
  readonly task: Task
  /** Numbers in a row; needed with a flat array of features. */
  readonly inputSize?: number
  /** Target columns of a regression; 1 if omitted. */
  readonly outputSize?: number
  /** Multiplies Uint8Array features, for example 1/255. */
  readonly scale?: number
  readonly featureNames?: readonly string[]
  readonly targetNames?: readonly string[]
  /** The classes in index order. Omitted: '0', '1', … up to the largest index found. */
  readonly classNames?: readonly string[]
  readonly sampleWeights?: Float32Array
}

function numbered(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, i) => `${prefix}${i}`)
}

/** Throws InvalidDataError naming the first row (from 0) and column that is NaN or infinite. */
export function assertFinite(what: string, values: ArrayLike<number>, width: number, names: readonly string[] = []): void {
  for (let i = 0; i < values.length; i++) {
    const value = values[i]
    if (Number.isFinite(value)) continue
    const column = i % width
    throw new InvalidDataError(
      `${what}: row ${Math.floor(i / width)} (from 0), column ${names[column] === undefined ? column : `"${names[column]}"`} is ${value}; ` +
        (Number.isNaN(value)
          ? 'drop the row, or fill the column with fitImputer(train).apply(dataset)'
          : 'every value must be finite in float32'),
    )
  }
}

function flatten(rows: readonly (readonly number[])[]): { features: Float32Array; inputSize: number } {
  const inputSize = rows[0]?.length ?? 0
  const features = new Float32Array(rows.length * inputSize)
  rows.forEach((row, i) => {
    if (row.length !== inputSize)
      throw new InvalidDataError(
        `features: row ${i} (from 0) has ${row.length} numbers; row 0 has ${inputSize}, and all rows must be alike`,
      )
    features.set(row, i * inputSize)
  })
  return { features, inputSize }
}

function checkNames(field: string, names: readonly string[], length: number): readonly string[] {
  if (names.length !== length) throw new InvalidDataError(`${field} has ${names.length} names; it must have ${length}`)
  return names
}

/** Checks every label and answers how many classes there are. */
function countClasses(targets: ArrayLike<number>, task: Task, classNames: readonly string[] | undefined): number {
  const limit = classNames?.length ?? (task === 'binary' ? 2 : Number.POSITIVE_INFINITY)
  if (task === 'binary' && limit !== 2) throw new InvalidDataError(`classNames has ${limit} names; a binary task has 2`)
  let largest = 1
  for (let row = 0; row < targets.length; row++) {
    const label = targets[row] ?? Number.NaN
    if (!Number.isInteger(label) || label < 0 || label >= limit) {
      const allowed = Number.isFinite(limit) ? `a whole number from 0 to ${limit - 1}` : 'a whole number, 0 or more'
      throw new InvalidDataError(`targets: row ${row} (from 0) is ${label}; a class label must be ${allowed}`)
    }
    largest = Math.max(largest, label)
  }
  return classNames?.length ?? largest + 1
}

function checkWeights(weights: Float32Array, rows: number): void {
  if (weights.length !== rows)
    throw new InvalidDataError(`sampleWeights has ${weights.length} numbers for ${rows} rows; it needs one a row`)
  const row = weights.findIndex((weight) => !(weight >= 0 && Number.isFinite(weight)))
  if (row >= 0) throw new InvalidDataError(`sampleWeights: row ${row} (from 0) is ${weights[row]}; a weight must be finite, 0 or more`)
}

/**
 * A dataset from numbers already in memory. Typed arrays are kept as they are, not copied.
 * Throws InvalidDataError where lengths disagree, a value is NaN or infinite (by row and column), or a label is out of range.
 */
export function fromArrays(options: ArraysOptions): Dataset {
  const { task, scale, classNames, sampleWeights } = options
  const given = options.features
  const typed = given instanceof Float32Array || given instanceof Uint8Array
  const { features, inputSize } = typed ? { features: given, inputSize: options.inputSize ?? 0 } : flatten(given)
  if (!Number.isInteger(inputSize) || inputSize < 1)
    throw new InvalidDataError(
      typed ? `inputSize is ${options.inputSize}; flat features need it: a whole number, 1 or more` : 'features has no columns',
    )
  if (!typed && options.inputSize !== undefined && options.inputSize !== inputSize)
    throw new InvalidDataError(`inputSize is ${options.inputSize}; the rows of features have ${inputSize} numbers`)
  if (features.length === 0 || features.length % inputSize !== 0)
    throw new InvalidDataError(
      `features has ${features.length} numbers; it must have a whole number of rows of ${inputSize} (inputSize), at least one`,
    )
  if (scale !== undefined && !(features instanceof Uint8Array && Number.isFinite(scale)))
    throw new InvalidDataError(`scale is ${scale}; it must be a finite number, and goes with Uint8Array features only`)
  const rows = features.length / inputSize

  const width = task === 'regression' ? (options.outputSize ?? 1) : 1
  const targets = Array.isArray(options.targets)
    ? new Float32Array(options.targets)
    : (options.targets as Exclude<ArraysOptions['targets'], readonly number[]>)
  if (targets.length !== rows * width)
    throw new InvalidDataError(
      `targets has ${targets.length} numbers for ${rows} rows of features; it must have ${rows * width}` +
        (task === 'multiclass' ? ' (class indices, not one-hot rows)' : ''),
    )
  const featureNames = checkNames('featureNames', options.featureNames ?? numbered('x', inputSize), inputSize)
  const targetNames = checkNames('targetNames', options.targetNames ?? (width === 1 ? ['y'] : numbered('y', width)), width)
  if (!(features instanceof Uint8Array)) assertFinite('features', features, inputSize, featureNames)
  if (sampleWeights) checkWeights(sampleWeights, rows)

  const shared = {
    features,
    rows,
    inputSize,
    featureNames,
    targetNames,
    task,
    ...(scale !== undefined && { scale }),
    ...(sampleWeights && { sampleWeights }),
  }
  if (task === 'regression') {
    assertFinite('targets', targets, width, targetNames)
    return { ...shared, targets, outputSize: width, classNames: [] }
  }
  const classes = countClasses(targets, task, classNames)
  return {
    ...shared,
    targets: task === 'multiclass' && targets instanceof Float32Array ? Int32Array.from(targets) : targets,
    outputSize: task === 'binary' ? 1 : classes,
    classNames: classNames ?? numbered('', classes),
  }
}
