// Starts the engine's worker.

import { EngineClient } from '../client.ts'
import type { EngineEvent } from '../protocol.ts'

/** Starts the worker that runs studies; the page ends with it. */
export function startEngine(onEvent: (event: EngineEvent) => void): EngineClient {
  const worker = new Worker(new URL('./engine.js', import.meta.url), { type: 'module', name: 'espalier' })
  worker.addEventListener('error', ({ message }) => {
    const said = message ? `: ${message}` : ''
    onEvent({
      event: 'problem',
      problem: {
        kind: 'backend',
        name: 'EngineError',
        message: `The part of this page that trains has stopped${said}. Reload the page: what was found is kept, and the study goes on.`,
      },
    })
  })
  return new EngineClient(worker, onEvent)
}
