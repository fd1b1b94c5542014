// Makes datasets from arrays in memory.

import { InvalidDataError } from '../core/errors.ts'
import { sizeOf } from '../core/layers/kind.ts'
import { floatNumbers, isNested, joinRows, type Kept, keptFeatures, keptNumbers, type Numbers } from '../core/numbers.ts'
import { isObject, shown } from '../core/shown.ts'
import type { Dataset, Task } from './dataset.ts'

/**
 * Rows and targets in memory, and what their numbers mean. Numbers are float32: float64 is rounded, and true and false are 1 and 0. Missing
 * values (null, undefined, NaN, empty text), text, dates and BigInts are refused by row and column.
 */
export interface ArraysOptions {
  /** `rows x inputSize`, row-major, or one array per row. */
  readonly features: Numbers | readonly Numbers[]
  /** binary: 0 or 1 per row. multiclass: a class index per row (not one-hot). regression: `rows x outputSize` numbers. Flat, or one array per row. */
  readonly targets: Numbers | readonly Numbers[]
  readonly task: Task
  /** Numbers in a row; needed with a flat array of features. */
  readonly inputSize?: number
  /** The shape of a row, in place of inputSize: [rows, columns, channels] of images, [steps, features] of sequences. */
  readonly inputShape?: readonly number[]
  /** Target columns of a regression; if omitted, as many as a row of `targets` has, or 1. */
  readonly outputSize?: number
  /** Multiplies features that are bytes (Uint8Array, Uint8ClampedArray), for example by 1/255. */
  readonly scale?: number
  readonly featureNames?: readonly string[]
  readonly targetNames?: readonly string[]
  /** The classes in index order. Omitted: '0', '1', … up to the largest index found. */
  readonly classNames?: readonly string[]
  /** How many times each row counts in the loss. */
  readonly sampleWeights?: Numbers
}

function numbered(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, i) => `${prefix}${i}`)
}

const namesOfTargets = (width: number): readonly string[] => (width === 1 ? ['y'] : numbered('y', width))

/** Throws InvalidDataError naming the first row (from 0) and column that is NaN or infinite. */
export function assertFinite(what: string, values: ArrayLike<number>, width: number, names: readonly string[] = []): void {
  if (!(Array.isArray(values) || ArrayBuffer.isView(values)))
    throw new InvalidDataError(`the values are ${shown(values)}; they must be an array of numbers`)
  checkNames('names', names)
  for (let i = 0; i < values.length; i++) {
    const value = values[i]
    if (Number.isFinite(value)) continue
    const column = i % width
    throw new InvalidDataError(
      `${typeof what === 'string' ? what : shown(what)}: row ${Math.floor(i / width)} (from 0), column ${names[column] === undefined ? column : `"${names[column]}"`} is ${typeof value === 'number' ? value : shown(value)}; ` +
        (Number.isNaN(value)
          ? 'drop the row, or fill the column with fitImputer(train).apply(dataset)'
          : 'every value must be finite in float32'),
    )
  }
}

function checkNames(field: string, names: readonly string[], length?: number): readonly string[] {
  if (!Array.isArray(names) || !Array.from(names).every((name) => typeof name === 'string'))
    throw new InvalidDataError(`${field} is ${shown(names)}; it must be an array of names`)
  if (length !== undefined && names.length !== length)
    throw new InvalidDataError(`${field} has ${names.length} names; it must have ${length}`)
  return names
}

/** Checks every label and returns how many classes there are. */
function countClasses(targets: ArrayLike<number>, task: Task, classNames: readonly string[] | undefined): number {
  const limit = classNames?.length ?? (task === 'binary' ? 2 : Number.POSITIVE_INFINITY)
  if (task === 'binary' && limit !== 2) throw new InvalidDataError(`classNames has ${limit} names; a binary task has 2`)
  let largest = 1
  for (let row = 0; row < targets.length; row++) {
    const label = targets[row] ?? Number.NaN
    if (!Number.isInteger(label) || label < 0 || label >= limit) {
      const allowed = Number.isFinite(limit) ? `a whole number from 0 to ${limit - 1}` : 'a whole number, 0 or more'
      throw new InvalidDataError(`targets: row ${row} (from 0) is ${shown(label)}; a class label must be ${allowed}`)
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

/** Numbers of a row, where they are said. @throws InvalidDataError */
function saidSize({ inputSize, inputShape }: ArraysOptions): number | undefined {
  if (inputShape === undefined) return inputSize
  if (!(Array.isArray(inputShape) && inputShape.length > 0 && inputShape.every((n) => Number.isInteger(n) && n >= 1)))
    throw new InvalidDataError(`inputShape is ${shown(inputShape)}; it must be an array of whole numbers, 1 or more: [28, 28, 1]`)
  const size = sizeOf(inputShape)
  if (inputSize !== undefined && inputSize !== size)
    throw new InvalidDataError(`inputSize is ${shown(inputSize)}; inputShape [${inputShape.join(', ')}] has ${size}: leave one of them out`)
  return size
}

/** @throws InvalidDataError */
function readFeatures(options: ArraysOptions): { features: Float32Array | Uint8Array; inputSize: number } {
  const { features: given, featureNames } = options
  const said = saidSize(options)
  const namesOf = (width: number): readonly string[] => featureNames ?? numbered('x', width)
  if (isNested(given)) {
    const { values, width } = joinRows(given, 'features', namesOf)
    if (width === 0) throw new InvalidDataError('features has no columns')
    if (said !== undefined && said !== width)
      throw new InvalidDataError(
        `${options.inputShape === undefined ? 'inputSize' : 'the size of inputShape'} is ${shown(said)}; the rows of features have ${width} numbers`,
      )
    return { features: values, inputSize: width }
  }
  if (Array.isArray(given) && given.length === 0) throw new InvalidDataError('features has 0 numbers; it must have at least one row')
  if (said === undefined || !Number.isInteger(said) || said < 1) {
    // What is no array at all is said first.
    keptFeatures(given, 'features')
    throw new InvalidDataError(`inputSize is ${shown(said)}; flat features need it: a whole number, 1 or more (or give an array a row)`)
  }
  const features = keptFeatures(given, 'features', { width: said, names: namesOf(said) })
  if (features.length === 0 || features.length % said !== 0)
    throw new InvalidDataError(
      `features has ${features.length} numbers; it must have a whole number of rows of ${said} (inputSize), at least one`,
    )
  return { features, inputSize: said }
}

/** @throws InvalidDataError */
function readTargets(
  { targets: given, task, outputSize: said, targetNames }: ArraysOptions,
  rows: number,
): { targets: Kept; width: number } {
  if (said !== undefined && !(Number.isInteger(said) && said >= 1))
    throw new InvalidDataError(`outputSize is ${shown(said)}; it must be a whole number, 1 or more`)
  const namesOf = (columns: number): readonly string[] => targetNames ?? namesOfTargets(columns)
  const joined = isNested(given) ? joinRows(given, 'targets', namesOf) : undefined
  const width = task === 'regression' ? (said ?? joined?.width ?? 1) : 1
  const columns = task === 'regression' ? { width, names: namesOf(width) } : {}
  const targets = joined?.values ?? keptNumbers(given, 'targets', columns)
  if (targets.length !== rows * width || (joined !== undefined && joined.width !== width))
    throw new InvalidDataError(
      `targets has ${targets.length} numbers for ${rows} rows of features; it must have ${rows * width}` +
        (task === 'multiclass' ? ' (class indices, not one-hot rows)' : ''),
    )
  return { targets, width }
}

const TASKS: readonly unknown[] = ['binary', 'multiclass', 'regression'] satisfies Task[]

/**
 * A dataset from numbers already in memory. Float32Arrays and bytes are kept as they are, not copied.
 * Throws InvalidDataError where lengths disagree, a value is missing, no number, or not finite (by row and column), or a label is out of range.
 */
export function fromArrays(options: ArraysOptions): Dataset {
  if (!isObject(options))
    throw new InvalidDataError(`fromArrays was given ${shown(options)}; it takes an object: fromArrays({ features, targets, task })`)
  const { task, scale, classNames } = options
  if (!TASKS.includes(task)) throw new InvalidDataError(`task is ${shown(task)}; it must be one of ${TASKS.join(', ')}`)
  if (classNames !== undefined) checkNames('classNames', classNames)
  if (options.featureNames !== undefined) checkNames('featureNames', options.featureNames)
  if (options.targetNames !== undefined) checkNames('targetNames', options.targetNames)
  const { features, inputSize } = readFeatures(options)
  if (scale !== undefined && !(features instanceof Uint8Array && Number.isFinite(scale)))
    throw new InvalidDataError(`scale is ${shown(scale)}; it must be a finite number, and goes with Uint8Array features only`)
  const rows = features.length / inputSize
  const { targets, width } = readTargets(options, rows)
  const featureNames = checkNames('featureNames', options.featureNames ?? numbered('x', inputSize), inputSize)
  const targetNames = checkNames('targetNames', options.targetNames ?? namesOfTargets(width), width)
  if (!(features instanceof Uint8Array)) assertFinite('features', features, inputSize, featureNames)
  const sampleWeights = options.sampleWeights === undefined ? undefined : floatNumbers(options.sampleWeights, 'sampleWeights')
  if (sampleWeights) checkWeights(sampleWeights, rows)

  const shared = {
    features,
    rows,
    inputSize,
    ...(options.inputShape && { inputShape: [...options.inputShape] }),
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
