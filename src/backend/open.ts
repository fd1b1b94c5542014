import { BackendUnavailableError, InvalidSpecError } from '../core/errors.ts'
import type { Backend } from './backend.ts'
import type { WasmOptions } from './wasm/backend.ts'

export interface OpenOptions extends WasmOptions {
  /** 'auto' takes the fastest backend that runs here. */
  readonly prefer?: 'auto' | 'wasm' | 'webgpu' | undefined
}

/**
 * Opens a backend; whoever opens it disposes it. Nothing is loaded or started before.
 * @throws BackendUnavailableError saying what is missing; InvalidSpecError for a bad option
 */
export async function openBackend(options: OpenOptions = {}): Promise<Backend> {
  const { prefer = 'auto', workers } = options
  if (!['auto', 'wasm', 'webgpu'].includes(prefer))
    throw new InvalidSpecError(`prefer is ${JSON.stringify(prefer)}; it must be one of auto, wasm, webgpu`)
  if (workers !== undefined && !(Number.isInteger(workers) && workers >= 0 && workers <= 1024)) {
    throw new InvalidSpecError(`workers is ${workers}; it must be a whole number from 0 to 1024`)
  }
  if (prefer === 'webgpu') throw new BackendUnavailableError('this version has no WebGPU backend yet; prefer must be auto or wasm')
  const { openWasm } = await import('./wasm/backend.ts')
  return openWasm(options)
}
