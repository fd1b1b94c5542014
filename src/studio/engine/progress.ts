// Estimates how long studies still take.

import type { Progress } from '../protocol.ts'
import type { Told } from './training.ts'

/** Milliseconds between two events about one study. */
const PAUSE = 200

/** How far studies are and how long they will take, reported now and then. */
export class Paces {
  readonly #tell: (progress: Progress) => void
  /** Where a run began, by study. */
  readonly #begun = new Map<string, { readonly done: number; readonly at: number; last: number }>()

  constructor(tell: (progress: Progress) => void) {
    this.#tell = tell
  }

  /** A run begins, or has ended. */
  forget(study: string): void {
    this.#begun.delete(study)
  }

  report(study: string, { done, trials, note }: Told): void {
    const now = performance.now()
    const begun = this.#begun.get(study) ?? { done, at: now, last: Number.NEGATIVE_INFINITY }
    this.#begun.set(study, begun)
    if (now - begun.last < PAUSE && done < 1) return
    begun.last = now
    const gained = done - begun.done
    const eta = gained > 0 ? ((now - begun.at) / 1000) * ((1 - done) / gained) : undefined
    this.#tell({ study, done, trials, eta, note })
  }
}
