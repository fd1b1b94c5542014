import { type Backend, fit, fitPopulation, openBackend } from 'espalier'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TrainSpec } from '../../src/core/spec.ts'
import { expectOracle, resolveSpec } from '../contract/api.ts'
import { expectSameRun } from '../contract/cases/same.ts'
import { expectRejection, expectSame } from '../support/close.ts'
import { disguised, openDevice, watchDispatches } from '../support/devices.ts'
import { makeExamples } from '../support/problems.ts'
import { withProducts } from '../support/products.ts'
import { describeOnGpu } from '../support/webgpu.ts'

/** The kinds of matrix products: each against plain loops in float64, and all against one another, bit for bit. */

const api = { fit, fitPopulation }
const KINDS = ['direct', 'quads', 'tiled32', 'tiled64'] as const

/** Inputs, widths and rows of a batch around the tiles' sizes (32 and 64, and 16 of the summed dimension), and primes. */
const SHAPES: readonly { inputs: number; units: readonly number[]; batch: number }[] = [
  { inputs: 1, units: [1, 1], batch: 1 },
  { inputs: 15, units: [31, 2], batch: 31 },
  { inputs: 16, units: [32, 3], batch: 32 },
  { inputs: 17, units: [33, 5], batch: 33 },
  { inputs: 63, units: [63, 17], batch: 63 },
  { inputs: 64, units: [64, 64], batch: 64 },
  { inputs: 65, units: [65, 65], batch: 65 },
  { inputs: 7, units: [37, 101, 13], batch: 29 },
  { inputs: 131, units: [11, 3], batch: 67 },
]

describeOnGpu('products on WebGPU in Node', (gpu) => {
  const backends = new Map<string, Backend>()
  const backendOf = (kind: string): Backend => {
    const backend = backends.get(kind)
    if (backend === undefined) throw new Error(`no backend of ${kind}`)
    return backend
  }
  beforeAll(async () => {
    for (const kind of KINDS) backends.set(kind, await openBackend({ prefer: 'webgpu', gpu, ...withProducts(kind) }))
  })
  afterAll(() => Promise.all([...backends.values()].map((backend) => backend.dispose())))

  for (const { inputs, units, batch } of SHAPES) {
    it(`agree: ${[inputs, ...units].join('-')}, batches of ${batch}`, async () => {
      const hidden = { activation: 'tanh', dropout: 0.2, l2: 0.01 } as const
      const spec: TrainSpec = {
        network: {
          inputSize: inputs,
          loss: 'meanSquaredError',
          layers: units.map((width, l) => (l === units.length - 1 ? { units: width } : { units: width, ...hidden })),
        },
        optimizer: 'adam',
        batchSize: batch,
        epochs: 2,
      }
      const { topology } = resolveSpec(spec)
      // The last batch has a row less.
      const data = { train: makeExamples(topology, 2 * batch + Math.max(0, batch - 1), 1), test: makeExamples(topology, 19, 2) }
      const direct = await expectOracle(backendOf('direct'), api, spec, data)
      for (const kind of KINDS.slice(1)) {
        const { result } = await expectOracle(backendOf(kind), api, spec, data)
        expectSameRun(result, direct.result, kind)
        const { features } = data.test
        expectSame(await result.predict(features), await direct.result.predict(features), `${kind}: predictions`)
      }
    })
  }

  it('are shared by quads where the device has subgroups, and on one without have the same bits', async () => {
    const network: TrainSpec['network'] = {
      inputSize: 20,
      loss: 'meanSquaredError',
      layers: [{ units: 400, activation: 'elu' }, { units: 3 }],
    }
    const spec: TrainSpec = { network, optimizer: 'adamax' }
    const data = { train: makeExamples(resolveSpec(spec).topology, 64, 5) }
    const results = []
    for (const features of [['subgroups'], []] satisfies GPUFeatureName[][]) {
      const device = await openDevice(gpu, { requiredFeatures: features })
      const kernels = new Set<string>()
      watchDispatches(device, ({ pipeline }) => kernels.add(pipeline.label))
      const backend = await openBackend({ prefer: 'webgpu', gpu, device })
      results.push(await fit(backend, spec, data))
      const products =
        features.length === 0 ? ['forward', 'inputGradient', 'update'] : ['forwardQuads', 'inputGradientQuads', 'updateQuads']
      expect([...kernels]).toEqual(expect.arrayContaining(products))
      await backend.dispose()
      if (features.length === 0) {
        const without = await openBackend({ prefer: 'webgpu', gpu, device, ...withProducts('quads') })
        const words = 'has no products "quads"; it has direct, tiled32, tiled64'
        await expectRejection(fit(without, spec, data), 'BackendUnavailableError', words, 'the fit')
        await without.dispose()
      }
      device.destroy()
    }
    const [quads, direct] = results
    if (quads === undefined || direct === undefined) throw new Error('two results')
    expectSameRun(quads, direct, 'quads')
  })

  describe('as on hardware', () => {
    it('are chosen by a probe, whose choice says what it took and changes no bit', async () => {
      const spec: TrainSpec = {
        network: {
          inputSize: 40,
          loss: 'categoricalCrossentropy',
          layers: [
            { units: 300, activation: 'selu' },
            { units: 4, activation: 'softmax' },
          ],
        },
        optimizer: 'nadam',
        epochs: 2,
      }
      const data = { train: makeExamples(resolveSpec(spec).topology, 70, 3) }
      const backend = await openBackend({ prefer: 'webgpu', gpu: disguised(gpu) })
      try {
        expect(backend.description).toBe('WebGPU on acme anvil')
        const result = await fit(backend, spec, data)
        expect(backend.description).toMatch(/^WebGPU on acme anvil, (direct|quads|tiled32|tiled64) products$/)
        // Hardware's update knows every optimizer: software's is another pipeline.
        const other = await openBackend({ prefer: 'webgpu', gpu: disguised(gpu), ...withProducts('direct') })
        try {
          expectSameRun(result, await fit(other, spec, data), 'the probe took others')
        } finally {
          await other.dispose()
        }
      } finally {
        await backend.dispose()
      }
    })
  })
})
