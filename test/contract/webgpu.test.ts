import { type Backend, fit, fitPopulation, openBackend } from 'espalier'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { describeOnGpu } from '../support/webgpu.ts'
import { backendCases } from './backend.ts'

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

  for (const { name, run } of backendCases) it(name, () => run(backend, { fit, fitPopulation }))
})
