// The sampler `random`, and drawing a value of any distribution.

import * as z from 'zod/mini'
import { StudyRandom } from '../random.ts'
import { cardinality, type Distribution, intervalOf, type Params, type ParamValue, valueAt } from '../space/distributions.ts'
import type { Space } from '../space/space.ts'
import type { Sampler } from './sampler.ts'

export const randomSchema = z.strictObject({ name: z.literal('random') })

/** Every parameter drawn evenly over its distribution (in the logarithm where it says `log`), whatever came before. */
export function createRandom(): Sampler {
  return {
    name: 'random',
    batchSize: 16,
    sample: ({ space, seed }, number, attempt) => drawEvenly(space, new StudyRandom(seed, number, attempt)),
  }
}

/** A configuration whose parameters are drawn one after the other; the caller checks constraints. */
export const drawEvenly = (space: Space, random: StudyRandom): Params =>
  space.build((_, distribution) => valueAtFraction(distribution, random.uniform()))

/** The value at a fraction of the distribution, in [0, 1): every choice and every step has an equal share. */
export function valueAtFraction(distribution: Distribution, fraction: number): ParamValue {
  if (distribution.type === 'categorical') return valueAt(distribution, Math.floor(fraction * cardinality(distribution)))
  const { low, high, fromInterval } = intervalOf(distribution)
  return fromInterval(low + fraction * (high - low))
}
