import { type Backend, fit, fitPopulation, openBackend } from 'espalier'
import { describe, expect, it } from 'vitest'
import { checkEpochOrders, fingerprints, initialWeightsPrint } from '../support/fingerprint.ts'

const api = { fit, fitPopulation }

async function on<T>(workers: number, simd: 'plain' | 'relaxed', use: (backend: Backend) => Promise<T>): Promise<T> {
  const backend = await openBackend({ prefer: 'wasm', simd, workers })
  try {
    return await use(backend)
  } finally {
    await backend.dispose()
  }
}

describe.each(['relaxed', 'plain'] as const)('WASM, %s SIMD', (simd) => {
  it('gives the same bits with 0, 1, 2 and 3 workers, and again', async () => {
    const alone = await on(0, simd, (backend) => fingerprints(backend, api))
    expect(new Set(Object.values(alone)).size).toBe(Object.keys(alone).length)
    for (const workers of [0, 1, 2, 3]) {
      expect({ workers, ...(await on(workers, simd, (backend) => fingerprints(backend, api))) }).toEqual({ workers, ...alone })
    }
  })

  it('gives the same bits after anything else', async () => {
    await on(0, simd, async (backend) => {
      const first = await fingerprints(backend, api)
      expect(await fingerprints(backend, api)).toEqual(first)
    })
  })

  it.each([0, 2])("visits rows in core's order, with %i workers", async (workers) => {
    await on(workers, simd, (backend) => checkEpochOrders(backend, api))
  })
})

it('gives the same initial weights on both builds, whose training rounds differently', async () => {
  const [relaxed, plain] = await Promise.all((['relaxed', 'plain'] as const).map((simd) => on(0, simd, (b) => initialWeightsPrint(b, api))))
  expect(relaxed).toBe(plain)
})
