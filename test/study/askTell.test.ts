import { runInNewContext } from 'node:vm'
import { createStudy, EspalierError, type Json, MemoryJournal, type Sampler, type StudyOptions } from 'espalier'
import { describe, expect, it } from 'vitest'
import { EntryWriter } from '../../src/study/journal/entries.ts'
import { drain, OPTIONS, started, states } from './told.ts'

/** Studies that are told their values: misuse, what is no value, and names of objectives. */

describe('misuse', () => {
  const UNKNOWN = /^there is no trial 7; the study has 1$/
  const wrong = 3 as never
  it.each<[string, (study: Awaited<ReturnType<typeof started>>) => Promise<unknown>, RegExp]>([
    ['tell of a trial that is not there', (study) => study.tell(7, 1), UNKNOWN],
    ['report of a trial that is not there', (study) => study.report(7, 1, 1), UNKNOWN],
    ['fail of a trial that is not there', (study) => study.fail(7, 'x'), UNKNOWN],
    ['shouldPrune of a trial that is not there', async (study) => study.shouldPrune(7), UNKNOWN],
    ['tell by a text', (study) => study.tell('0' as never, 1), /^number is "0"; it must be a whole number from 0 to/],
    ['tell by nothing', (study) => study.tell(undefined as never, 1), /^number is undefined; it must be a whole number/],
    ['tell by a fraction', (study) => study.tell(0.5, 1), /^number is 0\.5; it must be a whole number/],
    ['tell by NaN', (study) => study.tell(Number.NaN, 1), /^number is NaN; it must be/],
    ['tell by a trial', (study) => study.tell(study.trials[0] as never, 1), /^number is \{"number":0.*\.\.\.; it must be/],
    ['report by a text', (study) => study.report('0' as never, 1, 1), /^number is "0"; it must be/],
    ['no value', (study) => study.tell(0, undefined as never), /^trial 0 was told undefined; it must be a number$/],
    ['null', (study) => study.tell(0, null as never), /^trial 0 was told null; it must be a number$/],
    ['a text', (study) => study.tell(0, '0.5' as never), /^trial 0 was told "0\.5"; it must be a number$/],
    ['a bigint', (study) => study.tell(0, 1n as never), /^trial 0 was told 1n; it must be a number$/],
    ['a list of texts', (study) => study.tell(0, ['a'] as never), /^trial 0 was told \["a"\]; it must be a number$/],
    ['too many values', (study) => study.tell(0, [1, 2]), /^trial 0 was told 2 values; it must be a number$/],
    ['no values', (study) => study.tell(0, []), /^trial 0 was told 0 values; it must be a number$/],
    ['an object that holds itself', (study) => study.tell(0, selfish as never), /^trial 0 was told an object that is no JSON; it must be/],
    ['a state that is none', (study) => study.tell(0, 1, 'done' as never), /^state is "done"; it must be complete or pruned/],
    ['failing by tell', (study) => study.tell(0, 1, 'fail' as never), /^state is "fail"; .*`fail` records a failure$/],
    ['a step that is a text', (study) => study.report(0, '1' as never, 1), /^step is "1"; it must be a whole number from 0/],
    ['a step before the first', (study) => study.report(0, -1, 1), /^step is -1; it must be a whole number from 0/],
    ['a step of NaN', (study) => study.report(0, Number.NaN, 1), /^step is NaN; it must be/],
    ['a report of a text', (study) => study.report(0, 1, '1' as never), /^value is "1"; it must be a number$/],
    ['a report of nothing', (study) => study.report(0, 1, undefined as never), /^value is undefined; it must be a number$/],
    ['a negative count', (study) => study.ask(-1), /^count is -1; it must be a whole number from 0/],
    ['a count that is a text', (study) => study.ask('2' as never), /^count is "2"; it must be/],
    ['endless many', (study) => study.ask(Number.POSITIVE_INFINITY), /^count is Infinity; it must be/],
    ['an attribute of undefined', (study) => study.setUserAttr('a', undefined as never), /^value is undefined; it must be what JSON holds/],
    [
      'an attribute deep inside',
      (study) => study.setUserAttr('a', { b: [1, { c: 2n }] } as never),
      /^value\.b\[1\]\.c is 2n; it must be what JSON/,
    ],
    [
      'an attribute that is a date',
      (study) => study.setUserAttr('a', new Date(0) as never),
      /^value is "1970.*; it must be what JSON holds/,
    ],
    ['an attribute that holds itself', (study) => study.setUserAttr('a', selfish as never), /^value\.self is an object that holds itself/],
    ['an attribute nested too deep', (study) => study.setUserAttr('a', nested(100_000)), /^value\[0\].*\.\.\. is nested deeper than 200; /],
    ['an attribute without a name', (study) => study.setUserAttr(wrong, 1), /^key is 3; it must be a text$/],
    [
      'an objective that is no function',
      (study) => drain(study.optimize(wrong, { budget: { trials: 2 } })),
      /^objective is 3; it must be a function$/,
    ],
    [
      'a time limit that is none',
      (study) => drain(study.optimize(() => 1, { budget: { trials: 2 }, trialSeconds: -1 })),
      /^trialSeconds is -1; it must be a number from 0/,
    ],
    [
      'an option that is none',
      (study) => drain(study.optimize(() => 1, { trialSecond: 1 } as never)),
      /^trialSecond is not a field of the options; did you mean "trialSeconds"/,
    ],
    [
      'a signal that is none',
      (study) => drain(study.optimize(() => 1, { signal: 3 as never })),
      /^signal is 3; it must be an AbortSignal$/,
    ],
    ['no options', (study) => drain(study.optimize(() => 1, null as never)), /^the options is null; it must be an object$/],
    [
      'a value without its await',
      (study) => study.tell(0, Promise.resolve(1) as never),
      /^trial 0 was told a promise, which lacks its await; it must be/,
    ],
    [
      'a trial without its await',
      (study) => study.tell(Promise.resolve(0) as never, 1),
      /^number is a promise, which lacks its await; it must be/,
    ],
    ['shouldPrune by a text', async (study) => study.shouldPrune('0' as never), /^number is "0"; it must be a whole number/],
    [
      'a journal that is a path',
      () => started({ journal: 'a.journal' as never }),
      /^journal is "a\.journal"; it must be a journal, as new FileJournal/,
    ],
    ['a journal that is none', () => started({ journal: {} as never }), /^journal is \{\}; it must be a journal, as new FileJournal/],
    ['enqueuing no values', (study) => study.enqueue(null as never), /^params is null; it must hold values by parameter/],
    ['enqueuing an unknown name', (study) => study.enqueue({ y: 1 }), /^params\.y is no parameter of the space; they are x, units$/],
    ['enqueuing a value out of range', (study) => study.enqueue({ x: 2 }), /^params\.x is 2; it must be a number from 0 to 1$/],
    [
      'enqueuing a value of another kind',
      (study) => study.enqueue({ units: 'four' }),
      /^params\.units is "four"; it must be a whole number/,
    ],
  ])('%s is an InvalidSpecError, and changes nothing', async (_, misuse, message) => {
    const journal = new MemoryJournal()
    const study = await started({ journal })
    await study.ask()
    const before = await journal.read(0)
    const error: unknown = await misuse(study).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(EspalierError)
    expect(error).toMatchObject({ name: 'InvalidSpecError', message: expect.stringMatching(message) })
    expect(await journal.read(0)).toEqual(before)
    await study.tell(0, 0.5)
    expect(study.best?.values).toEqual([0.5])
  })

  it('of a trial that has ended, or has not begun, says its state', async () => {
    const study = await started()
    await study.ask(3)
    await study.tell(0, 1)
    await study.fail(1, new Error('no luck'))
    await study.tell(2, 1, 'pruned')
    await study.enqueue({ x: 0.5 })
    for (const [number, state] of ['complete', 'fail', 'pruned'].entries()) {
      const message = `trial ${number} is ${state}; only a running trial can be changed`
      for (const misuse of [study.tell(number, 2), study.report(number, 1, 2), study.fail(number, 'again')])
        await expect(misuse).rejects.toMatchObject({ name: 'InvalidSpecError', message })
    }
    await expect(study.tell(3, 1)).rejects.toThrow('trial 3 is waiting; it runs once `ask` has given it')
    expect(study.trials.map(({ values }) => values)).toEqual([[1], undefined, [1], undefined])
  })

  it('keeps numbers that JSON has no word for as attributes, apart from null', async () => {
    const study = await started()
    for (const value of [null, Number.NaN, Number.POSITIVE_INFINITY, 0, -0, [Number.NaN], [null]]) {
      await study.setUserAttr('a', value)
      expect(study.userAttrs.a).toEqual(value)
    }
  })

  it('is not NaN, of which a trial fails, nor the infinities, which are values', async () => {
    const study = await started()
    await study.ask(3)
    await study.report(0, 1, Number.NaN)
    await study.tell(0, Number.NaN)
    await study.tell(1, Number.POSITIVE_INFINITY)
    await study.tell(2, 3)
    expect(study.trials.map(({ state, values }) => [state, values])).toEqual([
      ['fail', undefined],
      ['complete', [Number.POSITIVE_INFINITY]],
      ['complete', [3]],
    ])
    expect(study.trials[0]?.systemAttrs['espalier:reason']).toBe('EspalierError: its value is NaN')
    expect(study.best?.number).toBe(2)
  })
})

const selfish: Record<string, unknown> = {}
selfish.self = selfish

function nested(depth: number): Json {
  let value: Json = 1
  for (let i = 0; i < depth; i++) value = [value]
  return value
}

it.each<[string, unknown, string]>([
  ['an error', new RangeError('too far'), 'RangeError: too far'],
  ['a text', 'no luck', 'no luck'],
  ['nothing', undefined, 'undefined'],
  ['an object', { code: 3 }, '{"code":3}'],
  ['an object without a prototype', Object.create(null), '{}'],
  ['an object that holds itself', selfish, 'an object that is no JSON'],
  ['a symbol', Symbol('odd'), 'Symbol(odd)'],
  ['an error of another realm', runInNewContext('new TypeError("far away")'), 'TypeError: far away'],
])('an objective that throws %s fails its trial with that reason', async (_, thrown, reason) => {
  const study = await started()
  const objective = ({ x }: { readonly [name: string]: unknown }, { number }: { readonly number: number }) => {
    if (number === 1) throw thrown
    return Number(x)
  }
  await drain(study.optimize(objective, { budget: { trials: 3 } }))
  expect(study.trials.map(({ state }) => state)).toEqual(['complete', 'fail', 'complete'])
  expect(study.trials[1]?.systemAttrs['espalier:reason']).toBe(reason)
})

describe('an objective that gives no value', () => {
  it.each<[string, unknown, string]>([
    ['undefined', undefined, 'the objective gave undefined; it must be a number'],
    ['null', null, 'the objective gave null; it must be a number'],
    ['a text', '0.5', 'the objective gave "0.5"; it must be a number'],
    ['true', true, 'the objective gave true; it must be a number'],
    ['two values', [1, 2], 'the objective gave 2 values; it must be a number'],
    ['no values', [], 'the objective gave 0 values; it must be a number'],
    ['an object', { loss: 1 }, 'the objective gave {"loss":1}; it must be a number'],
    ['a bigint', 1n, 'the objective gave 1n; it must be a number'],
    ['a function', () => 1, 'the objective gave a function; it must be a number'],
    ['a date', new Date(0), 'the objective gave "1970-01-01T00:00:00.000Z"; it must be a number'],
    ['a list of texts', ['a'], 'the objective gave ["a"]; it must be a number'],
  ])('as %s fails that trial with a reason, and the others go on', async (_, value, reason) => {
    for (const given of [value, Promise.resolve(value)]) {
      const study = await started()
      await drain(study.optimize(({ x }, { number }) => (number === 1 ? (given as never) : Number(x)), { budget: { trials: 8 } }))
      expect([states(study, 'complete'), states(study, 'fail'), study.trials[1]?.state]).toEqual([7, 1, 'fail'])
      expect(study.trials[1]?.systemAttrs['espalier:reason']).toBe(`InvalidSpecError: ${reason}`)
    }
  })

  it('as a number where two are wanted, likewise', async () => {
    const study = await started({ objective: ['minimize', 'maximize'] })
    await drain(study.optimize(({ x }, { number }) => (number === 1 ? 1 : [Number(x), 2]), { budget: { trials: 4 } }))
    expect(study.trials[1]?.systemAttrs['espalier:reason']).toBe(
      'InvalidSpecError: the objective gave 1 value; it must be a list of 2 numbers, one an objective',
    )
    expect(states(study, 'complete')).toBe(3)
  })
})

it('a sampler that waits for nothing is an error', async () => {
  const sampler: Sampler = { name: 'idle', batchSize: 1, sample: () => 'wait' }
  const study = await started({ sampler })
  await expect(study.ask()).rejects.toThrow('the sampler idle waits, and no trial is running')
})

describe('names of objectives', () => {
  const named: StudyOptions = {
    ...OPTIONS,
    objective: [
      { metric: 'error', direction: 'minimize' },
      { metric: 'speed', direction: 'maximize' },
    ],
  }

  it("are written as Optuna's, and those that Optuna has stay and are read", async () => {
    const journal = new MemoryJournal()
    const study = await createStudy({ ...named, journal })
    expect(study.metricNames).toEqual(['error', 'speed'])
    const attrs = (await journal.read(0)).flatMap(({ system_attr }) => (system_attr === undefined ? [] : [system_attr]))
    expect(attrs).toContainEqual({ 'study:metric_names': ['error', 'speed'] })
    await journal.append([
      new EntryWriter({ worker: 'optuna', now: () => new Date() }).setStudySystemAttr(0, 'study:metric_names', ['a', 'b']),
    ])
    expect((await createStudy({ ...named, journal })).metricNames).toEqual(['a', 'b'])
  })

  it('are none where nobody gave any', async () => {
    const journal = new MemoryJournal()
    expect((await createStudy({ ...OPTIONS, journal })).metricNames).toEqual(['value'])
    expect(JSON.stringify(await journal.read(0))).not.toContain('metric_names')
  })
})
