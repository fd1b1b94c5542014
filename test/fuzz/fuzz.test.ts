import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { build } from 'esbuild'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { kernels } from '../../scripts/kernels.mjs'
import { READERS } from './readers.ts'
import { BUNDLES, fuzz } from './run.ts'

/**
 * Every reader of files, journals and links reads inputs that were changed at random, by a fixed seed: it accepts what fits together, or refuses
 * by the package's errors, each within a second and without filling the memory. `npm run test:fuzz` tries 20,000 of each.
 */

const MUTATIONS = Number(process.env.ESPALIER_FUZZ ?? 500)
const SEED = Number(process.env.ESPALIER_FUZZ_SEED ?? 16)

let folder: string
beforeAll(async () => {
  await mkdir(BUNDLES, { recursive: true })
  folder = await mkdtemp(join(resolve(BUNDLES), 'run-'))
  await build({
    entryPoints: ['test/fuzz/worker.ts'],
    outfile: join(folder, 'worker.mjs'),
    bundle: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    plugins: [kernels],
    logLevel: 'warning',
  })
})
afterAll(() => rm(folder, { recursive: true, force: true }))

test.each(READERS.map(({ name }) => name))(
  '%s',
  async (name) => {
    const started = performance.now()
    const { accepted, refused, failures } = await fuzz(join(folder, 'worker.mjs'), name, MUTATIONS, SEED)
    for (const { number, what, input } of failures) console.error(`${name}, mutation ${number} of seed ${SEED}: ${what}\n${input}`)
    expect(failures.map(({ number, what }) => `mutation ${number}: ${what}`)).toEqual([])
    if (MUTATIONS > 500)
      console.log(`${name}: ${accepted} accepted, ${refused} refused, ${((performance.now() - started) / 1000).toFixed(0)} s`)
    // Neither is the fuzzer blind, nor does it break everything.
    expect(refused).toBeGreaterThan(MUTATIONS / 20)
    if (name !== 'the named sets') expect(accepted).toBeGreaterThan(MUTATIONS / 200)
  },
  120_000 + 60 * MUTATIONS,
)
