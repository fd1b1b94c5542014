// Measures how much a page downloads for other libraries.

import { readFile } from 'node:fs/promises'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { tensorFlowFolder } from '../node.ts'

/** Layers, a compiled model, and the WASM backend, as its documentation has it. */
const TENSORFLOW = `
  import '@tensorflow/tfjs-core/dist/register_all_gradients'
  import { sequential, layers } from '@tensorflow/tfjs-layers'
  import { setBackend } from '@tensorflow/tfjs-core'
  import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm'
  setWasmPaths('/')
  await setBackend('wasm')
  const model = sequential()
  model.add(layers.dense({ units: 1, inputShape: [8] }))
  model.compile({ optimizer: 'adam', loss: 'meanSquaredError' })
  globalThis.model = model`

/** What a training step of bench/peers/jaxStep.ts uses. */
const JAX = `
  import { defaultDevice, init, jit, nn, numpy as np, tree, valueAndGrad } from '@jax-js/jax'
  globalThis.used = [defaultDevice, init, jit, nn.selu, nn.logSoftmax, np.array, np.dot, np.maximum, tree.ref, valueAndGrad]`

/** Kilobytes of a page's modules, but for those it loads later: minified, gzipped. */
async function bundleSize(contents: string): Promise<number> {
  const { outputFiles, metafile } = await build({
    stdin: { contents, resolveDir: '.' },
    bundle: true,
    minify: true,
    splitting: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    outdir: '/',
    write: false,
    metafile: true,
    external: ['fs', 'path', 'worker_threads', 'perf_hooks', 'os', 'crypto', 'util', 'string_decoder'],
    logLevel: 'error',
  })
  const needed = new Set(['stdin.js'])
  for (const name of needed) {
    const output = Object.entries(metafile.outputs).find(([path]) => path.endsWith(name))?.[1]
    for (const { path, kind, external } of output?.imports ?? [])
      if (kind === 'import-statement' && !external) needed.add(path.replace(/.*\//, ''))
  }
  const files = outputFiles.filter(({ path }) => needed.has(path.replace(/.*\//, '')))
  return files.reduce((sum, file) => sum + gzipSync(file.contents, { level: 9 }).length, 0) / 1000
}

/** What a page downloads to train by each peer on WASM, in kilobytes. */
export async function peerSizes(): Promise<{ tensorflow: number; jax: number }> {
  const kernels = gzipSync(await readFile(`${tensorFlowFolder()}/tfjs-backend-wasm-simd.wasm`), { level: 9 }).length / 1000
  return { tensorflow: (await bundleSize(TENSORFLOW)) + kernels, jax: await bundleSize(JAX) }
}
