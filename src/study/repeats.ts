// The repeats of a trial: seeds and folds.

import * as z from 'zod/mini'
import { flag, MAX_SEED, whole } from '../core/fields.ts'
import { Purpose, philox4x32 } from '../core/random.ts'

/** How often every configuration runs: with a number of seeds, on a number of folds of the data, or every seed on every fold. */
const repeatsObject = z
  .strictObject({
    seeds: z.optional(whole(1, 10_000)).check(z.describe('1 by default')),
    folds: z.optional(whole(1, 1_000)).check(z.describe('1, no folds, by default')),
    seedPerFold: z
      .optional(flag())
      .check(z.describe('Every fold has a seed of its own, as where folds are repeated splits of the same rows')),
  })
  .check(
    z.refine(({ seeds, seedPerFold }) => seeds === undefined || seedPerFold !== true, {
      error: 'must hold seeds or seedPerFold, not both: with seedPerFold there are as many seeds as folds',
    }),
  )
export const repeatsSchema = z.union([whole(1, 10_000).check(z.describe('So many seeds')), repeatsObject])
/**
 * How often every configuration is trained: so many seeds, or folds and seeds.
 * @useDeclaredType
 */
export type RepeatsSpec = z.infer<typeof repeatsSchema>

/** One training of a configuration. */
export interface Repeat {
  readonly seed: number
  /** From 0. */
  readonly fold: number
}

/**
 * The repeats of every trial, the folds of one seed after the other: all trials share them, so their results can be compared in pairs.
 * The first seed is the study's own, so that `fit` with it gives the first repeat's network.
 */
export function resolveRepeats(given: RepeatsSpec, seed: number): Repeat[] {
  const { seeds = 1, folds = 1, seedPerFold = false } = typeof given === 'number' ? { seeds: given } : given
  return Array.from({ length: seeds * folds }, (_, i) => {
    const repeat = seedPerFold ? i : Math.floor(i / folds)
    const [word] = philox4x32([repeat, 0, 0, 1], [seed, Purpose.study])
    return { seed: repeat === 0 ? seed : word % (MAX_SEED + 1), fold: i % folds }
  })
}
