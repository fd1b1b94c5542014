/** Numbers as people have them. Training uses float32 or bytes; targets may also be int32. */

import { InvalidDataError } from './errors.ts'
import { shown } from './shown.ts'

/** Numbers in a row: a typed array of any kind except BigInt, or plain numbers, where true and false are 1 and 0. */
export type Numbers =
  | Float32Array
  | Float64Array
  | Uint8Array
  | Uint8ClampedArray
  | Int8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | readonly (number | boolean)[]

/** What numbers are kept as. */
export type Kept = Float32Array | Uint8Array | Int32Array

const ARRAYS = 'an array of numbers, or a typed array such as Float32Array (not of BigInt)'

/** Where a number is, for messages: without a width, only its row. */
interface Columns {
  readonly width?: number
  readonly names?: readonly string[]
}

function place(what: string, index: number, { width, names = [] }: Columns): string {
  const row = `${what}: row ${Math.floor(index / (width ?? 1))} (from 0)`
  if (width === undefined) return row
  const column = index % width
  return `${row}, column ${names[column] === undefined ? column : `"${names[column]}"`}`
}

const isMissing = (value: unknown): boolean => value === undefined || value === null || value === '' || Number.isNaN(value)

/** For a value that is not a number, or is beyond float32. */
function refuse(what: string, index: number, value: unknown, columns: Columns): never {
  const advice = isMissing(value)
    ? 'it is missing: drop the row, or fill the column with fitImputer(train).apply(dataset), where it is NaN in a Float32Array'
    : typeof value === 'string'
      ? 'it must be a number: Number(text) makes one, and a class needs its index'
      : 'every value must be a number that is finite in float32'
  throw new InvalidDataError(
    `${place(what, index, columns)} is ${shown(typeof value === 'number' ? Math.fround(value) : value)}; ${advice}`,
  )
}

/** The kind of a typed array, from any window or frame; undefined for anything else. */
function viewKind(values: unknown): string | undefined {
  if (!ArrayBuffer.isView(values)) return undefined
  return (values as { [Symbol.toStringTag]?: string })[Symbol.toStringTag] ?? 'DataView'
}

const FLOAT_KINDS = ['Float64Array', 'Float16Array', 'Int8Array', 'Int16Array', 'Uint16Array', 'Uint32Array']
const KEPT_KINDS = { Float32Array, Uint8Array, Uint8ClampedArray: Uint8Array, Int32Array } as const

const isKept = (kind: string): kind is keyof typeof KEPT_KINDS => kind in KEPT_KINDS

/** A row, and no single number. */
const isRow = (value: unknown): boolean => Array.isArray(value) || viewKind(value) !== undefined

/** Whether there is an array for each row. */
export const isNested = (values: unknown): values is readonly Numbers[] => Array.isArray(values) && values.some(isRow)

/** @param before how many numbers come before the first */
function toFloats(values: ArrayLike<unknown>, what: string, columns: Columns, before = 0): Float32Array<ArrayBuffer> {
  const floats = new Float32Array(values.length)
  for (let i = 0; i < values.length; i++) {
    const value = values[i]
    const number = typeof value === 'boolean' ? Number(value) : value
    if (typeof number !== 'number' || !Number.isFinite(Math.fround(number))) refuse(what, before + i, value, columns)
    floats[i] = number
  }
  return floats
}

/**
 * Numbers as they are stored: floats, bytes and int32 stay as they are, without a copy; all others become float32.
 * @throws InvalidDataError naming row and column of a value that is not a number, or for anything but an array of numbers
 */
export function keptNumbers(values: unknown, what: string, columns: Columns = {}): Kept {
  const kind = viewKind(values)
  if (kind !== undefined && isKept(kind)) {
    const Own = KEPT_KINDS[kind]
    const view = values as Kept
    // Kept as it is. A subclass (Node's Buffer), clamped bytes and arrays of another window keep their memory under the plain type.
    return Object.getPrototypeOf(view) === Own.prototype ? view : new Own(view.buffer as ArrayBuffer, view.byteOffset, view.length)
  }
  if (Array.isArray(values) || (kind !== undefined && FLOAT_KINDS.includes(kind)))
    return toFloats(values as ArrayLike<unknown>, what, columns)
  throw new InvalidDataError(`${what} is ${shown(values)}; it must be ${ARRAYS}`)
}

/** Like keptNumbers, for values that must be float32. @throws InvalidDataError */
export function floatNumbers(values: unknown, what: string, columns: Columns = {}): Float32Array {
  const kept = keptNumbers(values, what, columns)
  return kept instanceof Float32Array ? kept : Float32Array.from(kept)
}

/** Like keptNumbers, for features: int32 becomes float32 too. @throws InvalidDataError */
export function keptFeatures(values: unknown, what: string, columns: Columns = {}): Float32Array | Uint8Array {
  const kept = keptNumbers(values, what, columns)
  return kept instanceof Int32Array ? Float32Array.from(kept) : kept
}

/**
 * All rows in one array, row-major: bytes if all rows are bytes, else float32.
 * @throws InvalidDataError naming the row that is not a row, or is longer or shorter than the first
 */
export function joinRows(
  rows: readonly unknown[],
  what: string,
  namesOf: (width: number) => readonly string[] = () => [],
): { values: Float32Array | Uint8Array; width: number } {
  // Not `map`, which skips the holes of a sparse array.
  const kept = Array.from(rows, (row, i) => {
    if (!isRow(row)) throw new InvalidDataError(`${what}: row ${i} (from 0) is ${shown(row)}; every row must be an array of numbers`)
    return row as ArrayLike<unknown>
  })
  const width = kept[0]?.length ?? 0
  kept.forEach((row, i) => {
    if (row.length !== width)
      throw new InvalidDataError(`${what}: row ${i} (from 0) has ${row.length} numbers; row 0 has ${width}, and all rows must be alike`)
  })
  const columns = { width, names: namesOf(width) }
  const bytes = kept.length > 0 && kept.every((row) => viewKind(row)?.startsWith('Uint8') === true)
  const values = bytes ? new Uint8Array(kept.length * width) : new Float32Array(kept.length * width)
  kept.forEach((row, i) => {
    const kind = viewKind(row)
    if (kind !== undefined && !isKept(kind) && !FLOAT_KINDS.includes(kind))
      throw new InvalidDataError(`${what}: row ${i} (from 0) is ${shown(row)}; it must be ${ARRAYS}`)
    const numbers = kind !== undefined && isKept(kind) ? (row as Kept) : toFloats(row, what, columns, i * width)
    values.set(numbers, i * width)
  })
  return { values, width }
}
