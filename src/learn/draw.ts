/** The random numbers of what is tried: none depends on how long anything took. */

import { at } from '../core/at.ts'
import { Purpose, philox4x32 } from '../core/random.ts'

/** Numbers from 0 to 1, of one turn. */
export class Draw {
  readonly #seed: number
  readonly #turn: number
  #count = 0

  constructor(seed: number, turn: number) {
    this.#seed = seed
    this.#turn = turn
  }

  next(): number {
    const [word] = philox4x32([this.#count++, this.#turn, 0, 1], [this.#seed, Purpose.study])
    return word / 2 ** 32
  }

  of<T extends NonNullable<unknown>>(list: readonly T[]): T {
    return at(list, Math.floor(this.next() * list.length))
  }
}
