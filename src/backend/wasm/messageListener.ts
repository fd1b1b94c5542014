// Lets a thread that is busy receive messages now and then.

/** How long a thread may go without receiving messages, in ms. */
const LISTEN_MS = 25

/** Remembers when a thread last received messages, over all its calls, so that many short calls do not delay messages either. */
export class MessageListener {
  #listened = performance.now()

  /** Whether it is time to listen again. */
  get due(): boolean {
    return performance.now() - this.#listened > LISTEN_MS
  }

  async listen(): Promise<void> {
    await nextTask()
    this.#listened = performance.now()
  }
}

/** Lets queued messages in. A timer would wait 4 ms in a browser; a message or an immediate does not. */
function nextTask(): Promise<void> {
  if (typeof setImmediate === 'function') return new Promise((resolve) => void setImmediate(resolve))
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => {
      port1.close()
      resolve()
    }
    port2.postMessage(undefined)
  })
}
