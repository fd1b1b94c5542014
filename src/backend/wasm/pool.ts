// A thread as the page sees it: a worker, or the calling thread, with the calls under way on it.

import { DisposedError, EspalierError, WorkerCrashedError } from '../../core/errors.ts'
import { notStarted } from './factory.ts'
import type { StartWorker, WorkerHandle } from './host.ts'
import type { MadeKernels } from './made/kernels.ts'
import type { Call, Response, Results } from './protocol.ts'

interface Pending {
  readonly resolve: (value: never) => void
  readonly reject: (error: Error) => void
  readonly onProgress: ((done: number) => void) | undefined
  readonly signal: AbortSignal | undefined
  readonly onAbort: () => void
}

/** A worker starts within some tens of ms, seconds on a busy machine or a slow line. Another program's script lives on and never says that it is ready. */
const START_MS = 30_000
/** Messages that waited while this thread was busy, or asleep, are received first. */
const LAST_CHANCE_MS = 1_000

const FOREIGN = notStarted(
  `its script runs and has not answered for ${START_MS / 1000} s. It may be another program's, in the place of the package's worker.js or from a workerFactory`,
)

export interface CallOptions {
  readonly onProgress?: ((done: number) => void) | undefined
  readonly signal?: AbortSignal | undefined
}

/** One thread that trains, and the calls it has not answered yet. */
export class Thread {
  readonly #pending = new Map<number, Pending>()
  readonly #worker: WorkerHandle
  /** Runs out where no `ready` comes. */
  #start: ReturnType<typeof setTimeout> | undefined
  #ready = false
  #called = 0
  #sessions = 0
  /** Why it ended: the error of every later call. */
  #ended: (() => Error) | undefined

  constructor(module: WebAssembly.Module, startWorker: StartWorker) {
    this.#worker = startWorker(
      (response) => this.#receive(response),
      (message) => this.#crash(message),
    )
    this.#startWithin(START_MS, () => this.#startWithin(LAST_CHANCE_MS, () => this.fail(FOREIGN)))
    this.#worker.post({ kind: 'module', module })
  }

  /** Sessions open here. */
  get sessions(): number {
    return this.#sessions
  }

  /** Calls it has not answered. */
  get calls(): number {
    return this.#pending.size
  }

  get crashed(): boolean {
    return this.#ended !== undefined
  }

  call<C extends Call>(session: number, body: C, { onProgress, signal }: CallOptions = {}): Promise<Results[C['method']]> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended())
    if (body.method === 'open') this.#sessions++
    if (body.method === 'close') this.#sessions--
    const call = this.#called++
    return new Promise((resolve, reject) => {
      const onAbort = (): void => this.#worker.post({ kind: 'abort', call })
      // First of all, because it throws on data that cannot be copied to a worker, and then nothing is pending.
      this.#worker.post({ kind: 'call', call, session, body })
      this.#pending.set(call, { resolve, reject, onProgress, signal, onAbort })
      this.#worker.hold(true)
      signal?.addEventListener('abort', onAbort, { once: true })
      if (signal?.aborted === true) onAbort()
    })
  }

  /** Kernels for members of a session, used as soon as they are there. */
  give(kernels: MadeKernels): void {
    if (this.#ended === undefined) this.#worker.post(kernels)
  }

  /** Ends a thread that waits for what will not come. Nothing happens to one that has ended. */
  fail(why: string): void {
    this.#crash(why)
    this.#worker.terminate()
  }

  dispose(): void {
    if (this.#ended !== undefined) return
    // A worker is terminated; the thread itself has to be asked to stop.
    for (const call of this.#pending.keys()) this.#worker.post({ kind: 'abort', call })
    const later = () => new DisposedError('the backend of this session was disposed; open another with openBackend')
    this.#end(new DisposedError('the backend was disposed while this was running'), later)
    this.#worker.terminate()
  }

  #startWithin(ms: number, late: () => void): void {
    this.#start = setTimeout(late, ms)
    // Node's timers keep a process alive, the web's are numbers.
    if (typeof this.#start === 'object') this.#start.unref()
  }

  /** @param response what a worker posts; one that is not the package's own may post anything */
  #receive(response: Response): void {
    if (!this.#ready) {
      this.#ready = response?.kind === 'ready'
      if (this.#ready) clearTimeout(this.#start)
      return
    }
    if (response.kind === 'ready') return
    const pending = this.#pending.get(response.call)
    if (pending === undefined) return
    if (response.kind === 'progress') {
      pending.onProgress?.(response.done)
      return
    }
    this.#pending.delete(response.call)
    pending.signal?.removeEventListener('abort', pending.onAbort)
    if (this.#pending.size === 0) this.#worker.hold(false)
    if (response.kind === 'result') pending.resolve(response.value as never)
    else if (response.name === 'Aborted') pending.reject(reasonOf(pending.signal))
    else pending.reject(Object.assign(new EspalierError(response.message), { stack: response.stack ?? '' }))
  }

  #crash(message: string): void {
    if (this.#ended !== undefined) return
    const error = () => new WorkerCrashedError(message)
    this.#end(error(), error)
  }

  #end(error: Error, later: () => Error): void {
    clearTimeout(this.#start)
    this.#ended = later
    for (const pending of this.#pending.values()) {
      pending.signal?.removeEventListener('abort', pending.onAbort)
      pending.reject(error)
    }
    this.#pending.clear()
  }
}

const reasonOf = (signal: AbortSignal | undefined): Error =>
  signal?.reason instanceof Error ? signal.reason : new DOMException('This operation was aborted', 'AbortError')
