import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { generated, stale } from '../../shaders/generate.mjs'
import { ABI, upperCase } from '../../src/core/abi.ts'
import { permutation } from '../../src/core/random.ts'
import { expectSame } from '../support/close.ts'
import { BUILDS, instantiate } from './module.ts'

/** What src/core, assembly/ and shaders/ must say alike. */

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

  it.each(Object.entries(ABI))('numbers %s in the shaders as core does', (group, codes) => {
    const names = readFileSync(new URL('../../shaders/lib/generated/names.wgsl', import.meta.url), 'utf8')
    const prefix = `${upperCase(group)}_`
    const written = [...names.matchAll(new RegExp(`^const ${prefix}(\\w+): u32 = (\\d+)u;$`, 'gm'))]
    const expected = Object.entries(codes).map(([name, code]) => [upperCase(name), code])
    expect(written.map(([, name, code]) => [name, Number(code)])).toEqual(expected)
  })

  interface Random {
    readonly memory: WebAssembly.Memory
    begin(layers: number, batch: number, loss: number, plain: boolean, special: boolean): void
    allocate(bytes: number): number
    permutation(order: number, seed: number, epoch: number, rows: number): void
  }

  it.each(BUILDS)('orders epochs as core does, %s build', async (build) => {
    const module = await instantiate<Random>('', build)
    module.begin(1, 1, 0, false, false)
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

const folder = new URL('../../shaders/', import.meta.url)
const shaders = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.wgsl'))

/** Lines in which a number stands for what core names. */
function numbersIn(code: string): string[] {
  const compared = /\b(kind|\w*activation|\w*optimizer|\w*loss|purpose)\b\)? *([=!]=|[<>]=?) *\d/i
  const looked = /\bcase +\d|\b(ACTIVATIONS|PURPOSE) *[&|] *\d/
  return code
    .split('\n')
    .map((line) => line.replace(/\/\/.*/, ''))
    .filter((line) => compared.test(line) || looked.test(line))
}

describe('the shaders', () => {
  it.each(shaders)('%s takes names for what core names, not numbers', (name) => {
    expect(numbersIn(readFileSync(new URL(name, folder), 'utf8'))).toEqual([])
  })

  it.each(['if (kind == 6u) {', 'case 3u: {', 'if ((ACTIVATIONS & 0x002u) != 0u) {', 'if (LOSS >= 2u) {', 'own.activation != 10u'])(
    '%s would be found',
    (line) => {
      expect(numbersIn(`let a = 1u;\n${line}`)).toEqual([line])
    },
  )

  it('that are generated are as shaders/generate.mjs writes them: if not, npm run shaders', async () => {
    expect(await stale()).toEqual([])
    expect(shaders.map((name) => `shaders/${name}`)).toEqual(expect.arrayContaining(Object.keys(await generated())))
  })
})
