/** Checks what is given as a dataset or as options, before anything reads it. */

import { InvalidDataError, InvalidSpecError } from '../core/errors.ts'
import { isObject, shown } from '../core/shown.ts'

const isCount = (value: unknown): value is number => typeof value === 'number' && Number.isInteger(value) && value >= 1
const isNames = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && Array.from(value).every((name) => typeof name === 'string')
const isKept = (value: unknown): value is Float32Array | Uint8Array => value instanceof Float32Array || value instanceof Uint8Array

const MADE = 'it must be a dataset, as fromArrays and the parsers make one'

/** @throws InvalidDataError for anything that transforms cannot read */
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

/** @throws InvalidDataError for anything but a dataset */
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

/** @throws InvalidSpecError for options that are not an object */
export function checkOptions(options: unknown, what: string): void {
  if (!isObject(options) || Array.isArray(options))
    throw new InvalidSpecError(`the options of ${what} are ${shown(options)}; they must be an object`)
}

/** @throws InvalidDataError for anything but text */
export function checkText(text: unknown, what: string): asserts text is string {
  if (typeof text !== 'string')
    throw new InvalidDataError(`${what} is ${shown(text)}; it must be a text: decode bytes by new TextDecoder().decode(bytes)`)
}

/** @throws InvalidDataError for anything but an array of bytes */
export function checkBytes(bytes: unknown, what: string): asserts bytes is Uint8Array {
  if (!(bytes instanceof Uint8Array)) throw new InvalidDataError(`${what} is ${shown(bytes)}; it must be a Uint8Array`)
}

const isPlace = (value: unknown): boolean => typeof value === 'string' || (typeof value === 'number' && Number.isInteger(value))
const isPlaces = (value: unknown): boolean => Array.isArray(value) && Array.from(value).every(isPlace)

type Check = readonly [isRight: (value: unknown) => boolean, allowed: string]

const NAMES: Check = [isNames, 'an array of texts']
const PLACES: Check = [isPlaces, 'an array of columns, by name or by place']
const oneOf = (...names: readonly string[]): Check => [(value) => names.some((name) => name === value), `one of ${names.join(', ')}`]

/** Of the options of tables and of their text. */
const TABLE_OPTIONS: Readonly<Record<string, Check>> = {
  target: [(value) => isPlace(value) || isPlaces(value), 'a column, by name or by place, or an array of such'],
  task: oneOf('binary', 'multiclass', 'regression'),
  categorical: PLACES,
  ignore: PLACES,
  classNames: NAMES,
  missing: oneOf('refuse', 'drop', 'keep', 'mean', 'median', 'mode'),
  missingMarkers: NAMES,
  delimiter: [(value) => typeof value === 'string', 'a text'],
  header: [(value) => typeof value === 'boolean', 'true or false'],
  encoding: [isEncoding, "a dataset's encoding, as train.encoding"],
}

function isEncoding(value: unknown): boolean {
  return (
    isObject(value) &&
    TABLE_OPTIONS.task?.[0](value.task) === true &&
    isNames(value.targets) &&
    isNames(value.classNames) &&
    hasFeatures(value)
  )
}

const hasFeatures = ({ features }: Readonly<Record<string, unknown>>): boolean =>
  Array.isArray(features) &&
  Array.from(features).every(
    (column: unknown) => isObject(column) && typeof column.name === 'string' && (column.kind === 'numeric' || isNames(column.categories)),
  )

/** @throws InvalidSpecError for anything that does not describe features */
export function checkEncoding(encoding: unknown): void {
  if (!isObject(encoding) || !hasFeatures(encoding))
    throw new InvalidSpecError(`the encoding is ${shown(encoding)}; it must be a dataset's, as train.encoding`)
}

/** @throws InvalidSpecError for options of a table that nothing could be read by */
export function checkTableOptions(options: unknown, what: string): void {
  checkOptions(options, what)
  for (const [name, value] of Object.entries(options as object)) {
    const [isRight, allowed] = (Object.hasOwn(TABLE_OPTIONS, name) ? TABLE_OPTIONS[name] : undefined) ?? []
    if (value !== undefined && isRight !== undefined && !isRight(value))
      throw new InvalidSpecError(`${name} of the options of ${what} is ${shown(value)}; it must be ${allowed}`)
  }
}

/** Why a value is not a table; undefined if it is one. */
function faultOfTable(table: unknown): string | undefined {
  if (!isObject(table)) return `the table is ${shown(table)}`
  const { lines, columns } = table
  if (!Array.isArray(lines) || !Array.from(lines).every((line) => typeof line === 'number')) return `the table's lines are ${shown(lines)}`
  if (!Array.isArray(columns)) return `the table's columns are ${shown(columns)}`
  for (const [i, column] of Array.from(columns).entries()) {
    if (!isObject(column) || typeof column.name !== 'string' || !Array.isArray(column.cells))
      return `column ${i} of the table is ${shown(column)}`
    if (column.cells.length !== lines.length) return `column "${column.name}" has ${column.cells.length} cells for ${lines.length} lines`
    const wrong = Array.from(column.cells).find((cell) => cell !== null && typeof cell !== 'string')
    if (wrong !== undefined) return `column "${column.name}" holds ${shown(wrong)} rather than text`
  }
  return undefined
}

/** @throws InvalidDataError for anything but a table */
export function checkTable(table: unknown): void {
  const fault = faultOfTable(table)
  if (fault !== undefined) throw new InvalidDataError(`${fault}; it must be a table, as parseCsvTable and parseArffTable make one`)
}
