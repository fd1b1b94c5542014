/** A submission should take about this long, in ms: far from the watchdogs' 2 s, and two of them are an abort's longest wait. */
const SLICE_MS = 40

/** Items a submission can hold, as the last ones cost. */
export interface Pace {
  items: number
}

/** Runs work in submissions sized by what the last one cost, two in flight. */
export class Slices {
  readonly #signal: AbortSignal | undefined
  readonly #limit: number
  readonly #pace: Pace

  /** At most `limit` items a submission. */
  constructor(pace: Pace, signal: AbortSignal | undefined, limit: number) {
    this.#pace = pace
    this.#signal = signal
    this.#limit = limit
  }

  /**
   * `submit` sends items from … to - 1 and answers how to read their sums; `collect` takes these in order, with the items done.
   * @throws the signal's reason, after what was sent has ended
   */
  async over(
    count: number,
    submit: (from: number, to: number) => () => Promise<Float32Array>,
    collect: (done: number, sums: Float32Array) => void,
  ): Promise<void> {
    const inFlight: { to: number; read: Promise<Float32Array> }[] = []
    let size = Math.min(this.#limit, this.#pace.items)
    let settled = performance.now()
    const settle = async (items: number): Promise<void> => {
      const oldest = inFlight.shift()
      if (oldest === undefined) return
      collect(oldest.to, await oldest.read)
      const now = performance.now()
      size = Math.max(1, Math.min(this.#limit, size * 2, Math.floor((items * SLICE_MS) / Math.max(0.01, now - settled))))
      this.#pace.items = size
      settled = now
    }
    let last = 0
    for (let from = 0; from < count && this.#signal?.aborted !== true; ) {
      const to = Math.min(count, from + size)
      const read = submit(from, to)()
      // When an earlier one fails nobody waits for this one.
      read.catch(() => undefined)
      inFlight.push({ to, read })
      if (inFlight.length > 1) await settle(last)
      last = to - from
      from = to
    }
    while (inFlight.length > 0) await settle(last)
    this.#signal?.throwIfAborted()
  }
}
