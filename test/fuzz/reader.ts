import type { Draw } from '../support/random.ts'

/** What a reader is to the fuzzer: whole inputs, a way to change them, and the errors that it may refuse them by. */

/** Something to be read, changed or not. */
export interface Attempt {
  /** For the message of what went wrong. */
  readonly input: unknown
  /** Reads it, and throws where what was accepted contradicts itself. */
  read(): unknown
}

export interface Reader {
  readonly name: string
  /** The package's errors by which it refuses. */
  readonly refusals: readonly (new (
    message: string,
  ) => Error)[]
  /** Answers what makes an attempt of a whole input, without a draw, or of a changed one. */
  open(): Promise<{ readonly wholes: number; attempt(seed: number, draw?: Draw): Attempt }>
}

interface Given<T> {
  readonly name: string
  readonly refusals: Reader['refusals']
  readonly seeds: () => readonly T[] | Promise<readonly T[]>
  readonly mutate: (seed: T, draw: Draw) => T
  readonly read: (input: T) => unknown
}

export const reader = <T>({ name, refusals, seeds: make, mutate, read }: Given<T>): Reader => ({
  name,
  refusals,
  open: async () => {
    const seeds = await make()
    return {
      wholes: seeds.length,
      attempt: (place, draw) => {
        const seed = seeds[place % seeds.length] as T
        const input = draw === undefined ? seed : mutate(structuredClone(seed), draw)
        return { input, read: () => read(input) }
      },
    }
  },
})
