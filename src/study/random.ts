// The random numbers of a study, addressed by trial and not by call.

import { Purpose, philox4x32 } from '../core/random.ts'

/**
 * Random numbers of a study: Philox keyed by (seed, study), counted by (draw, trial, stream, 0), so a trial's numbers depend on
 * nothing drawn before it.
 */
export class StudyRandom {
  readonly #seed: number
  readonly #trial: number
  readonly #stream: number
  #draws = 0
  #spare: number | undefined

  /** `stream` separates different uses for the same trial. */
  constructor(seed: number, trial: number, stream = 0) {
    this.#seed = seed
    this.#trial = trial
    this.#stream = stream
  }

  /** Even in [0, 1), 53 bits. */
  uniform(): number {
    const [a, b] = philox4x32([this.#draws++, this.#trial, this.#stream, 0], [this.#seed, Purpose.study])
    return ((a >>> 5) * 2 ** 26 + (b >>> 6)) / 2 ** 53
  }

  /** 0 … count - 1, each as likely. */
  integer(count: number): number {
    return Math.floor(this.uniform() * count)
  }

  /** Standard normal, by Box and Muller (Annals of Mathematical Statistics 29, 1958). */
  normal(): number {
    if (this.#spare !== undefined) {
      const spare = this.#spare
      this.#spare = undefined
      return spare
    }
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()))
    const angle = 2 * Math.PI * this.uniform()
    this.#spare = radius * Math.sin(angle)
    return radius * Math.cos(angle)
  }

  /** One of `weights.length` indices, with a probability proportional to its weight. */
  weighted(weights: readonly number[]): number {
    let rest = this.uniform() * weights.reduce((sum, weight) => sum + weight, 0)
    const place = weights.findIndex((weight) => {
      rest -= weight
      return rest < 0
    })
    return place < 0 ? weights.length - 1 : place
  }

  /** A new array in random order (Fisher and Yates). */
  shuffled<T>(items: readonly T[]): T[] {
    const result = [...items]
    for (let i = result.length - 1; i > 0; i--) {
      const j = this.integer(i + 1)
      const [a, b] = [result[i], result[j]]
      if (a !== undefined && b !== undefined) [result[i], result[j]] = [b, a]
    }
    return result
  }
}
