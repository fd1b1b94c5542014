import { describe, expect, it } from 'vitest'
import { StudyRandom } from '../../src/study/random.ts'
import { Acquisition } from '../../src/study/sampler/gaussianProcess/acquisition.ts'
import { cholesky, inverse } from '../../src/study/sampler/gaussianProcess/cholesky.ts'
import { Codec } from '../../src/study/sampler/gaussianProcess/codec.ts'
import { fitHyperparameters, negativeLogPosterior, squaredDistances } from '../../src/study/sampler/gaussianProcess/fit.ts'
import { createGaussianProcess } from '../../src/study/sampler/gaussianProcess/gaussianProcess.ts'
import { logExpectedImprovement } from '../../src/study/sampler/gaussianProcess/improvement.ts'
import { minimize } from '../../src/study/sampler/gaussianProcess/minimize.ts'
import { GaussianProcess, type Sample } from '../../src/study/sampler/gaussianProcess/model.ts'
import { warped } from '../../src/study/sampler/gaussianProcess/warp.ts'
import { targetsOf } from '../../src/study/sampler/targets.ts'
import { categorical, float, int, Space } from '../../src/study/space/space.ts'
import { trialOf, viewOf } from '../support/trials.ts'
import { simulate } from './simulate.ts'

/** Points of the unit cube with a choice among three, and a function of the first number and the choice. */
function sampleOf(points: number, seed = 1): Sample {
  const random = new StudyRandom(seed, 0)
  const rows = Array.from({ length: points }, () => [random.uniform(), random.uniform(), random.integer(3)] as const)
  return {
    x: Float64Array.from(rows.flat()),
    y: Float64Array.from(rows, ([a, , choice]) => Math.sin(6 * a) + 0.3 * choice),
    categorical: [false, false, true],
  }
}

describe('cholesky', () => {
  it('factors, and inverts', () => {
    const a = Float64Array.of(4, 2, 1, 2, 5, 3, 1, 3, 6)
    const l = cholesky(a, 3) ?? new Float64Array()
    const product = (i: number, j: number) => [0, 1, 2].reduce((sum, k) => sum + (l[i * 3 + k] ?? 0) * (l[j * 3 + k] ?? 0), 0)
    const half = inverse(l, 3)
    const inverted = (i: number, j: number) => half[Math.max(i, j) * 3 + Math.min(i, j)] ?? 0
    for (const i of [0, 1, 2]) {
      for (const j of [0, 1, 2]) {
        expect(product(i, j)).toBeCloseTo(a[i * 3 + j] ?? 0, 12)
        expect([0, 1, 2].reduce((sum, k) => sum + (a[i * 3 + k] ?? 0) * inverted(k, j), 0)).toBeCloseTo(Number(i === j), 12)
      }
    }
  })

  it('knows what has no factor', () => {
    expect(cholesky(Float64Array.of(1, 2, 2, 1), 2)).toBeUndefined()
  })
})

describe('minimize', () => {
  it('finds the bottom of a bent valley', () => {
    const { x } = minimize(
      ([a = 0, b = 0]) => ({
        value: 100 * (b - a * a) ** 2 + (1 - a) ** 2,
        gradient: Float64Array.of(-400 * a * (b - a * a) - 2 * (1 - a), 200 * (b - a * a)),
      }),
      Float64Array.of(-1.2, 1),
      200,
    )
    expect(x[0]).toBeCloseTo(1, 3)
    expect(x[1]).toBeCloseTo(1, 3)
  })
})

describe('the hyperparameters', () => {
  it('have the gradient that finite differences show', () => {
    const sample = sampleOf(12)
    const squares = squaredDistances(sample)
    const logs = Float64Array.of(0.3, -0.4, 0.2, 0.1, -3)
    const { gradient } = negativeLogPosterior(sample.y, squares, logs)
    for (const i of logs.keys()) {
      const [up, down] = [1e-5, -1e-5].map((step) => negativeLogPosterior(sample.y, squares, logs.with(i, (logs[i] ?? 0) + step)).value)
      expect(((up ?? 0) - (down ?? 0)) / 2e-5).toBeCloseTo(gradient[i] ?? 0, 5)
    }
  })

  it('say which dimensions matter', () => {
    const { relevance, noise } = fitHyperparameters(sampleOf(40))
    const [first = 0, second = 0] = relevance
    expect(first).toBeGreaterThan(5 * second)
    expect(noise).toBeLessThan(0.01)
  })
})

describe('GaussianProcess', () => {
  it('knows what it was told, and little far from it', () => {
    const sample = sampleOf(40)
    const process = new GaussianProcess(sample, fitHyperparameters(sample))
    const other = sampleOf(10, 2)
    for (let i = 0; i < 10; i++) {
      const there = process.predict(other.x.subarray(3 * i, 3 * i + 3))
      expect(Math.abs(there.mean - (other.y[i] ?? 0))).toBeLessThan(0.15)
      expect(there.deviation).toBeLessThan(0.15)
    }
    expect(process.predict(Float64Array.of(9, 9, 7)).deviation).toBeGreaterThan(0.5)
    expect(Math.abs(process.predict(Float64Array.of(9, 9, 7)).mean)).toBeLessThan(0.05)
  })

  it('is the conditional normal of two points', () => {
    // Correlation of Matérn 5/2 at distance 1: (1 + sqrt 5 + 5 / 3) exp(-sqrt 5) = 0.52399.
    const correlation = (1 + Math.sqrt(5) + 5 / 3) * Math.exp(-Math.sqrt(5))
    const process = new GaussianProcess(
      { x: Float64Array.of(0), y: Float64Array.of(3), categorical: [false] },
      { relevance: Float64Array.of(1), scale: 2, noise: 0.5 },
    )
    const { mean, deviation } = process.predict(Float64Array.of(1))
    expect(mean).toBeCloseTo(((2 * correlation) / 2.5) * 3, 12)
    expect(deviation ** 2).toBeCloseTo(2 - (2 * correlation) ** 2 / 2.5, 12)
  })
})

describe('a process that takes over what another has', () => {
  it('has the bits of one that computes it', () => {
    const sample = sampleOf(30)
    const hyperparameters = fitHyperparameters(sample)
    const first = (count: number): Sample => ({ ...sample, x: sample.x.slice(0, 3 * count), y: sample.y.slice(0, count) })
    const alone = new GaussianProcess(sample, hyperparameters)
    const before = new GaussianProcess({ ...first(20), y: sample.y.slice(5, 25) }, hyperparameters)
    const x = Float64Array.of(0.3, 0.8, 1)
    expect(new GaussianProcess(sample, hyperparameters, before).predict(x)).toEqual(alone.predict(x))
    expect(new GaussianProcess(first(10), hyperparameters, alone).predict(x)).toEqual(
      new GaussianProcess(first(10), hyperparameters).predict(x),
    )
  })
})

describe('Acquisition', () => {
  const sample = sampleOf(30)
  const other = sampleOf(25, 5)
  const hyperparameters = fitHyperparameters(sample)
  const process = new GaussianProcess(sample, hyperparameters)
  const constraints = [{ process: new GaussianProcess(other, hyperparameters), bound: -0.2, weight: 2 }]
  const random = new StudyRandom(9, 0)
  const points = Array.from({ length: 20 }, () => Float64Array.of(random.uniform(), random.uniform(), random.integer(3)))

  it.each([
    ['improvement', { process, best: -0.5, constraints: [] }],
    ['improvement under a constraint', { process, best: -0.5, constraints }],
    ['the constraint alone', { process, best: undefined, constraints }],
  ] as const)('of %s has the slope that finite differences show', (_, parts) => {
    const acquisition = new Acquisition(parts)
    for (const point of points) {
      const { score, slope } = acquisition.slope(point)
      expect(score).toBeCloseTo(acquisition.score(point), 9)
      for (const d of [0, 1]) {
        const [up = 0, down = 0] = [1e-6, -1e-6].map((step) => acquisition.score(point.with(d, (point[d] ?? 0) + step)))
        const [seen, said = Number.NaN] = [(up - down) / 2e-6, slope[d]]
        expect(Math.abs(seen - said)).toBeLessThan(1e-3 * Math.max(0.01, Math.abs(said)))
      }
      expect(slope[2]).toBe(0)
    }
  })

  it('leaves a score open only where it is not above what was asked for', () => {
    const acquisition = new Acquisition({ process, best: -0.5, constraints })
    const scores = points.map((point) => acquisition.score(point))
    const atLeast = scores.toSorted((a, b) => a - b)[10] ?? 0
    const seen = points.map((point) => acquisition.score(point, atLeast))
    expect(seen).toEqual(scores.map((score) => (score > atLeast ? score : Number.NEGATIVE_INFINITY)))
  })
})

describe('logExpectedImprovement', () => {
  it('is the mean of what lies below the best', () => {
    const improvement = (mean: number, deviation: number, best: number) => {
      let sum = 0
      for (let z = -8; z < 8; z += 1e-4) sum += Math.max(0, best - mean - deviation * z) * Math.exp(-0.5 * z * z)
      return (sum * 1e-4) / Math.sqrt(2 * Math.PI)
    }
    for (const [mean, deviation, best] of [
      [0, 1, 0.5],
      [1, 0.5, 0],
      [-2, 0.3, 1],
      [0.99, 1, 0],
    ] as const) {
      expect(logExpectedImprovement(mean, deviation, best)).toBeCloseTo(Math.log(improvement(mean, deviation, best)), 6)
    }
  })

  it('rises towards the best from where the improvement itself is 0', () => {
    for (const z of [39, 1e3, 0.999999e5, 1.000001e5, 1e8]) {
      const [near, far] = [logExpectedImprovement(z, 1, 0), logExpectedImprovement(z * 1.001, 1, 0)]
      expect(near).toBeGreaterThan(far)
      expect(near / (-0.5 * z * z - Math.log(z * z * Math.sqrt(2 * Math.PI)))).toBeCloseTo(1, 5)
    }
  })
})

describe('Codec', () => {
  const space = new Space({
    rate: float(1e-4, 1, { log: true }),
    units: int(1, 4),
    kind: categorical(['a', null]),
    only: categorical([7]),
    extra: float(0, 1, { when: "kind == 'a'" }),
    style: categorical(['x', 'y'], { when: "kind == 'a'" }),
  })
  const codec = new Codec(space)

  it('lays numbers over the unit interval and back, steps in equal shares, and leaves the inactive in the middle', () => {
    expect([...codec.encode({ rate: 1e-2, units: 1, kind: null, only: 7 })]).toEqual([expect.closeTo(0.5, 12), 0.125, 1, 0.5, -1])
    expect(codec.decode(Float64Array.of(0.5, 0.49, 1, 0.9, 1))).toEqual({ rate: expect.closeTo(1e-2, 12), units: 2, kind: null, only: 7 })
    expect(codec.decode(Float64Array.of(0, 1, 0, 0.25, -1))).toEqual({
      rate: expect.closeTo(1e-4, 12),
      units: 4,
      kind: 'a',
      only: 7,
      extra: 0.25,
      style: 'x',
    })
  })
})

describe('targetsOf', () => {
  it('takes a pruned trial for no better than the median, and a failed one for the worst', () => {
    const trials = [
      ...[3, 1, 2].map((value, i) => trialOf(i, 'complete', { values: [value] })),
      trialOf(3, 'pruned', { values: [0.5] }),
      trialOf(4, 'pruned', { values: [2.5] }),
      trialOf(5, 'fail'),
      trialOf(6, 'complete', { values: [Number.NaN] }),
      trialOf(7, 'running'),
    ]
    expect(targetsOf(viewOf(trials)).map(({ loss }) => loss)).toEqual([3, 1, 2, 2, 2.5, 3, 3])
    expect(targetsOf(viewOf(trials, 'maximize')).map(({ loss }) => loss)).toEqual([-3, -1, -2, -0.5, -2, -0.5, -0.5])
  })

  it('has none until something finite came out', () => {
    expect(targetsOf(viewOf([trialOf(0, 'fail'), trialOf(1, 'complete', { values: [Number.NaN] })]))).toEqual([])
  })
})

describe('warped', () => {
  it('keeps the order, mean 0 and variance 1, and one that went far off from hiding the others', () => {
    const y = warped([1, 2, 3, 4, 5, 6, 7, 1e6])
    expect([...y].sort((a, b) => a - b)).toEqual([...y])
    expect(y.reduce((a, b) => a + b)).toBeCloseTo(0, 12)
    expect(y.reduce((a, b) => a + b * b, 0) / 8).toBeCloseTo(1, 12)
    expect((y[1] ?? 0) - (y[0] ?? 0)).toBeGreaterThan(0.05)
    expect([...warped([2, 2])]).toEqual([0, 0])
  })
})

describe('where trials fail', () => {
  it('is left after a few', () => {
    const space = new Space({ x: float(0, 1), y: float(0, 1) })
    const trials = simulate(createGaussianProcess(), {
      space,
      objective: ({ x, y }) => (Number(x) > 0.6 ? 'fail' : [1 - Number(x) + (Number(y) - 0.5) ** 2]),
      trials: 40,
    })
    const late = trials.slice(10)
    expect(late.filter(({ state }) => state === 'fail').length).toBeLessThan(12)
    expect(Math.min(...late.flatMap(({ values = [] }) => values))).toBeLessThan(0.41)
  })
})

describe('a space without end of which a part has one', () => {
  it('is not tried twice in the same place', () => {
    const space = new Space({
      kind: categorical(['tree', 'line']),
      depth: int(1, 6, { when: "kind == 'tree'" }),
      penalty: float(0, 1, { when: "kind == 'line'" }),
    })
    const trials = simulate(createGaussianProcess(), {
      space,
      objective: ({ kind, depth, penalty }) => [kind === 'tree' ? 0.1 * (Number(depth) - 3) ** 2 : 2 + Number(penalty)],
      trials: 30,
    })
    const learned = trials.slice(10).map(({ params }) => space.key(params))
    const before = new Set(trials.slice(0, 10).map(({ params }) => space.key(params)))
    expect(new Set(learned).size).toBe(learned.length)
    expect(learned.filter((key) => before.has(key))).toEqual([])
  })
})

describe('a batch', () => {
  it('is spread by what is running', () => {
    const space = new Space({ x: float(0, 1), y: float(0, 1) })
    const random = new StudyRandom(3, 0)
    const done = Array.from({ length: 12 }, (_, i) => {
      const params = { x: random.uniform(), y: random.uniform() }
      return trialOf(i, 'complete', { params, values: [(params.x - 0.4) ** 2 + (params.y - 0.6) ** 2] })
    })
    const sampler = createGaussianProcess()
    const view = { ...viewOf(done), space }
    const first = sampler.sample(view, 12, 0)
    if (typeof first === 'string') throw new Error(first)
    const second = sampler.sample({ ...view, trials: [...done, trialOf(12, 'running', { params: first })] }, 13, 0)
    if (typeof second === 'string') throw new Error(second)
    const [a, b] = [new Codec(space).encode(first), new Codec(space).encode(second)]
    expect(Math.hypot((a[0] ?? 0) - 0.4, (a[1] ?? 0) - 0.6)).toBeLessThan(0.25)
    expect(Math.hypot((a[0] ?? 0) - (b[0] ?? 0), (a[1] ?? 0) - (b[1] ?? 0))).toBeGreaterThan(0.001)
  })
})
