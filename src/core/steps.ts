/** Long work in short pieces: a generator that yields every few milliseconds, so that whoever runs it can let others have their turn. */

/** Work that yields where it can pause, and returns its result. */
export type Steps<T> = Generator<undefined, T, undefined>

/** Does all of it without a pause. */
export function finish<T>(steps: Steps<T>): T {
  for (;;) {
    const { done, value } = steps.next()
    if (done) return value
  }
}

/** How many numbers are looked at between two pauses: some milliseconds. */
export const PIECE = 2 ** 20
