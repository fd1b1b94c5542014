/**
 * The two hosts with workers, browsers and Node (with Deno and Bun, which have Node's modules), behind one interface. Node's modules are reached
 * through `process.getBuiltinModule` (Node 20.16), so that no bundler for browsers meets a `node:` import.
 */

import { WorkerCrashedError } from '../../core/errors.ts'
import { checked, isNodeWorker, notStarted, type WorkerFactory, type WorkerLike } from './factory.ts'
import type { Request, Response } from './protocol.ts'

/** A worker seen from outside. */
export interface WorkerHandle {
  post(request: Request): void
  terminate(): void
  /** Whether a pending answer keeps the process alive. */
  hold(pending: boolean): void
}

/** @throws WorkerCrashedError where the host refuses at once; otherwise `onCrash` hears what happened and what to do. */
export type StartWorker = (onResponse: (response: Response) => void, onCrash: (message: string) => void) => WorkerHandle

export interface Host {
  readonly cores: number
  /** Some places, service workers for one, cannot start workers. */
  readonly startsWorkers: boolean
  readonly startWorker: StartWorker
}

const crashed = (how: string): string =>
  `a worker crashed: ${how}. What it was training is lost, and the next call starts another worker: train again, from a checkpoint ` +
  'where you kept one. If it was short of memory, open the backend with fewer workers'

const NOT_LOADED = notStarted('its script was not loaded')

/** Of Node: a script that is not there, or that a bundler copied alone, as what it is not: Turbopack's copy is no module. */
const isNotLoaded = ({ code, name }: NodeJS.ErrnoException): boolean =>
  code === 'MODULE_NOT_FOUND' || code === 'ERR_MODULE_NOT_FOUND' || name === 'SyntaxError'

function handleOf(worker: WorkerLike, onResponse: (response: Response) => void, onCrash: (message: string) => void): WorkerHandle {
  const handle = { post: (request: Request) => worker.postMessage(request), terminate: () => void worker.terminate() }
  if (!isNodeWorker(worker)) {
    const web = worker as Worker
    web.onmessage = (event: MessageEvent<Response>) => onResponse(event.data)
    web.onerror = (event) => onCrash(event.message ? crashed(event.message) : NOT_LOADED)
    return { ...handle, hold: () => undefined }
  }
  worker.on('message', onResponse)
  worker.on('error', (error: Error) => onCrash(isNotLoaded(error) ? notStarted(error.message) : crashed(String(error))))
  worker.on('exit', (code: number) => onCrash(crashed(`it exited with code ${code}`)))
  worker.unref()
  return { ...handle, hold: (pending) => (pending ? worker.ref() : worker.unref()) }
}

/** Apart from the address it is relative to, or bundlers for browsers would bring along a copy of the file for Node. */
const NODE_SCRIPT = './worker.js'
const here = import.meta.url

/** A script of another origin is refused at once, one that is missing or not allowed by an event without a message. */
function startWebWorker(): Worker {
  try {
    // Bundlers find the worker by this very expression.
    return new Worker(new URL('./worker.js', import.meta.url), { type: 'module' })
  } catch (cause) {
    throw new WorkerCrashedError(NOT_LOADED, { cause })
  }
}

/** @param factory starts the workers, in place of the host's own way */
export function detectHost(factory?: WorkerFactory): Host {
  const own = factory && checked(factory)
  const builtin = globalThis.process?.getBuiltinModule
  if (builtin === undefined) {
    return {
      cores: globalThis.navigator?.hardwareConcurrency ?? 1,
      startsWorkers: own !== undefined || typeof Worker === 'function',
      startWorker: (onResponse, onCrash) => handleOf((own ?? startWebWorker)(), onResponse, onCrash),
    }
  }
  const threads = builtin('node:worker_threads')
  const startNodeWorker = () => new threads.Worker(new URL(NODE_SCRIPT, here))
  return {
    cores: builtin('node:os').availableParallelism(),
    startsWorkers: true,
    startWorker: (onResponse, onCrash) => handleOf((own ?? startNodeWorker)(), onResponse, onCrash),
  }
}
