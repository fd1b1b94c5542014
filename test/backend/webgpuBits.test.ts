import { type Backend, fit, fitPopulation, openBackend } from 'espalier'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkEpochOrders, fingerprints, initialWeightsPrint } from '../support/fingerprint.ts'
import { serveKernels } from '../support/kernelServer.ts'
import { checkDropoutMasks } from '../support/masks.ts'
import { describeOnGpu } from '../support/webgpu.ts'

const api = { fit, fitPopulation }

describe('WASM', () => {
  it.each(['relaxed', 'plain'] as const)("drops what core's stream says, %s SIMD", async (simd) => {
    const backend = await openBackend({ prefer: 'wasm', simd, workers: 0 })
    try {
      await checkDropoutMasks(backend)
    } finally {
      await backend.dispose()
    }
  })
})

describeOnGpu('WebGPU in Node', (gpu) => {
  let backend: Backend
  let general: Backend
  beforeAll(async () => {
    backend = await openBackend({ prefer: 'webgpu', gpu })
    general = await openBackend({ prefer: 'webgpu', gpu, kernels: 'general' })
  })
  afterAll(async () => {
    await backend?.dispose()
    await general?.dispose()
  })

  it("starts from WASM's initial weights, bit for bit", async () => {
    const wasm = await openBackend({ prefer: 'wasm', workers: 0 })
    try {
      expect(await initialWeightsPrint(backend, api)).toBe(await initialWeightsPrint(wasm, api))
    } finally {
      await wasm.dispose()
    }
  })

  it('fetches the module of initial weights, and no other, from a folder that it is told', async () => {
    const server = await serveKernels()
    const served = await openBackend({ prefer: 'webgpu', gpu, wasmUrl: `${server.url}kernels/` })
    try {
      expect(await initialWeightsPrint(served, api)).toBe(await initialWeightsPrint(backend, api))
      expect(server.asked).toEqual(['/kernels/initial.wasm'])
    } finally {
      await served.dispose()
      server.close()
    }
  })

  it("visits rows in core's order, as WASM does", async () => {
    await checkEpochOrders(backend, api)
    await checkEpochOrders(general, api)
  })

  it("drops what core's stream says, as WASM does", async () => {
    await checkDropoutMasks(backend)
    await checkDropoutMasks(general)
  })

  it('gives the same bits after anything else, and on another device', async () => {
    const first = await fingerprints(backend, api)
    expect(new Set(Object.values(first)).size).toBe(Object.keys(first).length)
    const other = await openBackend({ prefer: 'webgpu', gpu })
    try {
      expect(await fingerprints(other, api)).toEqual(first)
    } finally {
      await other.dispose()
    }
  })
})
