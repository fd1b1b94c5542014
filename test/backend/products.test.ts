import { afterEach, describe, expect, it, vi } from 'vitest'
import type { TrainOrder } from '../../src/backend/backend.ts'
import type { OpenedDevice } from '../../src/backend/webgpu/device.ts'
import { fastestProducts, probePopulation } from '../../src/backend/webgpu/probe.ts'
import { type Products, productsOn } from '../../src/backend/webgpu/products.ts'
import { DeviceLostError, EspalierError } from '../../src/core/errors.ts'

/** What the probe takes, of devices that are made up: how long an epoch takes with each kind of products, what bits come out, what fails. */

interface Device {
  readonly ms: Partial<Record<Products['name'], number>>
  readonly bits?: Partial<Record<Products['name'], number>>
  readonly fails?: Partial<Record<Products['name'], Error>>
}

async function take({ ms, bits = {}, fails = {} }: Device): Promise<{ taken: string; open: number }> {
  const population = probePopulation()
  let open = 0
  let now = 0
  vi.spyOn(performance, 'now').mockImplementation(() => now)
  const taken = await fastestProducts(
    population,
    productsOn({ subgroups: false } as OpenedDevice).slice(1),
    async ({ name }, { rows }) => {
      const failure = fails[name]
      if (failure !== undefined) throw failure
      open += 1
      const batches = Math.ceil(rows / population.topology.batchSize)
      const parameters = Float32Array.of(1, bits[name] ?? 0)
      return {
        population,
        train: async (order: TrainOrder) => {
          now += (ms[name] ?? 0) * batches
          return order.members.map(() => [])
        },
        readStates: async (members: readonly number[]) =>
          members.map(() => ({ parameters, slots: [parameters], steps: batches, products: [1, 1, 1] as const })),
        dispose: () => {
          open -= 1
        },
      }
    },
    new Set(),
  )
  return { taken: taken.name, open }
}

describe('the probe for products', () => {
  afterEach(() => vi.restoreAllMocks())

  it('takes the fastest, whichever it is, and leaves no session open', async () => {
    expect(await take({ ms: { direct: 40, tiled32: 120, tiled64: 160 } })).toEqual({ taken: 'direct', open: 0 })
    expect(await take({ ms: { direct: 120, tiled32: 40, tiled64: 160 } })).toEqual({ taken: 'tiled32', open: 0 })
    // An epoch of one batch is too short to time: it takes more of them.
    expect(await take({ ms: { direct: 6, tiled32: 4, tiled64: 1.5 } })).toEqual({ taken: 'tiled64', open: 0 })
  })

  it('takes none that gives other bits, however fast: not even 0 for -0', async () => {
    const ms = { direct: 120, tiled32: 20, tiled64: 60 }
    expect(await take({ ms, bits: { tiled32: -0 } })).toEqual({ taken: 'tiled64', open: 0 })
    expect(await take({ ms, bits: { tiled32: 1e-7, tiled64: Number.NaN } })).toEqual({ taken: 'direct', open: 0 })
  })

  it('does without what the device refuses, and not without the device', async () => {
    const ms = { direct: 120, tiled32: 60, tiled64: 20 }
    const refused = new EspalierError('the kernel updateTiled was refused by this device')
    expect(await take({ ms, fails: { tiled64: refused } })).toEqual({ taken: 'tiled32', open: 0 })
    const lost = new DeviceLostError('the GPU device was lost')
    await expect(take({ ms, fails: { tiled64: lost } })).rejects.toBe(lost)
    await expect(take({ ms, fails: { direct: refused } })).rejects.toBe(refused)
  })
})
