// Writes the shaders that are one thought many times: the products of dense layers (templates/), and lib/generated/names.wgsl, the numbers of names
// (src/core/abi.ts). `npm run shaders` writes them; the build only checks that what is there is what would be written.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { argv } from 'node:process'
import { readAbi } from '../scripts/abi.mjs'
import { lines } from './templates/parts.mjs'
import { products } from './templates/products.mjs'
import { smallProducts } from './templates/small.mjs'

const root = join(import.meta.dirname, '..')
const WRITTEN = '// Written by shaders/generate.mjs. Do not edit.'

/** A constant for every name that the kernels know by a number: ACTIVATION_LEAKY_RELU. */
async function names() {
  const { ABI, upperCase } = await readAbi('shaders')
  return Object.entries(ABI)
    .map(([group, codes]) =>
      lines(Object.entries(codes).map(([name, code]) => `const ${upperCase(group)}_${upperCase(name)}: u32 = ${code}u;`)),
    )
    .join('\n\n')
}

/**
 * Every file that is written, from the root, with its text.
 * @returns {Promise<Readonly<Record<string, string>>>}
 */
export async function generated() {
  const kernels = Object.entries(products).map(([name, text]) => [`shaders/${name}.wgsl`, text])
  const files = [
    ...kernels,
    ['shaders/lib/generated/small_products.wgsl', smallProducts],
    ['shaders/lib/generated/names.wgsl', `// The numbers of names: src/core/abi.ts.\n\n${await names()}`],
  ]
  return Object.fromEntries(files.map(([path, text]) => [path, `${WRITTEN}\n${text}\n`]))
}

/** The files that are not as they would be written. */
export async function stale() {
  const read = (/** @type {string} */ path) => {
    try {
      return readFileSync(join(root, path), 'utf8')
    } catch {
      return undefined
    }
  }
  return Object.entries(await generated())
    .filter(([path, text]) => read(path) !== text)
    .map(([path]) => path)
}

if (argv[1] === import.meta.filename) {
  for (const [path, text] of Object.entries(await generated())) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
}
