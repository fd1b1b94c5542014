// The page's end of the protocol between page and engine.

import { EspalierError } from '../core/errors.ts'
import type { CallName, Calls, EngineEvent, Message, Problem, Reply } from './protocol.ts'

/** A call that the engine could not answer. */
export class EngineError extends EspalierError {
  override readonly name = 'EngineError'
  readonly problem: Problem

  constructor(problem: Problem) {
    super(problem.message)
    this.problem = problem
  }
}

/** What of a `Worker` the client needs. */
interface EnginePort {
  postMessage(message: unknown): void
  addEventListener(type: 'message', receive: (event: { readonly data: unknown }) => void): void
}

/** The page's end of the protocol. */
export class EngineClient {
  readonly #port: EnginePort
  readonly #pending = new Map<number, { resolve: (value: never) => void; reject: (error: Error) => void }>()
  #last = 0

  constructor(port: EnginePort, onEvent: (event: EngineEvent) => void) {
    this.#port = port
    port.addEventListener('message', ({ data }) => {
      const reply = data as Reply
      if ('event' in reply) return onEvent(reply)
      const call = this.#pending.get(reply.id)
      this.#pending.delete(reply.id)
      if ('problem' in reply) call?.reject(new EngineError(reply.problem))
      else call?.resolve(reply.gives as never)
    })
  }

  /** @throws EngineError */
  call<Name extends CallName>(call: Name, takes: Calls[Name]['takes']): Promise<Calls[Name]['gives']> {
    const message: Message<Name> = { id: ++this.#last, call, takes }
    return new Promise((resolve, reject) => {
      this.#pending.set(message.id, { resolve, reject })
      this.#port.postMessage(message)
    })
  }
}
