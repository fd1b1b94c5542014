// The data sets of the benchmarks, also packed for a page.

import { type Examples, loadDataset, standardize } from 'espalier'
import type { DataName } from './workloads.ts'

export interface Parts {
  readonly train: Examples
  readonly test: Examples
}
export type Datasets = Readonly<Partial<Record<DataName, Parts>>>

/** Pima in the order of its file, the last 154 rows for testing, standardised; Fashion-MNIST as published. */
export async function loadParts(name: DataName): Promise<Parts> {
  if (name === 'pima') return standardize(await loadDataset('pima', { shuffle: false, testRows: 154 }))
  return loadDataset('fashion-mnist')
}

export function firstRows(examples: Examples, rows: number): Examples {
  if (rows > examples.rows) throw new Error(`${rows} rows asked for, and there are ${examples.rows}`)
  const width = examples.features.length / examples.rows
  const targets = examples.targets.subarray(0, (examples.targets.length / examples.rows) * rows)
  return { ...plain(examples), rows, features: examples.features.subarray(0, width * rows), targets }
}

/** What a backend reads of a data set, and nothing else. */
function plain({ features, targets, rows, scale }: Examples): Examples {
  return { features, targets, rows, ...(scale !== undefined && { scale }) }
}

const arrayTypes = { Float32Array, Uint8Array, Int32Array }
type ArrayType = keyof typeof arrayTypes

const typeOf = (array: Examples['targets']): ArrayType =>
  array instanceof Float32Array ? 'Float32Array' : array instanceof Uint8Array ? 'Uint8Array' : 'Int32Array'

interface Packed {
  readonly rows: number
  readonly scale: number | undefined
  readonly features: { readonly type: 'Float32Array' | 'Uint8Array'; readonly path: string }
  readonly targets: { readonly type: ArrayType; readonly path: string }
}
/** Data sets as JSON that names the files with their numbers. */
export type Manifest = Readonly<Partial<Record<DataName, { readonly train: Packed; readonly test: Packed }>>>

const bytesOf = ({ buffer, byteOffset, byteLength }: Examples['targets']): Uint8Array => new Uint8Array(buffer, byteOffset, byteLength)

/** For a page: what to serve, by path. */
export function packDatasets(datasets: Datasets): { manifest: Manifest; files: Record<string, Uint8Array> } {
  const files: Record<string, Uint8Array> = {}
  const pack = ({ features, targets, rows, scale }: Examples, folder: string): Packed => {
    const paths = { features: `${folder}/features.bin`, targets: `${folder}/targets.bin` }
    files[paths.features] = bytesOf(features)
    files[paths.targets] = bytesOf(targets)
    const type = features instanceof Float32Array ? 'Float32Array' : 'Uint8Array'
    return { rows, scale, features: { type, path: paths.features }, targets: { type: typeOf(targets), path: paths.targets } }
  }
  const entries = Object.entries(datasets).map(([name, { train, test }]) => [
    name,
    { train: pack(train, `/data/${name}/train`), test: pack(test, `/data/${name}/test`) },
  ])
  return { manifest: Object.fromEntries(entries), files }
}

/** In a page: the data sets of a manifest. */
export async function unpackDatasets(manifest: Manifest, read: (path: string) => Promise<ArrayBuffer>): Promise<Datasets> {
  const unpack = async ({ rows, scale, features, targets }: Packed): Promise<Examples> => ({
    rows,
    ...(scale !== undefined && { scale }),
    features: new arrayTypes[features.type](await read(features.path)),
    targets: new arrayTypes[targets.type](await read(targets.path)),
  })
  const entries = Object.entries(manifest).map(async ([name, { train, test }]) => [
    name,
    { train: await unpack(train), test: await unpack(test) },
  ])
  return Object.fromEntries(await Promise.all(entries))
}
