import { BackendUnavailableError, InvalidSpecError } from '../core/errors.ts'
import type { Population } from '../core/population.ts'
import type { Backend, MemberState } from './backend.ts'
import type { WasmOptions } from './wasm/backend.ts'
import type { WebgpuOptions } from './webgpu/backend.ts'

export interface OpenOptions extends WasmOptions, WebgpuOptions {
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
  if (prefer === 'webgpu') {
    const { openWebgpu } = await import('./webgpu/backend.ts')
    return openWebgpu(options, initialStates)
  }
  const { openWasm } = await import('./wasm/backend.ts')
  return openWasm(options)
}

/** Initial weights are computed in one place, the WASM module, whose mathematics is compiled in: their bits are the same everywhere. */
async function initialStates(population: Population, trains: boolean): Promise<MemberState[]> {
  const { openWasm } = await import('./wasm/backend.ts')
  const wasm = await openWasm({ workers: 0 })
  const { inputSize, units } = population.topology
  const one = { features: new Float32Array(inputSize), targets: new Float32Array(units.at(-1) ?? 1), rows: 1 }
  const topology = { ...population.topology, batchSize: 1 }
  const session = await wasm.createSession({ ...population, topology }, trains ? { train: one } : {})
  const states = await Promise.all(population.members.map((_, m) => session.readState(m)))
  await wasm.dispose()
  return states
}
