import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { openBackend } from 'espalier'
import { fromKeras, fromKerasH5, predictModel, UnsupportedModelError } from 'espalier/formats'
import { strFromU8, unzipSync } from 'fflate'
import * as h5wasm from 'h5wasm'
import { afterAll, describe, expect, test } from 'vitest'

/** Files that Keras 3, Keras 3.0 and two versions of TensorFlow saved (`foreign/make.py`), and what these predicted themselves. */

interface Case {
  readonly file: string
  readonly holds: string
  readonly refused?: string
  readonly inputs?: readonly number[]
  readonly outputs?: readonly number[]
}

/** Refused when the files were made, which have no predictions of it; networks of any kinds have its activation. */
const READ_SINCE = 'relu-threshold.keras'

const backend = await openBackend({ prefer: 'wasm', workers: 0 })
afterAll(() => backend.dispose())

describe.each(['keras-3', 'keras-3.0', 'tf-2.15', 'tf-2.12'])('%s', (tool) => {
  const files = unzipSync(readFileSync(join(import.meta.dirname, 'foreign', `${tool}.zip`)))
  const { cases }: { cases: readonly Case[] } = JSON.parse(strFromU8(files['cases.json'] ?? new Uint8Array()))

  test.each(cases.map((given) => [given.file, given] as const))('%s', async (file, { refused, inputs = [], outputs = [] }) => {
    const bytes = files[file] ?? new Uint8Array()
    const read = () => (file.endsWith('.h5') ? fromKerasH5 : fromKeras)(bytes, h5wasm, { name: file })
    if (file === READ_SINCE) {
      expect(JSON.stringify((await read()).spec.network.layers)).toContain('"threshold":')
      return
    }
    if (refused !== undefined) {
      await expect(read()).rejects.toThrow(new RegExp(refused))
      await expect(read()).rejects.toThrow(UnsupportedModelError)
      return
    }
    const predicted = await predictModel(backend, await read(), Float32Array.from(inputs))
    expect(predicted).toHaveLength(outputs.length)
    const scale = Math.max(1, ...outputs.map(Math.abs))
    const worst = Math.max(...outputs.map((output, i) => Math.abs(output - (predicted[i] ?? Number.NaN))))
    expect(worst / scale).toBeLessThan(2e-6)
  })
})
