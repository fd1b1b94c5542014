import type { Draw } from '../support/random.ts'

/** Changes of bytes, texts and plain data, each a function of what is drawn. What they make is mostly wrong, and sometimes only another. */

export const pick = <T>(draw: Draw, values: readonly T[]): T => {
  if (values.length === 0) throw new Error('there is nothing to pick from')
  return values[draw.index(values.length)] as T
}

const NUMBERS = [
  '-1',
  '0',
  '1',
  '0.5',
  '-0.5',
  '2147483648',
  '4294967296',
  '9007199254740992',
  '9007199254740993',
  '1e308',
  '1e999',
  '-1e308',
  'NaN',
]
const SNIPPETS = [
  ...NUMBERS,
  ...[
    '"',
    "'",
    '`',
    '\\',
    '{',
    '}',
    '[',
    ']',
    '(',
    ')',
    ',',
    ';',
    ':',
    '%',
    '#',
    '&a ',
    '*a',
    '!!str ',
    '? ',
    '- ',
    '$',
    '\t',
    '\r',
    '\n',
    '\0',
    '\ufeff',
  ],
  ...['null', 'true', 'Infinity', '__proto__', 'constructor', 'toString', '\ud800', 'ü', '\u2028', '日本'],
]

/** A text that is one of these many times over. */
const repeated = (draw: Draw): string => pick(draw, SNIPPETS).repeat(pick(draw, [2, 10, 300, 5000]))

function splice<T extends string | Uint8Array>(whole: T, at: number, removed: number, added: T, concat: (parts: readonly T[]) => T): T {
  return concat([whole.slice(0, at) as T, added, whole.slice(at + removed) as T])
}

const joinText = (parts: readonly string[]): string => parts.join('')

export function joinBytes(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}

/** Some changes one after the other. */
function several<T>(value: T, draw: Draw, change: (value: T) => T): T {
  let changed = value
  for (let left = 1 + draw.index(3); left > 0; left--) changed = change(changed)
  return changed
}

/** Bits and bytes changed, chunks removed, moved and repeated, numbers of 2, 4 and 8 bytes replaced, ends cut off. */
export function mutateBytes(whole: Uint8Array, draw: Draw): Uint8Array<ArrayBuffer> {
  // The beginning, where most of the structure is, more often.
  const place = (bytes: Uint8Array) => draw.index(Math.max(1, draw.index(2) === 0 ? Math.min(bytes.length, 128) : bytes.length))
  return several(Uint8Array.from(whole), draw, (bytes) => {
    const at = place(bytes)
    const length = 1 + draw.index(16)
    switch (draw.index(7)) {
      case 0: {
        bytes[at] = (bytes[at] ?? 0) ^ (1 << draw.index(8))
        return bytes
      }
      case 1: {
        bytes[at] = pick(draw, [0, 1, 0x7f, 0x80, 0xff, draw.index(256)])
        return bytes
      }
      case 2: {
        const width = pick(draw, [2, 4, 8])
        if (at + width > bytes.length) return bytes
        const number = new DataView(new ArrayBuffer(8))
        const value = pick(draw, [0n, 1n, 0x7fffn, 0xffffn, 0x7fffffffn, 0x80000000n, 0xffffffffn, 2n ** 53n, 2n ** 63n, 2n ** 64n - 1n])
        number.setBigUint64(0, value, draw.index(2) === 0)
        bytes.set(new Uint8Array(number.buffer).subarray(0, width), at)
        return bytes
      }
      case 3:
        return bytes.slice(0, draw.index(bytes.length + 1))
      case 4:
        return splice<Uint8Array>(bytes, at, length, new Uint8Array(), joinBytes) as Uint8Array<ArrayBuffer>
      case 5:
        return splice<Uint8Array>(bytes, at, 0, bytes.slice(at, at + length), joinBytes) as Uint8Array<ArrayBuffer>
      default: {
        const from = draw.index(bytes.length + 1)
        return splice<Uint8Array>(bytes, at, length, bytes.slice(from, from + length), joinBytes) as Uint8Array<ArrayBuffer>
      }
    }
  })
}

/** Signs, numbers and lines of a text changed, removed, moved and repeated. */
export function mutateText(whole: string, draw: Draw): string {
  return several(whole, draw, (text) => {
    const at = draw.index(text.length + 1)
    const length = 1 + draw.index(12)
    switch (draw.index(8)) {
      case 0:
        return splice(text, at, 0, pick(draw, SNIPPETS), joinText)
      case 1:
        return splice(text, at, length, pick(draw, SNIPPETS), joinText)
      case 2:
        return splice(text, at, length, '', joinText)
      case 3:
        return splice(text, at, 0, text.slice(at, at + length), joinText)
      case 4: {
        const numbers = [...text.matchAll(/-?\d+(\.\d+)?/g)]
        if (numbers.length === 0) return text
        const { index, 0: number } = pick(draw, numbers)
        return splice(text, index, number.length, pick(draw, NUMBERS), joinText)
      }
      case 5: {
        const lines = text.split('\n')
        const [from, to] = [draw.index(lines.length), draw.index(lines.length)]
        return draw.index(2) === 0 ? lines.toSpliced(from, 1).join('\n') : lines.toSpliced(from, 0, lines[to] ?? '').join('\n')
      }
      case 6:
        return splice(text, at, 0, repeated(draw), joinText)
      default:
        return text.slice(0, at)
    }
  })
}

/** A value that takes the place of another; `nest` levels of lists are JSON too. */
function otherValue(draw: Draw): unknown {
  switch (draw.index(9)) {
    case 0:
      return pick(draw, [-1, 0, 1, 0.5, -0.5, 2 ** 31, 2 ** 32, 2 ** 53, 2 ** 53 + 2, 1e308, -1e308, 65536, 1e6])
    case 1:
      return pick(draw, [Number.NaN, Number.POSITIVE_INFINITY, -0])
    case 2:
      return pick(draw, [null, true, false, undefined])
    case 3:
      return pick(draw, SNIPPETS)
    case 4:
      return repeated(draw)
    case 5:
      return pick(draw, [[], {}, [null], [[]], { a: 1 }])
    case 6:
      return Array.from({ length: pick(draw, [2, 300]) }, () => pick(draw, [1, 'a', null, {}]))
    default: {
      const isList = draw.index(2) === 0
      let nested: unknown = 1
      for (let left = pick(draw, [3, 300, 3000]); left > 0; left--) nested = isList ? [nested] : { a: nested }
      return nested
    }
  }
}

type Plain = Record<string, unknown> | unknown[]

const isPlain = (value: unknown): value is Plain =>
  typeof value === 'object' && value !== null && !ArrayBuffer.isView(value) && !(value instanceof ArrayBuffer)

/** Every list and object of plain data, the whole first. */
function holders(whole: unknown): Plain[] {
  const found = [whole].filter(isPlain)
  for (let at = 0; at < found.length; at++) for (const inner of Object.values(found[at] ?? [])) if (isPlain(inner)) found.push(inner)
  return found
}

const entriesOf = (holder: Plain): [string, unknown][] => Object.entries(holder)

/** Of its own, or what is copied into what it is in would make a circle. */
function copyOf(value: unknown): unknown {
  try {
    return structuredClone(value)
  } catch (error) {
    // It goes down by calls as well.
    if (error instanceof RangeError) return null
    throw error
  }
}

function put(holder: Plain, key: string, value: unknown): void {
  // As JSON.parse does: no key, __proto__ neither, is more than a key.
  Object.defineProperty(holder, key, { value, writable: true, enumerable: true, configurable: true })
}

/** Fields of plain data replaced, removed, renamed, swapped and repeated. It changes what it is given. */
export function mutateData<T>(data: T, draw: Draw): T {
  return several(data, draw, (value) => {
    const all = holders(value)
    if (all.length === 0) return value
    const holder = pick(draw, all)
    const entries = entriesOf(holder)
    if (entries.length === 0) return value
    const [key, old] = pick(draw, entries)
    switch (draw.index(6)) {
      case 0:
        if (Array.isArray(holder)) holder.splice(Number(key), 1)
        else delete holder[key]
        return value
      case 1:
        if (Array.isArray(holder)) holder.splice(Number(key), 0, copyOf(old))
        else put(holder, pick(draw, ['__proto__', 'constructor', 'toString', `${key}2`, '']), copyOf(old))
        return value
      case 2: {
        const [other, elsewhere] = pick(draw, entriesOf(pick(draw, all)).concat([[key, old]]))
        put(holder, key, copyOf(elsewhere))
        if (!Array.isArray(holder)) put(holder, other, copyOf(old))
        return value
      }
      default:
        put(holder, key, typeof old === 'string' && draw.index(2) === 0 ? mutateText(old, draw) : otherValue(draw))
        return value
    }
  })
}

/** As `mutateData`, of JSON in a text, or of Python's, whose literals become 0. */
export const mutateJson = (text: string, draw: Draw): string =>
  stringify(mutateData(JSON.parse(text.replace(/-?Infinity|NaN/g, '0')) as unknown, draw))

/** JSON.stringify goes down by calls. */
function stringify(value: unknown): string {
  try {
    return JSON.stringify(value) ?? 'null'
  } catch (error) {
    if (error instanceof RangeError) return '['.repeat(3000) + ']'.repeat(3000)
    throw error
  }
}
