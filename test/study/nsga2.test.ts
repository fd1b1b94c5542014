import { describe, expect, it } from 'vitest'
import { hypervolume, paretoFront } from '../../src/study/pareto.ts'
import { createNsga2, crowdingDistances, selectElite } from '../../src/study/sampler/nsga2.ts'
import { createRandom } from '../../src/study/sampler/random.ts'
import type { Sampler } from '../../src/study/sampler/sampler.ts'
import { createTpe } from '../../src/study/sampler/tpe/tpe.ts'
import { float, Space } from '../../src/study/space/space.ts'
import { simulate } from './simulate.ts'

describe('crowdingDistances', () => {
  it('is the distance between the neighbours over the range, in sum', () => {
    // By hand, of Deb's formula: objective 1 has the range 4, objective 2 the range 10.
    expect(
      crowdingDistances([
        [0, 10],
        [1, 6],
        [3, 2],
        [4, 0],
      ]),
    ).toEqual([Number.POSITIVE_INFINITY, 3 / 4 + 8 / 10, 3 / 4 + 6 / 10, Number.POSITIVE_INFINITY])
  })

  it('is nothing where all are equal', () => {
    expect(
      crowdingDistances([
        [1, 1],
        [1, 1],
        [1, 1],
      ]),
    ).toEqual([0, 0, 0])
    expect(crowdingDistances([])).toEqual([])
  })

  it('holds two infinite losses for neighbours', () => {
    const infinity = Number.POSITIVE_INFINITY
    expect(crowdingDistances([[1], [2], [infinity], [infinity], [infinity]])).toEqual([infinity, infinity, infinity, 0, 0])
  })
})

describe('selectElite', () => {
  const of = (...losses: number[]) => ({ params: {}, losses })
  it('takes whole fronts, then those with the most room', () => {
    const front = [of(0, 10), of(1, 6), of(1.1, 5.9), of(3, 2), of(4, 0)]
    const behind = [of(5, 10), of(1, 11), of(4, 1)]
    const chosen = selectElite([...behind, ...front], 6)
    expect(chosen.slice(0, 5)).toEqual(expect.arrayContaining(front))
    expect(chosen).toHaveLength(6)
    expect(selectElite(front, 4)).not.toContainEqual(of(1, 6))
    expect(selectElite(front, 9)).toHaveLength(5)
  })
})

describe('several objectives', () => {
  // ZDT1 in 6 dimensions (Zitzler, Deb, Thiele, Evolutionary Computation 8, 2000), the second objective turned round.
  const space = new Space(Object.fromEntries(Array.from({ length: 6 }, (_, i) => [`x${i}`, float(0, 1)])))
  const directions = ['minimize', 'maximize'] as const
  const volume = (sampler: Sampler, seed: number, trials: number, batch: number): number => {
    const done = simulate(sampler, {
      space,
      directions,
      seed,
      trials,
      batch,
      objective: (params) => {
        const [first = 0, ...others] = space.names.map((name) => Number(params[name]))
        const g = 1 + (9 / 5) * others.reduce((sum, x) => sum + x, 0)
        return [first, -g * (1 - Math.sqrt(first / g))]
      },
    })
    const front = paretoFront(done, directions).map(({ values = [] }) => [values[0] ?? 0, -(values[1] ?? 0)])
    return hypervolume(front, [1, 10])
  }
  const mean = (sampler: () => Sampler, trials: number, batch: number): number =>
    [0, 1, 2, 3, 4].reduce((sum, seed) => sum + volume(sampler(), seed, trials, batch) / 5, 0)

  it('are served better by nsga2, and by tpe in fewer trials, than by random search', () => {
    // The most there is: 10 - 1 + 2 / 3 = 9.67. Measured over 8 seeds: random 7.7 to 8.1, nsga2 8.6 to 9.0, tpe after 100 trials 8.2 to 9.3.
    const random = mean(createRandom, 250, 25)
    expect(mean(() => createNsga2({ populationSize: 25 }), 250, 25)).toBeGreaterThan(random + 0.4)
    expect(mean(createTpe, 100, 4)).toBeGreaterThan(random + 0.4)
  })
})
