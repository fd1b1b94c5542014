import { type Backend, fit, fitPopulation, openBackend } from 'espalier'
import { afterAll, beforeAll, it } from 'vitest'
import { layerCases } from '../contract/backend.ts'
import { describeOnGpu } from '../support/webgpu.ts'

describeOnGpu('layers', (gpu) => {
  let backend: Backend
  beforeAll(async () => {
    backend = await openBackend({ prefer: 'webgpu', gpu, kernels: (process.env.KERNELS ?? 'auto') as 'auto' })
  })
  afterAll(() => backend?.dispose())
  for (const { name, run } of layerCases.filter(({ name }) => new RegExp(process.env.CASES ?? 'batch').test(name))) it(name, () => run(backend, { fit, fitPopulation }))
})
