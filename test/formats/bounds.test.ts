import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { InvalidDataError } from 'espalier'
import {
  fromKeras,
  fromKerasH5,
  fromOnnx,
  fromSafetensors,
  fromTfjs,
  fromTfjsFiles,
  tfjsWeightFiles,
  toKeras,
  toOnnx,
  toSafetensors,
  toTfjs,
  toTfjsFiles,
  UnsupportedModelError,
} from 'espalier/formats'
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate'
import * as h5wasm from 'h5wasm'
import { describe, expect, test } from 'vitest'
import { encodeSafetensors } from '../../src/formats/safetensors/tensors.ts'
import { processorSeconds } from '../support/seconds.ts'
import { makeModel } from './models.ts'
import { type Made, onnxFile } from './onnxFile.ts'
import { quantized } from './quantized.ts'

/** Small files that would hang, fill the memory, or be read as what they are not: each is refused within a second. */

const model = makeModel({ hidden: 'tanh', output: 'softmax' })

async function expectRefused(work: () => unknown, message: RegExp): Promise<void> {
  const { seconds, error } = await processorSeconds(work)
  expect((error as Error | undefined)?.message).toMatch(message)
  expect((error as Error | undefined)?.name).toBe(InvalidDataError.name)
  expect(seconds).toBeLessThan(1)
}

const deep = (levels: number): string => `${'['.repeat(levels)}${']'.repeat(levels)}`
const TOO_DEEP = /nests lists and objects more than 256 deep/

/** Shapes that are none, some with the very number of numbers that the file has. */
const NO_SHAPES = [
  [-6, -16],
  [6.5, 16],
  [2 ** 53, 16],
  [1e308, 1e308],
  [0, 2 ** 53],
  [0, 65537, 65537],
  [null, 16],
  ['6', 16],
  [Number.NaN],
  Array(33).fill(1),
]

describe('TensorFlow.js', () => {
  const files = toTfjsFiles(model)
  const json = JSON.parse(strFromU8(files['model.json'])) as {
    weightsManifest: [{ weights: { name: string; shape: unknown; dtype: string }[] }]
  }
  const withShape = (shape: unknown, which = 0) => {
    const changed = structuredClone(json)
    const weight = changed.weightsManifest[0].weights[which]
    if (weight !== undefined) weight.shape = shape
    return { ...files, 'model.json': Uint8Array.from(strToU8(JSON.stringify(changed))) }
  }

  test.each(NO_SHAPES.map((shape) => [JSON.stringify(shape), shape] as const))('a weight of shape %s', async (_, shape) => {
    await expectRefused(() => fromTfjsFiles(withShape(shape)), /a shape is at most 32 whole numbers from 0/)
    const artifacts = toTfjs(model)
    const [first, ...others] = artifacts.weightSpecs
    const weightSpecs = [{ ...first, shape }, ...others] as typeof artifacts.weightSpecs
    await expectRefused(() => fromTfjs({ ...artifacts, weightSpecs }), /a shape is at most 32 whole numbers from 0/)
  })

  test('a weight of negative size, which would let the next ones be read from elsewhere', async () => {
    const changed = structuredClone(json)
    changed.weightsManifest[0].weights.splice(1, 0, { name: 'unused', shape: [-4], dtype: 'float32' })
    const bytes = Uint8Array.from(strToU8(JSON.stringify(changed)))
    await expectRefused(() => fromTfjsFiles({ ...files, 'model.json': bytes }), /a shape is at most 32 whole numbers from 0/)
  })

  test('weights of which one was taken out, so that the others are read from its place', async () => {
    const changed = structuredClone(json)
    changed.weightsManifest[0].weights.splice(0, 1, { name: 'unused', shape: [3], dtype: 'float32' })
    const bytes = Uint8Array.from(strToU8(JSON.stringify(changed)))
    await expectRefused(() => fromTfjsFiles({ ...files, 'model.json': bytes }, { notes: 'ignore' }), /bytes of weights|has no|have no/)
    const longer = { ...files, 'weights.bin': new Uint8Array(files['weights.bin'].length + 4) }
    await expectRefused(() => fromTfjsFiles(longer), /bytes of weights; those that it names have \d+; the file is damaged/)
  })

  test('JSON that nests 100,000 deep, in a file and as data', async () => {
    await expectRefused(() => fromTfjsFiles({ ...files, 'model.json': Uint8Array.from(strToU8(deep(100_000))) }), TOO_DEEP)
    const whole = strFromU8(files['model.json']).replace('"modelTopology":{', `"modelTopology":{"x":${deep(100_000)},`)
    await expectRefused(() => fromTfjsFiles({ ...files, 'model.json': Uint8Array.from(strToU8(whole)) }), TOO_DEEP)
    let inner: unknown = 1
    for (let level = 0; level < 100_000; level++) inner = [inner]
    const artifacts = toTfjs(model)
    await expectRefused(() => fromTfjs({ ...artifacts, modelTopology: { ...artifacts.modelTopology, inner } }), TOO_DEEP)
  })

  test('artifacts whose parts are something else, and those of another realm', async () => {
    const whole = toTfjs(model)
    for (const [key, value] of [
      ['weightData', 1],
      ['weightData', [new Uint8Array(4)]],
      ['weightSpecs', {}],
      ['weightSpecs', [null]],
      ['modelTopology', []],
      ['userDefinedMetadata', 'x'],
    ] as const)
      await expectRefused(() => fromTfjs({ ...whole, [key]: value } as never), /is damaged|its topology/)
    const foreign = Object.defineProperty(whole.weightData.slice(0), 'constructor', { value: class {} })
    expect(fromTfjs({ ...whole, weightData: foreign }).weights).toEqual(model.weights)
  })

  test.each(['uint8', 'uint16', 'float16'] as const)('weights quantized to %s of no shape, and more bytes than they have', async (type) => {
    const artifacts = quantized(model, type)
    const [first, ...others] = artifacts.weightSpecs
    for (const shape of NO_SHAPES)
      await expectRefused(
        () => fromTfjs({ ...artifacts, weightSpecs: [{ ...first, shape }, ...others] as typeof artifacts.weightSpecs }),
        /a shape is at most 32 whole numbers from 0/,
      )
    const weightData = new Uint8Array(artifacts.weightData.byteLength + 1).buffer
    await expectRefused(() => fromTfjs({ ...artifacts, weightData }), /bytes of weights; those that it names have \d+; the file is damaged/)
  })

  test('a file of weights that is named many times, each time to be taken in', async () => {
    const paths = Array(100_000).fill('weights.bin')
    const bytes = Uint8Array.from(
      strToU8(JSON.stringify({ ...json, weightsManifest: [{ paths, weights: json.weightsManifest[0].weights }] })),
    )
    await expectRefused(
      () => fromTfjsFiles({ 'model.json': bytes, 'weights.bin': new Uint8Array(2 ** 20) }),
      /names a file of weights more than once/,
    )
    await expectRefused(() => tfjsWeightFiles(bytes), /names a file of weights more than once/)
  })

  test('thousands of layers and as many weights', async () => {
    const names = Array.from({ length: 8000 }, (_, i) => `d${i}`)
    const layers = names.map((name) => ({ class_name: 'Dense', config: { name, units: 1, use_bias: false } }))
    const weightSpecs = names.map((name) => ({ name: `${name}/kernel`, shape: [1, 1], dtype: 'float32' }))
    const whole = toTfjs(model)
    const artifacts = {
      ...whole,
      modelTopology: { class_name: 'Sequential', config: { name: 's', layers } },
      weightSpecs,
      weightData: new ArrayBuffer(4 * names.length - 4),
    }
    await expectRefused(() => fromTfjs(artifacts, { notes: 'ignore' }), /the file is truncated/)
    const read = await processorSeconds(() =>
      fromTfjs({ ...artifacts, weightData: new ArrayBuffer(4 * names.length) }, { notes: 'ignore' }),
    )
    expect(read.seconds).toBeLessThan(1)
  })

  test('more arrays than any file has', async () => {
    const weights = Array(300_000).fill({})
    const bytes = Uint8Array.from(strToU8(JSON.stringify({ ...json, weightsManifest: [{ paths: ['weights.bin'], weights }] })))
    await expectRefused(() => fromTfjsFiles({ ...files, 'model.json': bytes }), /a file has at most 65536 arrays/)
  })
})

/** A safetensors file of a header as it stands. */
function safetensors(header: string, numbers = 0): Uint8Array {
  const json = strToU8(header)
  const bytes = new Uint8Array(8 + json.length + 4 * numbers)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true)
  bytes.set(json, 8)
  return bytes
}

describe('safetensors', () => {
  const entry = (shape: unknown, begin: unknown, end: unknown) => ({ dtype: 'F32', shape, data_offsets: [begin, end] })

  test.each(NO_SHAPES.map((shape) => [JSON.stringify(shape), shape] as const))('a tensor of shape %s', async (_, shape) => {
    await expectRefused(
      () => fromSafetensors(safetensors(JSON.stringify({ a: entry(shape, 0, 16) }), 4)),
      /a shape is at most 32 whole numbers/,
    )
  })

  test.each([
    ['overlap', { a: entry([2], 0, 8), b: entry([2], 4, 12) }],
    ['leave a gap', { a: entry([1], 0, 4), b: entry([1], 8, 12) }],
    ['run backwards', { a: entry([1], 8, 4) }],
    ['lead past the end', { a: entry([2 ** 31], 0, 2 ** 33) }],
    ['are beyond whole numbers', { a: entry([1], 2 ** 53, 2 ** 53 + 4) }],
    ['are negative', { a: entry([1], -4, 0) }],
    ['are fractions', { a: entry([1], 0.5, 4.5) }],
  ])('offsets that %s', async (_, header) => {
    await expectRefused(() => fromSafetensors(safetensors(JSON.stringify(header), 3)), /is said to be|truncated|damaged/)
  })

  test('a header of any length, nesting or number of tensors', async () => {
    const huge = safetensors('{}')
    new DataView(huge.buffer).setBigUint64(0, 2n ** 63n, true)
    await expectRefused(() => fromSafetensors(huge), /no safetensors file|truncated/)
    await expectRefused(() => fromSafetensors(safetensors(`{"__metadata__":${deep(100_000)}}`)), TOO_DEEP)
    const many = Object.fromEntries(Array.from({ length: 70_000 }, (_, i) => [i, {}]))
    await expectRefused(() => fromSafetensors(safetensors(JSON.stringify(many))), /a file has at most 65536 arrays/)
  })

  test('a kernel that lies the other way round, and transforms of another width', async () => {
    const whole = toSafetensors(model)
    const length = Number(new DataView(whole.buffer).getBigUint64(0, true))
    const header = strFromU8(whole.subarray(8, 8 + length))
    const turned = header.replace('"shape":[6,16]', '"shape":[16,6]')
    expect(turned).not.toBe(header)
    const bytes = whole.slice()
    bytes.set(strToU8(turned), 8)
    await expectRefused(() => fromSafetensors(bytes), /layers\.0\.kernel has the shape 16 x 6; the spec needs 6 x 16/)
  })

  test.each([2 ** 53, 2 ** 32, 5, -1, 0.5])('a checkpoint of %d slots', async (slots) => {
    const numbers = model.weights.flat().reduce((sum, { length }) => sum + length, 0)
    const parameters = new Float32Array(numbers)
    const history = { loss: [], accuracy: [], testLoss: [], testAccuracy: [], testMetrics: {}, learningRate: [] }
    const checkpoint = {
      epoch: 0,
      optimizer: 'sgd' as const,
      state: { parameters, slots: [], steps: 0, products: [1, 1, 1] as const },
      history,
    }
    const whole = toSafetensors({ ...model, checkpoint })
    const length = Number(new DataView(whole.buffer).getBigUint64(0, true))
    const header = JSON.parse(strFromU8(whole.subarray(8, 8 + length))) as { __metadata__: { checkpoint: string } }
    header.__metadata__.checkpoint = JSON.stringify({ ...(JSON.parse(header.__metadata__.checkpoint) as object), slots })
    const start = safetensors(JSON.stringify(header))
    const bytes = new Uint8Array(start.length + whole.length - 8 - length)
    bytes.set(start)
    bytes.set(whole.subarray(8 + length), start.length)
    await expectRefused(() => fromSafetensors(bytes), /"checkpoint" is damaged.*\n?.*slots/s)
  })

  test('is what it was for files that are right', () => {
    expect(fromSafetensors(toSafetensors(model))).toEqual(model)
    expect(() => encodeSafetensors({ tensors: new Map([['a', { shape: [2], data: new Float32Array(3) }]]), metadata: {} })).toThrow(
      /needs 2/,
    )
  })
})

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
    const { seconds, error } = await processorSeconds(() => fromOnnx(bytes, { files }))
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

describe('.keras', async () => {
  const whole = await toKeras(model, h5wasm)
  const files = unzipSync(whole)
  /** One file packed, the others as they are. */
  const zipped = (name: string, bytes: Uint8Array) => zipSync({ ...files, [name]: [bytes, { level: 9 }] }, { level: 0 })

  test('a file in it that unpacks to a thousand times its size', async () => {
    const bytes = zipped('config.json', new Uint8Array(2 ** 25 + 2 ** 20).fill(32))
    expect(bytes.length).toBeLessThan(50_000)
    await expectRefused(() => fromKeras(bytes, h5wasm), /config\.json: its first \d+ bytes unpack to \d+ already/)
    for (const name of Object.keys(files)) {
      const small = zipped(name, files[name] ?? new Uint8Array())
      const said = new RegExp(`${name}: unpacks to more than the 100 bytes that maxUnpackedBytes allows`)
      await expectRefused(() => fromKeras(small, h5wasm, { maxUnpackedBytes: 100 }), said)
      expect((await fromKeras(small, h5wasm, { maxUnpackedBytes: 100_000 })).weights).toEqual(model.weights)
    }
  })

  test('a size that is not the one it says, a checksum that does not fit, a directory that leads nowhere', async () => {
    const directory = strFromU8(whole, true).indexOf('PK\x01\x02')
    const changed = (at: number, value: number) => {
      const bytes = whole.slice()
      new DataView(bytes.buffer).setUint32(at, value, true)
      return bytes
    }
    for (const [at, value] of [
      [directory + 24, 0xffff_fff0],
      [directory + 16, 1],
    ] as const)
      await expectRefused(() => fromKeras(changed(at, value), h5wasm), /metadata\.json is not what the archive's directory says of it/)
    for (const [at, value] of [
      [directory + 20, 0xffff_fff0],
      [directory + 42, 0xffff_fff0],
      [whole.length - 6, 0xffff_fff0],
    ] as const)
      await expectRefused(() => fromKeras(changed(at, value), h5wasm), /the zip archive is damaged/)
    const bits = whole.slice()
    const weights = strFromU8(whole, true).indexOf('\x89HDF')
    bits[weights + 3000] = (bits[weights + 3000] ?? 0) ^ 1
    await expectRefused(() => fromKeras(bits, h5wasm), /model\.weights\.h5 is not what the archive's directory says/)
  })

  test('JSON that nests 100,000 deep', async () => {
    await expectRefused(() => fromKeras(zipped('config.json', strToU8(deep(100_000))), h5wasm), TOO_DEEP)
    await expectRefused(() => fromKeras(zipped('metadata.json', strToU8(`{"a":${deep(100_000)}}`)), h5wasm), TOO_DEEP)
  })

  test('shapes and axes of a config that would fill the memory', async () => {
    const config = (className: string, own: object, shape: readonly unknown[]) =>
      strToU8(
        JSON.stringify({
          class_name: 'Sequential',
          config: {
            name: 's',
            layers: [
              { class_name: 'InputLayer', config: { name: 'i', batch_shape: [null, ...shape] } },
              { class_name: className, config: { name: 'l', ...own } },
            ],
          },
        }),
      )
    const ALLOWED = /a shape is at most 32 whole numbers from 0/
    const many = Array(100_000).fill(1)
    const refused = async (className: string, own: object, shape: readonly unknown[], message: RegExp) =>
      expectRefused(() => fromKeras(zipped('config.json', config(className, own, shape)), h5wasm, { notes: 'ignore' }), message)
    await refused('Permute', { dims: many }, many, ALLOWED)
    await refused('Flatten', { data_format: 'channels_first' }, [2 ** 20, 2 ** 20], ALLOWED)
    await refused('Flatten', {}, [1.5], ALLOWED)
    await refused('Reshape', { target_shape: many }, [6], ALLOWED)
    await refused('Permute', { dims: [2, 1, ...many] }, [3, 2], /in another order; its rows have 2/)
    const { seconds, error } = await processorSeconds(() =>
      fromKeras(zipped('config.json', config('Permute', { dims: [2, 1] }, [4000, 4000])), h5wasm, { notes: 'ignore' }),
    )
    expect(String(error)).toMatch(/takes rows of shape 4000 x 4000; a row has from 1 to 1000000 numbers/)
    const twice = { axis: Array(9).fill(1), mean: [Array(1000).fill(0)], variance: [Array(1000).fill(1)] }
    const normalized = await processorSeconds(() =>
      fromKeras(zipped('config.json', config('Normalization', twice, [1000])), h5wasm, { notes: 'ignore' }),
    )
    expect(String(normalized.error)).toMatch(/UnsupportedModelError.*normalizes over/)
    expect(seconds + normalized.seconds).toBeLessThan(1)
  })

  test.each(['<f', '<d'])('a dataset of type %s in an .h5 file, of some hundred bytes and said to be of 16 GB', async (dtype) => {
    const { FS } = await h5wasm.ready
    const file = new h5wasm.File('/large.h5', 'w')
    const layers = [{ class_name: 'Dense', config: { name: 'dense', units: 16, batch_input_shape: [null, 6] } }]
    file.create_attribute('model_config', JSON.stringify({ class_name: 'Sequential', config: { name: 's', layers } }))
    for (const group of ['model_weights', 'model_weights/dense', 'model_weights/dense/dense']) file.create_group(group)
    const group = file.get('model_weights/dense') as h5wasm.Group
    group.create_attribute('weight_names', ['dense/kernel:0', 'dense/bias:0'])
    const dataset = file.create_dataset({
      name: 'model_weights/dense/dense/kernel:0',
      data: dtype === '<d' ? new Float64Array(96) : new Float32Array(96),
      shape: [6, 16],
      maxshape: [null, null],
      chunks: [6, 16],
      dtype,
    }) as h5wasm.Dataset
    dataset.resize([2 ** 20, 2 ** 12])
    file.close()
    const bytes = FS.readFile('/large.h5') as unknown as Uint8Array
    FS.unlink('/large.h5')
    expect(bytes.length).toBeLessThan(20_000)
    await expectRefused(
      () => fromKerasH5(bytes, h5wasm),
      /weights model_weights\/dense\/dense\/kernel:0 of shape 1048576 x 4096 are more than the 33554432 bytes/,
    )
  })

  test('an .h5 file with a text that leads out of the heap it is in, which HDF5 would follow for ever', async () => {
    const files = unzipSync(readFileSync(join(import.meta.dirname, 'foreign/keras-3.zip')))
    const bytes = files['sequential.h5'] ?? new Uint8Array()
    const heap = strFromU8(bytes, true).indexOf('GCOL')
    expect(heap).toBeGreaterThan(0)
    new DataView(bytes.buffer, bytes.byteOffset).setBigUint64(heap + 24, 2n ** 42n, true)
    await expectRefused(() => fromKerasH5(bytes, h5wasm), /its weights are no HDF5 file; the file is damaged/)
  })

  test('a model_config in an .h5 file that nests 20,000 deep', async () => {
    const { FS } = await h5wasm.ready
    const file = new h5wasm.File('/deep.h5', 'w')
    file.create_attribute('model_config', deep(20_000))
    file.close()
    const bytes = FS.readFile('/deep.h5') as unknown as Uint8Array
    FS.unlink('/deep.h5')
    await expectRefused(() => fromKerasH5(bytes, h5wasm), TOO_DEEP)
  })

  test('a dataset of some hundred bytes that is said to be of 16 GB', async () => {
    const { FS } = await h5wasm.ready
    const file = new h5wasm.File('/large.h5', 'w')
    for (const group of ['layers', 'layers/dense', 'layers/dense/vars']) file.create_group(group)
    const data = new Float32Array(96)
    const dataset = file.create_dataset({
      name: 'layers/dense/vars/0',
      data,
      shape: [6, 16],
      maxshape: [null, null],
      chunks: [6, 16],
      dtype: '<f',
    }) as h5wasm.Dataset
    dataset.resize([2 ** 20, 2 ** 12])
    file.close()
    const bytes = FS.readFile('/large.h5') as unknown as Uint8Array
    FS.unlink('/large.h5')
    expect(bytes.length).toBeLessThan(10_000)
    await expectRefused(
      () => fromKeras(zipped('model.weights.h5', bytes), h5wasm),
      /vars\/0 of shape 1048576 x 4096 are more than the 33554432 bytes/,
    )
    // The next file is read as if nothing had been.
    expect((await fromKeras(whole, h5wasm)).weights).toEqual(model.weights)
  })
})
