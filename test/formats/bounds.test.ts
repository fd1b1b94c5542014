import { fromSafetensors, fromTfjs, fromTfjsFiles, tfjsWeightFiles, toSafetensors, toTfjs, toTfjsFiles } from 'espalier/formats'
import { strFromU8, strToU8 } from 'fflate'
import { describe, expect, test } from 'vitest'
import { encodeSafetensors } from '../../src/formats/safetensors/tensors.ts'
import { secondsOf } from '../support/seconds.ts'
import { quantized } from './quantized.ts'
import { deep, expectRefused, model, NO_SHAPES, TOO_DEEP } from './refused.ts'

/** Small files of TensorFlow.js and safetensors that would hang, fill the memory, or be read as what they are not. */

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
    const read = await secondsOf(1, () => fromTfjs({ ...artifacts, weightData: new ArrayBuffer(4 * names.length) }, { notes: 'ignore' }))
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
