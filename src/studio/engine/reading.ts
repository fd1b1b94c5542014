// Recognises and reads dropped files of IDX data.

import { at } from '../../core/at.ts'
import { InvalidDataError } from '../../core/errors.ts'
import type { Dataset } from '../../data/dataset.ts'
import { fromIdx, type IdxArray, parseIdx } from '../../data/idx.ts'
import { isGzip } from '../../data/unpack.ts'

/** A file as it was dropped. */
export interface NamedBytes {
  readonly name: string
  readonly bytes: Uint8Array<ArrayBuffer>
}

const TABLES = /\.(csv|tsv|tab|txt|data|arff|json|jsonl|ndjson|parquet)\.gz$/i

/** Whether a file is images or labels: by its first bytes, where it is packed by its name. All else is read as a table. */
export const isIdx = ({ name, bytes }: NamedBytes): boolean =>
  (bytes[0] === 0 && bytes[1] === 0 && bytes.length > 4) || (isGzip(bytes) && !TABLES.test(name))

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
      `IDX data is a file of images and one of as many labels, and perhaps two more to test on; these are ${seen}: drop the files of one data set together`,
    )
  }
  return { train, test }
}

export const datasetOf = ({ images, labels }: IdxPair, classes?: readonly string[]): Dataset => fromIdx(images.array, labels.array, classes)
