import { fromOnnx, toOnnx, UnsupportedModelError } from 'espalier/formats'
import { strToU8 } from 'fflate'
import { describe, expect, test } from 'vitest'
import { secondsOf } from '../support/seconds.ts'
import { type Made, onnxFile } from './onnxFile.ts'
import { deep, expectRefused, model, NO_SHAPES, TOO_DEEP } from './refused.ts'

/** Small ONNX files that would hang, fill the memory, or be read as what they are not. */

describe('ONNX', () => {
  /** Field `tag` of `bytes`, said to have `length` of them. */
  const field = (tag: number, bytes: readonly number[], length: readonly number[] = [bytes.length]) => [tag * 8 + 2, ...length, ...bytes]
  const HUGE = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]
  const LAST = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]
  const tensor = (fields: readonly number[]) => Uint8Array.from(field(7, field(5, fields)))

  test.each([
    ['a list of numbers', tensor(field(1, [1], HUGE))],
    ['a list of floats', tensor(field(4, [0, 0, 0, 0], HUGE))],
    ['raw numbers', tensor(field(9, [0], HUGE))],
    ['a name', tensor(field(8, [65], LAST))],
    ['what is passed over', tensor(field(12, [0], HUGE))],
    ['a message', Uint8Array.from(field(7, [0], HUGE))],
    ['a message within another', Uint8Array.from([...field(7, field(1, [0x0a, 5, 65])), 65, 65, 65, 65])],
    ['a number of more bytes than there are', tensor([0x10, 0xff, 0xff])],
  ])('%s that is said to go on past its end', async (_, bytes) => {
    await expectRefused(() => fromOnnx(bytes), /this is no ONNX file, or it is damaged/)
  })

  const gemm = { op: 'Gemm', inputs: ['x', 'w'], output: 'y' }

  test.each(NO_SHAPES.filter((shape) => shape.every(Number.isInteger)).map((shape) => [JSON.stringify(shape), shape as number[]] as const))(
    'constants of shape %s',
    async (_, shape) => {
      // What is more than an int64 is none there.
      const dims = shape.map((size) => Math.min(size, 2 ** 62))
      await expectRefused(() => fromOnnx(onnxFile({ nodes: [gemm], constants: { w: [dims, Array(96).fill(1)] } })), /a shape is at most 32/)
      const beside = onnxFile({ nodes: [gemm], constants: {}, external: [{ name: 'w', dims, data: { location: 'a' } }] })
      await expectRefused(() => fromOnnx(beside, { files: { a: new Uint8Array(384) } }), /a shape is at most 32/)
    },
  )

  async function expectTooLarge(made: Made, files: Record<string, Uint8Array>, message: RegExp): Promise<void> {
    const bytes = onnxFile(made)
    const { seconds, error } = await secondsOf(1, () => fromOnnx(bytes, { files }))
    expect((error as Error | undefined)?.message).toMatch(message)
    expect((error as Error | undefined)?.name).toBe(UnsupportedModelError.name)
    expect(seconds).toBeLessThan(1)
  }
  const FAR_LARGER = /makes constants far larger than the file/

  test('a file beside whose bytes stand for thousands of constants', async () => {
    const names = Array.from({ length: 5000 }, (_, i) => `w${i}`)
    const nodes = names.map((name, i) => ({ op: 'Add', inputs: [i === 0 ? 'x' : `y${i - 1}`, name], output: `y${i}` }))
    const external = names.map((name) => ({ name, dims: [2 ** 18], data: { location: 'a' } }))
    await expectTooLarge({ nodes, constants: {}, external }, { a: new Uint8Array(2 ** 20) }, FAR_LARGER)
  })

  test('a function whose constant is made anew in each of thousands of calls', async () => {
    const value = { dims: [50_000], data_type: 1, float_data: Array(50_000).fill(1) }
    const body = [{ op: 'Constant', inputs: [], output: 'b', attributes: [{ name: 'value', type: 4, t: value }] }]
    const nodes = Array.from({ length: 5000 }, (_, i) => ({
      op: 'F',
      domain: 'local',
      inputs: [i === 0 ? 'x' : `y${i - 1}`],
      output: `y${i}`,
    }))
    await expectTooLarge({ nodes, constants: {}, functions: [{ name: 'F', inputs: ['a'], outputs: ['b'], nodes: body }] }, {}, FAR_LARGER)
  })

  test('constants and rows of 50,000 dimensions', async () => {
    const nodes = (first: string) => [
      { op: 'Reshape', inputs: [first, 'sizes'], output: 'a' },
      { op: 'Transpose', inputs: ['a'], output: 'b' },
      { op: 'Add', inputs: ['x', 'b'], output: 'y' },
    ]
    const made = (first: string): Made => ({
      nodes: nodes(first),
      constants: { one: [[1], [1]], sizes: [[50_000], Array(50_000).fill(1), 7] },
    })
    await expectTooLarge(made('one'), {}, /gives what has 50000 dimensions; at most 32 are read/)
    await expectTooLarge(
      { ...made('one'), nodes: [{ op: 'Expand', inputs: ['one', 'sizes'], output: 'b' }, ...nodes('one').slice(2)] },
      {},
      /makes a constant of 50000 dimensions/,
    )
  })

  test('notes that nest 100,000 deep', async () => {
    const notes = strToU8(deep(100_000))
    const varint = (value: number): number[] => (value < 128 ? [value] : [(value & 127) | 128, ...varint(value >>> 7)])
    const entry = [...field(1, [...strToU8('espalier')]), 18, ...varint(notes.length), ...notes]
    const whole = toOnnx({ ...model, data: { transforms: [] } })
    const bytes = Uint8Array.from([...whole, 14 * 8 + 2, ...varint(entry.length), ...entry])
    await expectRefused(() => fromOnnx(bytes), TOO_DEEP)
  })
})
