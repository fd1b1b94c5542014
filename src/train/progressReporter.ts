// Passes progress on to callbacks, and stops when one throws or the signal aborts.

interface Listener {
  readonly onProgress?: ((done: number) => unknown) | undefined
}

/** Reports how far the training is, and lets the listener end it: by the signal, or by an error in a callback, which ends it as an abort does. */
export class ProgressReporter {
  readonly #callbacks: Listener | undefined
  readonly #given: AbortSignal | undefined
  readonly #broken = new AbortController()
  // Not AbortSignal.any, which some supported browsers lack.
  readonly #abort = (): void => this.#broken.abort(this.#given?.reason)

  constructor(callbacks: Listener | undefined, signal: AbortSignal | undefined) {
    this.#callbacks = callbacks
    this.#given = signal
    if (signal?.aborted === true) this.#abort()
    signal?.addEventListener('abort', this.#abort, { once: true })
  }

  /** Of the training: aborted with what was thrown, or with the given signal's reason. */
  get signal(): AbortSignal {
    return this.#broken.signal
  }

  /** Called where an exception must not escape. */
  progress(done: number): void {
    const fail = (error: unknown): void => this.#broken.abort(error)
    try {
      // It may be a promise, whatever its type says; an unhandled rejection would end the program.
      Promise.resolve(this.#callbacks?.onProgress?.(done)).catch(fail)
    } catch (error) {
      fail(error)
    }
  }

  end(): void {
    this.#given?.removeEventListener('abort', this.#abort)
  }
}
