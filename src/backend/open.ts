import type { Population } from '../core/population.ts'
import type { Backend, MemberState } from './backend.ts'
import { parsePlainOptions } from './options.ts'
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
  const given: OpenOptions = { ...options, ...parsePlainOptions(options) }
  if (given.prefer === 'webgpu') {
    const { openWebgpu } = await import('./webgpu/backend.ts')
    return openWebgpu(given, initialStates)
  }
  const { openWasm } = await import('./wasm/backend.ts')
  return openWasm(given)
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
