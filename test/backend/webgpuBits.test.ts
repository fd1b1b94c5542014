import { type Backend, type FitSpec, fit, fitPopulation, openBackend } from 'espalier'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { resolveSpec } from '../contract/api.ts'
import { expectSameRun } from '../contract/cases/same.ts'
import { ofWidth } from '../support/devices.ts'
import { checkEpochOrders, fingerprints, initialWeightsPrint } from '../support/fingerprint.ts'
import { serveKernels } from '../support/kernelServer.ts'
import { checkDropoutMasks } from '../support/masks.ts'
import { makeExamples } from '../support/problems.ts'
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

  it('trains a small network to the same bits whatever width of its vectors an adapter tells, or when it hides it', async () => {
    const hidden = { units: 21, activation: 'tanh' as const, l1: 0.001, l2: 0.01, dropout: 0.2 }
    const network = { inputSize: 11, loss: 'meanSquaredError' as const, layers: [hidden, { units: 4 }] }
    const spec: FitSpec = { network, optimizer: 'adam', batchSize: 40, epochs: 3 }
    const train = makeExamples(resolveSpec(spec).topology, 85, 1)
    const trainedBy = async (width: number | undefined) => {
      const own = await openBackend({ prefer: 'webgpu', gpu: ofWidth(gpu, width) })
      try {
        return await fit(own, spec, { train })
      } finally {
        await own.dispose()
      }
    }
    const hiding = await trainedBy(undefined)
    for (const width of [4, 64]) expectSameRun(await trainedBy(width), hiding, `${width} together`)
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
