// The sampler `gaussianProcess`: Bayesian optimisation.

import { mean } from 'simple-statistics'
import * as z from 'zod/mini'
import { at } from '../../../core/at.ts'
import { whole } from '../../../core/fields.ts'
import { constraintsOf } from '../../feasibility.ts'
import { StudyRandom } from '../../random.ts'
import type { Params } from '../../space/distributions.ts'
import type { StudyView } from '../../trial.ts'
import { createQuasiRandom } from '../quasiRandom.ts'
import { drawEvenly } from '../random.ts'
import type { Sampler } from '../sampler.ts'
import { MAX_DIMENSIONS } from '../sobol.ts'
import { byMerit, type Target, targetsOf } from '../targets.ts'
import { Acquisition, type ConstraintModel } from './acquisition.ts'
import { Codec } from './codec.ts'
import { Models } from './models.ts'
import { findBest, type Search } from './search.ts'
import { warped } from './warp.ts'

export const gaussianProcessSchema = z.strictObject({
  name: z.literal('gaussianProcess'),
  startupTrials: z.optional(whole(1, 1e6)).check(z.describe('Quasi-random trials before the first that learns; 10 by default')),
})

/**
 * Bayesian optimisation: a Gaussian process over the trials so far (Matérn 5/2, a length of its own for each parameter), and the configuration
 * with the highest expected improvement on the best of them (Jones, Schonlau, Welch, "Efficient global optimization of expensive black-box
 * functions", 1998), the best as the process has it, without the noise that it sees. The first trials are quasi-random. With several objectives it uses the first.
 *
 * Steps and whole numbers are rounded before they are scored, choices differ or do not, inactive parameters do not count (codec.ts). Running
 * trials are taken to end as expected. What constraints forbid and what was tried already is left out of the search. Whether a trial fails is
 * modelled as one more outcome constraint, which counts for three. Past 200 trials the process is of the best hundred and of a hundred spread over the others (models.ts).
 * @param failures a failed trial counts as the `worst` one, which keeps away from the edge; or its value is `unknown`, which finds what is best right before the edge
 * at the price of more that fail
 */
export function createGaussianProcess(
  options: Omit<z.infer<typeof gaussianProcessSchema>, 'name'> = {},
  failures: 'worst' | 'unknown' = 'worst',
): Sampler {
  const { startupTrials = 10 } = options
  const quasiRandom = createQuasiRandom()
  const models = new Models()
  let codec: Codec | undefined
  let last: { readonly view: StudyView; readonly search: Search | undefined } | undefined
  return {
    name: 'gaussianProcess',
    batchSize: 4,
    sample(view, number, attempt) {
      if (codec?.space !== view.space) codec = new Codec(view.space)
      if (last?.view !== view) last = { view, search: learn(view, { startupTrials, failures, codec, models }) }
      const random = new StudyRandom(view.seed, number, attempt)
      const isStart = last.search === undefined && view.space.names.length <= MAX_DIMENSIONS
      if (isStart) return quasiRandom.sample(view, number, attempt)
      const found = last.search === undefined || attempt > 0 ? undefined : findBest(last.search, random)
      return found ?? drawEvenly(view.space, random)
    },
  }
}

interface Learning {
  readonly startupTrials: number
  readonly failures: 'worst' | 'unknown'
  readonly codec: Codec
  readonly models: Models
}

/** What to search, or undefined until enough trials have finished. */
function learn(view: StudyView, { startupTrials, failures, codec, models }: Learning): Search | undefined {
  const { space, trials } = view
  const targets = targetsOf(view)
  if (targets.length < startupTrials || codec.dimensions.length === 0) return undefined
  const { categorical } = codec
  const points = targets.map(({ trial }) => codec.encodeTrial(trial))
  const told = [...targets.keys()].filter((i) => failures === 'worst' || !at(targets, i).imputed)
  const tellers = told.map((i) => at(targets, i))
  const objective = models.of(
    'objective',
    { points: told.map((i) => at(points, i)), values: tellers.map(({ loss }) => loss), transform: warped, ranked: rankedOf(tellers) },
    categorical,
  )
  const running = trials.filter(({ state }) => state === 'running').map((trial) => codec.encodeTrial(trial))
  const { smoothed } = objective.process
  const feasible = objective.kept.flatMap((i, place) =>
    at(tellers, i).violation === 0 && !at(tellers, i).imputed ? [at(smoothed, place)] : [],
  )
  // What is expected of running trials is to be improved on as well; else all of a batch would go where they go.
  const expected = running.map((point) => objective.process.meanAt(point))
  const leaders = [...targets].sort(byMerit).slice(0, 2)
  // The study refuses a repeated configuration of a finite space; in one without end the process would come back to the best, where rounded numbers and choices leave it nothing
  // better: 8 of 140 trials of the function Kinds in bench/study/quality/tuning.ts.
  const isNew = (params: Params): boolean => !space.keysOf(trials).has(space.key(params))
  return {
    space,
    codec,
    acquisition: new Acquisition({
      process: objective.believing(running),
      best: feasible.length === 0 ? undefined : Math.min(...feasible, ...expected),
      constraints: constraintsAmong(targets).map(({ name, places, values, bound, weight }): ConstraintModel => {
        const ranked = rankedOf(places.map((i) => at(targets, i)))
        return {
          process: models.of(name, { points: places.map((i) => at(points, i)), values, transform: standardized, ranked }, categorical)
            .process,
          bound,
          weight,
        }
      }),
    }),
    allows: (params) => space.isAllowed(params) && isNew(params),
    known: leaders.map(({ trial }) => codec.decode(codec.encode(trial.params))),
  }
}

/**
 * How far within an outcome constraint to stay, in standard deviations of what trials report: as much as a process is unsure of at least (the root of
 * LEAST_NOISE in fit.ts). Without it 38 of 40 trials at an edge broke it, by 1e-5.
 */
const MARGIN = 1e-3

/** Once, more than half of a study's trials failed, close to the edge and in corners far beyond it that nobody had seen. */
const FAILURE = 3

const rankedOf = (targets: readonly Target[]): number[] =>
  [...targets.keys()].sort((a, b) => byMerit(at(targets, a), at(targets, b)) || a - b)

/** What some trials report, met where it is at most `bound` once the values are standardized. */
interface Constraint {
  readonly name: string
  /** Of the targets that report it. */
  readonly places: readonly number[]
  readonly values: readonly number[]
  readonly bound: number
  /** How often its probability counts. */
  readonly weight: number
}

/**
 * Outcome constraints, each modelled by a process of its own over the trials that report it (Gardner, Kusner, Xu, Weinberger, Cunningham, "Bayesian
 * optimization with inequality constraints", ICML 2014; Optuna 5's GPSampler), and as another one that a trial does not fail. Those that never changed are
 * left out: nothing shows where they would.
 */
function constraintsAmong(targets: readonly Target[]): Constraint[] {
  const reported = targets.map(({ trial }) => constraintsOf(trial))
  const names = [...new Set(reported.flatMap((constraints) => [...constraints.keys()]))]
  const outcomes = names.map((name) => {
    const places = [...reported.keys()].filter((i) => reported[i]?.has(name))
    return {
      name: `constraint ${name}`,
      places,
      values: clipped(places.map((i) => reported[i]?.get(name) ?? 0)),
      weight: 1,
      margin: MARGIN,
    }
  })
  const failure = {
    name: 'failure',
    places: [...targets.keys()],
    values: targets.map(({ imputed }) => (imputed ? 1 : -1)),
    weight: FAILURE,
    margin: 0,
  }
  return [...outcomes, failure].flatMap((one) => {
    const { centre, spread } = measures(one.values)
    return spread === 0 ? [] : [{ ...one, bound: -centre / spread - one.margin }]
  })
}

function measures(values: readonly number[]): { centre: number; spread: number } {
  const centre = mean([...values])
  return { centre, spread: Math.sqrt(mean(values.map((value) => (value - centre) ** 2))) }
}

function standardized(values: readonly number[]): Float64Array {
  const { centre, spread } = measures(values)
  return Float64Array.from(values, (value) => (value - centre) / (spread || 1))
}

/** Infinite values become as large as the largest finite one, in either direction, and at least 1. */
function clipped(values: readonly number[]): number[] {
  const most = Math.max(1, ...values.filter(Number.isFinite).map(Math.abs))
  return values.map((value) => Math.min(most, Math.max(-most, value)))
}
