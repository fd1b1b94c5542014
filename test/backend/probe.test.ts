import { type FitSpec, fit, openBackend } from 'espalier'
import { expect, it } from 'vitest'
import { resolveSpec } from '../contract/api.ts'
import { idleGpu } from '../support/idleGpu.ts'
import { makeExamples } from '../support/problems.ts'

/** How products are tried before the first large network on a device: on an idle one, where only what is asked for shows. */

const network = { inputSize: 40, loss: 'meanSquaredError' as const, layers: [{ units: 400 }, { units: 1 }] }
const spec: FitSpec = { network, batchSize: 32 }
const train = makeExamples(resolveSpec(spec).topology, 64, 1)

type Idle = Parameters<typeof idleGpu>[0]

/** The products whose kernels were asked for, in order, as `update` or `updateTiled 8`; what was taken in the end. */
async function tried(compile: Idle['compile']) {
  const { gpu, asked } = idleGpu({ description: 'acme', subgroups: true, ...(compile === undefined ? {} : { compile }) })
  const backend = await openBackend({ prefer: 'webgpu', gpu })
  try {
    expect((await fit(backend, spec, { train })).stopped).toBe('completed')
    const products = asked.filter(({ kernel }) => /^(forward|inputGradient|update)/.test(kernel))
    return { products: products.map(({ kernel, constants: { SIDE } }) => (SIDE === undefined ? kernel : `${kernel} ${SIDE}`)), backend }
  } finally {
    await backend.dispose()
  }
}

/** An update is compiled twice: it moves parameters, or keeps the gradient. */
const DIRECT = ['forward', 'inputGradient', 'update', 'update']
const QUADS = ['forwardQuads', 'inputGradientQuads', 'updateQuads', 'updateQuads']
const TILED32 = ['forwardTiled 8', 'inputGradientTiled 8', 'updateTiled 8', 'updateTiled 8']
const TILED64 = ['forwardTiled 16', 'inputGradientTiled 16', 'updateTiled 16', 'updateTiled 16']

it('compiles one kernel after the other, each once', async () => {
  expect((await tried(undefined)).products).toEqual([...DIRECT, ...QUADS, ...TILED32, ...TILED64])
})

it('leaves out products with a kernel that is refused, and does not try the kernels after it', async () => {
  const { products } = await tried(({ kernel }) => (kernel === 'inputGradientQuads' ? 'refuses' : undefined))
  expect(products).toEqual([...DIRECT, 'forwardQuads', 'inputGradientQuads', ...TILED32, ...TILED64])
})

it('does not try again on another device what a device was lost with', async () => {
  const { products, backend } = await tried(({ kernel }) => (kernel === 'updateTiled' ? 'is lost' : undefined))
  for (const kernel of ['updateTiled 8', 'updateTiled 16']) expect(products.filter((name) => name === kernel)).toHaveLength(1)
  // The last device, which may begin while the lost one is still asked for its last kernel.
  expect(products.filter((name) => name !== 'updateTiled 16').slice(-8)).toEqual([...DIRECT, ...QUADS])
  expect(backend.description).toMatch(/^WebGPU on acme, (direct|quads) products$/)
})
