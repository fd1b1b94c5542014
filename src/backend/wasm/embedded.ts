// The kernels inside the package, gzipped. Apart from the code that compiles them, so that a page loads both at once.

import { hasRelaxedSimd } from './relaxedSimd.ts'

/** The kernels' instructions: relaxed SIMD, whose multiply-adds are fused where processor and engine fuse them, or plain SIMD, which rounds in one way everywhere. */
export type Simd = 'relaxed' | 'plain'

export type KernelFile = `${'' | 'full-' | 'threaded-' | 'threaded-full-'}${'relaxed' | 'simd'}.wasm` | 'wide.wasm' | 'initial.wasm'

/** Only the one that is used is loaded. */
export const EMBEDDED: Readonly<Record<KernelFile, () => Promise<{ readonly default: Uint8Array<ArrayBuffer> }>>> = {
  'relaxed.wasm': () => import('../../../build/relaxed.wasm'),
  'simd.wasm': () => import('../../../build/simd.wasm'),
  'full-relaxed.wasm': () => import('../../../build/full-relaxed.wasm'),
  'full-simd.wasm': () => import('../../../build/full-simd.wasm'),
  'threaded-relaxed.wasm': () => import('../../../build/threaded-relaxed.wasm'),
  'threaded-simd.wasm': () => import('../../../build/threaded-simd.wasm'),
  'threaded-full-relaxed.wasm': () => import('../../../build/threaded-full-relaxed.wasm'),
  'threaded-full-simd.wasm': () => import('../../../build/threaded-full-simd.wasm'),
  'wide.wasm': () => import('../../../build/wide.wasm'),
  'initial.wasm': () => import('../../../build/initial.wasm'),
}

interface Wanted {
  readonly simd?: Simd | undefined
  readonly wasmUrl?: string | URL | undefined
}

/** Begins to load the kernels that a backend opens with, wide ones aside. Whatever goes wrong is told where they are loaded in earnest. */
export function preload({ simd, wasmUrl }: Wanted): void {
  if (wasmUrl !== undefined || typeof WebAssembly === 'undefined') return
  const file = simd !== 'plain' && hasRelaxedSimd() ? 'relaxed.wasm' : 'simd.wasm'
  EMBEDDED[file]().catch(() => undefined)
}
