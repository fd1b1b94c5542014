// The page's end of the worker that predicts.

import type { RawRow } from '../../learn/predictor/cells.ts'
import type { Prediction } from '../../learn/predictor/predictor.ts'
import type { Asked, AskerReply, Followed } from './protocol.ts'

/** Predicts, in a worker that is started with the first answer. What is asked while another answer comes is answered with undefined. */
export class Asker {
  #worker: Worker | undefined
  readonly #waiting = new Map<number, (reply: AskerReply) => void>()
  #last = 0

  /** From now on it predicts by this file. */
  load(bytes: Uint8Array<ArrayBuffer>): void {
    this.#worker ??= this.#start()
    this.#worker.postMessage({ ask: 'load', bytes } satisfies Asked)
  }

  async row(row: RawRow): Promise<Prediction | undefined> {
    const reply = await this.#call((id) => ({ ask: 'row', id, row }))
    return reply.of === 'row' ? reply.said : undefined
  }

  async column(
    column: string,
    grid: readonly (number | string)[],
    rows: readonly RawRow[],
    className: string | undefined,
  ): Promise<Followed | undefined> {
    const reply = await this.#call((id) => ({ ask: 'column', id, column, grid, rows, className }))
    return reply.of === 'column' ? reply : undefined
  }

  close(): void {
    this.#worker?.terminate()
    this.#worker = undefined
  }

  #call(ask: (id: number) => Asked): Promise<AskerReply> {
    const id = ++this.#last
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve)
      this.#worker?.postMessage(ask(id))
    })
  }

  #start(): Worker {
    const worker = new Worker(new URL('./asker.js', import.meta.url), { type: 'module', name: 'espalier-asker' })
    worker.addEventListener('message', ({ data }) => {
      const reply = data as AskerReply
      this.#waiting.get(reply.id)?.(reply)
      this.#waiting.delete(reply.id)
    })
    return worker
  }
}
