import { type Backend, fit, fitPopulation, openBackend } from 'espalier'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { disguised } from '../support/devices.ts'
import { withProducts } from '../support/products.ts'
import { describeOnGpu } from '../support/webgpu.ts'
import { backendCases, layerCases } from './backend.ts'
import { denseRuns, goldenRuns, layersRuns } from './cases/golden.ts'
import { denseCompany, laterKinds } from './cases/layers.ts'
import { populations } from './cases/populations.ts'

describeOnGpu('WebGPU in Node', (gpu) => {
  let backend: Backend

  beforeAll(async () => {
    backend = await openBackend({ prefer: 'webgpu', gpu })
  })
  afterAll(() => backend?.dispose())

  it('runs on the adapter this machine has', async () => {
    const adapter = await gpu.requestAdapter()
    const { vendor = '', device = '' } = adapter?.info ?? {}
    expect(vendor).not.toBe('')
    expect(backend.name).toBe('webgpu')
    expect(backend.description).toMatch(/^WebGPU on /)
    expect(backend.description).toContain(vendor)
    expect(backend.description).toContain(device)
    expect(backend.description.endsWith(' (software)')).toBe(vendor === 'google' && device.startsWith('swiftshader'))
    console.log(backend.description)
  })

  // Small networks have kernels of their own for every update.
  const updates = layersRuns.filter(({ name }) => name.startsWith('Keras 3: optimizer-'))
  for (const { name, run } of [...backendCases, ...updates, ...denseCompany]) it(name, () => run(backend, { fit, fitPopulation }))
})

// Networks of the suite mostly fit a workgroup's memory, and SwiftShader's workgroups are as wide as its vectors: these cases are also for the
// kernels of networks that do not fit, and for workgroups in which barriers matter.
describeOnGpu('WebGPU in Node, as on hardware', (gpu) => {
  describe.each(['direct', 'tiled32', 'auto'] as const)('products: %s', (products) => {
    let backend: Backend

    beforeAll(async () => {
      backend = await openBackend({ prefer: 'webgpu', gpu: disguised(gpu), ...withProducts(products) })
    })
    afterAll(() => backend?.dispose())

    // A small network's kernel is compiled anew for every activation, which each invocation computes for numbers of its own: how many there are plays no part.
    const golden = products === 'auto' ? goldenRuns.filter(({ name }) => !name.startsWith('golden act-')) : goldenRuns
    // Here the losses and the activations after the first are few kernels, and layers beside dense ones have no others.
    const dense = products === 'direct' ? [...denseRuns, ...laterKinds, ...layerCases] : []
    for (const { name, run } of [...golden, ...populations, ...dense]) it(name, () => run(backend, { fit, fitPopulation }))
  })
})
