/**
 * The file of an answer. In bytes, numbers little-endian: `ESPALIER`, the version of the format, the CRC-32 of all that follows it, the length of the header
 * (uint32 each), 4 bytes of 0; the header, an answer as JSON with the lengths of arrays in place of them, padded by blanks to a multiple of 8; the arrays,
 * model by model in the order of `ARRAYS`, each padded with 0 to a multiple of 8.
 */

import { missing } from '../../core/at.ts'
import { InvalidDataError } from '../../core/errors.ts'
import type { Model } from '../model.ts'
import type { AnswerData } from './data.ts'
import { damaged } from './faults.ts'

const MAGIC = 'ESPALIER'
const VERSION = 1
const START = 24
/** Where what the CRC is of begins. */
const CHECKED = 16
const ALIGNMENT = 8

/** The arrays of each kind of model, in their order. */
const ARRAYS = {
  network: { parameters: Float32Array, state: Float32Array },
  trees: { base: Float64Array, roots: Int32Array, feature: Int32Array, threshold: Float32Array, left: Int32Array, value: Float32Array },
  linear: { coefficients: Float64Array, intercepts: Float64Array },
} as const

type Numbers = Float32Array | Float64Array | Int32Array
const arraysOf = (kind: string): [string, Float32ArrayConstructor | Float64ArrayConstructor | Int32ArrayConstructor][] => {
  if (!Object.hasOwn(ARRAYS, kind)) throw damaged(`has a model of the kind ${JSON.stringify(kind)}`)
  return Object.entries(ARRAYS[kind as Model['kind']])
}

const padded = (length: number): number => Math.ceil(length / ALIGNMENT) * ALIGNMENT

/** CRC-32 of IEEE 802.3, as in zip files. */
function crc32(bytes: Uint8Array): number {
  const table = Uint32Array.from({ length: 256 }, (_, byte) => {
    let crc = byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? 0xedb88320 ^ (crc >>> 1) : crc >>> 1
    return crc
  })
  let crc = 0xffffffff
  for (const byte of bytes) crc = (table[(crc ^ byte) & 0xff] ?? missing(table, byte)) ^ (crc >>> 8)
  return ~crc >>> 0
}

/** Everything but the arrays of the models, whose lengths stand in their places. */
function withoutArrays(model: Model): { header: Record<string, unknown>; arrays: Numbers[] } {
  const { ...header }: Record<string, unknown> = { ...model }
  const arrays: Numbers[] = []
  for (const [name] of arraysOf(model.kind)) {
    const array = header[name] as Numbers | undefined
    if (array === undefined) continue
    arrays.push(array)
    header[name] = array.length
  }
  return { header, arrays }
}

/** The bytes of an answer's file. */
export function encodeAnswer(data: AnswerData): Uint8Array<ArrayBuffer> {
  const models = data.ensemble.models.map((one) => ({ one, ...withoutArrays(one.model) }))
  const json = { ...data, ensemble: { ...data.ensemble, models: models.map(({ one, header }) => ({ ...one, model: header })) } }
  const header = new TextEncoder().encode(JSON.stringify(json))
  const arrays = models.flatMap((model) => model.arrays)
  const bytes = new Uint8Array(START + padded(header.length) + arrays.reduce((sum, { byteLength }) => sum + padded(byteLength), 0))
  const view = new DataView(bytes.buffer)
  bytes.set(new TextEncoder().encode(MAGIC))
  view.setUint32(8, VERSION, true)
  view.setUint32(CHECKED, header.length, true)
  bytes.set(header, START)
  bytes.fill(0x20, START + header.length, START + padded(header.length))
  let at = START + padded(header.length)
  for (const array of arrays) {
    const size = array.BYTES_PER_ELEMENT
    array.forEach((value, i) => {
      if (size === 8) view.setFloat64(at + 8 * i, value, true)
      else if (array instanceof Int32Array) view.setInt32(at + 4 * i, value, true)
      else view.setFloat32(at + 4 * i, value, true)
    })
    at += padded(array.byteLength)
  }
  view.setUint32(12, crc32(bytes.subarray(CHECKED)), true)
  return bytes
}

export const isAnswer = (bytes: Uint8Array): boolean =>
  bytes.length >= 8 && new TextDecoder('latin1').decode(bytes.subarray(0, 8)) === MAGIC

/** Puts the arrays where their lengths stand. */
class Arrays {
  readonly #bytes: Uint8Array
  #at: number

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes
    this.#at = at
  }

  take(kind: Float32ArrayConstructor | Float64ArrayConstructor | Int32ArrayConstructor, length: unknown): Numbers {
    const end =
      typeof length === 'number' && Number.isInteger(length) && length >= 0 ? this.#at + length * kind.BYTES_PER_ELEMENT : Number.NaN
    if (!(end <= this.#bytes.length)) throw damaged(`has an array of ${JSON.stringify(length)} numbers that it does not hold`)
    // A copy, which begins where such arrays can; slice of Node's Buffer would be none.
    const taken = new kind(new Uint8Array(this.#bytes.subarray(this.#at, end)).buffer)
    this.#at += padded(end - this.#at)
    return taken
  }

  finish(): void {
    if (this.#at !== this.#bytes.length) throw damaged(`has ${this.#bytes.length} bytes; what it lists ends at ${this.#at}`)
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * What an answer's file holds, its models with their arrays; the header is JSON that nobody has checked yet.
 * @throws InvalidDataError for another file, one that is truncated or damaged, or of a newer version
 */
export function decodeAnswer(bytes: Uint8Array): unknown {
  if (!(bytes instanceof Uint8Array) || !isAnswer(bytes))
    throw new InvalidDataError('this is no answer, as `espalier learn --save` and answer.save() write one')
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.length < START) throw damaged(`has ${bytes.length} bytes and is truncated`)
  const version = view.getUint32(8, true)
  if (version !== VERSION) throw new InvalidDataError(`the answer is of version ${version}; this espalier reads version ${VERSION}`)
  if (crc32(bytes.subarray(CHECKED)) !== view.getUint32(12, true)) throw damaged('does not have the checksum that it was written with')
  const length = view.getUint32(CHECKED, true)
  if (START + padded(length) > bytes.length) throw damaged('is truncated')
  let header: unknown
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(START, START + length)))
  } catch (cause) {
    throw new InvalidDataError('the answer has a header that is no JSON; the file is damaged', { cause })
  }
  const models = isRecord(header) && isRecord(header.ensemble) ? header.ensemble.models : undefined
  if (!isRecord(header) || !isRecord(header.ensemble) || !Array.isArray(models)) throw damaged('has no models')
  const arrays = new Arrays(bytes, START + padded(length))
  const whole = models.map((one: unknown) => {
    const model = isRecord(one) ? one.model : undefined
    if (!isRecord(one) || !isRecord(model)) throw damaged('has a model that is none')
    const own = arraysOf(String(model.kind)).flatMap(([name, kind]) =>
      Object.hasOwn(model, name) ? [[name, arrays.take(kind, model[name])] as const] : [],
    )
    return { ...one, model: { ...model, ...Object.fromEntries(own) } }
  })
  arrays.finish()
  return { ...header, ensemble: { ...header.ensemble, models: whole } }
}
