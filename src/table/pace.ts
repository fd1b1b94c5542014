/** Lets a page breathe while a table is read, and hears whether it is still wanted. */

/** Milliseconds of work after which others get their turn: a frame of a page is 16. */
const TURN = 12

export class Pace {
  readonly #signal: AbortSignal | undefined
  #turn = performance.now()

  constructor(signal: AbortSignal | undefined) {
    this.#signal = signal
  }

  /** Whether it is time to rest. */
  get due(): boolean {
    return performance.now() - this.#turn > TURN
  }

  /** Rests where it is time. Rethrows the signal's reason when aborted. */
  async rest(): Promise<void> {
    this.#signal?.throwIfAborted()
    if (!this.due) return
    await nextTask()
    this.#signal?.throwIfAborted()
    this.#turn = performance.now()
  }
}

/** A timer of a page waits 4 ms at least; a message does not. */
function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => {
      port1.close()
      resolve()
    }
    port2.postMessage(undefined)
  })
}
