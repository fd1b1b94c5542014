import { resolve } from 'node:path'
import { InvalidDataError } from '../core/errors.ts'
import { resolveLoss, taskOf } from '../core/losses.ts'
import { widthsOf } from '../core/resolve.ts'
import type { ColumnEncoding, Task } from '../data/dataset.ts'
import { encodeFeatures, encodeTable } from '../data/encode.ts'
import { naming } from '../data/node/files.ts'
import { readTextTable as readTable } from '../data/node.ts'
import type { Table } from '../data/table.ts'
import type { Features } from '../data/transform.ts'
import { type Model, predictModel } from '../formats/index.ts'
import { type Dataset, openBackend } from '../index.ts'
import { readSource } from './source.ts'

/** Rows to predict; `targets` are known when the data has them. */
export interface Rows extends Features {
  readonly targets?: Dataset['targets']
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
 * What a network's outputs are. A file of another program says neither that nor names: a sigmoid is the probability of the second of two
 * classes, a softmax those of its classes, and classes are called by their numbers.
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

/** The columns of a table for a network that does not name them: all it has, in their order. */
function unnamedColumns({ spec, data }: Model, table: Table, source: string): readonly ColumnEncoding[] {
  const { inputSize } = spec.network
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

/** A table's rows, its columns found by name and encoded as those of the training data were. */
async function readTableRows(model: Model, source: string): Promise<Rows> {
  const { data } = model
  const table = await readTable(source)
  const columns = data.columns ?? unnamedColumns(model, table, source)
  checkColumns(
    table,
    columns.map(({ name }) => name),
    source,
  )
  const imputes = data.transforms.some(({ kind }) => kind === 'impute')
  const { task, classNames, targetNames } = outputsOf(model)
  const hasTargets = targetNames.every((target) => table.columns.find(({ name }) => name === target)?.cells.every((cell) => cell !== null))
  return naming(source, () => {
    if (!hasTargets) return encodeFeatures(table, { features: columns }, imputes)
    return encodeTable(table, {
      encoding: { features: columns, targets: targetNames, task, classNames },
      missing: imputes ? 'keep' : 'refuse',
    })
  })
}

/**
 * Reads what is to be predicted: a table, or a data set, of which the test part is taken where it has one.
 * @throws InvalidDataError when the columns are not those the network was trained on
 */
export async function readRows(model: Model, source: string): Promise<Rows> {
  if (/\.(csv|tsv|arff)(\.gz)?$/i.test(source)) return readTableRows(model, source)
  const found = await readSource(source, resolve(source))
  return 'all' in found ? found.all : found.test
}

/** The network's outputs, rows x outputs, of rows scaled as in training. Throws InvalidDataError for rows of another width. */
export async function predictRows(model: Model, { features, scale, inputSize }: Rows, source: string): Promise<Float32Array> {
  const expected = model.spec.network.inputSize
  if (inputSize !== expected) throw new InvalidDataError(`${source}: has ${inputSize} features; the network was trained on ${expected}`)
  // A network that does not scale bytes itself was trained on what they stand for.
  const own = model.data.scale ?? scale
  const whole = own === undefined ? model : { ...model, data: { ...model.data, scale: own } }
  const backend = await openBackend({ workers: 0 })
  try {
    return await predictModel(backend, whole, features)
  } finally {
    await backend.dispose()
  }
}

/** A table of a row each, counted from 1, and, where the true classes are known, the part of them that was hit. */
export interface Predictions {
  readonly fields: readonly string[]
  readonly rows: readonly (readonly (string | number)[])[]
  readonly accuracy: number | undefined
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
    rows: shares.map((share, row) => [row + 1, classNames[classes[row] ?? 0] ?? '', ...share.map(rounded)]),
    accuracy: hits === undefined ? undefined : hits / count,
  }
}
