import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { openBackend } from 'espalier'
import { fromOnnx, predictModel, toOnnx, UnsupportedModelError } from 'espalier/formats'
import { strFromU8, unzipSync } from 'fflate'
import { afterAll, describe, expect, test } from 'vitest'

/** Networks of convolutions, recurrence and embeddings, as PyTorch's exporters and Keras wrote them (`onnx/networks.py`), with what these predict. */

const backend = await openBackend({ prefer: 'wasm', workers: 0 })
afterAll(() => backend.dispose())

type Case = { readonly refused: string } | { readonly features: readonly number[]; readonly predictions: readonly number[] }

describe.each(['torchNetworks', 'kerasNetworks'])('%s', (tool) => {
  const files = unzipSync(readFileSync(join(import.meta.dirname, 'onnx', `${tool}.zip`)))
  const cases: Readonly<Record<string, Case>> = JSON.parse(strFromU8(files['cases.json'] ?? new Uint8Array()))

  test.each(Object.entries(cases))('%s', async (name, given) => {
    const read = () => fromOnnx(files[`${name}.onnx`] ?? new Uint8Array(), { name: `${name}.onnx` })
    if ('refused' in given) {
      expect(read).toThrow(UnsupportedModelError)
      expect(read).toThrow(new RegExp(given.refused))
      return
    }
    const { features, predictions } = given
    const model = read()
    const predicted = await predictModel(backend, model, Float32Array.from(features))
    expect(predicted).toHaveLength(predictions.length)
    const scale = Math.max(1, ...predictions.map(Math.abs))
    const worst = Math.max(...predictions.map((value, i) => Math.abs(value - (predicted[i] ?? Number.NaN))))
    expect(worst / scale).toBeLessThan(1e-5)
    // And again by the file that is written of it.
    const again = await predictModel(backend, fromOnnx(toOnnx(model)), Float32Array.from(features))
    expect(again).toEqual(predicted)
  })
})
