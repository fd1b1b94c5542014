// The sampler `quasiRandom`: a scrambled Sobol sequence.

import * as z from 'zod/mini'
import { InvalidSpecError } from '../../core/errors.ts'
import { StudyRandom } from '../random.ts'
import type { Params } from '../space/distributions.ts'
import type { Space } from '../space/space.ts'
import { valueAtFraction } from './random.ts'
import type { Sampler } from './sampler.ts'
import { MAX_DIMENSIONS, scrambled, sobolCoordinate, sobolDimension } from './sobol.ts'

export const quasiRandomSchema = z.strictObject({ name: z.literal('quasiRandom') })

/** After this many points in a row that constraints refuse, the study may say that they leave nothing. */
const MAX_REFUSED = 1000
/** Separates the scrambling's random numbers from those of trials' attempts. */
const STREAM = 0xfffffffe

/**
 * Scrambled Sobol points, which fill the space more evenly than random ones: trial n takes the n-th point that the constraints allow.
 * Every parameter has a dimension of its own, a conditional one too: where it is inactive its coordinate goes unused. Numbers are laid
 * over their range (in the logarithm where it says `log`), steps and choices in equal shares. The seed of the study scrambles.
 * @throws InvalidSpecError on the first sample when the space has more than 128 parameters
 */
export function createQuasiRandom(): Sampler {
  let last: Sequence | undefined
  return {
    name: 'quasiRandom',
    batchSize: 16,
    sample({ space, seed }, number, attempt) {
      if (last?.space !== space || last.seed !== seed) last = new Sequence(space, seed)
      return last.allowed(number + attempt)
    },
  }
}

class Sequence {
  readonly space: Space
  readonly seed: number
  readonly #dimensions: ReadonlyMap<string, ReturnType<typeof sobolDimension>>
  /** Indices of the points that the constraints allow, as far as they were needed. */
  readonly #places: number[] = []

  constructor(space: Space, seed: number) {
    const { names } = space
    if (names.length > MAX_DIMENSIONS) {
      throw new InvalidSpecError(`the space has ${names.length} parameters; quasiRandom takes at most ${MAX_DIMENSIONS}: choose random`)
    }
    this.space = space
    this.seed = seed
    this.#dimensions = new Map(names.map((name, i) => [name, scrambled(sobolDimension(i), new StudyRandom(seed, i, STREAM))]))
  }

  allowed(index: number): Params {
    if (this.space.constraints.length === 0) return this.#at(index)
    for (let refused = 0; this.#places.length <= index; refused++) {
      const place = (this.#places.at(-1) ?? -1) + 1 + refused
      if (refused === MAX_REFUSED) return this.#at(place)
      if (!this.space.isAllowed(this.#at(place))) continue
      this.#places.push(place)
      refused = -1
    }
    return this.#at(this.#places[index] ?? index)
  }

  #at(place: number): Params {
    return this.space.build((name, distribution) => {
      const dimension = this.#dimensions.get(name)
      if (dimension === undefined) throw new RangeError(`there is no dimension for ${name}`)
      return valueAtFraction(distribution, sobolCoordinate(dimension, place))
    })
  }
}
