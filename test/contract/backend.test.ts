import { type Backend, fit, fitPopulation, openBackend } from 'espalier'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { backendCases, layerCases, sessionCases } from './backend.ts'

/** Relaxed SIMD is in every Node the package runs on (behind a flag that the package sets in Node 20), so no build is skipped. */
const BUILDS = ['relaxed', 'plain'] as const
const THREADS = [
  { workers: 0, threads: 1 },
  { workers: 1, threads: 1 },
  { workers: 2, threads: 1 },
  { workers: 2, threads: 2 },
] as const

it('has cases of different names', () => {
  const all = [...backendCases, ...layerCases]
  expect(new Set(all.map(({ name }) => name)).size).toBe(all.length)
})

describe.each(BUILDS)('WASM, %s SIMD', (simd) => {
  describe.each(THREADS)('$workers workers, $threads a network', ({ workers, threads }) => {
    let backend: Backend

    beforeAll(async () => {
      backend = await openBackend({ prefer: 'wasm', simd, workers, threads })
    })
    afterAll(() => backend?.dispose())

    // What is computed does not hang on whose worker computes it, bit for bit (test/backend/bits.test.ts); threads that share a network run kernels of their own.
    const cases = workers === 0 || threads > 1 ? [...backendCases, ...layerCases] : sessionCases
    for (const { name, run } of cases) it(name, () => run(backend, { fit, fitPopulation }))
  })
})
