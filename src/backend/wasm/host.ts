import { WorkerCrashedError } from '../../core/errors.ts'
import type { Request, Response } from './protocol.ts'

/**
 * The two hosts with workers, browsers (and Deno) and Node, behind one interface. Node's modules are reached through
 * `process.getBuiltinModule` (Node 20.16), so that no bundler for browsers meets a `node:` import.
 */

/** A worker seen from outside. */
interface WorkerHandle {
  post(request: Request): void
  terminate(): void
  /** Whether a pending answer keeps the process alive. */
  hold(pending: boolean): void
}

/** The way out, seen from inside a worker. */
interface WorkerPort {
  post(response: Response): void
  onMessage(receive: (request: unknown) => void): void
}

export interface Host {
  readonly cores: number
  /** Some places, service workers for one, cannot start workers. */
  readonly startsWorkers: boolean
  /** @throws WorkerCrashedError where the host refuses at once; otherwise `onCrash` hears what happened and what to do. */
  startWorker(onResponse: (response: Response) => void, onCrash: (message: string) => void): WorkerHandle
  parentPort(): WorkerPort
}

const crashed = (how: string): string =>
  `a worker crashed: ${how}. What it was training is lost, and the next call starts another worker: train again, from a checkpoint ` +
  'where you kept one. If it was short of memory, open the backend with fewer workers'

const NOT_LOADED =
  'no worker could be started: its script was not loaded. Serve worker.js beside the other files of the package, from the origin of ' +
  "the page, and let a Content-Security-Policy allow it by worker-src 'self'; or open the backend with workers: 0, which trains on the " +
  'calling thread'

type WorkerThreads = typeof import('node:worker_threads')

function nodeHost(threads: WorkerThreads, cores: number): Host {
  return {
    cores,
    startsWorkers: true,
    startWorker: (onResponse, onCrash) => {
      const worker = new threads.Worker(new URL('./worker.js', import.meta.url))
      worker.on('message', onResponse)
      worker.on('error', (error) => onCrash(crashed(String(error))))
      worker.on('exit', (code) => onCrash(crashed(`it exited with code ${code}`)))
      worker.unref()
      return {
        post: (request) => worker.postMessage(request),
        terminate: () => void worker.terminate(),
        hold: (pending) => (pending ? worker.ref() : worker.unref()),
      }
    },
    parentPort: () => {
      const port = threads.parentPort
      if (port === null) throw new Error('espalier/worker is the script of a worker; it does nothing elsewhere')
      return { post: (response) => port.postMessage(response), onMessage: (receive) => void port.on('message', receive) }
    },
  }
}

/** A script of another origin is refused at once, one that is missing or not allowed by an event without a message. */
function newWorker(): Worker {
  try {
    // Bundlers find the worker by this very expression.
    return new Worker(new URL('./worker.js', import.meta.url), { type: 'module' })
  } catch (cause) {
    throw new WorkerCrashedError(NOT_LOADED, { cause })
  }
}

const webHost = (): Host => ({
  cores: globalThis.navigator?.hardwareConcurrency ?? 1,
  startsWorkers: typeof Worker === 'function',
  startWorker: (onResponse, onCrash) => {
    const worker = newWorker()
    worker.onmessage = (event: MessageEvent<Response>) => onResponse(event.data)
    worker.onerror = (event) => onCrash(event.message ? crashed(event.message) : NOT_LOADED)
    return { post: (request) => worker.postMessage(request), terminate: () => worker.terminate(), hold: () => undefined }
  },
  parentPort: () => {
    const scope = globalThis as unknown as DedicatedWorkerGlobalScope
    return {
      post: (response) => scope.postMessage(response),
      onMessage: (receive) => {
        scope.onmessage = (event) => receive(event.data)
      },
    }
  },
})

export function detectHost(): Host {
  const builtin = globalThis.process?.getBuiltinModule
  if (builtin === undefined) return webHost()
  return nodeHost(builtin('node:worker_threads'), builtin('node:os').availableParallelism())
}
