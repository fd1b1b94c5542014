// The sampler `gaussianProcess`: Bayesian optimisation.

import { mean } from 'simple-statistics'
import * as z from 'zod/mini'
import { at } from '../../../core/at.ts'
import { whole } from '../../../core/fields.ts'
import { constraintsOf } from '../../feasibility.ts'
import { StudyRandom } from '../../random.ts'
import type { StudyView } from '../../trial.ts'
import { logBelow } from '../normal.ts'
import { createQuasiRandom } from '../quasiRandom.ts'
import { drawEvenly } from '../random.ts'
import type { Sampler } from '../sampler.ts'
import { MAX_DIMENSIONS } from '../sobol.ts'
import { byMerit, type Target, targetsOf } from '../targets.ts'
import { Codec } from './codec.ts'
import { fitHyperparameters } from './fit.ts'
import { logExpectedImprovement } from './improvement.ts'
import { GaussianProcess, type Hyperparameters, type Sample } from './model.ts'
import { findBest, type Search } from './search.ts'
import { warped } from './warp.ts'

export const gaussianProcessSchema = z.strictObject({
  name: z.literal('gaussianProcess'),
  startupTrials: z.optional(whole(1, 1e6)).check(z.describe('Quasi-random trials before the first that learns; 10 by default')),
})

/**
 * Bayesian optimisation: a Gaussian process over the trials so far (Matérn 5/2, a length of its own for each parameter), and the configuration
 * with the highest expected improvement on the best of them (Jones, Schonlau, Welch, "Efficient global optimization of expensive black-box
 * functions", 1998). The first trials are quasi-random. With several objectives it uses the first.
 *
 * Steps and whole numbers are rounded before they are scored, choices differ or do not, inactive parameters do not count (codec.ts). Running
 * trials are taken to end as expected. Constraints and, in finite spaces, repeated configurations are left out of the search. A proposal
 * costs the trials' number to the third: 35 ms of one core at 60, 0.4 s at 500, where the hyperparameters are fitted to at most 100 of them.
 */
export function createGaussianProcess(options: Omit<z.infer<typeof gaussianProcessSchema>, 'name'> = {}): Sampler {
  const { startupTrials = 10 } = options
  const quasiRandom = createQuasiRandom()
  const fits = new Map<string, Fit>()
  /** A model of the same objective or constraint hardly changes from one proposal to the next. */
  const fitOf = (name: string): Fit => {
    const known = fits.get(name) ?? rememberLast(fitHyperparameters)
    fits.set(name, known)
    return known
  }
  let last: { readonly view: StudyView; readonly search: Search | undefined } | undefined
  return {
    name: 'gaussianProcess',
    batchSize: 4,
    sample(view, number, attempt) {
      if (last?.view !== view) last = { view, search: learn(view, startupTrials, fitOf) }
      const random = new StudyRandom(view.seed, number, attempt)
      const isStart = last.search === undefined && view.space.names.length <= MAX_DIMENSIONS
      if (isStart) return quasiRandom.sample(view, number, attempt)
      const found = last.search === undefined || attempt > 0 ? undefined : findBest(last.search, random)
      return found ?? drawEvenly(view.space, random)
    },
  }
}

/** The number of trials that the hyperparameters are fitted to. */
const MAX_FITTED = 100

/** What to search, or undefined until enough trials have finished. */
function learn(view: StudyView, startupTrials: number, fitOf: (name: string) => Fit): Search | undefined {
  const { space, trials } = view
  const targets = targetsOf(view)
  const codec = new Codec(space)
  if (targets.length < startupTrials || codec.dimensions.length === 0) return undefined
  const y = warped(targets.map(({ loss }) => loss))
  const { categorical } = codec
  const points = targets.map(({ trial }) => codec.encode(trial.params))
  const sample = { x: joined(points, categorical.length), y, categorical }
  const hyperparameters = fitOf('')(thinned(sample, MAX_FITTED))
  const process = new GaussianProcess(sample, hyperparameters)
  // Running trials count as observed with their expected value: the mean stays the same, and nothing is left to learn there.
  const running = trials.filter(({ state }) => state === 'running').map(({ params }) => codec.encode(params))
  const believed: Sample = {
    x: joined([...points, ...running], categorical.length),
    y: Float64Array.from([...y, ...running.map((point) => process.predict(point).mean)]),
    categorical,
  }
  const model = running.length === 0 ? process : new GaussianProcess(believed, hyperparameters)
  const feasible = y.filter((_, i) => targets[i]?.violation === 0)
  const best = feasible.length === 0 ? undefined : Math.min(...feasible)
  const constraints = constraintModels(targets, codec, points, (name) => fitOf(`constraint ${name}`))
  const tried = new Set(space.size < Number.POSITIVE_INFINITY ? trials.map(({ params }) => space.key(params)) : [])
  const leaders = [...targets].sort(byMerit).slice(0, 2)
  return {
    space,
    codec,
    score(point) {
      const chance = constraints.reduce((sum, logProbability) => sum + logProbability(point), 0)
      // As long as nothing meets the constraints, meeting them is the only goal.
      if (best === undefined) return chance
      const { mean, deviation } = model.predict(point)
      return logExpectedImprovement(mean, deviation, best) + chance
    },
    allows: (params) => space.isAllowed(params) && !(tried.size > 0 && tried.has(space.key(params))),
    known: leaders.map(({ trial }) => codec.decode(codec.encode(trial.params))),
  }
}

/**
 * For each outcome constraint, the logarithm of the probability that a point meets it, from a process of its own over the trials that report it
 * (Gardner, Kusner, Xu, Weinberger, Cunningham, "Bayesian optimization with inequality constraints", ICML 2014; Optuna 5's GPSampler).
 */
function constraintModels(
  targets: readonly Target[],
  { categorical }: Codec,
  points: readonly Float64Array[],
  fitOf: (name: string) => Fit,
): ((point: Float64Array) => number)[] {
  const reported = targets.map(({ trial }) => constraintsOf(trial))
  return [...new Set(reported.flatMap((constraints) => [...constraints.keys()]))].flatMap((name) => {
    const places = [...reported.keys()].filter((i) => reported[i]?.has(name))
    const values = clipped(places.map((i) => reported[i]?.get(name) ?? 0))
    const centre = mean(values)
    const spread = Math.sqrt(mean(values.map((value) => (value - centre) ** 2)))
    // Where it never changed, nothing shows where it would.
    if (spread === 0) return []
    const sample: Sample = {
      x: joined(
        places.map((i) => points[i] ?? new Float64Array()),
        categorical.length,
      ),
      y: Float64Array.from(values, (value) => (value - centre) / spread),
      categorical,
    }
    const process = new GaussianProcess(sample, fitOf(name)(thinned(sample, MAX_FITTED)))
    return [
      (point: Float64Array): number => {
        const { mean: expected, deviation } = process.predict(point)
        return logBelow((-centre / spread - expected) / deviation)
      },
    ]
  })
}

/** Infinite values become as large as the largest finite one, in either direction, and at least 1. */
function clipped(values: readonly number[]): number[] {
  const most = Math.max(1, ...values.filter(Number.isFinite).map(Math.abs))
  return values.map((value) => Math.min(most, Math.max(-most, value)))
}

/** Points one after the other, (points, dimensions). */
function joined(points: readonly Float64Array[], dimensions: number): Float64Array {
  const x = new Float64Array(points.length * dimensions)
  for (const [i, point] of points.entries()) x.set(point, i * dimensions)
  return x
}

/** At most this many points of a sample, spread evenly over it. */
function thinned({ x, y, categorical }: Sample, most: number): Sample {
  const count = Math.min(most, y.length)
  const kept = Array.from({ length: count }, (_, i) => Math.floor((i * y.length) / count))
  return {
    x: joined(
      kept.map((i) => x.slice(i * categorical.length, (i + 1) * categorical.length)),
      categorical.length,
    ),
    y: Float64Array.from(kept, (i) => at(y, i)),
    categorical,
  }
}

type Fit = (sample: Sample) => Hyperparameters

/** The trials of a batch learn from the same finished ones: the same fit, done once. */
function rememberLast(fit: Fit): Fit {
  let last: { readonly sample: Sample; readonly result: Hyperparameters } | undefined
  return (sample) => {
    if (last === undefined || !isSame(last.sample, sample)) last = { sample, result: fit(sample) }
    return last.result
  }
}

const isSame = (a: Sample, b: Sample): boolean => isEqual(a.x, b.x) && isEqual(a.y, b.y) && isEqual(a.categorical, b.categorical)

const isEqual = <T>(a: ArrayLike<T>, b: ArrayLike<T>): boolean => a.length === b.length && Array.from(a).every((value, i) => value === b[i])
