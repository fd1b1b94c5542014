import { expect, it } from 'vitest'
import type { InitialExports } from '../../src/backend/wasm/exports.ts'
import { initialize } from '../../src/backend/wasm/initialize.ts'
import { initialTensors } from '../../src/backend/wasm/initialTensors.ts'
import { INITIALIZERS } from '../../src/core/initializers.ts'
import { parameterLayout } from '../../src/core/layout.ts'
import { resolveSpec } from '../contract/api.ts'
import { expectSame } from '../support/close.ts'
import { BUILDS, instantiate } from './module.ts'

const UNITS = [40, 13, 40, 7]

/** The weights a module draws for a network of every kind of layer. */
async function draw(build: (typeof BUILDS)[number] | 'initial', initializer: (typeof INITIALIZERS)[number]): Promise<Float32Array> {
  const layers = UNITS.map((units) => ({ units, initializer, biasInitializer: 'randomNormal' as const }))
  const { topology, member } = resolveSpec({ network: { inputSize: 21, loss: 'meanSquaredError', layers }, seed: 4_000_000_007 })
  const layout = parameterLayout(topology)
  const module = await instantiate<InitialExports & { begin?(layers: number, batch: number, loss: number): void }>('', build)
  module.begin?.(1, 1, 0)
  const address = module.allocate(layout.parameters * 4)
  for (const _ of initialize(module, address, initialTensors(member, layout), member.seed));
  return new Float32Array(module.memory.buffer, address, layout.parameters)
}

it.each(INITIALIZERS)('the module of initial weights alone draws %s as both whole ones do, bit for bit', async (initializer) => {
  const alone = await draw('initial', initializer)
  expect(alone.some((value) => value !== 0)).toBe(true)
  for (const build of BUILDS) expectSame(await draw(build, initializer), alone, `weights of ${build}.wasm`)
})
