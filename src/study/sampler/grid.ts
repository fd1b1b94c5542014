// The sampler `grid`.

import * as z from 'zod/mini'
import { InvalidSpecError } from '../../core/errors.ts'
import { StudyRandom } from '../random.ts'
import { cardinality, type Params } from '../space/distributions.ts'
import type { Space } from '../space/space.ts'
import type { Sampler } from './sampler.ts'

export const gridSchema = z.strictObject({
  name: z.literal('grid'),
  order: z
    .optional(z.enum(['declared', 'shuffled']))
    .check(z.describe('declared (the default): the last parameter varies fastest; shuffled: in an order drawn from the seed of the study')),
})

/** This many configurations are listed within a second or two; more would never be tried. */
const MAX_CONFIGURATIONS = 1e6
/** Trial 2^32 - 1 is never asked for, so its random numbers are free for the order. */
const ORDER_DRAW = 0xffffffff

/**
 * Every allowed configuration once, then 'done': conditions and constraints are respected, and a configuration that the study has already
 * tried, for whatever reason, is skipped.
 * @throws InvalidSpecError on the first sample when the space is endless or larger than a million configurations
 */
export function createGrid({ order = 'declared' }: Omit<z.infer<typeof gridSchema>, 'name'> = {}): Sampler {
  let listed: { space: Space; seed: number; configurations: readonly Params[] } | undefined
  /** How many of the first configurations are among these keys, which a study only adds to. */
  let done: { keys: ReadonlySet<string>; count: number } | undefined
  return {
    name: 'grid',
    batchSize: 16,
    sample({ space, seed, trials }, _number, attempt) {
      if (listed?.space !== space || listed.seed !== seed) {
        const configurations = listConfigurations(space)
        listed = {
          space,
          seed,
          configurations: order === 'declared' ? configurations : new StudyRandom(seed, ORDER_DRAW).shuffled(configurations),
        }
        done = undefined
      }
      const { configurations } = listed
      const keys = space.keysOf(trials)
      if (done?.keys !== keys) done = { keys, count: 0 }
      const isTried = (place: number): boolean => keys.has(space.key(configurations[place] ?? {}))
      while (done.count < configurations.length && isTried(done.count)) done.count++
      let refused = 0
      for (let place = done.count; place < configurations.length; place++)
        if (!isTried(place) && refused++ === attempt) return configurations[place] ?? 'done'
      return 'done'
    },
  }
}

function listConfigurations(space: Space): Params[] {
  const endless = space.parameters.find(({ distribution }) => cardinality(distribution) === Number.POSITIVE_INFINITY)
  if (endless !== undefined) {
    throw new InvalidSpecError(
      `space.${endless.name} has no step, so no grid can hold all its values; give it a step, or choose another sampler`,
    )
  }
  if (space.size > MAX_CONFIGURATIONS) {
    throw new InvalidSpecError(`the space has ${space.size} configurations; a grid may have at most ${MAX_CONFIGURATIONS}`)
  }
  return [...space.enumerate()]
}
