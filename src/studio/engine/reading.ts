// Recognises and reads dropped files.

import { at } from '../../core/at.ts'
import { InvalidDataError } from '../../core/errors.ts'
import { parseArffTable } from '../../data/arff.ts'
import { parseCsvTable } from '../../data/csv.ts'
import type { Dataset } from '../../data/dataset.ts'
import { fromIdx, type IdxArray, parseIdx } from '../../data/idx.ts'
import type { Table } from '../../data/table.ts'
import { isGzip } from '../../data/unpack.ts'

/** A file as it was dropped. */
export interface NamedBytes {
  readonly name: string
  readonly bytes: Uint8Array<ArrayBuffer>
}

export type Format = 'csv' | 'arff' | 'idx'

/** What a file is, by its first bytes rather than its name. @throws InvalidDataError for a format that is not supported, saying what to do */
export function formatOf({ name, bytes }: NamedBytes): Format {
  if (bytes.length === 0) throw new InvalidDataError(`${name} is empty`)
  const isIdx = bytes[0] === 0 && bytes[1] === 0 && bytes.length > 4
  if (isIdx || (isGzip(bytes) && !/\.(csv|tsv|txt|arff)\.gz$/i.test(name))) return 'idx'
  if (isGzip(bytes)) throw new InvalidDataError(`${name} is compressed: unpack it, and drop what is inside`)
  if (bytes[0] === 0x50 && bytes[1] === 0x4b)
    throw new InvalidDataError(`${name} is a ZIP archive, as Excel's workbooks are: save the sheet as CSV, or unpack it, and drop that`)
  const start = bytes.subarray(0, 4096)
  if (start.includes(0))
    throw new InvalidDataError(`${name} is neither text nor IDX data: the studio reads CSV and ARFF tables, and images and labels as IDX`)
  return /\.arff$/i.test(name) || /^\s*(?:%.*[\r\n]\s*)*@relation\b/i.test(new TextDecoder().decode(start)) ? 'arff' : 'csv'
}

export interface CsvReading {
  readonly header: boolean | null
  readonly delimiter: string | null
}

/** @throws InvalidDataError naming the file and the line */
export function readTable({ name, bytes }: NamedBytes, format: 'csv' | 'arff', { header, delimiter }: CsvReading): Table {
  return named(name, () => {
    const text = textOf(bytes)
    if (format === 'arff') return parseArffTable(text)
    return parseCsvTable(text, { ...(header !== null && { header }), ...(delimiter !== null && { delimiter }) })
  })
}

function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw new InvalidDataError('its text is not in UTF-8: save it as "CSV UTF-8", or convert it', { cause })
  }
}

/** Says of an error which file it is about. */
function named<T>(name: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof InvalidDataError) || error.message.startsWith(name)) throw error
    throw new InvalidDataError(`${name}: ${error.message}`, { cause: error })
  }
}

/** An IDX file with its numbers read. */
export interface IdxFile extends NamedBytes {
  readonly array: IdxArray
}

export interface IdxPair {
  readonly images: IdxFile
  readonly labels: IdxFile
}

export const readIdx = async (file: NamedBytes): Promise<IdxFile> => ({ ...file, array: await parseIdx(file.bytes, file.name) })

const rowsOf = ({ array }: IdxFile): number => at(array.shape, 0)

/**
 * Which of the files are images and labels, and which the test part: labels have one dimension, a pair has the same number of rows, and the
 * larger pair is for training. @throws InvalidDataError where they do not pair
 */
export function pairIdx(files: readonly IdxFile[]): { train: IdxPair; test: IdxPair | undefined } {
  const images = files.filter(({ array }) => array.shape.length > 1).sort((a, b) => rowsOf(b) - rowsOf(a))
  const labels = files.filter(({ array }) => array.shape.length === 1)
  const pairs = images.flatMap((one): IdxPair[] => {
    const own = labels.find((other) => rowsOf(other) === rowsOf(one))
    return own === undefined ? [] : [{ images: one, labels: own }]
  })
  const [train, test] = pairs
  const isWhole = pairs.length * 2 === files.length && new Set(pairs.map((pair) => pair.labels)).size === pairs.length
  if (train === undefined || pairs.length > 2 || !isWhole) {
    const seen = files.map(({ name, array }) => `${name} (${array.shape.join(' x ')})`).join(', ')
    throw new InvalidDataError(
      `IDX data is a file of images and one of labels with the same number of rows, and perhaps two more to test on; these are ${seen}: drop the files of one data set together`,
    )
  }
  return { train, test }
}

export const datasetOf = ({ images, labels }: IdxPair): Dataset => fromIdx(images.array, labels.array)
