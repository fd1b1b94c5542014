import { type Backend, fit, fitPopulation, openBackend } from 'espalier'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { backendCases } from './backend.ts'

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

    it.each(backendCases)('$name', ({ run }) => run(backend, { fit, fitPopulation }))
  })
})
