/** Constants of a file as numbers: ONNX's types of elements, and data in a file beside. */

import { at } from '../../core/at.ts'
import { InvalidDataError } from '../../core/errors.ts'
import { checkedSize, fittingSize } from '../../core/shape.ts'
import { UnsupportedModelError } from '../errors.ts'
import type { Numbers } from '../fold.ts'
import { bfloat16, float16 } from '../smallFloats.ts'
import type { OnnxModel, OnnxTensor } from './proto.ts'

/** Numbers of `shape`, row-major. */
export interface Constant {
  readonly kind: 'constant'
  readonly shape: readonly number[]
  /** Among whole numbers, NaN stands for the number of rows. */
  readonly data: Numbers
  readonly type: number
}

export const FLOAT = 1
export const DOUBLE = 11
export const INT64 = 7
export const STRING = 8
export const BOOL = 9

interface ElementType {
  readonly name: string
  /** What one number takes in raw data. */
  readonly bytes: number
  readonly read: (view: DataView, at: number) => number
  /** From int32_data, where such types are also written as their bits. */
  readonly fromBits?: (bits: number) => number
}

const TYPES: ReadonlyMap<number, ElementType> = new Map([
  [FLOAT, { name: 'float32', bytes: 4, read: (view, at) => view.getFloat32(at, true) }],
  [2, { name: 'uint8', bytes: 1, read: (view, at) => view.getUint8(at) }],
  [3, { name: 'int8', bytes: 1, read: (view, at) => view.getInt8(at) }],
  [4, { name: 'uint16', bytes: 2, read: (view, at) => view.getUint16(at, true) }],
  [5, { name: 'int16', bytes: 2, read: (view, at) => view.getInt16(at, true) }],
  [6, { name: 'int32', bytes: 4, read: (view, at) => view.getInt32(at, true) }],
  [INT64, { name: 'int64', bytes: 8, read: (view, at) => Number(view.getBigInt64(at, true)) }],
  [BOOL, { name: 'bool', bytes: 1, read: (view, at) => view.getUint8(at) }],
  [10, { name: 'float16', bytes: 2, read: (view, at) => float16(view.getUint16(at, true)), fromBits: float16 }],
  [DOUBLE, { name: 'float64', bytes: 8, read: (view, at) => view.getFloat64(at, true) }],
  [12, { name: 'uint32', bytes: 4, read: (view, at) => view.getUint32(at, true) }],
  [13, { name: 'uint64', bytes: 8, read: (view, at) => Number(view.getBigUint64(at, true)) }],
  [16, { name: 'bfloat16', bytes: 2, read: (view, at) => bfloat16(view.getUint16(at, true)), fromBits: bfloat16 }],
])
const OTHER_TYPES: ReadonlyMap<number, string> = new Map([
  [STRING, 'string'],
  [14, 'complex64'],
  [15, 'complex128'],
  [17, 'float8e4m3fn'],
  [18, 'float8e4m3fnuz'],
  [19, 'float8e5m2'],
  [20, 'float8e5m2fnuz'],
  [21, 'uint4'],
  [22, 'int4'],
  [23, 'float4e2m1'],
])

export const typeName = (type: number): string => TYPES.get(type)?.name ?? OTHER_TYPES.get(type) ?? `number ${type}`

/** Types whose arithmetic is as exact as float32's or more. */
export const isFloat = (type: number): boolean => type === FLOAT || type === DOUBLE
/** Types that a runtime rounds to after each step, to three digits or so. */
export const isHalf = (type: number): boolean => type === 10 || type === 16
export const isWhole = (type: number): boolean => [2, 3, 4, 5, 6, 7, 9, 12, 13].includes(type)

/** Files beside an ONNX file, by their names relative to its folder. */
export type DataFiles = Readonly<Record<string, Uint8Array>>

/** A file beside is named by a path inside the folder, whoever wrote it. */
const isInside = (location: string): boolean =>
  location !== '' && !/^[/\\]|^[A-Za-z]:|\0|\\/.test(location) && !location.split('/').some((part) => part === '..' || part === '')

function locationOf(external: ReadonlyMap<string, string>, which: string): string {
  const location = (external.get('location') ?? '').replace(/^(\.\/)+/, '')
  if (isInside(location)) return location
  throw new UnsupportedModelError(
    `${which} is said to be in the file ${JSON.stringify(location)}; data of an ONNX file is read from its own folder alone`,
  )
}

/** The files beside that a model's constants are in, by their names. */
export function dataFilesOf({ constants }: OnnxModel, file: string): string[] {
  const locations = [...constants.values()].flatMap(({ name, external }) =>
    external === undefined ? [] : [locationOf(external, `${file}: constant "${name}"`)],
  )
  return [...new Set(locations)]
}

function externalBytes(external: ReadonlyMap<string, string>, length: number, files: DataFiles, which: string): Uint8Array {
  const location = locationOf(external, which)
  const bytes = Object.hasOwn(files, location) ? files[location] : undefined
  if (bytes === undefined)
    throw new InvalidDataError(`${which} is in ${location}, a file beside; give its bytes: { files: { '${location}': bytes } }`)
  const number = (key: string, otherwise: number): number => {
    const text = external.get(key)
    if (text === undefined) return otherwise
    if (!/^\d{1,15}$/.test(text))
      throw new InvalidDataError(`${which} has the ${key} ${JSON.stringify(text)} in ${location}; the file is damaged`)
    return Number(text)
  }
  const offset = number('offset', 0)
  const said = number('length', length)
  if (said !== length)
    throw new InvalidDataError(`${which} is ${said} bytes of ${location}; its shape needs ${length}; the file is damaged`)
  if (offset + length > bytes.length)
    throw new InvalidDataError(
      `${which} is bytes ${offset} to ${offset + length} of ${location}, which has ${bytes.length}; it is truncated`,
    )
  return bytes.subarray(offset, offset + length)
}

/**
 * @param spend is called with how many numbers are about to be created, and may throw
 * @throws UnsupportedModelError for a type without numbers that are read; InvalidDataError where the numbers do not fit the shape, or their file
 * is missing
 */
export function constantOf(tensor: OnnxTensor, files: DataFiles, file: string, spend: (numbers: number) => void): Constant {
  const { name, shape, type, floats, ints, longs, doubles, external } = tensor
  const which = `${file}: constant "${name}"`
  const element = TYPES.get(type)
  if (element === undefined) throw new UnsupportedModelError(`${which} is of type ${typeName(type)}, which is not read`)
  const length = checkedSize(shape, which)
  const raw = external === undefined ? tensor.raw : externalBytes(external, length * element.bytes, files, which)
  const listed = [floats, ints, longs, doubles].find((list) => list.length > 0) ?? []
  const held = raw === undefined ? listed.length : raw.length / element.bytes
  fittingSize(shape, held, which)
  spend(length)
  const data = type === FLOAT ? new Float32Array(length) : new Float64Array(length)
  const view = raw && new DataView(raw.buffer, raw.byteOffset, raw.byteLength)
  const { fromBits = (value: number) => value, read } = element
  const { bytes } = element
  // Float32 is stored as it lies in memory: WebAssembly has the same order of bytes on every machine.
  if (raw !== undefined && type === FLOAT) new Uint8Array(data.buffer).set(raw)
  else if (view === undefined) for (let i = 0; i < length; i++) data[i] = fromBits(at(listed, i))
  else for (let i = 0, place = 0; i < length; i++, place += bytes) data[i] = read(view, place)
  return { kind: 'constant', shape, type, data }
}
