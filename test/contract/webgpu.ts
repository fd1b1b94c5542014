import { type Backend, fit, fitPopulation, type OpenOptions, openBackend } from 'espalier'
import { afterAll, beforeAll, it } from 'vitest'
import { disguised } from '../support/devices.ts'
import { withProducts } from '../support/products.ts'
import { describeOnGpu, WITHOUT_CLAMPS } from '../support/webgpu.ts'
import type { BackendCase } from './api.ts'
import { backendCases, layerCases } from './backend.ts'
import { denseRuns, goldenRuns, layersRuns } from './cases/golden.ts'
import { denseCompany, laterKinds } from './cases/layers.ts'
import { populations } from './cases/populations.ts'

/**
 * The contract on WebGPU in Node, in files that two processes take turns at: a software adapter compiles kernels most of the time. This is the one table of their
 * cases; each file of tests runs the parts under its name.
 */
interface Part {
  readonly name: string
  readonly cases: readonly BackendCase[]
  readonly open: (gpu: GPU) => OpenOptions
  /** A switch of Dawn. */
  readonly feature?: string
}

/**
 * Networks of the suite mostly fit a workgroup's memory, and SwiftShader's workgroups are as wide as its vectors: some cases are also for the kernels of
 * networks that do not fit, and for workgroups in which barriers matter.
 */
const asOnHardware = (products: Parameters<typeof withProducts>[0]) => (gpu: GPU) => ({ gpu: disguised(gpu), ...withProducts(products) })

/** Small networks have kernels of their own for every update. */
const updates = layersRuns.filter(({ name }) => name.startsWith('Keras 3: optimizer-'))

/** A small network's kernel is compiled anew for every activation, which each invocation computes for numbers of its own: how many there are plays no part. */
const withoutActivations = goldenRuns.filter(({ name }) => !name.startsWith('golden act-'))

const PARTS: Readonly<Record<'small' | 'hardware' | 'layers', readonly Part[]>> = {
  // Its processor time is all compiling. Clamps are on in the parts below and in Chromium (test/browser), which compile fewer variants of the small network's kernel.
  small: [
    {
      name: 'WebGPU in Node',
      cases: [...backendCases, ...updates, ...denseCompany],
      open: (gpu) => ({ gpu }),
      feature: WITHOUT_CLAMPS,
    },
  ],
  hardware: [
    {
      name: 'WebGPU in Node, as on hardware, products: direct',
      // With these products the losses and the activations after the first are few kernels.
      cases: [...goldenRuns, ...populations, ...denseRuns, ...laterKinds],
      open: asOnHardware('direct'),
    },
    { name: 'WebGPU in Node, as on hardware, products: tiled32', cases: [...goldenRuns, ...populations], open: asOnHardware('tiled32') },
    { name: 'WebGPU in Node, as on hardware, products: auto', cases: [...withoutActivations, ...populations], open: asOnHardware('auto') },
  ],
  // Layers beside dense ones have no other kernels than with these products.
  layers: [{ name: 'WebGPU in Node, layers as on hardware', cases: layerCases, open: asOnHardware('direct') }],
}

/** Makes tests of the cases under a name of the table. */
export function testParts(name: keyof typeof PARTS): void {
  for (const { name: title, cases, open, feature } of PARTS[name]) {
    describeOnGpu(
      title,
      (gpu) => {
        let backend: Backend

        beforeAll(async () => {
          backend = await openBackend({ prefer: 'webgpu', ...open(gpu) })
        })
        afterAll(() => backend?.dispose())

        for (const { name: each, run } of cases) it(each, () => run(backend, { fit, fitPopulation }))
      },
      feature,
    )
  }
}
