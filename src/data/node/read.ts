// Reads a dataset from a file or folder, by its format.

import { readdir, stat } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { InvalidDataError } from '../../core/errors.ts'
import { parseArffTable } from '../arff.ts'
import { type CsvOptions, parseCsvTable } from '../csv.ts'
import type { Dataset } from '../dataset.ts'
import { encodeTable } from '../encode.ts'
import { DataUnavailableError } from '../errors.ts'
import { fromIdx, parseIdx } from '../idx.ts'
import type { Split } from '../split.ts'
import type { Table } from '../table.ts'
import type { UnpackOptions } from '../unpack.ts'
import { naming, readBytes, readText } from './files.ts'

/** How a file is read; for folders of IDX files, which part. */
export interface ReadOptions extends CsvOptions, UnpackOptions {
  /** Which pair of files to read where the path is a folder of IDX files. Default 'train'. */
  readonly part?: 'train' | 'test'
  /** Class names of IDX labels go under classNames, as those of tables do. */
  readonly classNames?: readonly string[]
}

function extensionOf(path: string): string {
  return extname(path.replace(/\.gz$/i, '')).toLowerCase()
}

/**
 * Reads a .csv, .tsv or .arff file, gzipped (.gz) or not, without making numbers of it.
 * Throws DataUnavailableError where there is none, InvalidDataError where it cannot be read; both name the file.
 */
export async function readTable(path: string, options: CsvOptions & UnpackOptions = {}): Promise<Table> {
  const extension = extensionOf(path)
  if (!['.csv', '.tsv', '.arff'].includes(extension))
    throw new InvalidDataError(`${path}: a file must end in .csv, .tsv or .arff (also with .gz), or the path must be a folder of IDX files`)
  const text = await readText(path, options)
  return naming(path, () => {
    if (extension === '.arff') return parseArffTable(text)
    return parseCsvTable(text, extension === '.tsv' ? { delimiter: '\t', ...options } : options)
  })
}

const prefixes = { train: /^train/i, test: /^(t10k|test)/i } as const

async function readPair(
  folder: string,
  part: 'train' | 'test',
  { classNames, ...options }: Pick<ReadOptions, 'classNames' | 'maxUnpackedBytes'>,
): Promise<Dataset> {
  const files = (await readdir(folder)).sort()
  const find = (kind: 'images' | 'labels') => {
    const file = files.find((name) => prefixes[part].test(name) && name.includes(kind) && /[-.]idx\d-ubyte(\.gz)?$/.test(name))
    if (file) return join(folder, file)
    throw new DataUnavailableError(
      `${folder}: there are no ${part} ${kind}; expected a file named like ${part === 'train' ? 'train' : 't10k'}-${kind}-idx${kind === 'images' ? 3 : 1}-ubyte.gz`,
    )
  }
  const [images, labels] = [find('images'), find('labels')]
  const parse = async (path: string) => parseIdx(await readBytes(path), path, options)
  const parsed = [await parse(images), await parse(labels)] as const
  return naming(folder, () => fromIdx(parsed[0], parsed[1], classNames))
}

/**
 * Reads a folder of IDX files named as MNIST's are (`train-images-idx3-ubyte`, `t10k-…` or `test-…`, gzipped or not).
 * Throws DataUnavailableError for a file that is not there, InvalidDataError for one that is damaged.
 */
export async function readIdxFolder(folder: string, options: Pick<ReadOptions, 'classNames' | 'maxUnpackedBytes'> = {}): Promise<Split> {
  await requireFolder(folder)
  return { train: await readPair(folder, 'train', options), test: await readPair(folder, 'test', options) }
}

async function requireFolder(folder: string): Promise<void> {
  const found = await stat(folder).catch(() => undefined)
  if (!found?.isDirectory()) throw new DataUnavailableError(`${folder}: there is no such folder`)
}

/**
 * Reads a dataset from a .csv, .tsv or .arff file, or from a folder of IDX files (its `part`).
 * Throws DataUnavailableError where there is none, InvalidDataError where it cannot be read; both name the file.
 */
export async function readDataset(path: string, options: ReadOptions = {}): Promise<Dataset> {
  const found = await stat(path).catch(() => undefined)
  if (found?.isDirectory()) return readPair(path, options.part ?? 'train', options)
  const table = await readTable(path, options)
  return naming(path, () => encodeTable(table, options))
}
