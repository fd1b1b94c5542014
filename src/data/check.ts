import { InvalidDataError, InvalidSpecError } from '../core/errors.ts'
import { isObject, shown } from '../core/shown.ts'

/** What is given for a dataset or for options, before anything reads it. */

const isCount = (value: unknown): value is number => typeof value === 'number' && Number.isInteger(value) && value >= 1
const isNames = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && Array.from(value).every((name) => typeof name === 'string')
const isKept = (value: unknown): value is Float32Array | Uint8Array => value instanceof Float32Array || value instanceof Uint8Array

const MADE = 'it must be a dataset, as fromArrays and the parsers make one'

/** @throws InvalidDataError for what transforms cannot read */
export function checkFeatures(data: unknown): asserts data is Readonly<Record<string, unknown>> {
  if (!isObject(data)) throw new InvalidDataError(`the data is ${shown(data)}; ${MADE}`)
  const { features, rows, inputSize, scale, featureNames } = data
  const refuse = (field: string, allowed: string): never => {
    throw new InvalidDataError(`the data's ${field} is ${shown(data[field])}; it must be ${allowed}`)
  }
  if (!isKept(features)) return refuse('features', 'a Float32Array or a Uint8Array: fromArrays makes a dataset of other arrays')
  if (!isCount(inputSize)) return refuse('inputSize', 'a whole number, 1 or more')
  if (!(isCount(rows) || rows === 0)) return refuse('rows', 'a whole number, 0 or more')
  if (!isNames(featureNames)) return refuse('featureNames', 'an array of names')
  if (scale !== undefined && !(typeof scale === 'number' && Number.isFinite(scale))) return refuse('scale', 'a finite number')
  if (features.length !== rows * inputSize)
    throw new InvalidDataError(`the data's features hold ${features.length} numbers; ${rows} rows x ${inputSize} need ${rows * inputSize}`)
}

/** @throws InvalidDataError for what is no dataset */
export function checkDataset(data: unknown): void {
  checkFeatures(data)
  const { task, targets, outputSize, targetNames, classNames, rows, sampleWeights } = data
  const refuse: (field: string, value: unknown, allowed: string) => never = (field, value, allowed) => {
    throw new InvalidDataError(`the data's ${field} is ${shown(value)}; it must be ${allowed}`)
  }
  if (task !== 'binary' && task !== 'multiclass' && task !== 'regression') refuse('task', task, 'binary, multiclass or regression')
  if (!isCount(outputSize)) refuse('outputSize', outputSize, 'a whole number, 1 or more')
  if (!(isKept(targets) || targets instanceof Int32Array)) refuse('targets', targets, 'a Float32Array, a Uint8Array or an Int32Array')
  if (!isNames(targetNames)) refuse('targetNames', targetNames, 'an array of names')
  if (!isNames(classNames)) refuse('classNames', classNames, 'an array of names')
  const classes = task === 'regression' ? 0 : task === 'binary' ? 2 : outputSize
  if (classNames.length !== classes)
    throw new InvalidDataError(`the data's classNames holds ${classNames.length} names; a ${task} task of it has ${classes}`)
  if (sampleWeights !== undefined && !(sampleWeights instanceof Float32Array)) refuse('sampleWeights', sampleWeights, 'a Float32Array')
  const needed = Number(rows) * (task === 'regression' ? outputSize : 1)
  if (targets.length !== needed) throw new InvalidDataError(`the data's targets hold ${targets.length} numbers; they must be ${needed}`)
}

/** @throws InvalidSpecError for options that are no object */
export function checkOptions(options: unknown, what: string): void {
  if (!isObject(options) || Array.isArray(options))
    throw new InvalidSpecError(`the options of ${what} are ${shown(options)}; they must be an object`)
}
