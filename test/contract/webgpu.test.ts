import { openBackend } from 'espalier'
import { expect, it } from 'vitest'
import { describeOnGpu } from '../support/webgpu.ts'
import { testParts } from './webgpu.ts'

describeOnGpu('WebGPU in Node', (gpu) => {
  it('runs on the adapter this machine has', async () => {
    const adapter = await gpu.requestAdapter()
    const { vendor = '', device = '' } = adapter?.info ?? {}
    const backend = await openBackend({ prefer: 'webgpu', gpu })
    await backend.dispose()
    expect(vendor).not.toBe('')
    expect(backend.name).toBe('webgpu')
    expect(backend.description).toMatch(/^WebGPU on /)
    expect(backend.description).toContain(vendor)
    expect(backend.description).toContain(device)
    expect(backend.description.endsWith(' (software)')).toBe(vendor === 'google' && device.startsWith('swiftshader'))
    console.log(backend.description)
  })
})

testParts('small')
