import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { ACTIVATIONS, LOSSES, OPTIMIZERS } from '../../src/core/names.ts'
import { Purpose, permutation } from '../../src/core/random.ts'
import { expectSame } from '../support/close.ts'
import { BUILDS, instantiate } from './module.ts'

/** What src/core and assembly/ must say alike. */

const source = readFileSync(new URL('../../assembly/names.ts', import.meta.url), 'utf8')

/** The constants of a namespace of assembly/names.ts: LEAKY_RELU = 2. */
function constants(namespace: string): Record<string, number> {
  const body = new RegExp(`namespace ${namespace} \\{([^}]*)\\}`).exec(source)?.[1] ?? ''
  return Object.fromEntries([...body.matchAll(/const (\w+): \w+ = (\d+)/g)].map(([, name = '', code]) => [name, Number(code)]))
}

const upperCase = (names: Readonly<Record<string, number>>): Record<string, number> =>
  Object.fromEntries(Object.entries(names).map(([name, code]) => [name.replace(/([A-Z])/g, '_$1').toUpperCase(), code]))

describe('the ABI', () => {
  it('numbers activations, losses, optimizers and purposes as core does', () => {
    const { sparseCategoricalCrossentropy: sparse, ...losses } = LOSSES
    expect(sparse).toBe(LOSSES.categoricalCrossentropy)
    expect(constants('Activation')).toEqual(upperCase(ACTIVATIONS))
    expect(constants('Loss')).toEqual(upperCase(losses))
    expect(constants('Optimizer')).toEqual(upperCase(OPTIMIZERS))
    expect(upperCase(Purpose)).toMatchObject(constants('Purpose'))
    expect(Object.keys(constants('Purpose'))).toHaveLength(4)
  })

  interface Random {
    readonly memory: WebAssembly.Memory
    begin(layers: number, batch: number, loss: number): void
    allocate(bytes: number): number
    permutation(order: number, seed: number, epoch: number, rows: number): void
  }

  it.each(BUILDS)('orders epochs as core does, %s build', async (build) => {
    const module = await instantiate<Random>('', build)
    module.begin(1, 1, 0)
    for (const rows of [1, 2, 3, 63, 64, 65, 614, 4096, 4097, 60_000]) {
      for (const [seed, epoch] of [
        [0, 0],
        [7, 1],
        [2 ** 32 - 1, 999],
      ] as const) {
        const order = module.allocate(rows * 4)
        module.permutation(order, seed, epoch, rows)
        expectSame(new Uint32Array(module.memory.buffer, order, rows), permutation(seed, epoch, rows), `order of ${rows} rows`)
      }
    }
  })
})
