// The worker's end of the message channel, in browsers and in Node.

import type { Response } from './protocol.ts'

/** The way out, seen from inside a worker. */
interface WorkerPort {
  post(response: Response): void
  onMessage(receive: (request: unknown) => void): void
}

/** To whoever started this worker: of Node's kind, or of the web's. Apart from host.ts, for a worker's script starts no workers. */
export function parentPort(): WorkerPort {
  const node = globalThis.process?.getBuiltinModule?.('node:worker_threads').parentPort ?? null
  if (node !== null) {
    return { post: (response) => node.postMessage(response), onMessage: (receive) => void node.on('message', receive) }
  }
  const scope = globalThis as unknown as DedicatedWorkerGlobalScope
  if (typeof scope.postMessage !== 'function') throw new Error('espalier/worker is the script of a worker; it does nothing elsewhere')
  return {
    post: (response) => scope.postMessage(response),
    onMessage: (receive) => {
      scope.onmessage = (event) => receive(event.data)
    },
  }
}
