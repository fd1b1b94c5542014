import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { propose } from '../../src/study/propose.ts'
import { createSampler, type SamplerSpec } from '../../src/study/sampler/create.ts'
import { valueAtFraction } from '../../src/study/sampler/random.ts'
import { contains, type Params } from '../../src/study/space/distributions.ts'
import { categorical, float, int, Space, type SpaceSpec } from '../../src/study/space/space.ts'
import type { Direction, Trial } from '../../src/study/trial.ts'
import { type Objective, simulate, trialIn } from './simulate.ts'

const MIXED: SpaceSpec = {
  learningRate: float(1e-4, 1, { log: true }),
  units: int(8, 64, { step: 8 }),
  layers: int(1, 3),
  optimizer: categorical(['sgd', 'adam', null]),
  momentum: float(0, 0.9, { when: "optimizer == 'sgd'" }),
  nesterov: categorical([true, false], { when: 'momentum > 0.2' }),
}
const FINITE: SpaceSpec = {
  layers: int(1, 3),
  units: int(4, 32, { log: true, when: 'layers < 3' }),
  rate: float(0.1, 0.3, { step: 0.1 }),
  activation: categorical(['relu', 'tanh']),
}
const NUMBERS: SpaceSpec = { x: float(-5, 10), y: float(0, 15) }

const NETWORK: SpaceSpec = {
  layers: int(1, 3),
  units1: int(1, 40),
  units2: int(1, 40, { when: 'layers >= 2' }),
  units3: int(1, 40, { when: 'layers >= 3' }),
  activation: categorical(['relu', 'tanh']),
}

const SPECS = { mixed: MIXED, finite: FINITE, numbers: NUMBERS, network: NETWORK } as const
const SPACES = {
  mixed: new Space(MIXED, ['layers * units <= 128']),
  finite: new Space(FINITE, ['layers * units <= 40', "!(activation == 'tanh' && rate > 0.2)"]),
  numbers: new Space(NUMBERS),
  network: new Space(NETWORK, ['units1 * units2 <= 900']),
} as const

interface Case {
  readonly spec: SamplerSpec
  readonly spaces: readonly (keyof typeof SPACES)[]
  readonly directions?: readonly Direction[]
  /** Of a finite space it leaves configurations on purpose. */
  readonly selective?: true
  /** The seed of the study plays no part. */
  readonly seedless?: true
}

/** Every sampler joins by a line. */
const CASES: readonly Case[] = [
  { spec: 'random', spaces: ['mixed', 'finite', 'numbers'] },
  { spec: 'quasiRandom', spaces: ['mixed', 'finite', 'numbers'] },
  { spec: 'grid', spaces: ['finite'], seedless: true },
  { spec: { name: 'grid', order: 'shuffled' }, spaces: ['finite'] },
  {
    spec: {
      name: 'winnerTakesAll',
      start: { layers: 1, units: 4, rate: 0.1, activation: 'relu' },
      stages: ['layers', { vary: ['rate', 'activation'] }, 'units'],
    },
    spaces: ['finite'],
    selective: true,
    seedless: true,
  },
  {
    spec: {
      name: 'winnerTakesAll',
      start: { learningRate: 0.1, units: 8, layers: 1, momentum: 0.5, nesterov: true },
      stages: ['optimizer', { vary: 'units', objective: 1 }],
    },
    spaces: ['mixed'],
    directions: ['minimize', 'maximize'],
    selective: true,
    seedless: true,
  },
  {
    spec: {
      name: 'pyramid',
      widths: ['units1', 'units2', 'units3'],
      inputSize: 50,
      outputSize: 3,
      patience: 2,
      start: { activation: 'relu' },
    },
    spaces: ['network'],
    selective: true,
    seedless: true,
  },
  { spec: 'tpe', spaces: ['mixed', 'finite', 'numbers'] },
  { spec: { name: 'tpe', multivariate: false, constantLiar: false }, spaces: ['mixed', 'finite', 'numbers'] },
  { spec: 'tpe', spaces: ['mixed', 'finite', 'numbers'], directions: ['minimize', 'maximize'] },
  { spec: 'gaussianProcess', spaces: ['mixed', 'finite', 'numbers'] },
  { spec: 'auto', spaces: ['mixed', 'finite', 'numbers'] },
  { spec: { name: 'cmaEs', populationSize: 6 }, spaces: ['mixed', 'finite', 'numbers'] },
  { spec: { name: 'nsga2', populationSize: 6 }, spaces: ['mixed', 'finite', 'numbers'], directions: ['minimize', 'maximize'] },
]

/** Some number of everything in the configuration, the same for the same. */
function score(params: Params, shift: number): number {
  const numbers = Object.entries(params).map(([name, value]) => (typeof value === 'number' ? value : String(value).length) * name.length)
  return Math.sin(numbers.reduce((sum, number) => sum + number, shift))
}

const objectiveOf =
  (directions: readonly Direction[]): Objective =>
  (params, number) =>
    number % 7 === 3 ? 'fail' : directions.map((_, i) => score(params, i))

const history = (trials: readonly Trial[]): readonly Params[] => trials.map(({ params }) => params)

describe.each(CASES)('$spec', ({ spec, spaces, directions = ['minimize'], selective, seedless }) => {
  describe.each(spaces)('in the %s space', (name) => {
    const space = SPACES[name]
    const objective = objectiveOf(directions)
    const trials = 30

    it('answers the same when asked twice, and when it has seen nothing before', () => {
      const sampler = createSampler(spec)
      simulate(sampler, {
        space,
        objective,
        directions,
        trials,
        before: (view, number) => {
          for (const attempt of [0, 1, 5]) {
            const answer = sampler.sample(view, number, attempt)
            expect(sampler.sample(view, number, attempt)).toEqual(answer)
            expect(createSampler(spec).sample(view, number, attempt)).toEqual(answer)
          }
        },
      })
    })

    it('keeps what other studies told it out of this one', () => {
      const alone = simulate(createSampler(spec), { space, objective, directions, trials })
      const used = createSampler(spec)
      simulate(used, { space, objective, directions, trials, seed: 8 })
      expect(history(simulate(used, { space, objective, directions, trials }))).toEqual(history(alone))
    })

    it('proposes active parameters alone, in their distributions, before any constraint', () => {
      const open = new Space(SPECS[name])
      const sampler = createSampler(spec)
      simulate(sampler, {
        space,
        objective,
        directions,
        trials,
        before: (view, number) => {
          for (const attempt of [0, 1, 5]) {
            const answer = sampler.sample(view, number, attempt)
            if (typeof answer !== 'string') open.check(answer)
          }
        },
      })
    })

    it.each([1, 4, 11])('is proposed within the constraints, in batches of %i', (batch) => {
      const done = simulate(createSampler(spec), { space, objective, directions, trials, batch })
      expect(done.length).toBeGreaterThan(0)
      for (const { params } of done) space.check(params)
      if (space.size < Number.POSITIVE_INFINITY) expect(new Set(done.map(({ params }) => space.key(params))).size).toBe(done.length)
    })

    if (seedless) {
      it('is the same under every seed', () => {
        const of = (seed: number) => history(simulate(createSampler(spec), { space, objective, directions, trials, seed }))
        expect(of(1)).toEqual(of(2))
      })
    } else {
      it('differs under another seed', () => {
        const of = (seed: number) => history(simulate(createSampler(spec), { space, objective, directions, trials, seed }))
        expect(of(1)).not.toEqual(of(2))
      })
    }

    if (space.size < Number.POSITIVE_INFINITY && !selective) {
      it('tries every allowed configuration once, and says when it is done', () => {
        const all = [...space.enumerate()].map((params) => space.key(params))
        const done = simulate(createSampler(spec), { space, objective, directions, trials: all.length + 10, batch: 10 })
        expect(done.map(({ params }) => space.key(params)).sort()).toEqual(all.sort())
      })
    }
  })
})

describe('an even draw', () => {
  const ends = (numbers: fc.Arbitrary<number>) => fc.tuple(numbers, numbers).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const)
  const parameter = fc.oneof(
    ends(fc.integer({ min: -1e6, max: 1e6 })).map(([low, high]) => int(low, high)),
    ends(fc.integer({ min: 1, max: 1e6 })).map(([low, high]) => int(low, high, { log: true })),
    fc
      .tuple(ends(fc.integer({ min: -1000, max: 1000 })), fc.integer({ min: 1, max: 50 }))
      .map(([[low, high], step]) => int(low, high, { step })),
    ends(fc.double({ min: -1e6, max: 1e6, noNaN: true })).map(([low, high]) => float(low, high)),
    ends(fc.double({ min: 1e-9, max: 1e6, noNaN: true })).map(([low, high]) => float(low, high, { log: true })),
    fc
      .tuple(ends(fc.integer({ min: -100, max: 100 })), fc.integer({ min: 1, max: 9 }))
      .map(([[low, high], step]) => float(low / 10, high / 10, { step: step / 10 })),
    fc.integer({ min: 1, max: 9 }).map((count) => categorical([...Array(count).keys()])),
  )
  const fraction = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })

  it('is a value of its distribution, and never falls as the fraction rises', () => {
    fc.assert(
      fc.property(parameter, fraction, fraction, (spec, a, b) => {
        const [distribution] = new Space({ x: spec }).parameters.map((one) => one.distribution)
        if (distribution === undefined) throw new Error('the space has a parameter')
        const [low, high] = [valueAtFraction(distribution, Math.min(a, b)), valueAtFraction(distribution, Math.max(a, b))]
        expect(contains(distribution, low) && contains(distribution, high)).toBe(true)
        expect(Number(low)).toBeLessThanOrEqual(Number(high))
      }),
      { numRuns: 2000 },
    )
  })
})

describe('propose', () => {
  const view = (space: Space, trials: readonly Trial[] = []) => ({ space, directions: ['minimize'] as const, seed: 7, trials })
  const stubborn = (params: Params) => ({ name: 'stubborn', batchSize: 1, sample: () => params })

  it('chooses itself, evenly, where a sampler keeps proposing what was tried', () => {
    const space = new Space({ a: int(0, 3) })
    const firsts = new Set<unknown>()
    for (let number = 1; number < 40; number++) {
      const trials = Array.from({ length: number }, (_, i) => trialIn(space, i, { a: 0 }, { state: 'complete', values: [i] }))
      const answer = propose(stubborn({ a: 0 }), view(space, trials), number)
      firsts.add(typeof answer === 'string' ? answer : answer.a)
    }
    expect([...firsts].sort()).toEqual([1, 2, 3])
  })

  it('is done when a finite space has nothing left, running and failed trials counted', () => {
    const space = new Space({ a: categorical(['x', 'y', 'z']) }, ["a != 'z'"])
    const trials = [trialIn(space, 0, { a: 'x' }), trialIn(space, 1, { a: 'y' }, { state: 'fail' })]
    expect(propose(createSampler('random'), view(space, trials), 2)).toBe('done')
  })

  it('draws evenly where a finite space is too large to list', () => {
    const space = new Space({ a: int(1, 1e6), b: int(1, 1e6) }, ['a != 5'])
    const answer = propose(stubborn({ a: 5, b: 5 }), view(space), 0)
    expect(answer).toMatchObject({ a: expect.toSatisfy((a) => a !== 5), b: expect.any(Number) })
    expect(answer).toEqual(propose(stubborn({ a: 5, b: 5 }), view(space), 0))
  })

  it('repeats in an endless space what the sampler says', () => {
    const space = new Space(NUMBERS)
    const trials = [trialIn(space, 0, { x: 1, y: 1 })]
    expect(propose(stubborn({ x: 1, y: 1 }), view(space, trials), 1)).toEqual({ x: 1, y: 1 })
  })

  it.each([
    [NUMBERS, 'constraints are ["x > 20"]; they refused 2200 proposals for trial 0, and must leave something to try'],
    [{ x: int(0, 9) }, 'constraints are ["x > 20"]; they refused all 10 configurations, and must leave something to try'],
  ])('says that constraints leave nothing: %j', (spec, message) => {
    expect(() => propose(createSampler('random'), view(new Space(spec, ['x > 20'])), 0)).toThrow(message)
  })
})

describe('createSampler', () => {
  it.each([
    ['rnadom', 'sampler is "rnadom"; it must be one of auto, random, '],
    [{ name: 'grid', order: 'backwards' }, 'sampler.order is "backwards"; it must be one of declared, shuffled'],
    ['winnerTakesAll', 'sampler is "winnerTakesAll", which needs options: { name: '],
    [{ name: 'winnerTakesAll', stages: [] }, 'sampler.stages is []; it must hold at least one stage'],
    [{ name: 'winnerTakesAll', stages: ['a', {}] }, 'sampler.stages[1] is {}; it must hold either vary or pyramid'],
    [
      { name: 'winnerTakesAll', stages: [{ pyramid: { widths: ['a'], inputSize: 0, outputSize: 1 } }] },
      'sampler.stages[0].pyramid.inputSize is 0; it must be a whole number from 1 to 16777216',
    ],
    [
      { name: 'pyramid', widths: ['a'], inputSize: 9, outputSize: 1, growth: 1 },
      'sampler.growth is 1; it must be a number from 1.01 to 1000',
    ],
    [{ name: 'grid', ordr: 'shuffled' }, 'sampler.ordr is not a field of the sampler; did you mean "order"?'],
  ])('refuses %j', (spec, message) => {
    expect(() => createSampler(spec as SamplerSpec)).toThrow(message)
  })

  it('lets no grid run over endless or vast spaces', () => {
    const ask = (spec: SpaceSpec) => () =>
      createSampler('grid').sample({ space: new Space(spec), directions: ['minimize'], seed: 0, trials: [] }, 0, 0)
    expect(ask(NUMBERS)).toThrow('space.x has no step, so no grid can hold all its values; give it a step, or choose another sampler')
    expect(ask({ a: int(1, 2000), b: int(1, 2000) })).toThrow('the space has 4000000 configurations; a grid may have at most 1000000')
  })
})
