/**
 * A worker's script as bytes, for places where a separate file gets lost.
 * @module espalier/inline-worker
 */

import script from '../../../build/inline-worker.txt'
import type { WorkerLike } from './factory.ts'

/**
 * Starts a worker from bytes inside this module, for `openBackend({ workerFactory: inlineWorker })`: where a bundler loses the package's worker.js, or
 * the package comes from another origin. A Content-Security-Policy must allow `worker-src blob:`.
 */
export function inlineWorker(): WorkerLike {
  const builtin = globalThis.process?.getBuiltinModule
  if (builtin !== undefined) {
    const { Worker } = builtin('node:worker_threads')
    return new Worker(new URL(`data:text/javascript,${encodeURIComponent(script)}`))
  }
  // The worker itself gives its address back as it starts: before, it may still have to be loaded.
  const blob = new Blob(['URL.revokeObjectURL(import.meta.url);', script], { type: 'text/javascript' })
  return new Worker(URL.createObjectURL(blob), { type: 'module' })
}
