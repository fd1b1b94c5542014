// The WASM backend: a pool of threads, and the sessions that are dealt to them.

import { at } from '../../core/at.ts'
import { DisposedError } from '../../core/errors.ts'
import { stepWork } from '../../core/layout.ts'
import { lower } from '../../core/lower.ts'
import type { Examples, Population } from '../../core/population.ts'
import type { Backend, Session, SessionData } from '../backend.ts'
import { arithmeticOf, type WasmArithmetic } from './arithmetic.ts'
import type { WorkerFactory } from './factory.ts'
import { detectHost, type StartWorker } from './host.ts'
import { needsFullBuild } from './layers.ts'
import { LongTraining } from './longTraining.ts'
import { type BuildOptions, type Chosen, compileModule, mayShareMemory, type Simd } from './module.ts'
import { planSession } from './plan.ts'
import { Thread } from './pool.ts'
import { WasmSession } from './session.ts'
import type { SharedInstance } from './team.ts'

export interface WasmOptions {
  /** Workers that train members in parallel; 0 trains on the calling thread, in slices. The number of cores by default. */
  readonly workers?: number | undefined
  /**
   * Workers that train one member together, on shared memory, to the same bits as one. 'auto' (default): where there are fewer members
   * than workers and the network is large enough to gain by it, and the page is cross-origin isolated (Node needs nothing). A number: as many,
   * whatever the network; 1 is none.
   */
  readonly threads?: 'auto' | number | undefined
  /** The folder to fetch the package's .wasm files from, those that are needed, in place of the bytes inside the package. */
  readonly wasmUrl?: string | URL | undefined
  /**
   * Starts a worker, each call another, in place of the package's own way: `inlineWorker` of `espalier/inline-worker`, or
   * `() => new Worker(...)` of a script that imports `espalier/worker`. In Node, a `Worker` of `worker_threads`.
   */
  readonly workerFactory?: WorkerFactory | undefined
  /**
   * The build of the kernels; by default the fastest that runs. 'plain' gives the same bits on every machine and in every browser, in up to twice the time;
   * 'relaxed' gives those of `backend.arithmetic`, which may be one of two.
   */
  readonly simd?: Simd | undefined
  /**
   * Tries kernels for engines that merge neighbouring vectors of 128 bits (Node 24 with --experimental-wasm-revectorize), and takes them where they give
   * the same bits in clearly less time; `description` says what came of it. Costs 0.2 s when the backend opens. A network then trains on one thread.
   */
  readonly wide?: boolean | undefined
}

/** Multiply-adds of a step for every thread beside the first: below, helping gains little, and loses where cores are busy (bench/NOTES.md). */
const LARGE_STEP = 4_000_000

/** @throws InvalidSpecError for a wasmUrl that is no URL; BackendUnavailableError saying what is missing */
export async function openWasm(options: WasmOptions): Promise<Backend> {
  const { workers, threads = 'auto', wasmUrl, workerFactory, simd } = options
  const { module, simd: build, isWide, tried } = await chooseModule(options)
  const host = detectHost(workerFactory)
  const arithmetic = await arithmeticOf(build)
  const describe = (where: string): string =>
    `WASM ${build === 'relaxed' ? 'relaxed-SIMD' : 'SIMD'}, ${where}, ${arithmetic} arithmetic${tried}`
  const forced = threads === 'auto' ? 1 : threads
  const count = workers ?? Math.max(host.cores, forced)
  if (forced > 1) (await import('./helperThreads.ts')).checkThreads(forced, host.startsWorkers ? count : 0)
  const compileOther = async (options: BuildOptions): Promise<WebAssembly.Module> => (await compileModule(simd, wasmUrl, options)).module
  if (count === 0 || !host.startsWorkers) {
    const where = count === 0 ? 'on the calling thread' : 'on the calling thread: this place starts no workers'
    const { onCallingThread } = await import('./callingThread.ts')
    return new WasmBackend(describe(where), arithmetic, module, onCallingThread, { size: 1, threads: 1, isWide, compileOther })
  }
  const shares = threads === 'auto' && !isWide && count > 1 && mayShareMemory()
  const together = shares ? ', together on a large network' : forced > 1 ? `, ${forced} a network` : ''
  const where = `${count} worker${count === 1 ? '' : 's'}${together}`
  return new WasmBackend(describe(where), arithmetic, module, host.startWorker, {
    size: count,
    threads: shares ? 'auto' : forced,
    isWide,
    compileOther,
  })
}

async function chooseModule(options: WasmOptions): Promise<Chosen> {
  if (options.wide === true) return (await import('./wide.ts')).chooseWide(options)
  return { ...(await compileModule(options.simd, options.wasmUrl)), isWide: false, tried: '' }
}

/** Rows that kernels made for a network read: of floats, of equal weight. */
const plainRows = (train: Examples | undefined): number =>
  train?.features instanceof Float32Array && train.sampleWeights === undefined ? train.rows : 0

interface Crew {
  /** How many threads there are. */
  readonly size: number
  /** How many train a member; 'auto' where that depends on the population. */
  readonly threads: 'auto' | number
  /** Whether every thread has the wide build, which has every kind of layer. */
  readonly isWide: boolean
  /** A build other than the one that every thread has. */
  readonly compileOther: (options: BuildOptions) => Promise<WebAssembly.Module>
}

class WasmBackend implements Backend {
  readonly name = 'wasm'
  readonly description: string
  readonly arithmetic: WasmArithmetic
  readonly #module: WebAssembly.Module
  readonly #startWorker: StartWorker
  readonly #crew: Crew
  /** Builds compiled when first needed, by `threaded` and `full`. */
  readonly #others = new Map<string, Promise<WebAssembly.Module>>()
  /** Started when first needed. */
  #threads: Thread[] = []
  readonly #long: LongTraining
  #sessions = 0
  #memories = 0
  #disposed = false

  constructor(description: string, arithmetic: WasmArithmetic, module: WebAssembly.Module, startWorker: StartWorker, crew: Crew) {
    this.description = description
    this.arithmetic = arithmetic
    this.#module = module
    this.#startWorker = startWorker
    this.#crew = crew
    this.#long = new LongTraining(arithmetic === 'fused')
  }

  async createSession(given: Population, data: SessionData): Promise<Session> {
    this.#check()
    const population = lower(given)
    const members = population.members.length
    const full = !this.#crew.isWide && needsFullBuild(population.topology)
    const together = await this.#together(population, data, full)
    const module = full && together === undefined ? await this.#compile({ full }) : undefined
    this.#check()
    const { size } = this.#crew
    const threads = this.#leastBusy(Math.min(together === undefined ? size : Math.max(1, Math.floor(size / together.threads)), members))
    const id = this.#sessions++
    const share = (t: number): Population => ({ ...population, members: population.members.filter((_, p) => p % threads.length === t) })
    // All of them first: a fault in one must not leave another's session open.
    const plans = threads.map((_, t) => planSession(share(t), data))
    const opened = await Promise.allSettled(
      threads.map((thread, t) => {
        const team = together && { module: together.module, full, threads: together.threads, id: this.#memories++ }
        return thread.call(id, { method: 'open', plan: at(plans, t), team, module })
      }),
    )
    const failed = opened.find((outcome) => outcome.status === 'rejected')
    const shared = new Map<Thread, SharedInstance>()
    for (const [t, thread] of threads.entries()) {
      const outcome = opened[t]
      if (outcome?.status === 'fulfilled' && outcome.value !== undefined) shared.set(thread, outcome.value)
    }
    const helpers = together && new together.HelperThreads(together, shared, (count) => this.#idle(count))
    const session = new WasmSession(population, threads, id, this.#long, together ? 0 : plainRows(data.train), helpers)
    if (failed === undefined) return session
    // The threads that did open give their memory back.
    await session.dispose()
    throw failed.reason
  }

  /** Undefined where a thread trains each member alone. */
  async #together({ topology, members }: Population, { train }: SessionData, full: boolean) {
    const { size, threads } = this.#crew
    const each = threads !== 'auto' ? threads : Math.min(Math.floor(size / members.length), 1 + Math.floor(stepWork(topology) / LARGE_STEP))
    if (train === undefined || each < 2) return undefined
    const module = this.#compile({ threaded: true, full })
    const [{ HelperThreads }] = await Promise.all([import('./helperThreads.ts'), module])
    return { module: await module, threads: each, full, HelperThreads }
  }

  async #compile(options: BuildOptions): Promise<WebAssembly.Module> {
    const key = JSON.stringify(options)
    const module = this.#others.get(key) ?? this.#crew.compileOther(options)
    this.#others.set(key, module)
    try {
      return await module
    } catch (error) {
      this.#others.delete(key)
      throw error
    }
  }

  /** Up to this many idle threads. */
  #idle(count: number): readonly Thread[] {
    if (this.#disposed) return []
    return this.#leastBusy(this.#crew.size)
      .filter(({ sessions, calls }) => sessions === 0 && calls === 0)
      .slice(0, count)
  }

  #check(): void {
    if (this.#disposed) throw new DisposedError('this backend was disposed; open another with openBackend')
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
    const missing = Math.min(this.#crew.size - this.#threads.length, Math.max(0, count - idle))
    for (let i = 0; i < missing; i++) this.#threads.push(new Thread(this.#module, this.#startWorker))
    return [...this.#threads].sort((a, b) => a.sessions - b.sessions || a.calls - b.calls).slice(0, count)
  }
}
