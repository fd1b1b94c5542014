// The numbers of names, as src/core/abi.ts has them, for what writes them into kernels and shaders.
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import { root } from './run.mjs'

/**
 * @param {string} user of the bundle, which has one of its own: two may be written at once
 * @returns {Promise<typeof import('../src/core/abi.ts')>}
 */
export async function readAbi(user) {
  const outfile = join(root, `build/abi-for-${user}.mjs`)
  await build({
    entryPoints: [join(root, 'src/core/abi.ts')],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
  })
  return import(pathToFileURL(outfile).href)
}
