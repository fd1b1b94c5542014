import { describe, expect, test } from 'vitest'
import { InvalidDataError } from '../../src/core/errors.ts'
import { decodeSafetensors, encodeSafetensors, type Tensor } from '../../src/formats/safetensors/tensors.ts'

const tensors = new Map<string, Tensor>([
  ['layers.0.kernel', { shape: [2, 3], data: Float32Array.of(1, -2.5, 3e-45, Number.MAX_VALUE, -0, 0.1) }],
  ['layers.0.bias', { shape: [3], data: Float32Array.of(0.25, 7, -1) }],
])
const metadata = { format: 'test', note: 'ein Wört' }
const encoded = encodeSafetensors({ tensors, metadata })

/** A file with this header and this many bytes of numbers. */
function fileOf(header: object, numbers: number): Uint8Array {
  const json = new TextEncoder().encode(JSON.stringify(header))
  const bytes = new Uint8Array(8 + json.length + numbers)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true)
  bytes.set(json, 8)
  return bytes
}

describe('the layout of the format', () => {
  const length = encoded.slice(0, 8).reduce((sum, byte, i) => sum + byte * 256 ** i, 0)
  const text = new TextDecoder().decode(encoded.subarray(8, 8 + length))

  test('the first 8 bytes are the length of the header, little-endian, and the numbers start on a multiple of 8', () => {
    expect(length).toBeGreaterThan(0)
    expect((8 + length) % 8).toBe(0)
    expect(encoded.length).toBe(8 + length + 4 * 9)
  })

  test('the header is JSON that starts with a brace and is padded with spaces', () => {
    expect(encoded[8]).toBe(0x7b)
    expect(text.trimEnd()).toBe(text.replace(/ +$/, ''))
    expect(JSON.parse(text)).toEqual({
      __metadata__: metadata,
      'layers.0.kernel': { dtype: 'F32', shape: [2, 3], data_offsets: [0, 24] },
      'layers.0.bias': { dtype: 'F32', shape: [3], data_offsets: [24, 36] },
    })
  })

  test('the numbers are little-endian float32, one tensor after the other', () => {
    expect([...encoded.subarray(8 + length, 8 + length + 8)]).toEqual([0, 0, 0x80, 0x3f, 0, 0, 0x20, 0xc0])
    expect([...encoded.subarray(8 + length + 24, 8 + length + 28)]).toEqual([0, 0, 0x80, 0x3e])
  })
})

test('what was written is read, bit for bit', () => {
  const read = decodeSafetensors(encoded)
  expect(read.metadata).toEqual(metadata)
  expect([...read.tensors.keys()]).toEqual([...tensors.keys()])
  for (const [name, { shape, data }] of tensors) {
    const found = read.tensors.get(name)
    expect(found?.shape).toEqual(shape)
    expect(new Uint32Array(found?.data.buffer ?? new ArrayBuffer(0))).toEqual(new Uint32Array(data.buffer))
  }
})

test('a file of another writer, unpadded and not aligned, is read', () => {
  const bytes = fileOf({ a: { dtype: 'F32', shape: [1], data_offsets: [0, 4] } }, 4)
  bytes.set([0, 0, 0x80, 0x3f], bytes.length - 4)
  expect(decodeSafetensors(bytes)).toEqual({ metadata: {}, tensors: new Map([['a', { shape: [1], data: Float32Array.of(1) }]]) })
})

describe('what is wrong is refused by name', () => {
  const entry = { dtype: 'F32', shape: [2], data_offsets: [0, 8] }
  test.each([
    ['no bytes', new Uint8Array(0), /no safetensors file/],
    ['another kind of file', new TextEncoder().encode('preg,plas,pres,skin,insu,mass\n1,2,3,4,5,6'), /no safetensors file/],
    ['a truncated header', encoded.subarray(0, 40), /header.*truncated/],
    ['truncated numbers', encoded.subarray(0, encoded.length - 4), /"layers.0.bias".*truncated/],
    ['bytes left over', fileOf({ a: entry }, 12), /4 bytes after its last tensor/],
    ['another type', fileOf({ a: { ...entry, dtype: 'F16', data_offsets: [0, 4] } }, 4), /"a" is of type F16/],
    ['a shape that is not the length', fileOf({ a: { ...entry, shape: [3] } }, 8), /"a" of shape 3.*damaged/],
    ['a hole', fileOf({ a: { ...entry, data_offsets: [4, 12] } }, 12), /"a".*damaged/],
    ['a header of another form', fileOf({ a: { dtype: 'F32' } }, 0), /header is damaged/],
  ])('%s', (_, bytes, message) => {
    const decode = () => decodeSafetensors(bytes, 'x.safetensors', { own: true })
    expect(decode).toThrow(InvalidDataError)
    expect(decode).toThrow(message)
    expect(decode).toThrow(/^x\.safetensors: /)
  })

  test('a tensor that is not as long as its shape', () => {
    expect(() => encodeSafetensors({ tensors: new Map([['a', { shape: [2], data: new Float32Array(3) }]]), metadata: {} })).toThrow(
      /"a" has 3 numbers/,
    )
  })
})
