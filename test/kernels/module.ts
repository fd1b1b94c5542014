import { readFileSync } from 'node:fs'
import { setFlagsFromString } from 'node:v8'

/** Both builds of a module, for tests that call kernels directly. */
export const BUILDS = ['simd', 'relaxed'] as const
export type Build = (typeof BUILDS)[number]

/** V8 11.3 (Node 20) has relaxed SIMD behind this flag; see src/backend/wasm/module.ts. */
if (process.versions.v8.startsWith('11.3.')) setFlagsFromString('--experimental-wasm-relaxed-simd')

/** `prefix` is '' for the package's own module, or 'test-vectors-' and such. */
export async function instantiate<T>(prefix: string, build: Build | 'initial'): Promise<T> {
  const bytes = readFileSync(new URL(`../../build/${prefix}${build}.wasm`, import.meta.url))
  const { instance } = await WebAssembly.instantiate(bytes, { env: { abort: () => undefined } })
  return instance.exports as T
}
