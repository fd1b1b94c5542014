// Reads the data that a command names.

import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { suggest } from '../core/suggest.ts'
import { parseArff } from '../data/arff.ts'
import type { DownloadProgress } from '../data/download.ts'
import { readDataset, readIdxFolder, readPimaText } from '../data/node.ts'
import { type Dataset, datasetNames, loadDataset, type Split, type TableOptions } from '../index.ts'
import type { ColumnPreparation } from '../prepare/index.ts'
import type { LikeColumn } from '../table/like.ts'
import { readTable, STANDARD_INPUT } from '../table/node.ts'
import { type ReadingOptions, type ReadTableOptions, readingShape } from '../table/options.ts'
import { readTable as readText } from '../table/read.ts'
import type { Column, Table } from '../table/table.ts'
import { UsageError } from './exit.ts'
import { type Progress, startProgress } from './progress.ts'

/** One set of rows, or the two parts a source comes in. */
export type Source = { readonly all: Dataset } | Split

/** A fetch shows a bar; what is on this machine already shows none. */
async function loadFashionMnist(signal: AbortSignal | undefined): Promise<Split> {
  let progress: Progress | undefined
  const onProgress = ({ file, loaded, total }: DownloadProgress) => {
    progress ??= startProgress('Fetching fashion-mnist')
    if (total) progress.update(loaded / total, file)
  }
  try {
    return await loadDataset('fashion-mnist', { onProgress, signal })
  } finally {
    progress?.stop()
  }
}

function refuseColumns(source: string, { target }: TableOptions): void {
  if (target !== undefined)
    throw new UsageError(`the target is said to be ${JSON.stringify(target)}; ${source} has no columns, so leave it out`)
}

function noSource(source: string, path: string): UsageError {
  const looksLikePath = /[./\\]/.test(source)
  return new UsageError(
    looksLikePath
      ? `there is no file or folder ${path}`
      : `there is no data set "${source}" (there are ${datasetNames.join(' and ')}), nor a file ${path}${suggest(source, datasetNames)}`,
  )
}

/**
 * Reads what a person named: a data set of the package, a file, or a folder of IDX files. `path` is where a file would be.
 * @throws UsageError when it is none of them
 */
export async function readSource(source: string, path: string, options: TableOptions = {}, signal?: AbortSignal): Promise<Source> {
  if (source === 'pima') return { all: parseArff(await readPimaText({}), { target: 'class', ...options }) }
  if (source === 'fashion-mnist') {
    refuseColumns(source, options)
    return loadFashionMnist(signal)
  }
  const found = await stat(path).catch(() => undefined)
  if (found === undefined) throw noSource(source, path)
  if (!found.isDirectory()) return { all: await readDataset(path, options) }
  refuseColumns(source, options)
  return readIdxFolder(path, options.classNames ? { classNames: options.classNames } : {})
}

/** What is trained on and predicted: a table, or images in the two parts that they come in. */
export type TrainingSource = { readonly table: Table } | Split

const READING = Object.keys(readingShape).filter((name) => name !== 'ignore') as readonly (keyof ReadingOptions)[]

/** What a `data:` section says of how its table is read. Columns to be left out are left to the preparation, which says so. */
export const readingOf = (section: ReadingOptions): ReadingOptions =>
  Object.fromEntries(READING.flatMap((name) => (section[name] === undefined ? [] : [[name, section[name]]])))

interface SourceTools {
  /** Of images whose labels are numbers. */
  readonly classNames?: readonly string[] | undefined
  readonly signal?: AbortSignal | undefined
  /** In place of reading by what the section says. @param path or `-` for standard input */
  readonly read?: (path: string) => Promise<Table>
}

/**
 * As `readSource`, with tables as they are, before anything is made of them.
 * @throws UsageError when it is none of what can be read
 */
export async function readTrainingSource(
  source: string,
  path: string,
  reading: ReadTableOptions,
  { classNames, signal, read }: SourceTools = {},
): Promise<TrainingSource> {
  if (source === 'pima') return { table: await readText(await readPimaText({}), { name: 'pima', format: 'arff' }) }
  if (source === 'fashion-mnist') return loadFashionMnist(signal)
  if (source !== STANDARD_INPUT) {
    const found = await stat(path).catch(() => undefined)
    if (found === undefined) throw noSource(source, path)
    if (found.isDirectory()) return readIdxFolder(path, classNames ? { classNames } : {})
  }
  const from = source === STANDARD_INPUT ? source : path
  return { table: read === undefined ? await readTable(from, { ...reading, ...(signal && { signal }) }) : await read(from) }
}

/** What is known of the columns that rows are read for: a preparation, or what an answer says of its own. */
export interface Known {
  readonly columns: readonly (LikeColumn & { readonly kind: ColumnPreparation['kind'] })[]
  readonly target: { readonly names: readonly string[]; readonly classNames: readonly string[] }
}

/** Classes go before what means missing elsewhere, as categories do. */
const likeTarget = ({ names, classNames }: Known['target']): LikeColumn[] =>
  names.map((name) => ({ name, ...(classNames.length > 0 && { categories: classNames }) }))

/** A target that is named stands in the line of names, whatever else that line looks like. A whole number may be its place. */
export function knownTarget(target: string | number | readonly (string | number)[] | undefined): Pick<ReadTableOptions, 'like'> {
  const names = [target ?? []].flat().filter((name) => typeof name === 'string' && !/^-?\d+$/.test(name))
  return names.length === 0 ? {} : { like: names.map((name) => ({ name: String(name).trim() })) }
}

/** What a source is called in messages. */
export const nameOfSource = (source: string): string => (source === STANDARD_INPUT ? 'standard input' : source)

/** A column that a command names: by its name, or where there is none of that name by its place. */
export function targetOf(target: string, table: Table): string | number {
  const isPlace = /^-?\d+$/.test(target) && !table.columns.some(({ name }) => name === target)
  return isPlace ? Number(target) : target
}

/** Standard input flows once, and may be read twice. */
async function standardInput(): Promise<Uint8Array> {
  const pieces: Buffer[] = []
  for await (const piece of process.stdin) pieces.push(Buffer.from(piece as Uint8Array))
  return new Uint8Array(Buffer.concat(pieces))
}

/**
 * A table whose columns are of the kinds that they had in training, and read as they were: a few new rows may look like something else.
 * @param reading `keepEmptyRows` and `skipLast: 0` for all of its rows, so that what is predicted has a row for each
 */
export async function readAlike(source: string, known: Known | undefined, reading: ReadTableOptions): Promise<Table> {
  if (known === undefined) return readTable(source, reading)
  const from = source === STANDARD_INPUT ? await standardInput() : source
  const as = {
    ...(source === STANDARD_INPUT && { name: nameOfSource(source) }),
    ...reading,
    like: [...known.columns, ...likeTarget(known.target)],
  }
  const table = await readTable(from, as)
  const kinds = known.columns.flatMap(({ name, kind }) => {
    const found: Column | undefined = table.columns.find((column) => column.name === name)
    const isAlike = found === undefined || found.kind === kind || (kind === 'category' && found.kind === 'boolean')
    return isAlike || reading.kinds?.[name] !== undefined ? [] : [[name, kind] as const]
  })
  return kinds.length === 0 ? table : readTable(from, { ...as, kinds: { ...reading.kinds, ...Object.fromEntries(kinds) } })
}

/** All rows of a table, to be predicted: none is left out for holding nothing, or taken for a total. */
export const everyRow = (given: ReadingOptions): ReadTableOptions => ({ skipLast: 0, ...given, keepEmptyRows: true })

/** Before anything is computed. @throws UsageError where a file that is to be written is one of those that are read, or another that is written */
export async function refuseOverwriting(sources: readonly string[], written: readonly (string | undefined)[]): Promise<void> {
  const identity = async (path: string): Promise<string | undefined> => {
    const found = await stat(path, { bigint: true }).catch(() => undefined)
    return found?.isFile() ? `${found.dev} ${found.ino}` : undefined
  }
  const read = await Promise.all(sources.map(identity))
  const places = written.flatMap((path) => path ?? [])
  for (const [i, path] of places.entries()) {
    if (places.slice(0, i).some((other) => resolve(other) === resolve(path)))
      throw new UsageError(`${path} is to be written twice; name a file for each`)
    const own = await identity(path)
    if (own !== undefined && read.includes(own)) throw new UsageError(`${path} is read, and would be written over; write to another file`)
  }
}
