import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dominates, frontsOf, hypervolume, paretoFront, toLosses, volumesWith } from '../../src/study/pareto.ts'
import { drawFrom } from '../support/random.ts'
import { trialOf } from '../support/trials.ts'

const point = (objectives: number) => fc.array(fc.integer({ min: 0, max: 6 }), { minLength: objectives, maxLength: objectives })

describe('toLosses', () => {
  it('turns what is to be maximised round, and NaN into the worst', () => {
    expect(toLosses([1, 2, Number.NaN], ['minimize', 'maximize', 'maximize'])).toEqual([1, -2, Number.POSITIVE_INFINITY])
  })
})

describe('frontsOf', () => {
  it.each([1, 2, 3])('has in every front points that only earlier ones dominate, of %i objectives', (objectives) => {
    fc.assert(
      fc.property(fc.array(point(objectives), { maxLength: 20 }), (losses) => {
        const fronts = [...frontsOf(losses)]
        expect(fronts.map((front) => front.toSorted((a, b) => a - b))).toEqual(fronts)
        const ranks = losses.map((_, i) => fronts.findIndex((front) => front.includes(i)))
        for (const [i, one] of losses.entries()) {
          const before = losses.flatMap((other, j) => (dominates(other, one) ? [ranks[j] ?? 0] : []))
          expect(ranks[i]).toBe(Math.max(-1, ...before) + 1)
        }
      }),
      { numRuns: 50 },
    )
  })
})

describe('paretoFront', () => {
  const trials = [
    trialOf(0, 'complete', { values: [1, 5] }),
    trialOf(1, 'complete', { values: [2, 9] }),
    trialOf(2, 'complete', { values: [2, 8] }),
    trialOf(3, 'complete', { values: [Number.NaN, 9] }),
    trialOf(4, 'pruned', { values: [0] }),
    trialOf(5, 'complete', { values: [1, 5] }),
    trialOf(6, 'running'),
  ]
  it('is what no complete trial dominates, equals included', () => {
    expect(paretoFront(trials, ['minimize', 'maximize']).map(({ number }) => number)).toEqual([0, 1, 5])
  })
})

describe('hypervolume', () => {
  it('counts the cells that some point dominates', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 4 }).chain((objectives) => fc.array(point(objectives), { minLength: 1, maxLength: 8 })),
        (losses) => {
          const reference = (losses[0] ?? []).map((_, i) => 5 - (i % 2))
          const cells = reference.reduce<number[][]>(
            (all, top) => all.flatMap((cell) => Array.from({ length: top }, (_, i) => [...cell, i])),
            [[]],
          )
          const dominated = cells.filter((cell) => losses.some((loss) => loss.every((value, i) => value <= (cell[i] ?? 0))))
          expect(hypervolume(losses, reference)).toBe(dominated.length)
        },
      ),
      { numRuns: 100 },
    )
  })

  it.each([2, 3])('has the same bits for many candidates at once, of %i objectives', (objectives) => {
    const random = drawFrom(5)
    const points = (count: number): number[][] =>
      Array.from({ length: count }, () => Array.from({ length: objectives }, () => Math.round(random.uniform() * 12) / 9))
    const [chosen, candidates, reference] = [points(12), points(40), Array(objectives).fill(1.1)]
    expect(volumesWith(chosen, candidates, reference)).toEqual(candidates.map((one) => hypervolume([...chosen, one], reference)))
  })

  it.each([1, 2, 3, 4])('is infinite where points are endlessly far below, of %i objectives', (objectives) => {
    const far = [1, 2, 3].map((one) =>
      Array.from({ length: objectives }, (_, d) => (d === 0 ? Number.NEGATIVE_INFINITY : d === 1 ? one : -one)),
    )
    expect(hypervolume(far, Array(objectives).fill(5))).toBe(Number.POSITIVE_INFINITY)
  })

  it('is nothing without a point below the reference', () => {
    expect(
      hypervolume(
        [
          [1, 3],
          [Number.POSITIVE_INFINITY, 0],
        ],
        [2, 3],
      ),
    ).toBe(0)
  })
})
