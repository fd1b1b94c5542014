// Predicts rows of a file and formats the results.

import { resolve } from 'node:path'
import { at } from '../core/at.ts'
import { InvalidDataError } from '../core/errors.ts'
import { readExamples } from '../core/examples.ts'
import { resolveLoss, taskOf } from '../core/losses.ts'
import { resolveTopology, splitSpec, widthsOf } from '../core/resolve.ts'
import type { Task } from '../data/dataset.ts'
import { naming } from '../data/node/files.ts'
import type { Features } from '../data/transform.ts'
import { type Model, predictModel } from '../formats/index.ts'
import { inputSizeOfSpec } from '../formats/model.ts'
import { type Dataset, openBackend } from '../index.ts'
import { type Preparation, preparationOf, prepare, prepareFeatures, type Unseen } from '../prepare/index.ts'
import type { ReadingOptions } from '../table/options.ts'
import type { Table } from '../table/table.ts'
import { type Scores, scoresOf } from './scores.ts'
import { everyRow, readAlike, readTrainingSource } from './source.ts'

/** Rows to predict; `targets` are known when the data has them, in their own units. */
export interface Rows extends Features {
  readonly targets?: Dataset['targets']
  /** Whether they are as the network takes them, and not yet to be scaled as the model says. */
  readonly isPrepared: boolean
  readonly unseen: readonly Unseen[]
}

function checkColumns(table: Table, names: readonly string[], source: string): void {
  const present = table.columns.map(({ name }) => name)
  const absent = names.filter((name) => !present.includes(name))
  if (absent.length === 0) return
  const quoted = (list: readonly string[]) => list.map((name) => `"${name}"`).join(', ')
  throw new InvalidDataError(
    `${source}: the network was trained on ${absent.length === 1 ? 'a column' : 'columns'} ${quoted(absent)}, which the file does not have; it has ${quoted(present)}`,
  )
}

/**
 * What a network's outputs are. A file of another program does not say, and has no names: a sigmoid is the probability of the second of two
 * classes, a softmax those of its classes, and classes are named by their numbers.
 */
function outputsOf({ spec, data }: Model): { task: Task; classNames: readonly string[]; targetNames: readonly string[] } {
  const { network } = spec
  const units = widthsOf(spec).at(-1) ?? 0
  const categorical = taskOf(resolveLoss(network.loss)) === 'categorical'
  const guess: Task = categorical ? 'multiclass' : network.loss === 'binaryCrossentropy' && units === 1 ? 'binary' : 'regression'
  const { task = guess } = data
  const names = (count: number, name: (i: number) => string) => Array.from({ length: count }, (_, i) => name(i))
  return {
    task,
    classNames: data.classNames ?? names(task === 'regression' ? 0 : Math.max(units, 2), String),
    targetNames: data.targetNames ?? (task === 'regression' ? names(units, (i) => `output ${i + 1}`) : ['class']),
  }
}

/** What makes features of a table, and whether that is all: a model of another program, or of features that were transformed in code, scales them itself. */
function preparationFor(model: Model, table: Table, source: string): { readonly preparation: Preparation; readonly isWhole: boolean } {
  const { data } = model
  const { task, classNames, targetNames } = outputsOf(model)
  // Predictions are in the target's own units, so targets must be.
  const target = { task, names: [...targetNames], classNames: [...classNames], units: [] }
  if (data.preparation !== undefined) return { preparation: { ...data.preparation, target }, isWhole: true }
  const columns = data.columns ?? unnamedColumns(model, table, source)
  const whole = data.columns && preparationOf({ columns, transforms: data.transforms }, target)
  if (whole !== undefined) return { preparation: whole, isWhole: true }
  const raw = preparationOf({ columns, transforms: [] }, target)
  if (raw === undefined) throw new Error('columns without transforms are a preparation')
  return { preparation: raw, isWhole: false }
}

/** The columns of a table for a network that does not name them: all it has, in their order. */
function unnamedColumns(
  { spec, data }: Model,
  table: Table,
  source: string,
): readonly { readonly name: string; readonly kind: 'numeric' }[] {
  const inputSize = inputSizeOfSpec(spec)
  if (data.task !== undefined)
    throw new InvalidDataError(
      `${source}: is a table; the network was trained on a folder of IDX files or fashion-mnist, so name such a one`,
    )
  if (table.columns.length !== inputSize)
    throw new InvalidDataError(
      `${source}: has ${table.columns.length} columns; the network has ${inputSize} inputs and does not name them: leave the other columns out`,
    )
  return table.columns.map(({ name }) => ({ name, kind: 'numeric' }))
}

/** A table's rows, its columns found by name and prepared as those of the training data were. */
function readTableRows(model: Model, table: Table, source: string): Promise<Rows> {
  const { preparation, isWhole } = preparationFor(model, table, source)
  checkColumns(
    table,
    preparation.columns.map(({ name }) => name),
    source,
  )
  const { target } = preparation
  const hasTargets = target.names.every((name) => table.columns.find((column) => column.name === name)?.missing === 0)
  return naming(source, () => {
    const prepared = hasTargets ? prepare(preparation, table) : prepareFeatures(preparation, table)
    return { ...prepared, isPrepared: isWhole }
  })
}

/**
 * Reads what is to be predicted: a table, or a data set, of which the test part is taken where it has one.
 * @throws InvalidDataError when the columns are not those the network was trained on
 */
export async function readRows(model: Model, source: string, reading: ReadingOptions): Promise<Rows> {
  const { preparation } = model.data
  const found = await readTrainingSource(source, resolve(source), {}, { read: (path) => readAlike(path, preparation, everyRow(reading)) })
  if ('table' in found) return readTableRows(model, found.table, source)
  return { ...found.test, isPrepared: false, unseen: [] }
}

/** The network's outputs, rows x outputs, of rows scaled as in training. Throws InvalidDataError for rows of another width. */
export async function predictRows(model: Model, { features, scale, inputSize, isPrepared }: Rows, source: string): Promise<Float32Array> {
  const expected = inputSizeOfSpec(model.spec)
  if (inputSize !== expected) throw new InvalidDataError(`${source}: has ${inputSize} features; the network was trained on ${expected}`)
  // A network that does not scale bytes itself was trained on what they stand for.
  const own = model.data.scale ?? scale
  const { transforms } = model.data
  const whole = { ...model, data: { ...model.data, ...(own !== undefined && { scale: own }), transforms: isPrepared ? [] : transforms } }
  const backend = await openBackend({ workers: 0 })
  try {
    return await predictModel(backend, whole, features)
  } finally {
    await backend.dispose()
  }
}

/** A table with one line per row, counted from 1, and the accuracy if the true classes are known. */
export interface Predictions {
  readonly fields: readonly string[]
  readonly rows: readonly (readonly (string | number)[])[]
  readonly accuracy: number | undefined
}

/** How well rows are predicted whose targets are known; undefined where they are not. */
export function scoresOfRows(outputs: Float32Array, { features, rows, targets }: Rows, model: Model): Scores | undefined {
  if (targets === undefined) return undefined
  const topology = resolveTopology(splitSpec(model.spec).topology)
  return scoresOf(outputs, readExamples({ features, rows, targets, scale: 1 }, 'the rows'), topology, outputsOf(model).classNames)
}

/** As many digits as a float32 has. */
const rounded = (value: number): number => Number(value.toPrecision(7))

/** One output is the probability of the second of two classes. */
function probabilities(outputs: Float32Array): number[] {
  const [second = 0] = outputs
  return outputs.length === 1 ? [1 - second, second] : [...outputs]
}

/** Classes come with the probability of each, numbers as they are. */
export function tabulate(outputs: Float32Array, { rows: count, targets }: Rows, model: Model): Predictions {
  const width = outputs.length / count
  const { task, classNames, targetNames } = outputsOf(model)
  const all = Array.from({ length: count }, (_, row) => outputs.subarray(row * width, (row + 1) * width))
  if (task === 'regression')
    return { fields: ['row', ...targetNames], rows: all.map((values, i) => [i + 1, ...[...values].map(rounded)]), accuracy: undefined }
  const shares = all.map(probabilities)
  // As the accuracy of training counts: a tie goes to the first class.
  const classes = shares.map((share) => share.indexOf(Math.max(...share)))
  const hits = targets && classes.filter((label, row) => label === targets[row]).length
  return {
    fields: ['row', targetNames[0] ?? 'class', ...classNames.map((name) => `probability ${name}`)],
    rows: shares.map((share, row) => [row + 1, classNames[at(classes, row)] ?? '', ...share.map(rounded)]),
    accuracy: hits === undefined ? undefined : hits / count,
  }
}
