import { resolve } from 'node:path'
import { InvalidDataError } from '../core/errors.ts'
import { resolveMember, resolveTopology, splitSpec } from '../core/resolve.ts'
import { encodeFeatures, encodeTable } from '../data/encode.ts'
import { naming } from '../data/node/files.ts'
import { readTable } from '../data/node.ts'
import type { Table } from '../data/table.ts'
import { type Features, transformFromJSON } from '../data/transform.ts'
import { type Dataset, openBackend } from '../index.ts'
import type { Model } from './model-file.ts'
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

/** A table's rows, its columns found by name and encoded as those of the training data were. */
async function readTableRows({ data }: Model, source: string): Promise<Rows> {
  const { columns, task, classNames, targetNames } = data
  if (columns === undefined)
    throw new InvalidDataError(
      `${source}: is a table; the network was trained on a folder of IDX files or fashion-mnist, so name such a one`,
    )
  const table = await readTable(source)
  checkColumns(
    table,
    columns.map(({ name }) => name),
    source,
  )
  const imputes = data.transforms.some((json) => transformFromJSON(json).kind === 'impute')
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
export async function predictRows({ spec, weights, data }: Model, rows: Rows, source: string): Promise<Float32Array> {
  const { inputSize } = spec.network
  if (rows.inputSize !== inputSize)
    throw new InvalidDataError(`${source}: has ${rows.inputSize} features; the network was trained on ${inputSize}`)
  const prepared = data.transforms.map(transformFromJSON).reduce<Features>((changed, fitted) => fitted.apply(changed), rows)
  const { topology: topologySpec, member } = splitSpec(spec)
  const topology = resolveTopology(topologySpec)
  const backend = await openBackend({ workers: 0 })
  try {
    const session = await backend.createSession({ topology, members: [resolveMember(member, topology, weights)] }, {})
    return await session.predict(0, prepared)
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
export function tabulate(outputs: Float32Array, { rows: count, targets }: Rows, { data }: Model): Predictions {
  const width = outputs.length / count
  const outputsOf = (row: number) => outputs.subarray(row * width, (row + 1) * width)
  const { task, classNames, targetNames } = data
  const all = Array.from({ length: count }, (_, row) => outputsOf(row))
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
