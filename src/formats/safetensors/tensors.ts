/**
 * Named float32 tensors in one file (https://github.com/huggingface/safetensors, "Format"): the header's length as 8 little-endian
 * bytes, the header as JSON padded with spaces, then the numbers of all tensors, little-endian, one after the other without gaps.
 */

import * as z from 'zod/mini'
import { InvalidDataError } from '../../core/errors.ts'
import { jsonFault, parseJson } from '../../core/json.ts'
import { arraysSchema, shapeSchema, sizeOf } from '../../core/shape.ts'
import { parseStored } from '../../core/stored.ts'
import { UnsupportedModelError } from '../errors.ts'
import { bfloat16, float16 } from '../smallFloats.ts'

/** A tensor of `shape`, row-major; no dimension at all is one number. */
export interface Tensor {
  readonly shape: readonly number[]
  readonly data: Float32Array
}

export interface SafetensorsFile {
  readonly tensors: ReadonlyMap<string, Tensor>
  /** Free text by key: the format's `__metadata__`. */
  readonly metadata: Readonly<Record<string, string>>
}

const ALIGNMENT = 8
const METADATA = '__metadata__'
/** The limit of the reference implementation, which refuses longer headers. */
const MAX_HEADER = 100_000_000

const entrySchema = z.strictObject({
  dtype: z.string(),
  shape: shapeSchema,
  data_offsets: z.tuple([z.int().check(z.minimum(0)), z.int().check(z.minimum(0))]),
})
const headerSchema = z.pipe(arraysSchema, z.catchall(z.object({ [METADATA]: z.optional(z.record(z.string(), z.string())) }), entrySchema))

/** Numbers that float32 can stand for: those of 16 bits exactly, float64 rounded. */
const TYPES: Readonly<Record<string, { readonly bytes: number; readonly read: (view: DataView, at: number) => number }>> = {
  F32: { bytes: 4, read: (view, at) => view.getFloat32(at, true) },
  F64: { bytes: 8, read: (view, at) => view.getFloat64(at, true) },
  F16: { bytes: 2, read: (view, at) => float16(view.getUint16(at, true)) },
  BF16: { bytes: 2, read: (view, at) => bfloat16(view.getUint16(at, true)) },
}

/** Pads with spaces so that the numbers start on a multiple of 8 bytes and can be mapped into memory as they are. */
function padded(json: string): Uint8Array {
  const bytes = new TextEncoder().encode(json)
  const length = Math.ceil(bytes.length / ALIGNMENT) * ALIGNMENT
  const header = new Uint8Array(length).fill(0x20)
  header.set(bytes)
  return header
}

/**
 * The bytes of a file holding these tensors in this order.
 * @throws InvalidDataError when a shape and its data disagree
 */
export function encodeSafetensors({ tensors, metadata }: SafetensorsFile): Uint8Array<ArrayBuffer> {
  let end = 0
  const entries = [...tensors].map(([name, { shape, data }]) => {
    if (sizeOf(shape) !== data.length)
      throw new InvalidDataError(`tensor "${name}" has ${data.length} numbers; its shape ${shape.join(' x ')} needs ${sizeOf(shape)}`)
    const begin = end
    end += data.length * Float32Array.BYTES_PER_ELEMENT
    return [name, { dtype: 'F32', shape, data_offsets: [begin, end] }] as const
  })
  const header = padded(JSON.stringify({ [METADATA]: metadata, ...Object.fromEntries(entries) }))
  const bytes = new Uint8Array(8 + header.length + end)
  const view = new DataView(bytes.buffer)
  view.setBigUint64(0, BigInt(header.length), true)
  bytes.set(header, 8)
  let at = 8 + header.length
  for (const { data } of tensors.values()) {
    for (const value of data) {
      view.setFloat32(at, value, true)
      at += Float32Array.BYTES_PER_ELEMENT
    }
  }
  return bytes
}

function readHeader(bytes: Uint8Array, name: string): { header: z.infer<typeof headerSchema>; start: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const length = bytes.length < 8 ? 0 : Number(view.getBigUint64(0, true))
  if (length < 2 || length > MAX_HEADER || bytes[8] !== 0x7b) throw new InvalidDataError(`${name}: this is no safetensors file`)
  if (8 + length > bytes.length)
    throw new InvalidDataError(`${name}: has ${bytes.length} bytes; its header alone has ${8 + length}; the file is truncated`)
  const text = new TextDecoder().decode(bytes.subarray(8, 8 + length))
  let json: unknown
  try {
    json = parseJson(text)
  } catch (cause) {
    throw new InvalidDataError(`${name}: the safetensors header ${jsonFault(cause)}; the file is damaged`, { cause })
  }
  const header = parseStored(headerSchema, json, (reason) => new InvalidDataError(`${name}: the safetensors header is damaged: ${reason}`))
  return { header, start: 8 + length }
}

/**
 * Reads a file of tensors of floating point, as float32. `name` opens every message.
 * @param own for a file that no other program writes: its numbers are float32, or it is damaged
 * @throws InvalidDataError when the file is truncated or damaged; UnsupportedModelError when it holds another type of number
 */
export function decodeSafetensors(bytes: Uint8Array, name = 'the safetensors data', { own = false } = {}): SafetensorsFile {
  const { header, start } = readHeader(bytes, name)
  const { [METADATA]: metadata = {}, ...entries } = header
  const tensors = new Map<string, Tensor>()
  let expected = 0
  const inOrder = Object.entries(entries).sort(([, a], [, b]) => a.data_offsets[0] - b.data_offsets[0])
  for (const [tensor, { dtype, shape, data_offsets }] of inOrder) {
    const [begin, end] = data_offsets
    if (own && dtype !== 'F32') throw new InvalidDataError(`${name}: tensor "${tensor}" is of type ${dtype}; only F32 is read here`)
    const type = Object.hasOwn(TYPES, dtype) ? TYPES[dtype] : undefined
    if (type === undefined)
      throw new UnsupportedModelError(`${name}: tensor "${tensor}" is of type ${dtype}; only ${Object.keys(TYPES).join(', ')} are read`)
    if (begin !== expected || end - begin !== sizeOf(shape) * type.bytes)
      throw new InvalidDataError(
        `${name}: tensor "${tensor}" of shape ${shape.join(' x ')} is said to be bytes ${begin} to ${end}; the file is damaged`,
      )
    if (start + end > bytes.length)
      throw new InvalidDataError(`${name}: has ${bytes.length} bytes; tensor "${tensor}" ends at ${start + end}; the file is truncated`)
    const view = new DataView(bytes.buffer, bytes.byteOffset + start + begin, end - begin)
    const data = Float32Array.from({ length: (end - begin) / type.bytes }, (_, i) => type.read(view, i * type.bytes))
    tensors.set(tensor, { shape, data })
    expected = end
  }
  if (start + expected !== bytes.length)
    throw new InvalidDataError(`${name}: has ${bytes.length - start - expected} bytes after its last tensor; the file is damaged`)
  return { tensors, metadata }
}
