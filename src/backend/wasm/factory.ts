// Workers that the user of the package starts, in browsers and in Node.

import { WorkerCrashedError } from '../../core/errors.ts'

/** What the backend needs of a worker: the web's, or Node's of `worker_threads`. */
export interface WorkerLike {
  postMessage(message: unknown): void
  terminate(): unknown
}

/** Starts a worker whose script is `espalier/worker`, a new one with every call. */
export type WorkerFactory = () => WorkerLike

/** Node's kind, an EventEmitter. */
interface NodeWorker extends WorkerLike {
  on(event: 'message' | 'error' | 'exit', listener: (value: never) => void): unknown
  ref(): void
  unref(): void
}

export const isNodeWorker = (worker: WorkerLike): worker is NodeWorker => 'on' in worker && 'unref' in worker

const ROUTES =
  "Serve worker.js beside the other files of the package, from the origin of the page, and let a Content-Security-Policy allow it by worker-src 'self'; " +
  'or open the backend with workerFactory: inlineWorker, from espalier/inline-worker (a policy must allow worker-src blob:); ' +
  'or with a workerFactory of your own, () => new Worker(...) of a script that imports espalier/worker; ' +
  'or with workers: 0, which trains on the calling thread'

/** Why there is no worker, and what to do. */
export const notStarted = (why: string): string => `no worker could be started: ${why}. ${ROUTES}`

/**
 * The factory, with what it returns checked: two threads on one worker would wait for each other's responses.
 * @throws WorkerCrashedError saying what the factory did instead
 */
export function checked(factory: WorkerFactory): WorkerFactory {
  const given = new WeakSet<WorkerLike>()
  return () => {
    const worker = called(factory)
    if (typeof worker?.postMessage !== 'function')
      throw new WorkerCrashedError(notStarted(`workerFactory answered ${worker}, which is no worker`))
    if (given.has(worker))
      throw new WorkerCrashedError(notStarted('workerFactory answered the same worker again; each call must start another'))
    given.add(worker)
    return worker
  }
}

function called(factory: WorkerFactory): WorkerLike | undefined {
  try {
    return factory()
  } catch (cause) {
    throw new WorkerCrashedError(notStarted(`workerFactory threw ${cause}`), { cause })
  }
}
