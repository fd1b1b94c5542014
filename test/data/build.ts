import { gzipSync } from 'node:zlib'
import { fromArrays } from '../../src/data/arrays.ts'
import type { Dataset } from '../../src/data/dataset.ts'

/** The bytes of an IDX file of unsigned bytes. */
export function idxBytes(shape: readonly number[], values: readonly number[], type = 0x08): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(4 + 4 * shape.length + values.length)
  const view = new DataView(bytes.buffer)
  bytes.set([0, 0, type, shape.length])
  shape.forEach((size, i) => {
    view.setUint32(4 + 4 * i, size)
  })
  bytes.set(values, 4 + 4 * shape.length)
  return bytes
}

export function gzip(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(gzipSync(bytes))
}

/** A dataset whose only feature is the number of the row, so that a row can be followed wherever it goes. */
export function numberedRows(labels: readonly number[]): Dataset {
  return fromArrays({ features: labels.map((_, row) => [row]), targets: labels, task: 'multiclass', classNames: ['a', 'b', 'c'] })
}

export function rowNumbers(dataset: Dataset): number[] {
  return Array.from(dataset.features)
}

/** What a dataset holds as plain rows, for comparing. */
export function featureRows({ features, rows, inputSize }: Pick<Dataset, 'features' | 'rows' | 'inputSize'>): number[][] {
  return Array.from({ length: rows }, (_, row) => Array.from(features.subarray(row * inputSize, (row + 1) * inputSize)))
}
