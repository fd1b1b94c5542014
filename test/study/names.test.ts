import { describe, expect, it } from 'vitest'
import { trialsCsv } from '../../src/report/study/trialsCsv.ts'
import { fanova } from '../../src/study/importance/fanova.ts'
import { slice } from '../../src/study/importance/slice.ts'
import { EntryWriter } from '../../src/study/journal/entries.ts'
import { MemoryJournal } from '../../src/study/journal/memory.ts'
import { readStudies } from '../../src/study/journal/rebuild.ts'
import type { SamplerSpec } from '../../src/study/sampler/create.ts'
import type { Distribution, Params } from '../../src/study/space/distributions.ts'
import { Expression } from '../../src/study/space/expression.ts'
import { categorical, float, int, Space, type SpaceSpec } from '../../src/study/space/space.ts'
import { createStudy } from '../../src/study/study.ts'
import { compileTrain, maxEpochs } from '../../src/study/template.ts'

/** What people, other programs and JavaScript itself call things. */
const NAMES = [
  'model.lr',
  'a.b.c',
  'batch-size',
  'learning rate',
  'größe',
  '学习率',
  '🚀',
  "it's",
  'say "x"',
  'back\\slash',
  'a/b',
  '1st',
  '10',
  'true',
  'params',
  'value',
  'number',
  'state',
  'constructor',
  'toString',
  'hasOwnProperty',
  'valueOf',
  '__proto__',
  '$',
  ' ',
]

/** JavaScript puts keys that are whole numbers first, before what their conditions name. */
const WORDS = NAMES.filter((name) => name !== '10')

const SAMPLERS: readonly SamplerSpec[] = [
  'random',
  'quasiRandom',
  { name: 'tpe', startupTrials: 4 },
  { name: 'gaussianProcess', startupTrials: 4 },
  'cmaEs',
  'nsga2',
]

const spaceOf = (names: readonly string[], when?: string): SpaceSpec =>
  Object.fromEntries(names.map((name) => [name, float(0, 1, when === undefined ? {} : { when })]))
const quoted = (name: string): string => `params['${name.replace(/['\\]/g, '\\$&')}']`
const ownValue = (params: Params, name: string): unknown => Object.getOwnPropertyDescriptor(params, name)?.value

describe('a parameter of any name', () => {
  it.each(NAMES)('is a number in every trial: %j', async (name) => {
    const journal = new MemoryJournal()
    for (const sampler of SAMPLERS) {
      const study = await createStudy({
        name: JSON.stringify(sampler),
        space: { ...spaceOf([name]), extra: int(1, 3), late: float(0, 1, { when: `${quoted(name)} > 0.5` }) },
        constraints: [`${quoted(name)} <= 0.9`],
        objective: 'minimize',
        sampler,
        journal,
      })
      for await (const _ of study.optimize((params) => Number(ownValue(params, name)), { budget: { trials: 12 } }));
      for (const { params, state } of study.trials) {
        expect(state).toBe('complete')
        const value = ownValue(params, name)
        expect(value).toBeTypeOf('number')
        expect(value).toBeLessThanOrEqual(0.9)
        expect(Object.hasOwn(params, 'late')).toBe(Number(value) > 0.5)
      }
    }
    for (const { trials } of await readStudies(journal)) {
      expect(trials).toHaveLength(12)
      for (const { params, values } of trials) expect(ownValue(params, name)).toBe(values?.[0])
      expect(trialsCsv({ trials, directions: ['minimize'] }).split('\n')).toHaveLength(13)
      expect(fanova(trials).parameters.map((one) => one.name)).toContain(name)
      expect(slice(trials, name).points).toHaveLength(12)
    }
  })

  it('is resumed, with trials that do not have it', async () => {
    const journal = new MemoryJournal()
    const space: SpaceSpec = { kind: categorical(['a', 'b']), ...spaceOf(WORDS, "kind == 'a'") }
    const run = async (trials: number, sampler: 'tpe' | 'nsga2') => {
      const study = await createStudy({ space, objective: 'minimize', sampler, journal })
      for await (const _ of study.optimize(({ kind }) => (kind === 'a' ? 1 : 2), { budget: { trials } }));
      return study.trials
    }
    await run(20, 'tpe')
    for (const { params } of await run(80, 'nsga2'))
      expect(new Set(Object.keys(params))).toEqual(new Set(params.kind === 'a' ? ['kind', ...WORDS] : ['kind']))
  })

  it('does not vanish from a journal that Optuna wrote, parameter by parameter or at once', async () => {
    const write = new EntryWriter({ worker: 'optuna', now: () => new Date(2026, 1, 1) })
    const unit: Distribution = { type: 'float', low: 0, high: 1, log: false, step: undefined }
    const params = Object.fromEntries(NAMES.map((name, i) => [name, i / 100]))
    const distributions = Object.fromEntries(NAMES.map((name) => [name, unit]))
    const empty = { values: undefined, intermediateValues: new Map<number, number>(), userAttrs: {}, systemAttrs: {} }
    const journal = new MemoryJournal([
      write.createStudy('s', ['minimize']),
      write.createTrial(0),
      ...NAMES.map((name, i) => write.setTrialParam(0, name, i / 100, unit)),
      write.createTrial(0, { ...empty, state: 'running', params, distributions, datetimeStart: undefined, datetimeComplete: undefined }),
    ])
    const [study] = await readStudies(journal)
    for (const trial of study?.trials ?? []) for (const [i, name] of NAMES.entries()) expect(ownValue(trial.params, name)).toBe(i / 100)
    expect(study?.trials.map((trial) => Object.keys(trial.distributions).length)).toEqual([NAMES.length, NAMES.length])
  })

  it('has a name', () => {
    expect(() => new Space({ '': float(0, 1) })).toThrow('space holds a parameter without a name')
  })
})

describe('a formula', () => {
  const values = Object.fromEntries(NAMES.map((name, i) => [name, i + 1]))

  it.each(NAMES)('names it: %j', (name) => {
    const formula = new Expression(`2 * ${quoted(name)}`, NAMES, 'f')
    expect(formula.evaluate(values)).toBe(2 * Number(ownValue(values, name)))
    expect(formula.evaluate({})).toBeUndefined()
    expect(new Expression(`params[${JSON.stringify(name)}]`, NAMES, 'f').parameter).toBe(name)
  })

  it('takes words joined by dots, and letters of any language, as they are', () => {
    expect(new Expression('model.lr + a.b.c', NAMES, 'f').evaluate({ 'model.lr': 1, 'a.b.c': 2 })).toBe(3)
    expect(new Expression('größe * 学习率', NAMES, 'f').evaluate({ größe: 2, 学习率: 3 })).toBe(6)
    expect(new Expression('params.lr', ['lr'], 'f').evaluate({ lr: 4 })).toBe(4)
    expect(new Expression('params', NAMES, 'f').evaluate({ params: 5 })).toBe(5)
  })

  it('says how to write a name that is no word', () => {
    expect(() => new Expression('batch-size > 4', ['batch-size', 'x'], 'f')).toThrow("it may name params['batch-size'], x")
    expect(() => new Expression('a-b > 4', ['a-b'], 'f')).toThrow(`did you mean "a-b"? It is written params['a-b']`)
    expect(() => new Expression('learning rate > 4', ['learning rate'], 'f')).toThrow("a name of several words is params['learning rate']")
    expect(() => new Expression("params['x']", ["it's"], 'f')).toThrow("x is no parameter that it may name: it may name params['it\\'s']")
    for (const text of ['model.x', 'params[0]', "params['a']['b']", 'params?.lr', 'lr.constructor'])
      expect(() => new Expression(text, ['lr', 'model.lr'], 'f')).toThrow(/it may hold names|is no parameter/)
  })

  it('stands in a template, and says the most epochs', () => {
    const space = new Space({ 'n.epochs': int(3, 9), 'learning rate': float(0.1, 0.2) })
    const train = {
      network: { inputSize: 2, loss: 'meanSquaredError', layers: [{ units: 1 }] },
      optimizer: { name: 'sgd', learningRate: "$params['learning rate']" },
      epochs: '$n.epochs',
    }
    expect(compileTrain(train, space)({ 'n.epochs': 4, 'learning rate': 0.15 })).toMatchObject({
      epochs: 4,
      optimizer: { learningRate: 0.15 },
    })
    expect(maxEpochs(train, space)).toBe(9)
    expect(maxEpochs({ ...train, epochs: "$params['n.epochs']" }, space)).toBe(9)
  })
})
