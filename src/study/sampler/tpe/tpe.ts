// The sampler `tpe`.

import * as z from 'zod/mini'
import { at } from '../../../core/at.ts'
import { flag, positive, whole } from '../../../core/fields.ts'
import { StudyRandom } from '../../random.ts'
import {
  cardinality,
  contains,
  type Distribution,
  own,
  type Params,
  type ParamValue,
  toInternal,
  valueAt,
} from '../../space/distributions.ts'
import type { Space } from '../../space/space.ts'
import type { StudyView } from '../../trial.ts'
import { drawEvenly } from '../random.ts'
import type { Sampler } from '../sampler.ts'

import { failures, type Observation, observe } from './observations.ts'
import { ParzenEstimator, type ParzenOptions, recencyWeights } from './parzen.ts'
import { type Side, split } from './split.ts'

export const tpeSchema = z.strictObject({
  name: z.literal('tpe'),
  startupTrials: z.optional(whole(1, 1e6)).check(z.describe('Random trials before the first that learns; 10 by default')),
  candidates: z
    .optional(whole(1, 1e5))
    .check(z.describe('Drawn from the good trials, and the one with the best ratio is taken; 24 by default')),
  multivariate: z
    .optional(flag())
    .check(z.describe('Parameters are drawn together (default), so that good pairs are found, or one by one')),
  constantLiar: z.optional(flag()).check(z.describe('Keep away from trials that still run, as from bad ones; true by default')),
  priorWeight: z.optional(positive()).check(z.describe("The whole range's weight beside each trial's 1; 1 by default")),
  bandwidth: z
    .optional(z.union([positive(), z.literal('neighbours')]))
    .check(
      z.describe(
        "A multivariate kernel's width in ranges, before Scott's factor; 0.1 by default. Or `neighbours`: how far its neighbours are",
      ),
    ),
  magicClip: z
    .optional(flag())
    .check(z.describe('No kernel narrower than the range over their number; true by default where widths go by neighbours')),
})
export type TpeOptions = Omit<z.infer<typeof tpeSchema>, 'name'>

/**
 * The tree-structured Parzen estimator (Bergstra, Bardenet, Bengio, Kégl, "Algorithms for hyper-parameter optimization", NeurIPS 2011;
 * multivariate: Falkner, Klein, Hutter, "BOHB", ICML 2018) as Optuna 3.1's TPESampler: the best tenth of the trials (25 at most) against the
 * rest, candidates drawn from the first, the one most likely under the first and least under the rest taken. Two things differ, as
 * `bench/NOTES.md` says why: multivariate kernels are half as wide and not clipped, and densities are densities (see parzen.ts). And failed
 * trials, of which Optuna learns nothing, and losses of Infinity are always on the side of the rest: where networks diverge is to be left.
 *
 * Parameters with the same condition are drawn together, from the trials that have all of them (Optuna's `group`). Every refused
 * attempt halves the candidates, so that proposals spread where the best ones are taken or not allowed.
 */
export function createTpe(options: TpeOptions = {}): Sampler {
  const { startupTrials = 10, candidates = 24, multivariate = true, constantLiar = true } = options
  const { priorWeight = 1, bandwidth: said = multivariate ? 0.1 : 'neighbours' } = options
  const bandwidth = said === 'neighbours' || !multivariate ? undefined : said
  const { magicClip = bandwidth === undefined } = options
  const kernels = { priorWeight, bandwidth, magicClip }
  let groups: { readonly space: Space; readonly all: readonly Group[] } | undefined
  /** Undefined until enough trials have finished. */
  const learn = (view: StudyView): Learnt[] | undefined => {
    const observations = observe(view, constantLiar)
    const failed = failures(view)
    const finished = observations.filter(({ step }) => step < Number.POSITIVE_INFINITY).length + failed.length
    if (finished < startupTrials) return undefined
    const { good, rest } = split(observations, Math.min(Math.ceil(0.1 * finished), 25))
    const bad = failed.length === 0 ? rest : { ...rest, observations: inOrder([...rest.observations, ...failed]) }
    if (groups?.space !== view.space) groups = { space: view.space, all: groupsOf(view.space, multivariate) }
    return groups.all.map((group) => ({
      names: group.parameters.map(({ name }) => name),
      likely: estimate(group, good, kernels),
      unlikely: estimate(group, bad, kernels),
    }))
  }
  let last: { readonly view: StudyView; readonly learnt: Learnt[] | undefined } | undefined
  return {
    name: 'tpe',
    batchSize: 4,
    sample(view, number, attempt) {
      if (last?.view !== view) last = { view, learnt: learn(view) }
      const random = new StudyRandom(view.seed, number, attempt)
      if (last.learnt === undefined) return drawEvenly(view.space, random)
      const count = Math.max(1, Math.floor(candidates / 2 ** attempt))
      const chosen = new Map(last.learnt.flatMap((learnt) => choose(learnt, count, random)))
      return view.space.build((name, distribution) => {
        const value = chosen.get(name)
        return value === undefined ? valueAt(distribution, 0) : value
      })
    },
  }
}

const inOrder = (observations: readonly Observation[]): Observation[] => [...observations].sort((a, b) => a.trial.number - b.trial.number)

interface Parameter {
  readonly name: string
  readonly distribution: Distribution
}

/** Parameters that are drawn together. */
export class Group {
  readonly parameters: readonly Parameter[]
  /** Of configurations that were asked for before: those of a study's trials are asked for at every proposal. */
  readonly #known = new WeakMap<Params, readonly number[]>()

  constructor(parameters: readonly Parameter[]) {
    this.parameters = parameters
  }

  /** What a configuration has for them, as Optuna's internal numbers; none if it has not all of them. (parameters) */
  valuesOf(params: Params): readonly number[] {
    const known = this.#known.get(params)
    if (known !== undefined) return known
    const read = this.#read(params)
    this.#known.set(params, read)
    return read
  }

  #read(params: Params): number[] {
    const values = this.parameters.flatMap(({ name, distribution }) => {
      const value = own(params, name)
      return value !== undefined && contains(distribution, value) ? [toInternal(distribution, value)] : []
    })
    return values.length === this.parameters.length ? values : []
  }
}

/** Those with a single value are left out. */
function groupsOf({ parameters }: Space, multivariate: boolean): Group[] {
  const groups = new Map<string, Parameter[]>()
  for (const parameter of parameters.filter(({ distribution }) => cardinality(distribution) > 1)) {
    const key = multivariate ? (parameter.when?.text ?? '') : parameter.name
    groups.set(key, [...(groups.get(key) ?? []), parameter])
  }
  return [...groups.values()].map((group) => new Group(group))
}

/** The density of a side's configurations that have all the group's parameters. */
export function estimate(group: Group, { observations, weights }: Side, options: ParzenOptions): ParzenEstimator {
  const rows: (readonly number[])[] = []
  const given: (number | undefined)[] = []
  for (const [i, { trial }] of observations.entries()) {
    const values = group.valuesOf(trial.params)
    if (values.length === 0) continue
    rows.push(values)
    given.push(weights?.[i])
  }
  const ages = recencyWeights(rows.length)
  return new ParzenEstimator(
    group.parameters.map(({ distribution }) => distribution),
    rows,
    given.map((weight, i) => weight ?? at(ages, i)),
    options,
  )
}

/** What the trials say of parameters that are drawn together. */
interface Learnt {
  readonly names: readonly string[]
  readonly likely: ParzenEstimator
  readonly unlikely: ParzenEstimator
}

/** Of configurations drawn from `likely` the one with the greatest ratio of its density to the other's. */
function choose({ names, likely, unlikely }: Learnt, count: number, random: StudyRandom): [string, ParamValue][] {
  let best: ParamValue[] = []
  let most = Number.NEGATIVE_INFINITY
  for (let i = 0; i < count; i++) {
    const values = likely.draw(random)
    const score = count === 1 ? 0 : likely.logDensity(values) - unlikely.logDensity(values)
    if (score > most || i === 0) [best, most] = [values, score]
  }
  return names.map((name, i) => [name, best[i] ?? null])
}
