import { DisposedError } from '../../core/errors.ts'
import type { Population } from '../../core/population.ts'
import type { Backend, Session, SessionData } from '../backend.ts'
import { detectHost, type Host } from './host.ts'
import { type CompiledModule, compileModule, type Simd } from './module.ts'
import { Thread } from './pool.ts'
import { WasmSession } from './session.ts'

export interface WasmOptions {
  /** Workers that train members beside each other; 0 trains on the calling thread, in slices. The number of cores unless said. */
  readonly workers?: number | undefined
  /** The folder to fetch relaxed.wasm or simd.wasm from, for WebGPU initial.wasm, in place of the bytes inside the package. */
  readonly wasmUrl?: string | URL | undefined
  /** A build of the kernels; the fastest that runs unless said. They differ in rounding. */
  readonly simd?: Simd | undefined
}

/** @throws InvalidSpecError for a wasmUrl that is no URL; BackendUnavailableError saying what is missing */
export async function openWasm({ workers, wasmUrl, simd }: WasmOptions): Promise<Backend> {
  const compiled = await compileModule(simd, wasmUrl)
  const host = detectHost()
  if (workers === 0) return new WasmBackend(compiled, undefined, 'on the calling thread', 1)
  if (!host.startsWorkers) return new WasmBackend(compiled, undefined, 'on the calling thread: this place starts no workers', 1)
  const count = workers ?? host.cores
  return new WasmBackend(compiled, host, `${count} worker${count === 1 ? '' : 's'}`, count)
}

class WasmBackend implements Backend {
  readonly name = 'wasm'
  readonly description: string
  readonly #module: WebAssembly.Module
  readonly #host: Host | undefined
  readonly #size: number
  /** Started when first needed. */
  #threads: Thread[] = []
  #sessions = 0
  #disposed = false

  constructor({ module, simd }: CompiledModule, host: Host | undefined, where: string, threads: number) {
    this.#module = module
    this.#host = host
    this.#size = threads
    this.description = `WASM ${simd === 'relaxed' ? 'relaxed-SIMD' : 'SIMD'}, ${where}`
  }

  async createSession(population: Population, data: SessionData): Promise<Session> {
    if (this.#disposed) throw new DisposedError('this backend was disposed; open another with openBackend')
    const threads = this.#leastBusy(Math.min(this.#size, population.members.length))
    const id = this.#sessions++
    const share = (t: number): Population => ({ ...population, members: population.members.filter((_, p) => p % threads.length === t) })
    const session = new WasmSession(population, threads, id)
    const opened = await Promise.allSettled(threads.map((thread, t) => thread.call(id, { method: 'open', population: share(t), data })))
    const failed = opened.find((outcome) => outcome.status === 'rejected')
    if (failed === undefined) return session
    // The threads that did open give their memory back.
    await session.dispose()
    throw failed.reason
  }

  async dispose(): Promise<void> {
    this.#disposed = true
    for (const thread of this.#threads) thread.dispose()
    this.#threads = []
  }

  /** Sessions beside each other are spread over the threads. */
  #leastBusy(count: number): Thread[] {
    this.#threads = this.#threads.filter((thread) => !thread.crashed)
    const idle = this.#threads.filter((thread) => thread.sessions === 0).length
    const missing = Math.min(this.#size - this.#threads.length, Math.max(0, count - idle))
    for (let i = 0; i < missing; i++) this.#threads.push(new Thread(this.#module, this.#host))
    return [...this.#threads].sort((a, b) => a.sessions - b.sessions).slice(0, count)
  }
}
