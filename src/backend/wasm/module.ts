// Loads and compiles the kernels: which build the host can run, from bytes in the bundle or from a URL.

import { simd } from 'wasm-feature-detect'
import { BackendUnavailableError, InvalidSpecError } from '../../core/errors.ts'
import { EMBEDDED, type KernelFile, type Simd } from './embedded.ts'
import { compileWithRelaxedSimd, hasRelaxedSimd, isModule } from './relaxedSimd.ts'

export type { Simd } from './embedded.ts'

export interface CompiledModule {
  readonly module: WebAssembly.Module
  readonly simd: Simd
}

/** The build that every thread has, and what the description says of a wide one that was asked for. */
export interface Chosen extends CompiledModule {
  readonly isWide: boolean
  readonly tried: string
}

/** Whether threads may share memory: in a page that is cross-origin isolated, and where there are no pages. */
export const mayShareMemory = (): boolean => globalThis.crossOriginIsolated ?? typeof SharedArrayBuffer === 'function'

/** By Node's zlib where there is one: it takes 0.4 ms, and the streams of the web 35 to 50 when a process first uses them. */
async function embedded(file: KernelFile): Promise<BufferSource> {
  const { default: bytes } = await EMBEDDED[file]()
  const builtin = globalThis.process?.getBuiltinModule
  if (builtin !== undefined) return builtin('node:zlib').gunzipSync(bytes)
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))).arrayBuffer()
}

const FOLDER = "the folder that holds the package's .wasm files"

async function fetched(folder: string | URL, file: KernelFile): Promise<ArrayBuffer> {
  if (!URL.canParse(file, folder))
    throw new InvalidSpecError(`wasmUrl is ${JSON.stringify(folder)}; it must be an absolute URL, with a slash at the end: ${FOLDER}`)
  const url = new URL(file, folder)
  const response = await fetch(url).catch((cause: unknown) => {
    throw new BackendUnavailableError(`${url} could not be fetched; wasmUrl must name ${FOLDER}`, { cause })
  })
  if (!response.ok) throw new BackendUnavailableError(`${url} answered ${response.status}; wasmUrl must name ${FOLDER}`)
  const bytes = await response.arrayBuffer()
  if (!isModule(bytes)) throw new BackendUnavailableError(`${url} is no WebAssembly module; wasmUrl must name ${FOLDER}`)
  return bytes
}

async function compile(file: KernelFile, wasmUrl: string | URL | undefined): Promise<WebAssembly.Module> {
  const bytes = wasmUrl === undefined ? await embedded(file) : await fetched(wasmUrl, file)
  try {
    return await compileWithRelaxedSimd(bytes)
  } catch (error) {
    if (error instanceof WebAssembly.CompileError) {
      throw new BackendUnavailableError(
        "WebAssembly could not be compiled; a Content-Security-Policy must allow script-src 'wasm-unsafe-eval'",
        { cause: error },
      )
    }
    throw error
  }
}

async function requireSimd(): Promise<void> {
  if (typeof WebAssembly === 'undefined' || !(await simd())) {
    throw new BackendUnavailableError(
      'WebAssembly SIMD is missing here; the package needs Chrome 110, Firefox 115, Safari 16.4 or Node 20.16, or later',
    )
  }
}

/** What else a build has. */
export interface BuildOptions {
  /** A shared memory, which it imports. */
  readonly threaded?: boolean
  /** Every kind of layer, where the others have those of dense networks alone (assembly/full.ts). */
  readonly full?: boolean
  /** Every kind of layer, tiles of two panels (wide.ts), no shared memory. */
  readonly wide?: boolean
}

/**
 * Compiles the build asked for, or the fastest that runs here.
 * @throws BackendUnavailableError without WebAssembly SIMD
 */
export async function compileModule(
  wanted: Simd | undefined,
  wasmUrl: string | URL | undefined,
  { threaded = false, full = false, wide = false }: BuildOptions = {},
): Promise<CompiledModule> {
  await requireSimd()
  const build = wanted === 'plain' ? 'plain' : hasRelaxedSimd() ? 'relaxed' : 'plain'
  if (wanted !== undefined && wanted !== build)
    throw new BackendUnavailableError('relaxed SIMD is missing here; leave `simd` out to use what there is')
  const simdOf = build === 'relaxed' ? 'relaxed.wasm' : 'simd.wasm'
  if (wide && build === 'relaxed') return { module: await compile('wide.wasm', wasmUrl), simd: build }
  const file = full ? (`full-${simdOf}` as const) : simdOf
  return { module: await compile(threaded ? `threaded-${file}` : file, wasmUrl), simd: build }
}

/** Compiles the module of initial weights. @throws BackendUnavailableError without WebAssembly SIMD */
export async function compileInitial(wasmUrl: string | URL | undefined): Promise<WebAssembly.Module> {
  await requireSimd()
  return compile('initial.wasm', wasmUrl)
}
