import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { ABI, upperCase } from '../../src/core/abi.ts'
import { permutation } from '../../src/core/random.ts'
import { expectSame } from '../support/close.ts'
import { BUILDS, instantiate } from './module.ts'

/** What src/core and assembly/ must say alike. */

const source = readFileSync(new URL('../../assembly/generated/names.ts', import.meta.url), 'utf8')

/** The constants of a namespace of assembly/generated/names.ts: LEAKY_RELU = 2. */
function constants(namespace: string): Record<string, number> {
  const body = new RegExp(`namespace ${namespace} \\{([^}]*)\\}`).exec(source)?.[1] ?? ''
  return Object.fromEntries([...body.matchAll(/const (\w+): \w+ = (\d+)/g)].map(([, name = '', code]) => [name, Number(code)]))
}

describe('the ABI', () => {
  it.each(Object.entries(ABI))('numbers %s as core does, each number once', (group, codes) => {
    expect(constants(group)).toEqual(Object.fromEntries(Object.entries(codes).map(([name, code]) => [upperCase(name), code])))
    expect(new Set(Object.values(codes)).size).toBe(Object.keys(codes).length)
  })

  interface Random {
    readonly memory: WebAssembly.Memory
    begin(layers: number, batch: number, loss: number, plain: boolean): void
    allocate(bytes: number): number
    permutation(order: number, seed: number, epoch: number, rows: number): void
  }

  it.each(BUILDS)('orders epochs as core does, %s build', async (build) => {
    const module = await instantiate<Random>('', build)
    module.begin(1, 1, 0, false)
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
