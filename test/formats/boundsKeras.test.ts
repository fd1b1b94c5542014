import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fromKeras, fromKerasH5, toKeras } from 'espalier/formats'
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate'
import * as h5wasm from 'h5wasm'
import { describe, expect, test } from 'vitest'
import { secondsOf } from '../support/seconds.ts'
import { deep, expectRefused, model, TOO_DEEP } from './refused.ts'

/** Small Keras files that would hang, fill the memory, or be read as what they are not. */

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
    const { seconds, error } = await secondsOf(1, () =>
      fromKeras(zipped('config.json', config('Permute', { dims: [2, 1] }, [4000, 4000])), h5wasm, { notes: 'ignore' }),
    )
    expect(String(error)).toMatch(/takes rows of shape 4000 x 4000; a row has from 1 to 1000000 numbers/)
    const twice = { axis: Array(9).fill(1), mean: [Array(1000).fill(0)], variance: [Array(1000).fill(1)] }
    const normalized = await secondsOf(1, () =>
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
