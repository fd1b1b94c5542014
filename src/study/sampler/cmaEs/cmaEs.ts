// The sampler `cmaEs`.

import * as z from 'zod/mini'
import { at } from '../../../core/at.ts'
import { positive, whole } from '../../../core/fields.ts'
import { StudyRandom } from '../../random.ts'
import { cardinality } from '../../space/distributions.ts'
import { isFinished, type StudyView } from '../../trial.ts'
import { Progress } from '../progress.ts'
import { drawEvenly, valueAtFraction } from '../random.ts'
import type { Sampler } from '../sampler.ts'
import { byMerit, targetsOf } from '../targets.ts'
import { Axis } from './axis.ts'
import { begin, defaultPopulation, drawStep, type Evolution, evolve, ratesOf } from './evolution.ts'

export const cmaEsSchema = z.strictObject({
  name: z.literal('cmaEs'),
  populationSize: z.optional(whole(4, 1e4)).check(z.describe('Trials of a generation; 4 + 3 log(parameters) by default')),
  sigma: z.optional(positive()).check(z.describe('The first steps, in ranges; 1/6 by default')),
})

/** Separates a restart's random numbers from those of trials' attempts. */
const STREAM = 0xfffffffe
/** Steps shorter than this part of the ranges end a run of generations. */
const SHORTEST = 1e-7

/**
 * The evolution strategy with covariance matrix adaptation (Hansen, "The CMA evolution strategy: a tutorial", 2016, with negative weights) over
 * the numbers of the space, in the logarithm where it says `log`. Trials g x populationSize … are generation g, proposed once all before them
 * have ended, with failed ones ranked last and those that break outcome constraints before them. It starts in the middle of the ranges; when its steps become shorter than 1e-7 of them it starts again somewhere else with
 * twice the population (Auger and Hansen, "A restart CMA evolution strategy with increasing population size", 2005). With several
 * objectives it uses the first.
 *
 * Steps outside the ranges are drawn again, at most 10 times a parameter, and then cut off. Numbers in steps are rounded, and their spread
 * is kept wide enough to leave a value with probability 1 / (parameters x populationSize), as in CMA-ES with margin (Hamano, Saito,
 * Nomura, Shirakawa, GECCO 2022), here around the value's middle. An inactive number counts as the mean. Choices have no order to
 * adapt to: they are drawn evenly, as Optuna does.
 */
export function createCmaEs(options: Omit<z.infer<typeof cmaEsSchema>, 'name'> = {}): Sampler {
  let last: { readonly view: StudyView; readonly number: number; readonly generation: Generation | 'wait' } | undefined
  const progress = new Progress<Begun>()
  return {
    name: 'cmaEs',
    batchSize: options.populationSize ?? 16,
    sample(view, number, attempt) {
      const axes = axesOf(view)
      const random = new StudyRandom(view.seed, number, attempt)
      if (axes.length === 0) return drawEvenly(view.space, random)
      if (last?.view !== view || last.number !== number)
        last = { view, number, generation: generationOf(view, number, axes, options, progress) }
      if (last.generation === 'wait') return 'wait'
      const point = draw(last.generation, axes, random)
      const places = new Map(axes.map(({ name }, i) => [name, i]))
      return view.space.build((name, distribution) => {
        const i = places.get(name)
        return (i === undefined ? undefined : axes[i]?.valueAt(at(point, i))) ?? valueAtFraction(distribution, random.uniform())
      })
    },
  }
}

const axesOf = ({ space }: StudyView): Axis[] =>
  space.parameters.flatMap(({ name, distribution }) =>
    distribution.type === 'categorical' || cardinality(distribution) === 1 ? [] : [new Axis(name, distribution)],
  )

/** The state that the trials of one generation are drawn from. */
interface Generation {
  readonly evolution: Evolution
  /** (axes), what steps are stretched by so that they leave a rounded value. */
  readonly scales: Float64Array
}

/** Where a generation begins. */
interface Begun {
  readonly evolution: Evolution
  readonly population: number
}

/** The generation of trial `number`, from all trials of the generations before. */
function generationOf(
  view: StudyView,
  number: number,
  axes: readonly Axis[],
  { populationSize, sigma = 1 / 6 }: Omit<z.infer<typeof cmaEsSchema>, 'name'>,
  progress: Progress<Begun>,
): Generation | 'wait' {
  const known = progress.reached(view, number)
  let population = known?.state.population ?? populationSize ?? defaultPopulation(axes.length)
  let evolution = known?.state.evolution ?? begin(new Float64Array(axes.length).fill(0.5), sigma)
  for (let first = known?.count ?? 0; ; ) {
    if (first > 0 && first !== known?.count) progress.keep(view, { count: first, state: { evolution, population } })
    const scales = scalesOf(evolution, axes, population)
    const trials = view.trials.slice(first, first + population)
    first += population
    if (first > number) return { evolution, scales }
    if (!trials.every(isFinished)) return 'wait'
    const { mean } = evolution
    // By themselves: later trials never change what a generation taught. Without any finite value it teaches nothing.
    const ranked = targetsOf({ ...view, trials }).sort(byMerit)
    if (ranked.length === 0) continue
    const steps = ranked.map(({ trial: { params } }) =>
      mean.map((m, i) => ((axes[i]?.placeOf(params) ?? m) - m) / (evolution.sigma * at(scales, i))),
    )
    evolution = evolve(evolution, steps, scales, ratesOf(axes.length, population))
    if (evolution.sigma * Math.sqrt(Math.max(...evolution.axes.values)) < SHORTEST) {
      const random = new StudyRandom(view.seed, first, STREAM)
      population *= 2
      evolution = begin(
        mean.map(() => random.uniform()),
        sigma,
      )
    }
  }
}

function scalesOf({ mean, sigma, covariance }: Evolution, axes: readonly Axis[], population: number): Float64Array {
  const n = axes.length
  return mean.map((m, i) => {
    const spread = sigma * Math.sqrt(at(covariance, i * (n + 1)))
    return Math.max(1, (axes[i]?.leastSpread(m, 1 / (n * population)) ?? 0) / spread)
  })
}

/** A point of the unit cube, (axes). */
function draw({ evolution, scales }: Generation, axes: readonly Axis[], random: StudyRandom): Float64Array {
  const { mean, sigma } = evolution
  for (let attempt = 0; ; attempt++) {
    const step = drawStep(evolution, random)
    const point = mean.map((m, i) => m + sigma * at(scales, i) * at(step, i))
    if (point.every((x) => x >= 0 && x <= 1)) return point
    if (attempt === 10 * axes.length) return point.map((x) => Math.min(1, Math.max(0, x)))
  }
}
