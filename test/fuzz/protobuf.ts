import type { Draw } from '../support/random.ts'
import { joinBytes, mutateBytes, pick } from './mutate.ts'

/** Protobuf taken apart without its schema, its fields changed, and put together with lengths that fit, but for those that are to lie. */

interface Field {
  readonly tag: number
  readonly type: number
  /** Of types 0, 1 and 5. */
  readonly bytes: Uint8Array
  /** Of type 2, where it looks like a message. */
  readonly fields?: readonly Field[] | undefined
  /** A length that is said in place of the right one. */
  readonly lie?: bigint
}

function readVarint(bytes: Uint8Array, start: number): { value: bigint; end: number } | undefined {
  let value = 0n
  for (let at = start; at < Math.min(bytes.length, start + 10); at++) {
    const byte = bytes[at] ?? 0
    value |= BigInt(byte & 0x7f) << BigInt(7 * (at - start))
    if (byte < 0x80) return { value, end: at + 1 }
  }
  return undefined
}

function writeVarint(given: bigint): Uint8Array {
  const bytes: number[] = []
  let value = BigInt.asUintN(64, given)
  for (; value > 0x7fn; value >>= 7n) bytes.push(Number(value & 0x7fn) | 0x80)
  bytes.push(Number(value))
  return Uint8Array.from(bytes)
}

/** The fields of a message; undefined where it is none. */
function take(bytes: Uint8Array): Field[] | undefined {
  const fields: Field[] = []
  let at = 0
  while (at < bytes.length) {
    const key = readVarint(bytes, at)
    if (key === undefined) return undefined
    const [tag, type] = [Number(key.value >> 3n), Number(key.value & 7n)]
    const said = type === 0 || type === 2 ? readVarint(bytes, key.end) : { value: 0n, end: key.end }
    if (said === undefined || tag === 0 || ![0, 1, 2, 5].includes(type)) return undefined
    const length = type === 2 ? Number(said.value) : type === 1 ? 8 : type === 5 ? 4 : 0
    const [start, end] = type === 0 ? [key.end, said.end] : [said.end, said.end + length]
    if (end > bytes.length) return undefined
    const content = bytes.slice(start, end)
    fields.push({ tag, type, bytes: content, fields: type === 2 && length > 1 ? take(content) : undefined })
    at = end
  }
  return fields
}

const write = (fields: readonly Field[]): Uint8Array =>
  joinBytes(
    fields.flatMap(({ tag, type, bytes, fields: inner, lie }) => {
      const content = inner === undefined ? bytes : write(inner)
      const key = writeVarint((BigInt(tag) << 3n) | BigInt(type))
      return type === 2 ? [key, writeVarint(lie ?? BigInt(content.length)), content] : [key, content]
    }),
  )

const NUMBERS = [0n, 1n, 7n, 127n, 2n ** 31n, 2n ** 32n - 1n, 2n ** 53n, 2n ** 63n, -1n, -(2n ** 31n)]

function change(fields: readonly Field[], draw: Draw): Field[] {
  if (fields.length === 0) return []
  const at = draw.index(fields.length)
  const field = fields[at] as Field
  // Rather inside than here, where there is an inside.
  if (field.fields !== undefined && draw.index(5) > 0) return fields.toSpliced(at, 1, { ...field, fields: change(field.fields, draw) })
  switch (draw.index(6)) {
    case 0:
      return fields.toSpliced(at, 1)
    case 1:
      return fields.toSpliced(draw.index(fields.length + 1), 0, field)
    case 2:
      return fields.toSpliced(at, 1, { ...field, tag: pick(draw, [1, 2, 3, 5, 7, 8, 9, 14, 1 + draw.index(30)]) })
    case 3:
      if (field.type === 2) return fields.toSpliced(at, 1, { ...field, lie: pick(draw, NUMBERS) })
      return fields.toSpliced(at, 1, { ...field, type: 0, bytes: writeVarint(pick(draw, NUMBERS)) })
    case 4:
      // A list of numbers, packed or not, may be what is read here.
      return fields.toSpliced(at, 1, {
        tag: field.tag,
        type: 2,
        bytes: joinBytes(Array.from({ length: 1 + draw.index(3) }, () => writeVarint(pick(draw, NUMBERS)))),
      })
    default: {
      const { fields: _, ...plain } = field
      return fields.toSpliced(at, 1, { ...plain, bytes: mutateBytes(field.bytes, draw) })
    }
  }
}

/** @throws Error where the bytes are no message */
export function mutateProtobuf(bytes: Uint8Array, draw: Draw): Uint8Array {
  const fields = take(bytes)
  if (fields === undefined) throw new Error('the seed is no protobuf message')
  return write(change(draw.index(2) === 0 ? fields : change(fields, draw), draw))
}
