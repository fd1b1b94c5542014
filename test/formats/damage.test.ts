import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { EspalierError } from 'espalier'
import { fromOnnx, fromSafetensors, fromTfjsFiles, type Model, toOnnx, toSafetensors, toTfjsFiles } from 'espalier/formats'
import fc from 'fast-check'
import { unzipSync } from 'fflate'
import { describe, expect, test } from 'vitest'
import { makeModel } from './models.ts'

/** Files with bytes changed or cut off. Not Keras's: HDF5 would fill the output with its own complaints. */

const model = makeModel({ hidden: { name: 'elu', alpha: 0.5 }, output: 'softmax' })
const tfjs = toTfjsFiles(model)
const torch = unzipSync(readFileSync(join(import.meta.dirname, 'onnx/torch.zip')))
const FILES: readonly (readonly [name: string, whole: Uint8Array, read: (bytes: Uint8Array) => Model])[] = [
  ['ONNX', toOnnx(model), (bytes) => fromOnnx(bytes)],
  ['ONNX of PyTorch', torch['softplus-beta-dynamo.onnx'] ?? new Uint8Array(), (bytes) => fromOnnx(bytes)],
  ['safetensors', toSafetensors(model), (bytes) => fromSafetensors(bytes)],
  ['model.json', tfjs['model.json'], (bytes) => fromTfjsFiles({ ...tfjs, 'model.json': bytes })],
  ['weights.bin', tfjs['weights.bin'], (bytes) => fromTfjsFiles({ ...tfjs, 'weights.bin': bytes })],
]

describe.each(FILES)('a damaged %s', (_, whole, read) => {
  test('is read or refused by an error of this package, never otherwise', () => {
    let refused = 0
    const changes = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 })
    fc.assert(
      // The first bytes, where the structure is, twice as often.
      fc.property(changes, fc.boolean(), fc.option(fc.nat(whole.length)), (bytes, early, end) => {
        const damaged = whole.slice(0, end ?? undefined)
        for (const [at, value] of bytes) damaged[early ? at % 400 : at] = value
        try {
          read(damaged)
        } catch (error) {
          refused += 1
          expect(error).toBeInstanceOf(EspalierError)
        }
      }),
      { numRuns: 400 },
    )
    expect(refused).toBeGreaterThan(100)
  })
})
