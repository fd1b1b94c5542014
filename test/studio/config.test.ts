import { createStudy } from 'espalier'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  HIDDEN_ACTIVATIONS,
  MAX_LAYERS,
  MISSING,
  OBJECTIVES,
  OPTIMIZER_NAMES,
  parseConfig,
  SAMPLES,
  SCALINGS,
  STRATEGIES,
  type StudioConfig,
  TASKS,
} from '../../src/studio/config.ts'
import { defaultConfig, withTarget } from '../../src/studio/defaults.ts'
import { toStudyOptions } from '../../src/studio/options.ts'
import { parametersOf, trialsAtMost } from '../../src/studio/parameters.ts'
import { fromPermalink, isPermalink, toPermalink } from '../../src/studio/permalink.ts'
import { pointsOf } from '../../src/studio/points.ts'
import { PIMA, PIMA_SHAPE, smallConfig } from './config.ts'

const rangeOf = (low: number, high: number) =>
  fc
    .tuple(
      fc.double({ min: low, max: high, noNaN: true }),
      fc.double({ min: low, max: high, noNaN: true }),
      fc.integer({ min: 2, max: 50 }),
    )
    .map(([a, b, points]) => ({ low: Math.min(a, b), high: Math.max(a, b), log: Math.min(a, b) > 0, points }))
const wholeRangeOf = (low: number, high: number) =>
  fc
    .tuple(fc.integer({ min: low, max: high }), fc.integer({ min: low, max: high }), fc.integer({ min: 2, max: 50 }))
    .map(([a, b, points]) => ({ low: Math.min(a, b), high: Math.max(a, b), log: false, points }))
const some = <T>(values: readonly T[]) => fc.subarray([...values], { minLength: 1 })
const file = fc.record({
  name: fc.string({ unit: 'grapheme' }),
  digest: fc.stringMatching(/^[0-9a-f]{64}$/),
  bytes: fc.nat(),
})

const anyConfig: fc.Arbitrary<StudioConfig> = fc.record({
  version: fc.constant(1 as const),
  data: fc.record({
    source: fc.oneof(
      fc.record({ kind: fc.constant('sample' as const), name: fc.constantFrom(...SAMPLES) }),
      fc.record({
        kind: fc.constant('table' as const),
        format: fc.constantFrom('csv' as const, 'arff' as const, 'xlsx' as const),
        file,
        header: fc.option(fc.boolean()),
        delimiter: fc.option(fc.string()),
      }),
      fc.record({ kind: fc.constant('idx' as const), train: fc.tuple(file, file), test: fc.option(fc.tuple(file, file)) }),
    ),
    target: fc.option(fc.string({ unit: 'grapheme' })),
    task: fc.constantFrom(...TASKS),
    ignore: fc.array(fc.string({ unit: 'grapheme' }), { maxLength: 3 }),
    categorical: fc.array(fc.string(), { maxLength: 3 }),
    missing: fc.constantFrom(...MISSING),
    test: fc.record({
      share: fc.double({ min: 0.01, max: 0.9, noNaN: true }),
      seed: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
      stratify: fc.boolean(),
    }),
    scaling: fc.constantFrom(...SCALINGS),
  }),
  network: fc.record({
    layers: wholeRangeOf(1, MAX_LAYERS),
    units: wholeRangeOf(1, 300),
    activations: some(HIDDEN_ACTIVATIONS),
    initializers: some(['glorotUniform', 'heNormal', 'orthogonal'] as const),
    dropout: rangeOf(0, 0.95),
    l2: rangeOf(0, 1),
  }),
  training: fc.record({
    optimizers: some(OPTIMIZER_NAMES),
    learningRate: rangeOf(1e-6, 1),
    batchSizes: fc.uniqueArray(fc.integer({ min: 1, max: 65_536 }), { minLength: 1, maxLength: 4 }),
    epochs: fc.integer({ min: 1, max: 10_000 }),
  }),
  search: fc.record({
    strategy: fc.constantFrom(...STRATEGIES),
    objective: fc.constantFrom(...OBJECTIVES),
    trials: fc.integer({ min: 1, max: 100_000 }),
    repeats: fc.integer({ min: 1, max: 100 }),
    seed: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  }),
  backend: fc.record({
    prefer: fc.constantFrom('auto' as const, 'wasm' as const, 'webgpu' as const),
    workers: fc.option(fc.integer({ min: 0, max: 1024 })),
  }),
})

describe('a configuration of the studio', () => {
  it('has defaults that are valid, for every target, and a study of them can be made', async () => {
    const config = defaultConfig(PIMA)
    expect(parseConfig(config)).toEqual(config)
    expect(config.data).toMatchObject({ target: 'class', task: 'binary', missing: 'refuse', scaling: 'standardize' })
    const other = withTarget(config, PIMA, 'age')
    expect(parseConfig(other)).toEqual(other)
    expect(other.data).toMatchObject({ target: 'age', task: 'regression', test: { stratify: false } })
    expect(other.search.objective).toBe('rootMeanSquaredError')
    for (const strategy of STRATEGIES) {
      const options = toStudyOptions({ ...config, search: { ...config.search, strategy } }, PIMA_SHAPE)
      const study = await createStudy(options)
      const [first] = await study.ask(1)
      expect(Object.keys(first?.params ?? {}), strategy).toEqual(expect.arrayContaining(['layers']))
    }
  })

  it('refuses what is wrong, by the name of the field', () => {
    const config = defaultConfig(PIMA)
    const refused = (change: object) => () => parseConfig({ ...config, ...change })
    expect(refused({ training: { ...config.training, epochs: 0 } })).toThrow(
      'training.epochs is 0; it must be a whole number from 1 to 10000',
    )
    expect(refused({ training: { ...config.training, optimizers: ['adma'] } })).toThrow(
      'training.optimizers[0] is "adma"; it must be one of sgd, rmsprop, adagrad, adadelta, adam, adamax, nadam, adamw, lion, lamb, adafactor; did you mean "adam"?',
    )
    expect(refused({ network: { ...config.network, units: { low: 9, high: 3, log: false, points: 2 } } })).toThrow(
      'network.units is {"low":9,"high":3,"log":false,"points":2}; it must have a low that is not above its high',
    )
    expect(refused({ network: { ...config.network, l2: { low: 0, high: 3, log: true, points: 2 } } })).toThrow('must have a low above 0')
    expect(refused({ network: { ...config.network, activations: [] } })).toThrow(
      'network.activations is []; it must hold at least one value',
    )
    expect(refused({ colour: 'red' })).toThrow('colour is not a field of the configuration')
  })

  it('searches what has several values, and writes the rest into the template', () => {
    const config = smallConfig()
    const { space, train } = toStudyOptions(config, PIMA_SHAPE)
    expect(Object.keys(space)).toEqual(['layers', 'units', 'batchSize', 'activation', 'optimizer', 'learningRate'])
    expect(train).toMatchObject({
      network: {
        inputSize: 8,
        loss: 'binaryCrossentropy',
        layers: [
          { repeat: '$layers', units: '$units', activation: '$activation', initializer: 'glorotUniform' },
          { units: 1, activation: 'sigmoid' },
        ],
      },
      epochs: 3,
    })
    expect(JSON.stringify(train)).not.toContain('dropout')
    const one = { low: 1, high: 1, log: false, points: 2 }
    const fixed: StudioConfig = {
      ...config,
      network: { ...config.network, layers: one, units: one, activations: ['relu'] },
      training: { ...config.training, optimizers: ['adam'], learningRate: { ...one, low: 0.1, high: 0.1 }, batchSizes: [8] },
    }
    expect(() => toStudyOptions(fixed, PIMA_SHAPE)).toThrow('nothing is searched')
  })

  it('gives the strategies that list values so many points, both ends among them', () => {
    expect(pointsOf({ low: 1e-4, high: 0.1, log: true, points: 4 })).toEqual([1e-4, 1e-3, 0.01, 0.1])
    expect(pointsOf({ low: 0, high: 0.5, log: false, points: 3 })).toEqual([0, 0.25, 0.5])
    expect(pointsOf({ low: 1, high: 3, log: false, points: 9 }, true)).toEqual([1, 2, 3])
    const grid = smallConfig({ strategy: 'grid', trials: 1000 })
    expect(parametersOf(grid).map(({ spec }) => (spec?.type === 'categorical' ? spec.choices.length : 1))).toEqual([
      2, 2, 2, 3, 1, 3, 4, 1, 1,
    ])
    expect(trialsAtMost(grid)).toBe(2 * 2 * 2 * 3 * 3 * 4)
    expect(trialsAtMost({ ...grid, search: { ...grid.search, strategy: 'winnerTakesAll' } })).toBe(2 + 1 + 1 + 2 + 2 + 3)
  })
})

describe('a permalink', () => {
  it('brings every configuration back', () => {
    fc.assert(
      fc.property(anyConfig, (config) => {
        const link = toPermalink(config)
        expect(link).toMatch(/^#study=[A-Za-z0-9_-]+$/)
        expect(isPermalink(link)).toBe(true)
        // JSON knows no -0.
        expect(fromPermalink(link)).toEqual(JSON.parse(JSON.stringify(config)))
      }),
      { numRuns: 200 },
    )
  })

  it('that was cut off, changed or made by hand is refused with what to do', () => {
    const link = toPermalink(defaultConfig(PIMA))
    expect(() => fromPermalink(link.slice(0, -7))).toThrow('was cut off or changed on its way')
    expect(() => fromPermalink('#study=%%%')).toThrow('copy the whole of it again')
    expect(() => fromPermalink('#results')).toThrow('what follows # must begin with study=')
    expect(isPermalink('#results')).toBe(false)
    const made = (value: unknown) => `#study=${Buffer.from(JSON.stringify(value)).toString('base64url')}`
    expect(() => fromPermalink(made({ ...defaultConfig(PIMA), version: 9 }))).toThrow('made by a later studio')
    expect(() => fromPermalink(made({ ...defaultConfig(PIMA), search: { strategy: 'tpe' } }))).toThrow('search.trials is missing')
    expect(() => fromPermalink(made(null))).toThrow('this link holds no valid configuration')
  })
})
