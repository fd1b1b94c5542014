import { type Backend, fit, fitPopulation, openBackend } from 'espalier'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { backendCases } from './backend.ts'

/** Relaxed SIMD is in every Node the package runs on (behind a flag that the package sets in Node 20), so no build is skipped. */
const BUILDS = ['relaxed', 'plain'] as const
const WORKERS = [0, 1, 2] as const

it('has cases of different names', () => {
  expect(new Set(backendCases.map(({ name }) => name)).size).toBe(backendCases.length)
})

describe.each(BUILDS)('WASM, %s SIMD', (simd) => {
  describe.each(WORKERS)('%i workers', (workers) => {
    let backend: Backend

    beforeAll(async () => {
      backend = await openBackend({ prefer: 'wasm', simd, workers })
    })
    afterAll(() => backend?.dispose())

    for (const { name, run } of backendCases) it(name, () => run(backend, { fit, fitPopulation }))
  })
})
