// The esbuild plugin that puts kernels into bundles.

import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'

/**
 * Kernels as the bundles hold them: WebAssembly gzipped, since bytes written as text do not compress any more; WGSL without comments and
 * indentation.
 * @type {import('esbuild').Plugin}
 */
export const kernels = {
  name: 'kernels',
  setup({ onLoad }) {
    onLoad({ filter: /\.wasm$/ }, ({ path }) => ({ contents: gzipSync(readFileSync(path), { level: 9 }), loader: 'binary' }))
    onLoad({ filter: /\.wgsl$/ }, ({ path }) => {
      const lines = readFileSync(path, 'utf8').split('\n')
      const code = lines.map((line) => line.replace(/\/\/.*/, '').trim()).filter((line) => line !== '')
      return { contents: code.join('\n'), loader: 'text' }
    })
  },
}
