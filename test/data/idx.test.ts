import { describe, expect, it } from 'vitest'
import { InvalidDataError } from '../../src/core/errors.ts'
import { fromIdx, parseIdx } from '../../src/data/idx.ts'
import { gunzip } from '../../src/data/unpack.ts'
import { gzip, idxBytes } from './build.ts'

describe('parseIdx', () => {
  const bytes = idxBytes([2, 3], [1, 2, 3, 4, 5, 255])

  it('reads bytes, gzipped or not', async () => {
    const expected = { shape: [2, 3], data: Uint8Array.of(1, 2, 3, 4, 5, 255) }
    expect(await parseIdx(bytes)).toEqual(expected)
    expect(await parseIdx(gzip(bytes))).toEqual(expected)
  })

  it('reads a view that starts inside its buffer', async () => {
    const padded = new Uint8Array(bytes.length + 5)
    padded.set(bytes, 5)
    expect((await parseIdx(padded.subarray(5))).data).toEqual(Uint8Array.of(1, 2, 3, 4, 5, 255))
  })

  it.each([
    [0x09, [0xff], Int8Array.of(-1)],
    [0x0b, [0xff, 0xfe], Int16Array.of(-2)],
    [0x0c, [0, 1, 0, 0], Int32Array.of(65536)],
    [0x0d, [0x3f, 0xc0, 0, 0], Float32Array.of(1.5)],
    [0x0e, [0x3f, 0xf8, 0, 0, 0, 0, 0, 0], Float64Array.of(1.5)],
  ])('reads big-endian numbers of type %i', async (type, values, expected) => {
    expect((await parseIdx(idxBytes([1], values, type))).data).toEqual(expected)
  })

  it.each([
    ['no header', bytes.subarray(0, 3), /f\.idx: has 3 bytes.*truncated/],
    ['half a header', bytes.subarray(0, 9), /f\.idx: has 9 bytes; the header alone has 12.*truncated/],
    ['a missing byte', bytes.subarray(0, -1), /f\.idx: has 17 bytes; its dimensions 2 x 3 need 18.*truncated/],
    ['a byte too many', Uint8Array.of(...bytes, 0), /has 19 bytes.*left over/],
    ['an unknown type', idxBytes([1], [0], 0x07), /magic number is 0x00000701/],
    ['no dimensions', idxBytes([], []), /magic number is 0x00000800/],
    ['another format', new TextEncoder().encode('<!doctype html>'), /magic number is 0x3c21646f/],
    [
      'dimensions beyond reason',
      idxBytes([0xffffffff, 0xffffffff, 0xffffffff], []),
      /f\.idx has the shape 4294967295 x .*at most 4294967296 numbers/,
    ],
    [
      'such dimensions beside a 0',
      idxBytes([0, 0xffffffff, 0xffffffff], []),
      /f\.idx has the shape 0 x 4294967295 x 4294967295; a shape is/,
    ],
    ['more dimensions than anything has', idxBytes(Array(255).fill(1), [0]), /a shape is at most 32 whole numbers/],
    [
      'dimensions without their numbers',
      idxBytes([60000, 28, 28], []),
      /has 16 bytes; its dimensions 60000 x 28 x 28 need 47040016.*truncated/,
    ],
  ])('refuses %s', async (_, wrong, message) => {
    await expect(parseIdx(wrong, 'f.idx')).rejects.toThrow(message)
    await expect(parseIdx(wrong, 'f.idx')).rejects.toBeInstanceOf(InvalidDataError)
  })

  it('refuses a gzip stream that is truncated or damaged, naming the file', async () => {
    const packed = gzip(bytes)
    await expect(parseIdx(packed.subarray(0, -9), 'f.gz')).rejects.toThrow(/f\.gz: the gzip data is truncated or damaged/)
    const damaged = Uint8Array.from(packed, (byte, i) => (i === packed.length - 6 ? byte ^ 1 : byte))
    await expect(gunzip(damaged, 'f.gz')).rejects.toBeInstanceOf(InvalidDataError)
  })
})

describe('fromIdx', () => {
  const images = { shape: [2, 2, 2], data: Uint8Array.of(0, 1, 2, 3, 4, 5, 6, 255) }

  it('keeps bytes and scales them by 1/255', () => {
    const dataset = fromIdx(images, { shape: [2], data: Uint8Array.of(1, 0) }, ['cat', 'dog'])
    expect(dataset).toMatchObject({ rows: 2, inputSize: 4, outputSize: 2, scale: 1 / 255, task: 'multiclass', classNames: ['cat', 'dog'] })
    expect(dataset.features).toBe(images.data)
    expect(dataset.featureNames[2]).toBe('pixel 1,0')
  })

  it('refuses files that do not go together', () => {
    expect(() => fromIdx(images, { shape: [3], data: Uint8Array.of(0, 1, 2) })).toThrow(/2 images and 3 labels/)
    expect(() => fromIdx(images, { shape: [2], data: Uint8Array.of(0, 2) }, ['cat', 'dog'])).toThrow(/row 1 \(from 0\) is 2.*from 0 to 1/)
    expect(() => fromIdx({ shape: [2], data: Uint8Array.of(1, 2) }, { shape: [2], data: Uint8Array.of(0, 1) })).toThrow(
      /images have shape 2/,
    )
    const labels = { shape: [1], data: Uint8Array.of(0) }
    for (const shape of [
      [0, 65535, 65535],
      [1, 0, 5],
      [1, 1001, 1000],
    ])
      expect(() => fromIdx({ shape, data: new Uint8Array(shape.reduce((a, b) => a * b)) }, labels)).toThrow(
        /images have shape .*at least one, of 1 to 1000000 pixels/,
      )
    expect(() => fromIdx(images, { shape: [2], data: Int8Array.of(0, 1) })).toThrow(/labels have shape 2 of Int8Array/)
  })
})
