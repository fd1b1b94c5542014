// Reads and writes HDF5 files through the optional package h5wasm.

import { EspalierError, InvalidDataError } from '../../core/errors.ts'
import { checkedSize, fittingSize, shapeText } from '../../core/shape.ts'
import { allowedBytes, type UnpackOptions } from '../../data/unpack.ts'
import type { Tensor } from '../safetensors/tensors.ts'
import { float16 } from '../smallFloats.ts'

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

/** An open HDF5 file, as Keras's readers see it. */
export interface H5Reader {
  /** A dataset. @throws InvalidDataError where it is missing, of another type than floating point, or larger than is allowed */
  readonly tensor: (path: string) => Tensor
  /** The names of what is in a group; none where there is no such group. */
  readonly names: (path: string) => readonly string[]
  /** A text or list of texts; undefined where there is none. */
  readonly attribute: (path: string, name: string) => unknown
}

/** What h5wasm has at a path: a group has keys, a dataset, as an attribute, a shape and a value. */
interface Entity {
  readonly shape?: unknown
  readonly value?: unknown
  readonly dtype?: unknown
  /** `type` 0 are whole numbers, 1 floating point; `size` in bytes. */
  readonly metadata?: { readonly type?: unknown; readonly size?: unknown }
  readonly attrs?: Readonly<Record<string, Entity>>
  keys?(): unknown
}

/** h5wasm has no float16: asked for whole numbers of as many bits, it gives the bits. */
function numbersOf(entity: Entity): unknown {
  const { metadata } = entity
  if (metadata?.type !== 1 || metadata.size !== 2) return entity.value
  const { value } = Object.create(entity, { metadata: { value: { ...metadata, type: 0, signed: false } } }) as Entity
  return value instanceof Uint16Array ? Float32Array.from(value, float16) : value
}

/**
 * The shape of what is `allowed` so many bytes: what is packed, or has nothing but its filling, may be said to be of any size, and h5wasm, asked
 * for the value, makes all of it.
 */
function shapeOf({ shape, metadata }: Entity, which: string, allowed: number): readonly number[] {
  const sizes = Array.isArray(shape) ? shape.map(Number) : []
  const bytes = Math.max(Float32Array.BYTES_PER_ELEMENT, Number(metadata?.size ?? 0))
  if (checkedSize(sizes, which) * bytes <= allowed) return sizes
  throw new InvalidDataError(`${which} of shape ${shapeText(sizes)} are more than the ${allowed} bytes that the file may unpack to`)
}

/** A dataset of floating point as h5wasm gives one; float64 is rounded to float32. */
function tensorOf(entity: Entity, path: string, name: string, allowed: number): Tensor {
  const which = `${name}: weights ${path}`
  if (!Array.isArray(entity.shape)) throw new InvalidDataError(`${name}: has no weights ${path}; the file is damaged`)
  const shape = shapeOf(entity, which, allowed)
  const found = /[efd]$/.test(String(entity.dtype)) ? numbersOf(entity) : undefined
  const value = typeof found === 'number' ? Float32Array.of(found) : found
  if (!(value instanceof Float32Array || value instanceof Float64Array))
    throw new InvalidDataError(`${which} are of type ${String(entity.dtype)}; float16, float32 and float64 are read`)
  fittingSize(shape, value.length, which)
  return { shape, data: Float32Array.from(value) }
}

function attributeOf(entity: Entity | undefined, which: string, allowed: number): unknown {
  if (entity === undefined) return undefined
  shapeOf(entity, which, allowed)
  return entity.value
}

/** "GCOL" in version 1: a heap of texts. */
const HEAP = [0x47, 0x43, 0x4f, 0x4c, 1, 0, 0, 0]

/** Whether the texts of a heap that starts at `start` stay within it; HDF5 in WebAssembly follows what leads out of it for ever. */
function isWholeHeap(view: DataView, start: number): boolean {
  const end = start + Number(view.getBigUint64(start + 8, true))
  if (end > view.byteLength) return false
  for (let at = start + 16; at + 16 <= end; ) {
    const size = Number(view.getBigUint64(at + 8, true))
    // Object 0 is what is free, to the end and with its own head.
    const isFree = view.getUint16(at, true) === 0
    at += isFree ? size : 16 + 8 * Math.ceil(size / 8)
    if (at > end || (isFree && size < 16)) return false
  }
  return true
}

function hasWholeHeaps(bytes: Uint8Array): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (let at = bytes.indexOf(0x47); at >= 0 && at + 16 <= bytes.length; at = bytes.indexOf(0x47, at + 1))
    if (HEAP.every((byte, i) => bytes[at + i] === byte) && !isWholeHeap(view, at)) return false
  return true
}

export const isH5 = (bytes: Uint8Array): boolean => SIGNATURE.every((byte, i) => bytes[i] === byte)

/**
 * What `read` makes of an open file.
 * @throws InvalidDataError where it is none, or a dataset is missing or of another type
 */
export async function readH5<T>(
  h5wasm: H5wasm,
  bytes: Uint8Array,
  name: string,
  options: UnpackOptions,
  read: (file: H5Reader) => T,
): Promise<T> {
  const { FS } = await h5wasm.ready
  // HDF5 itself complains on stderr, at length.
  const damaged = new InvalidDataError(`${name}: its weights are no HDF5 file; the file is damaged`)
  if (!isH5(bytes) || !hasWholeHeaps(bytes)) throw damaged
  const allowed = allowedBytes(bytes.length, options)
  FS.writeFile(PATH, bytes)
  const file = new h5wasm.File(PATH, 'r')
  try {
    if (file.file_id < 0) throw damaged
    const at = (path: string): Entity => (path === '' ? file : (file.get(path) ?? {})) as Entity
    const groups = new Map<string, readonly string[]>()
    const namesOf = (path: string): readonly string[] => {
      const keys = at(path).keys?.()
      return Array.isArray(keys) ? keys.map(String) : []
    }
    return read({
      tensor: (path) => tensorOf(at(path), path, name, allowed),
      // Of each group once, however many layers are in it.
      names: (path) => {
        const names = groups.get(path) ?? namesOf(path)
        groups.set(path, names)
        return names
      },
      attribute: (path, key) => attributeOf(at(path).attrs?.[key], `${name}: attribute ${key} of ${path || 'the file'}`, allowed),
    })
  } catch (cause) {
    throw cause instanceof EspalierError ? cause : damaged
  } finally {
    if (file.file_id >= 0) file.close()
    FS.unlink(PATH)
  }
}
