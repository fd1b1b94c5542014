import { fit, openBackend } from 'espalier'
import { expect, it } from 'vitest'
import { RELAXED_MADD } from '../../src/backend/wasm/relaxedSimd.ts'

const TRAIN = { rows: 2, features: Float32Array.of(0, 1), targets: Float32Array.of(0, 1) }
const layers = [{ units: 1, activation: 'sigmoid' as const }]

it('leaves the flags of V8 as they are, however many backends open at once, for workers start slower with others', async () => {
  const before = WebAssembly.validate(RELAXED_MADD)
  const backends = await Promise.all([0, 1, 1].map((workers) => openBackend({ prefer: 'wasm', workers })))
  try {
    for (const backend of backends) {
      expect(backend.description).toContain('relaxed-SIMD')
      const { stopped } = await fit(backend, { network: { inputSize: 1, loss: 'binaryCrossentropy', layers }, batchSize: 2 }, TRAIN)
      expect(stopped).toBe('completed')
    }
    expect(WebAssembly.validate(RELAXED_MADD)).toBe(before)
  } finally {
    await Promise.all(backends.map((backend) => backend.dispose()))
  }
})
