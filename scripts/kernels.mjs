// The esbuild plugin that puts kernels into bundles.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './run.mjs'

const NAMES = 'shaders/lib/generated/names.wgsl'

/** The numbers of names: CONSTANT -> 3u. */
const numbers = new Map(
  [...readFileSync(join(root, NAMES), 'utf8').matchAll(/^const (\w+): u32 = (\d+u);$/gm)].map(([, name = '', number = '']) => [
    name,
    number,
  ]),
)

/** @param {string} line of WGSL; those that declare bindings are read by src/backend/webgpu/kernels.ts, and stay as they are */
const withoutSpaces = (line) => (line.startsWith('@') ? line : line.replace(/ ?([*/+,;()[\]]) ?/g, '$1'))

/**
 * WGSL without comments, indentation and most spaces, numbers in place of names: the file of names is empty then.
 * @param {string} path
 */
function small(path) {
  if (path.replaceAll('\\', '/').endsWith(NAMES)) return ''
  const lines = readFileSync(path, 'utf8').split('\n')
  const code = lines.map((line) => line.replace(/\/\/.*/, '').trim()).filter((line) => line !== '')
  return code.map((line) => withoutSpaces(line.replace(/\b[A-Z]\w+/g, (name) => numbers.get(name) ?? name))).join('\n')
}

/**
 * Kernels as the bundles hold them: WebAssembly gzipped (build-wasm.mjs), since bytes written as text do not compress any more; WGSL as small as it reads the same.
 * @type {import('esbuild').Plugin}
 */
export const kernels = {
  name: 'kernels',
  setup({ onLoad }) {
    onLoad({ filter: /\.wasm$/ }, ({ path }) => ({ contents: readFileSync(`${path}.gz`), loader: 'binary' }))
    onLoad({ filter: /\.wgsl$/ }, ({ path }) => ({ contents: small(path), loader: 'text' }))
  },
}
