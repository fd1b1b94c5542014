// The pruner `populationBased`: population-based training.

import * as z from 'zod/mini'
import { at } from '../../core/at.ts'
import { between, fraction, positive, whole } from '../../core/fields.ts'
import { StudyRandom } from '../random.ts'
import { valueAtFraction } from '../sampler/random.ts'
import {
  cardinality,
  type Distribution,
  intervalOf,
  own,
  type Params,
  type ParamValue,
  toInternal,
  valueAt,
} from '../space/distributions.ts'
import { isBetter, type StudyView } from '../trial.ts'
import type { Pruner, Replacement } from './pruner.ts'
import { directionOf, intervalRungs, reportAt } from './reports.ts'

export const populationBasedSchema = z.strictObject({
  name: z.literal('populationBased'),
  vary: z
    .array(z.string())
    .check(
      z.minLength(1, { error: 'must name at least one parameter' }),
      z.describe('Parameters that change on the way; none that decides shapes'),
    ),
  interval: z.optional(whole(1, 1_000_000)).check(z.describe('Epochs between two rungs; a tenth of all by default')),
  trials: z.optional(whole(2, 65535)).check(z.describe('Trials that train beside each other; 16 by default')),
  quantile: z
    .optional(between(0, 0.5))
    .check(z.describe('Part of them, at least one, that takes over from an equally large best part; 0.25 by default')),
  resample: z.optional(fraction()).check(z.describe('How likely a value is drawn anew instead of perturbed; 0.25 by default')),
  factors: z
    .optional(z.tuple([positive(), positive()]))
    .check(z.describe('What a value is multiplied by, one or the other; 0.8 and 1.2 by default')),
})
type Options = Omit<z.infer<typeof populationBasedSchema>, 'name'>

/** Streams of random numbers that no sampler takes: samplers count theirs from 0. */
const STREAM = 0x40000000

/**
 * Population-based training (Jaderberg, Dalibard, Osindero and others, "Population based training of neural networks", 2017): at each rung
 * the worst trials continue from the networks of the best ones (exploit), with their values, those in `vary` perturbed or drawn anew
 * (explore). It stops no trial. Every trial ends with the values it has last; `params` stays as it began, and the user attribute
 * `espalier:replacements` records what it took over and when. The defaults are the paper's and Ray Tune's.
 */
export function createPopulationBasedPruner({
  vary,
  interval,
  trials = 16,
  quantile = 0.25,
  resample = 0.25,
  factors = [0.8, 1.2],
}: Options): Pruner {
  return {
    name: 'populationBased',
    axis: 'epoch',
    varied: vary,
    rungs: (steps) => intervalRungs(steps, 0, interval ?? Math.max(1, Math.floor(steps / 10))),
    batchSize: () => trials,
    prune: () => [],
    replace(view, batch, step) {
      const direction = directionOf(view)
      const ranked = batch.toSorted((a, b) => {
        const [x, y] = [reportAt(a, step), reportAt(b, step)]
        return isBetter(x, y, direction) ? -1 : isBetter(y, x, direction) ? 1 : a.number - b.number
      })
      const count = Math.min(Math.max(1, Math.floor(ranked.length * quantile)), Math.floor(ranked.length / 2))
      const best = ranked.slice(0, count)
      return ranked.slice(ranked.length - count).map(({ number }): Replacement => {
        const random = new StudyRandom(view.seed, number, STREAM + step)
        const source = best[random.integer(count)]
        if (source === undefined) throw new Error('there are as many best trials as worst ones')
        return { number, from: source.number, params: explore(view, source.params, new Set(vary), resample, factors, random) }
      })
    },
  }
}

/** The values of another trial, some changed; what the changes make active or inactive follows. Where constraints forbid them, none is changed. */
function explore(
  { space }: StudyView,
  from: Params,
  vary: ReadonlySet<string>,
  resample: number,
  factors: readonly [number, number],
  random: StudyRandom,
): Params {
  const explored = space.build((name, distribution) => {
    const [draw, fraction, side] = [random.uniform(), random.uniform(), random.integer(2)]
    const value = own(from, name)
    if (value === undefined || (vary.has(name) && draw < resample)) return valueAtFraction(distribution, fraction)
    return vary.has(name) ? perturbed(distribution, value, side, factors) : value
  })
  return space.isAllowed(explored) ? explored : from
}

/** A number times one of the factors, as near as the distribution comes to that; the choice before or after a choice. */
function perturbed(distribution: Distribution, value: ParamValue, side: number, factors: readonly [number, number]): ParamValue {
  if (distribution.type === 'categorical') {
    const index = toInternal(distribution, value) + (side === 0 ? -1 : 1)
    return valueAt(distribution, Math.min(cardinality(distribution) - 1, Math.max(0, index)))
  }
  const { toInterval, fromInterval } = intervalOf(distribution)
  return fromInterval(toInterval(Number(value) * at(factors, side)))
}
