// The events of a running study, and the channel that delivers them.

import type { Trial } from './trial.ts'

/** What a running study reports. What it reports about a trial is in the journal already. */
export type StudyEvent =
  /** A batch of trials begins to train. */
  | { readonly type: 'batch'; readonly trials: readonly Trial[] }
  /** Sent now and then: by trial number, the part of it that is trained, from 0 to 1; trials of the batch that have ended count as 1. */
  | { readonly type: 'progress'; readonly done: ReadonlyMap<number, number> }
  /** Trials have reached a rung and reported; `step` counts epochs or repeats, as the pruner does. */
  | { readonly type: 'rung'; readonly step: number; readonly trials: readonly Trial[] }
  /** A trial ended: complete, pruned or failed. */
  | { readonly type: 'trial'; readonly trial: Trial }
  /** Before the first batch: something a person should know, for example that the arithmetic has changed. The study continues. */
  | { readonly type: 'notice'; readonly message: string }
  /** The study ended: its budget is spent, or its sampler has nothing left to try. */
  | { readonly type: 'end'; readonly reason: 'budget' | 'exhausted' }

/** Hands items from callbacks to one `for await` loop. */
export class Channel<T> implements AsyncIterable<T> {
  readonly #items: T[] = []
  #wake: (() => void) | undefined
  #closed = false

  push(item: T): void {
    this.#items.push(item)
    this.#wake?.()
  }

  close(): void {
    this.#closed = true
    this.#wake?.()
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T> {
    for (;;) {
      yield* this.#items.splice(0)
      if (this.#items.length > 0) continue
      if (this.#closed) return
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
      this.#wake = undefined
    }
  }
}
