import { describe, expect, it } from 'vitest'
import { StudyRandom } from '../../src/study/random.ts'
import { createQuasiRandom } from '../../src/study/sampler/quasiRandom.ts'
import { MAX_DIMENSIONS, scrambled, sobolCoordinate, sobolDimension } from '../../src/study/sampler/sobol.ts'
import { categorical, float, int, Space, type SpaceSpec } from '../../src/study/space/space.ts'
import type { StudyView } from '../../src/study/trial.ts'
import { at } from '../support/close.ts'

const PLACES = [...Array(64).keys()]

describe('the Sobol sequence', () => {
  // scipy 1.17.1: stats.qmc.Sobol(5, scramble=False).random(8)
  it('begins as in scipy', () => {
    const dimensions = [0, 1, 2, 3, 4].map(sobolDimension)
    expect(PLACES.slice(0, 8).map((place) => dimensions.map((dimension) => sobolCoordinate(dimension, place)))).toEqual([
      [0, 0, 0, 0, 0],
      [0.5, 0.5, 0.5, 0.5, 0.5],
      [0.75, 0.25, 0.25, 0.25, 0.75],
      [0.25, 0.75, 0.75, 0.75, 0.25],
      [0.375, 0.375, 0.625, 0.875, 0.375],
      [0.875, 0.875, 0.125, 0.375, 0.875],
      [0.625, 0.125, 0.875, 0.625, 0.625],
      [0.125, 0.625, 0.375, 0.125, 0.125],
    ])
  })

  // scipy 1.17.1: stats.qmc.Sobol(128, scramble=False, bits=32).random(2000)[place][dimension]
  it.each([
    [100, [0.4140625, 0.2578125, 0.7734375, 0.6953125, 0.6484375, 0.4609375]],
    [777, [0.6923828125, 0.9365234375, 0.1630859375, 0.3232421875, 0.4267578125, 0.1181640625]],
    [1999, [0.07861328125, 0.61181640625, 0.13427734375, 0.33642578125, 0.56689453125, 0.81884765625]],
  ])("is scipy's at place %i, up to the last dimension", (place, expected) => {
    expect([0, 1, 2, 9, 63, 127].map((dimension) => sobolCoordinate(sobolDimension(dimension), place))).toEqual(expected)
  })

  it('keeps every net when scrambled', () => {
    for (const seed of [1, 2, 3]) {
      const dimensions = Array.from({ length: MAX_DIMENSIONS }, (_, i) => scrambled(sobolDimension(i), new StudyRandom(seed, i)))
      for (const dimension of dimensions) {
        const shares = PLACES.map((place) => Math.floor(64 * sobolCoordinate(dimension, place)))
        expect(new Set(shares).size).toBe(64)
      }
      const [first, second] = dimensions
      if (first === undefined || second === undefined) throw new Error('there are two dimensions')
      for (const [columns, rows] of [
        [2, 32],
        [8, 8],
        [32, 2],
      ] as const) {
        const boxes = PLACES.map(
          (place) => `${Math.floor(columns * sobolCoordinate(first, place))} ${Math.floor(rows * sobolCoordinate(second, place))}`,
        )
        expect(new Set(boxes).size).toBe(64)
      }
    }
  })
})

describe('quasiRandom', () => {
  const view = (space: Space, seed = 7): StudyView => ({ space, directions: ['minimize'], seed, trials: [] })
  const proposals = (space: Space, count: number, seed?: number) => {
    const sampler = createQuasiRandom()
    return Array.from({ length: count }, (_, number) => {
      const params = sampler.sample(view(space, seed), number, 0)
      if (typeof params === 'string') throw new Error(params)
      return params
    })
  }

  /** The L2 star discrepancy of points (N x D), by T. Warnock's formula (1972): 0 is perfectly even. */
  function discrepancy(points: readonly (readonly number[])[]): number {
    const product = (values: readonly number[]) => values.reduce((result, value) => result * value, 1)
    const sum = (values: readonly number[]) => values.reduce((result, value) => result + value, 0)
    const dimensions = points[0]?.length ?? 0
    const single = sum(points.map((point) => product(point.map((x) => (1 - x * x) / 2))))
    const pairs = sum(points.map((a) => sum(points.map((b) => product(a.map((x, d) => 1 - Math.max(x, at(b, d))))))))
    return Math.sqrt(3 ** -dimensions - (2 / points.length) * single + pairs / points.length ** 2)
  }

  it('fills the unit cube less than half as unevenly as random points do, under every seed', () => {
    const space = new Space({ x: float(0, 1), y: float(0, 1), z: float(0, 1) })
    for (let seed = 0; seed < 20; seed++) {
      const random = new StudyRandom(seed, 0)
      const even = proposals(space, 64, seed).map((params) => Object.values(params).map(Number))
      const drawn = even.map((point) => point.map(() => random.uniform()))
      expect(discrepancy(even)).toBeLessThan(discrepancy(drawn) / 2)
    }
  })

  it('gives steps, choices and logarithms equal shares', () => {
    const spec: SpaceSpec = {
      a: categorical(['p', 'q', 'r', 's']),
      b: int(1, 8),
      c: float(1, 10_000, { log: true }),
      d: float(0.25, 1, { step: 0.25 }),
    }
    const all = proposals(new Space(spec), 64)
    const counts = (values: readonly unknown[]) =>
      [...new Set(values)].map((value) => values.filter((other) => other === value).length).sort()
    expect(counts(all.map(({ a }) => a))).toEqual([16, 16, 16, 16])
    expect(counts(all.map(({ b }) => b))).toEqual(Array(8).fill(8))
    expect(counts(all.map(({ c }) => Math.floor(Math.log10(Number(c)))))).toEqual([16, 16, 16, 16])
    expect(counts(all.map(({ d }) => d))).toEqual([16, 16, 16, 16])
  })

  it('leaves other coordinates as they are where a conditional parameter is inactive', () => {
    const spec = (when: string): SpaceSpec => ({ a: int(0, 3), b: float(0, 1, { when }), c: float(0, 1) })
    const c = (when: string) => proposals(new Space(spec(when)), 16).map((params) => params.c)
    expect(c('a > 1')).toEqual(c('a >= 0'))
    expect(proposals(new Space(spec('a > 1')), 16).filter(({ b }) => b !== undefined)).toHaveLength(8)
  })

  it('takes the points that constraints allow, in their order', () => {
    const spec: SpaceSpec = { x: float(0, 1), y: float(0, 1) }
    const allowed = proposals(new Space(spec), 200).filter(({ x, y }) => Number(x) + Number(y) <= 0.7)
    expect(proposals(new Space(spec, ['x + y <= 0.7']), allowed.length)).toEqual(allowed)
  })

  it('refuses more parameters than it has dimensions', () => {
    const space = new Space(Object.fromEntries(Array.from({ length: 129 }, (_, i) => [`x${i}`, float(0, 1)])))
    expect(() => createQuasiRandom().sample(view(space), 0, 0)).toThrow(
      'the space has 129 parameters; quasiRandom takes at most 128: choose random',
    )
  })
})
