// Notices small networks that are trained for long: for those a backend makes kernels (made/), once.

import { stepWork } from '../../core/layout.ts'
import type { Training } from './made/kernels.ts'
import type { Maker } from './made/maker.ts'

/** Multiply-adds that a step's calls take as long as. */
const STEP = 4_500
/** The most weights of a small network (assembly/small.ts). */
const WEIGHTS = 2_048
/**
 * Multiply-adds of some 50 ms by the usual kernels. Made ones save 0.4 of the time, and to write and compile them takes 5 to 20 ms, most of it on other threads: a network pays
 * for them from here on.
 */
const LONG = 6e8

/** What a backend has trained of small networks. */
export class LongTraining {
  readonly #fused: boolean
  #work = 0
  #maker: Promise<Maker> | undefined

  constructor(fused: boolean) {
    this.#fused = fused
  }

  /** @param epochs those that `members`, in their order, begin to train; it holds one entry an epoch */
  note(training: Training, members: readonly number[], epochs: readonly { readonly length: number }[]): void {
    const { topology } = training.population
    const { batchSize } = topology
    const multiplyAdds = stepWork(topology)
    if (training.rows < batchSize || multiplyAdds > 3 * WEIGHTS * batchSize) return
    const perEpoch = (STEP + multiplyAdds) * Math.floor(training.rows / batchSize)
    for (const { length } of epochs) this.#work += perEpoch * length
    if (this.#work < LONG) return
    this.#maker ??= import('./made/maker.ts').then(({ Maker }) => new Maker(this.#fused, LONG))
    // Where they cannot be loaded or compiled the usual kernels go on, with the same bits.
    this.#maker.then((maker) => maker.note(training, members, epochs, perEpoch)).catch(() => undefined)
  }
}
