// The sampler `nsga2`, for several objectives.

import * as z from 'zod/mini'
import { missing } from '../../core/at.ts'
import { between, whole } from '../../core/fields.ts'
import { violationOf } from '../feasibility.ts'
import { dominates, frontsOf, toLosses } from '../pareto.ts'
import { StudyRandom } from '../random.ts'
import { contains, own, type Params } from '../space/distributions.ts'
import { isFinished, type StudyView } from '../trial.ts'
import { Progress } from './progress.ts'
import { drawEvenly, valueAtFraction } from './random.ts'
import type { Sampler } from './sampler.ts'

const at = (values: readonly number[], i: number): number => values[i] ?? missing(values, i)

export const nsga2Schema = z.strictObject({
  name: z.literal('nsga2'),
  populationSize: z.optional(whole(2, 1e5)).check(z.describe('Trials of a generation, and parents of the next; 50 by default')),
  mutationProbability: z.optional(between(0, 1)).check(z.describe('Of each parameter, to be drawn anew; 1 / parameters by default')),
  crossoverProbability: z.optional(between(0, 1)).check(z.describe('Of a child to have two parents; 0.9 by default')),
  swappingProbability: z.optional(between(0, 1)).check(z.describe("Of each parameter, to be the second parent's; 0.5 by default")),
})
export type Nsga2Options = Omit<z.infer<typeof nsga2Schema>, 'name'>

/** A trial that may have children. */
export interface Individual {
  readonly params: Params
  /** One an objective, lower is better. */
  readonly losses: readonly number[]
  /** By how much it breaks outcome constraints; 0 (the default) if it meets them. */
  readonly violation?: number
}

/**
 * The genetic algorithm for several objectives NSGA-II (Deb, Pratap, Agarwal, Meyarivan, IEEE Trans. Evolutionary Computation 6, 2002) with
 * uniform crossover, as Optuna's NSGAIISampler. Trials g x populationSize … are generation g: the first is random, and each other descends
 * from the populationSize best of all generations before, once those have ended. Pruned and failed trials have no children, and neither do those with a
 * loss of Infinity. One that breaks outcome constraints is dominated by all that break them less (Deb and others, section VI).
 *
 * A parameter that the chosen parent lacks, being inactive there, comes from the other, or from an even draw if both lack it.
 */
export function createNsga2(options: Nsga2Options = {}): Sampler {
  const { populationSize = 50, mutationProbability, crossoverProbability = 0.9, swappingProbability = 0.5 } = options
  let last: { readonly view: StudyView; readonly number: number; readonly parents: readonly Individual[] | 'wait' } | undefined
  const progress = new Progress<readonly Individual[]>()
  return {
    name: 'nsga2',
    batchSize: populationSize,
    sample(view, number, attempt) {
      if (last?.view !== view || last.number !== number) last = { view, number, parents: parentsOf(view, number, populationSize, progress) }
      const { parents } = last
      if (parents === 'wait') return 'wait'
      const { space } = view
      const random = new StudyRandom(view.seed, number, attempt)
      const first = tournament(parents, random)
      if (first === undefined) return drawEvenly(space, random)
      const hasTwo = random.uniform() < crossoverProbability
      const others = parents.filter((one) => one !== first)
      const second = (hasTwo ? tournament(others, random) : undefined) ?? first
      const mutation = mutationProbability ?? 1 / space.parameters.length
      return space.build((name, distribution) => {
        const [preferred, other] = random.uniform() < swappingProbability ? [second, first] : [first, second]
        const inherited = [own(preferred.params, name), own(other.params, name)].find(
          (value) => value !== undefined && contains(distribution, value),
        )
        const drawn = valueAtFraction(distribution, random.uniform())
        return random.uniform() < mutation || inherited === undefined ? drawn : inherited
      })
    },
  }
}

/** The better of two that are drawn evenly; the second if neither dominates. */
function tournament(parents: readonly Individual[], random: StudyRandom): Individual | undefined {
  const [a, b] = [parents[random.integer(parents.length)], parents[random.integer(parents.length)]]
  return a !== undefined && b !== undefined && isAbove(a, b) ? a : b
}

/** Constrained domination. */
function isAbove(a: Individual, b: Individual): boolean {
  const [one, other] = [a.violation ?? 0, b.violation ?? 0]
  return one === other && one === 0 ? dominates(a.losses, b.losses) : one < other
}

/** The best of all generations before that of trial `number`; none for the first generation. */
function parentsOf(
  view: StudyView,
  number: number,
  populationSize: number,
  progress: Progress<readonly Individual[]>,
): readonly Individual[] | 'wait' {
  const { trials, directions } = view
  const generation = Math.floor(number / populationSize)
  const known = progress.reached(view, generation * populationSize)
  if (!trials.slice(known?.count ?? 0, generation * populationSize).every(isFinished)) return 'wait'
  let parents = known?.state ?? []
  for (let g = (known?.count ?? 0) / populationSize; g < generation; g++) {
    const born = trials.slice(g * populationSize, (g + 1) * populationSize).flatMap((trial): Individual[] => {
      if (trial.state !== 'complete' || trial.values === undefined) return []
      const losses = toLosses(trial.values, directions)
      return losses.includes(Number.POSITIVE_INFINITY) ? [] : [{ params: trial.params, losses, violation: violationOf(trial) }]
    })
    parents = selectElite([...born, ...parents], populationSize)
  }
  if (known?.state !== parents) progress.keep(view, { count: generation * populationSize, state: parents })
  return parents
}

/** Whole fronts while they fit, then of the next one those with the most room around them; last those that break constraints, by how much. */
export function selectElite(individuals: readonly Individual[], count: number): Individual[] {
  const broken = individuals.filter(({ violation = 0 }) => violation > 0)
  if (broken.length > 0) {
    const elite = selectElite(
      individuals.filter(({ violation = 0 }) => violation === 0),
      count,
    )
    const least = broken.sort((a, b) => ((a.violation ?? 0) < (b.violation ?? 0) ? -1 : a.violation === b.violation ? 0 : 1))
    return [...elite, ...least.slice(0, count - elite.length)]
  }
  const chosen: Individual[] = []
  for (const places of frontsOf(individuals.map(({ losses }) => losses))) {
    if (chosen.length >= count) break
    const front = places.flatMap((i) => individuals[i] ?? [])
    const distances = crowdingDistances(front.map(({ losses }) => losses))
    const order = [...front.keys()].sort((a, b) => (distances[a] === distances[b] ? 0 : at(distances, b) - at(distances, a)))
    chosen.push(...order.slice(0, count - chosen.length).flatMap((i) => front[i] ?? []))
  }
  return chosen
}

/**
 * The room around each point: the distance between its neighbours over the range of all, summed over objectives; Infinity at the ends.
 * Infinite losses count as in Optuna: two of them are no distance apart, and the range is that of the finite ones.
 * @param losses (points) x (objectives)
 */
export function crowdingDistances(losses: readonly (readonly number[])[]): number[] {
  const distances = losses.map(() => 0)
  for (const objective of losses[0]?.keys() ?? []) {
    const of = losses.map((point) => at(point, objective))
    const order = [...of.keys()].sort((a, b) => (at(of, a) < at(of, b) ? -1 : at(of, a) > at(of, b) ? 1 : 0))
    const sorted = order.map((i) => at(of, i))
    if (sorted[0] === sorted.at(-1)) continue
    const finite = sorted.filter(Number.isFinite)
    const range = finite.length === 0 ? 1 : at(finite, finite.length - 1) - at(finite, 0) || 1
    for (const [rank, i] of order.entries()) {
      const below = rank === 0 ? Number.NEGATIVE_INFINITY : at(sorted, rank - 1)
      const above = rank === order.length - 1 ? Number.POSITIVE_INFINITY : at(sorted, rank + 1)
      distances[i] = at(distances, i) + (below === above ? 0 : (above - below) / range)
    }
  }
  return distances
}
