import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { StudyRandom } from '../../src/study/random.ts'
import { Axis } from '../../src/study/sampler/cmaEs/axis.ts'
import { createCmaEs } from '../../src/study/sampler/cmaEs/cmaEs.ts'
import { eigen } from '../../src/study/sampler/cmaEs/eigen.ts'
import { begin, drawStep, evolve, ratesOf } from '../../src/study/sampler/cmaEs/evolution.ts'
import { categorical, float, int, Space } from '../../src/study/space/space.ts'
import { simulate } from './simulate.ts'

interface Run {
  readonly mean: readonly number[]
  readonly sigma: number
  readonly generations: readonly { points: number[][]; mean: number[]; sigma: number; covariance: number[] }[]
}
/** Written by test/support/python/evolution.py, which says what is in it. */
const golden: { cmaes: string; runs: Run[] } = JSON.parse(readFileSync(new URL('../golden/cmaes.json', import.meta.url), 'utf8'))

describe('evolve', () => {
  it.each(golden.runs.map((run) => [run.mean.length, run.generations[0]?.points.length ?? 0, run] as const))(
    `moves as cmaes ${golden.cmaes}, in %i dimensions with a population of %i`,
    (n, population, { mean, sigma, generations }) => {
      const plain = new Float64Array(n).fill(1)
      let at = begin(Float64Array.from(mean), sigma)
      for (const { points, ...expected } of generations) {
        const { mean: from, sigma: length } = at
        const steps = points.map((point) => Float64Array.from(point, (x, i) => (x - (from[i] ?? 0)) / length))
        at = evolve(at, steps, plain, ratesOf(n, population))
        expect(at.sigma / expected.sigma).toBeCloseTo(1, 9)
        for (const [i, value] of expected.mean.entries()) expect(at.mean[i]).toBeCloseTo(value, 10)
        const size = Math.max(...expected.covariance)
        for (const [i, value] of expected.covariance.entries()) expect((at.covariance[i] ?? 0) / size).toBeCloseTo(value / size, 9)
      }
    },
  )
})

describe('eigen', () => {
  it('splits a symmetric matrix into axes', () => {
    const random = new StudyRandom(5, 0)
    for (const n of [1, 2, 7]) {
      const a = new Float64Array(n * n)
      for (let i = 0; i < n; i++) for (let j = 0; j <= i; j++) a[i * n + j] = a[j * n + i] = random.normal()
      const { values, vectors } = eigen(a, n)
      for (let i = 0; i < n; i++) {
        for (let j = 0; j < n; j++) {
          const along = (of: (axis: number) => number) => Array.from({ length: n }, (_, axis) => of(axis)).reduce((x, y) => x + y)
          const pair = (axis: number) => (vectors[axis * n + i] ?? 0) * (vectors[axis * n + j] ?? 0)
          expect(along((axis) => (values[axis] ?? 0) * pair(axis))).toBeCloseTo(a[i * n + j] ?? 0, 12)
          expect(along(pair)).toBeCloseTo(Number(i === j), 12)
        }
      }
    }
  })
})

describe('drawStep', () => {
  it('draws steps that have the covariance', () => {
    const covariance = Float64Array.of(4, -1.5, -1.5, 1)
    const at = { ...begin(new Float64Array(2), 1), covariance, axes: eigen(covariance, 2) }
    const random = new StudyRandom(11, 0)
    const steps = Array.from({ length: 20_000 }, () => drawStep(at, random))
    const mean = (of: (step: Float64Array) => number) => steps.reduce((sum, step) => sum + of(step), 0) / steps.length
    // Standard errors: sqrt(2) x 4, sqrt(4 + 1.5²) and sqrt(2) over sqrt(20000); five of them.
    expect(Math.abs(mean(([x = 0]) => x * x) - 4)).toBeLessThan(0.2)
    expect(Math.abs(mean(([x = 0, y = 0]) => x * y) + 1.5)).toBeLessThan(0.09)
    expect(Math.abs(mean(([, y = 0]) => y * y) - 1)).toBeLessThan(0.05)
  })
})

describe('Axis', () => {
  it('keeps a rounded number from standing still', () => {
    const distribution = { type: 'int', low: 1, high: 10, log: false, step: 1 } as const
    const axis = new Axis('a', distribution)
    const spread = axis.leastSpread(0.35, 0.1)
    const random = new StudyRandom(2, 0)
    const left = Array.from({ length: 20_000 }, () => axis.valueAt(0.35 + spread * random.normal())).filter((value) => value !== 4)
    // The middle of 4's step is 0.35; a standard error is 0.002.
    expect(Math.abs(left.length / 20_000 - 0.1)).toBeLessThan(0.01)
    expect(new Axis('b', { type: 'float', low: 0, high: 1, log: false, step: undefined }).leastSpread(0.5, 0.1)).toBe(0)
  })
})

describe('cmaEs', () => {
  const space = new Space({
    x: float(-5, 5),
    y: float(1e-3, 1e3, { log: true }),
    n: int(0, 20),
    kind: categorical(['a', 'b']),
    extra: float(0, 1, { when: "kind == 'a'" }),
  })
  const value = ({ x, y, n, extra }: Readonly<Record<string, unknown>>): number =>
    (Number(x) - 2) ** 2 + Math.log10(Number(y) / 20) ** 2 + 0.1 * (Number(n) - 13) ** 2 + (Number(extra ?? 0.3) - 0.3) ** 2

  it('comes near the best of a bowl, in rounded and in conditional numbers', () => {
    const trials = simulate(createCmaEs(), { space, trials: 400, batch: 16, objective: (params) => [value(params)] })
    const late = trials.slice(-40).map(({ params }) => value(params))
    // The last 40 of 400 random ones come to 19 on average; one step off in n alone is 0.1.
    expect(late.reduce((sum, one) => sum + one) / late.length).toBeLessThan(0.5)
  })

  it('asks for a generation at a time', () => {
    const sizes: number[] = []
    simulate(createCmaEs(), {
      space,
      trials: 40,
      batch: 16,
      objective: (params) => [value(params)],
      before: ({ trials }) => sizes.push(trials.filter(({ state }) => state === 'running').length),
    })
    // 4 numbers: 4 + 3 log 4 is 8.2.
    expect(Math.max(...sizes)).toBe(8)
  })

  it('begins again elsewhere where it has come to an end', () => {
    const bowl = new Space({ x: float(0, 1), y: float(0, 1) })
    const trials = simulate(createCmaEs(), {
      space: bowl,
      trials: 700,
      batch: 6,
      objective: ({ x, y }) => [(Number(x) - 0.2) ** 2 + (Number(y) - 0.7) ** 2],
    })
    const far = trials.map(({ params }) => Math.hypot(Number(params.x) - 0.2, Number(params.y) - 0.7))
    expect(Math.min(...far)).toBeLessThan(1e-6)
    const first = far.findIndex((distance) => distance < 1e-6)
    expect(Math.max(...far.slice(first))).toBeGreaterThan(0.1)
  })
})
