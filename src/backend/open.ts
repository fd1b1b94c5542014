// `openBackend`: chooses a backend, loads it and opens it. The only importer of both implementations.

import { BackendUnavailableError } from '../core/errors.ts'
import type { Backend } from './backend.ts'
import { parsePlainOptions } from './options.ts'
import type { WasmOptions } from './wasm/backend.ts'
import { preload } from './wasm/embedded.ts'
import type { WebgpuOptions } from './webgpu/backend.ts'
import type { Initialize } from './webgpu/path.ts'

export type { WorkerFactory, WorkerLike } from './wasm/factory.ts'
export type { Simd } from './wasm/module.ts'
export type { Kernels } from './webgpu/path.ts'

/** Which backend to open, with how many workers, on which device. */
export interface OpenOptions extends WasmOptions, WebgpuOptions {
  /**
   * 'auto' (default): WASM; where WebGPU has a hardware adapter, the faster of both for each population, by a short trial of each.
   * `description` says what was taken and why. The two round differently: name one if a run must give the same bits again.
   */
  readonly prefer?: 'auto' | 'wasm' | 'webgpu' | undefined
}

/**
 * Opens a backend; dispose of it when done. Nothing is loaded or started before.
 * @throws BackendUnavailableError saying what is missing; InvalidSpecError for a bad option
 */
export async function openBackend(options: OpenOptions = {}): Promise<Backend> {
  const given: OpenOptions = { ...options, ...parsePlainOptions(options) }
  if (given.prefer === 'webgpu') {
    const { openWebgpu } = await import('./webgpu/backend.ts')
    return openWebgpu(given, initialStates(given))
  }
  // A page that loads one after the other waits for one journey more.
  preload(given)
  const { openWasm } = await import('./wasm/backend.ts')
  const wasm = await openWasm(given)
  return given.prefer === 'wasm' ? wasm : openFaster(wasm, given)
}

/** WASM, or with WebGPU on real hardware the faster of both; the description says why. */
async function openFaster(wasm: Backend, options: OpenOptions): Promise<Backend> {
  if ((options.device ?? options.adapter ?? options.gpu) === undefined && !hostHasGpu()) return wasm
  const { openWebgpu } = await import('./webgpu/backend.ts')
  try {
    const webgpu = await openWebgpu(options, initialStates(options))
    // Loaded where there is something to choose from.
    if (!webgpu.software) return new (await import('./auto.ts')).AutoBackend(wasm, webgpu)
    await webgpu.dispose()
    return described(wasm, `${webgpu.description} would be slower`)
  } catch (error) {
    if (error instanceof BackendUnavailableError) return described(wasm, error.message)
    await wasm.dispose()
    throw error
  }
}

/** Whether there is a `navigator.gpu`, without reading it: the backend reports what it returns or throws. */
const hostHasGpu = (): boolean => typeof globalThis.navigator === 'object' && globalThis.navigator !== null && 'gpu' in globalThis.navigator

/** A backend that says why it was taken. */
const described = (backend: Backend, why: string): Backend => ({
  name: backend.name,
  description: `${backend.description} (auto: ${why})`,
  arithmetic: backend.arithmetic,
  createSession: (population, data) => backend.createSession(population, data),
  dispose: () => backend.dispose(),
})

/**
 * Initial weights are computed in one place, by WASM, whose mathematics is compiled in: their bits are the same everywhere. The module is
 * loaded for the first population, runs on the calling thread, and there is nothing of it to dispose.
 */
function initialStates({ wasmUrl }: OpenOptions): Initialize {
  let opened: Promise<Initialize> | undefined
  const open = async (): Promise<Initialize> => (await import('./wasm/initialStates.ts')).openInitialStates(wasmUrl)
  return async (population, trains) => {
    opened ??= open()
    return (await opened)(population, trains)
  }
}
