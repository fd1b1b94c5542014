import { EspalierError, InvalidDataError } from '../../core/errors.ts'
import { checkedSize, fittingSize, shapeText } from '../../core/shape.ts'
import { allowedBytes, type UnpackOptions } from '../../data/unpack.ts'
import type { Tensor } from '../safetensors/tensors.ts'

/** What is used of the package `h5wasm`, an optional peer: `import * as h5wasm from 'h5wasm'`. */
export interface H5wasm {
  /** Its file system, in memory. */
  readonly ready: Promise<{ readonly FS: H5FileSystem }>
  readonly File: new (path: string, mode: 'r' | 'w') => H5File
}

/** What is used of h5wasm's file system in memory. */
export interface H5FileSystem {
  writeFile(path: string, data: Uint8Array): void
  unlink(path: string): void
  // The types of h5wasm know the text form only.
  readFile(path: string): unknown
}

/** What is used of an open HDF5 file. */
export interface H5File {
  /** Negative where it could not be opened. */
  readonly file_id: bigint
  create_group(name: string): unknown
  create_dataset(options: { name: string; data: Float32Array; shape: number[]; dtype: '<f' }): unknown
  get(path: string): unknown
  close(): unknown
}

const SIGNATURE = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a]

/** In memory. One is enough: nothing waits between opening a file there and removing it. */
const PATH = '/espalier-model.h5'

/** The bytes of an HDF5 file with these groups, which may be empty, and datasets; each is named by its path. */
export async function writeH5(h5wasm: H5wasm, groups: readonly string[], datasets: ReadonlyMap<string, Tensor>): Promise<Uint8Array> {
  const { FS } = await h5wasm.ready
  const file = new h5wasm.File(PATH, 'w')
  try {
    // HDF5 makes no parents by itself.
    const parents = groups.flatMap((group) => group.split('/').map((_, i, parts) => parts.slice(0, i + 1).join('/')))
    for (const group of new Set(parents)) file.create_group(group)
    for (const [name, { shape, data }] of datasets) file.create_dataset({ name, data, shape: [...shape], dtype: '<f' })
  } finally {
    file.close()
  }
  const bytes = FS.readFile(PATH)
  FS.unlink(PATH)
  if (!(bytes instanceof Uint8Array)) throw new Error('h5wasm read no bytes')
  return bytes
}

/**
 * A dataset of float32 as h5wasm gives one. `allowed`: bytes that it may have, for one that is packed, or has nothing but its filling, may be
 * said to be of any size; asked for its value h5wasm makes all of it.
 */
function tensorOf(entity: unknown, path: string, name: string, allowed: number): Tensor {
  const dataset = (entity ?? {}) as { readonly shape?: unknown; readonly value?: unknown; readonly dtype?: unknown }
  const which = `${name}: weights ${path}`
  if (!Array.isArray(dataset.shape)) throw new InvalidDataError(`${name}: has no weights ${path}; the file is damaged`)
  const shape = dataset.shape.map(Number)
  if (checkedSize(shape, which) * Float32Array.BYTES_PER_ELEMENT > allowed)
    throw new InvalidDataError(`${which} of shape ${shapeText(shape)} are more than the ${allowed} bytes that the file may unpack to`)
  const { value, dtype } = dataset
  if (!(value instanceof Float32Array)) throw new InvalidDataError(`${which} are of type ${String(dtype)}; only float32 is read`)
  fittingSize(shape, value.length, which)
  return { shape, data: value }
}

/**
 * What `read` makes of the datasets that `take` gives it by path.
 * @throws InvalidDataError where the file is none, or a dataset is missing or of another type
 */
export async function readH5<T>(
  h5wasm: H5wasm,
  bytes: Uint8Array,
  name: string,
  options: UnpackOptions,
  read: (take: (path: string) => Tensor) => T,
): Promise<T> {
  const { FS } = await h5wasm.ready
  // HDF5 itself complains on stderr, at length.
  const damaged = new InvalidDataError(`${name}: its weights are no HDF5 file; the file is damaged`)
  if (SIGNATURE.some((byte, i) => bytes[i] !== byte)) throw damaged
  const allowed = allowedBytes(bytes.length, options)
  FS.writeFile(PATH, bytes)
  const file = new h5wasm.File(PATH, 'r')
  try {
    if (file.file_id < 0) throw damaged
    return read((dataset) => tensorOf(file.get(dataset), dataset, name, allowed))
  } catch (cause) {
    throw cause instanceof EspalierError ? cause : damaged
  } finally {
    if (file.file_id >= 0) file.close()
    FS.unlink(PATH)
  }
}
