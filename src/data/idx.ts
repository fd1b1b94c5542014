// Reads IDX files, the format of MNIST.

import { InvalidDataError } from '../core/errors.ts'
import { MAX_INPUTS } from '../core/rules.ts'
import { checkedSize, sizeOf } from '../core/shape.ts'
import { isObject, shown } from '../core/shown.ts'
import { fromArrays } from './arrays.ts'
import { checkBytes, checkOptions, checkText } from './check.ts'
import type { Dataset } from './dataset.ts'
import { gunzip, isGzip, type UnpackOptions } from './unpack.ts'

/** The numbers of an IDX file, in the type that it says. */
export type IdxData = Uint8Array | Int8Array | Int16Array | Int32Array | Float32Array | Float64Array

/** What an IDX file holds: its dimensions, and its numbers in row-major order. */
export interface IdxArray {
  readonly shape: readonly number[]
  readonly data: IdxData
}

interface ElementType {
  readonly bytes: number
  readonly read: (view: DataView, offset: number, count: number) => IdxData
}

/** The third byte of the magic number gives the type (http://yann.lecun.com/exdb/mnist/); multi-byte numbers are big-endian. */
const elementTypes: ReadonlyMap<number, ElementType> = new Map([
  [0x08, { bytes: 1, read: (v, at, n) => new Uint8Array(v.buffer, v.byteOffset + at, n) }],
  [0x09, { bytes: 1, read: (v, at, n) => new Int8Array(v.buffer, v.byteOffset + at, n) }],
  [0x0b, { bytes: 2, read: (v, at, n) => Int16Array.from({ length: n }, (_, i) => v.getInt16(at + 2 * i)) }],
  [0x0c, { bytes: 4, read: (v, at, n) => Int32Array.from({ length: n }, (_, i) => v.getInt32(at + 4 * i)) }],
  [0x0d, { bytes: 4, read: (v, at, n) => Float32Array.from({ length: n }, (_, i) => v.getFloat32(at + 4 * i)) }],
  [0x0e, { bytes: 8, read: (v, at, n) => Float64Array.from({ length: n }, (_, i) => v.getFloat64(at + 8 * i)) }],
])

/**
 * Reads an IDX file, gzipped or not. One-byte numbers are not copied: they share memory with `bytes`, or with what it unpacks to.
 * Throws InvalidDataError, naming `name`, for a wrong magic number, impossible dimensions, a length that is not what they say, or a gzipped
 * file that unpacks to more than is allowed.
 */
export async function parseIdx(bytes: Uint8Array, name = 'the IDX data', options: UnpackOptions = {}): Promise<IdxArray> {
  checkText(name, 'the name')
  checkOptions(options, 'parseIdx')
  checkBytes(bytes, name)
  const raw = isGzip(bytes) ? await gunzip(bytes, name, options) : bytes
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength)
  if (raw.length < 4) throw new InvalidDataError(`${name}: has ${raw.length} bytes, too few for an IDX header; the file is truncated`)
  const type = elementTypes.get(view.getUint8(2))
  const dimensions = view.getUint8(3)
  if (view.getUint16(0) !== 0 || !type || dimensions === 0) {
    const magic = view.getUint32(0).toString(16).padStart(8, '0')
    throw new InvalidDataError(
      `${name}: the magic number is 0x${magic}; an IDX file starts 0x0000TTDD, type TT one of 08 09 0b 0c 0d 0e, DD dimensions: this is not one`,
    )
  }
  const header = 4 + 4 * dimensions
  if (raw.length < header)
    throw new InvalidDataError(`${name}: has ${raw.length} bytes; the header alone has ${header}; the file is truncated`)
  const shape = Array.from({ length: dimensions }, (_, i) => view.getUint32(4 + 4 * i))
  const count = checkedSize(shape, name)
  const expected = header + count * type.bytes
  if (raw.length !== expected)
    throw new InvalidDataError(
      `${name}: has ${raw.length} bytes; its dimensions ${shape.join(' x ')} need ${expected}; ` +
        (raw.length < expected
          ? 'the file is truncated: copy or download it again'
          : 'it has bytes left over, so it is not what its header says'),
    )
  return { shape, data: type.read(view, header, count) }
}

function checkIdx(array: unknown, what: string): void {
  const isRight =
    isObject(array) &&
    Array.isArray(array.shape) &&
    Array.from(array.shape).every((size) => typeof size === 'number') &&
    ArrayBuffer.isView(array.data)
  if (!isRight) throw new InvalidDataError(`${what} are ${shown(array)}; they must be an IDX array, as parseIdx reads one`)
}

/**
 * A dataset from a pair of IDX arrays as MNIST and its kin have them: bytes `rows x …` (kept as bytes, scale 1/255) and byte labels.
 * Throws InvalidDataError where the two do not go together, or a label has no class name.
 */
export function fromIdx(images: IdxArray, labels: IdxArray, classNames?: readonly string[]): Dataset {
  checkIdx(images, 'images')
  checkIdx(labels, 'labels')
  const [rows = 0, ...pixels] = images.shape
  const inputSize = sizeOf(pixels)
  if (!(images.data instanceof Uint8Array) || pixels.length === 0)
    throw new InvalidDataError(
      `images have shape ${images.shape.join(' x ')} of ${images.data.constructor.name}; they must be bytes, one image a row`,
    )
  if (rows === 0 || inputSize < 1 || inputSize > MAX_INPUTS)
    throw new InvalidDataError(
      `images have shape ${images.shape.join(' x ')}; there must be at least one, of 1 to ${MAX_INPUTS} pixels, as many as a network takes`,
    )
  if (!(labels.data instanceof Uint8Array) || labels.shape.length !== 1)
    throw new InvalidDataError(
      `labels have shape ${labels.shape.join(' x ')} of ${labels.data.constructor.name}; they must be bytes, one a row`,
    )
  if (labels.data.length !== rows)
    throw new InvalidDataError(`there are ${rows} images and ${labels.data.length} labels; the two files do not go together`)
  const last = pixels.at(-1) ?? 1
  return fromArrays({
    features: images.data,
    targets: labels.data,
    task: 'multiclass',
    inputShape: pixels,
    scale: 1 / 255,
    featureNames: Array.from({ length: inputSize }, (_, i) => `pixel ${Math.floor(i / last)},${i % last}`),
    targetNames: ['label'],
    ...(classNames && { classNames }),
  })
}
