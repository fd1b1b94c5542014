import { runInNewContext } from 'node:vm'
import {
  categorical,
  createStudy,
  EspalierError,
  float,
  int,
  type Json,
  MemoryJournal,
  type Sampler,
  type StudyEvent,
  type StudyOptions,
} from 'espalier'
import { describe, expect, it, vi } from 'vitest'
import { EntryWriter } from '../../src/study/journal/entries.ts'

/** Studies that are told their values: what is enqueued, what others left, what is no value, and how long a trial may take. */

const OPTIONS = {
  space: { x: float(0, 1), units: int(1, 9) },
  objective: 'minimize',
  sampler: 'random',
  seed: 1,
} as const satisfies StudyOptions

const started = async (change: Partial<StudyOptions> = {}) => createStudy({ ...OPTIONS, ...change })

async function drain(events: AsyncIterable<StudyEvent>): Promise<StudyEvent[]> {
  const all: StudyEvent[] = []
  for await (const event of events) all.push(event)
  return all
}

const states = (study: { readonly trials: readonly { readonly state: string }[] }, state: string): number =>
  study.trials.filter((trial) => trial.state === state).length

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

describe('trials that others left running', () => {
  it.each(['random', 'tpe', 'gaussianProcess', 'cmaEs', { name: 'nsga2', populationSize: 10 }] as const)(
    'keep no sampler from the end of the budget: %j',
    async (sampler) => {
      const journal = new MemoryJournal()
      const options: StudyOptions = { space: { x: float(-5, 5), y: float(-5, 5) }, objective: 'minimize', sampler, seed: 1, journal }
      // Whoever asked is gone; so is an Optuna process that had suggested nothing yet.
      for (let i = 0; i < 3; i++) await (await createStudy(options)).ask()
      await journal.append([new EntryWriter({ worker: 'optuna', now: () => new Date() }).createTrial(0)])
      const study = await createStudy(options)
      const events = await drain(study.optimize(({ x, y }) => Number(x) ** 2 + Number(y) ** 2, { budget: { trials: 40 } }))
      expect(events.at(-1)).toEqual({ type: 'end', reason: 'budget' })
      expect([study.trials.length, states(study, 'complete'), states(study, 'running')]).toEqual([40, 36, 4])
      // One that turns out to be alive tells its value; one that is gone is closed by hand.
      await study.tell(0, 1)
      await study.fail(1, 'its process is gone')
      expect(states(study, 'running')).toBe(2)
    },
  )

  it('keep no asker waiting, but those that it was given itself do', async () => {
    const journal = new MemoryJournal()
    const options: StudyOptions = { ...OPTIONS, sampler: { name: 'cmaEs', populationSize: 4 }, journal }
    await (await createStudy(options)).ask(2)
    const study = await createStudy(options)
    const own = await study.ask(6)
    expect(own.map(({ number }) => number)).toEqual([2, 3])
    expect(await study.ask()).toEqual([])
    for (const { number } of own) await study.tell(number, 1)
    expect(await study.ask(2)).toHaveLength(2)
  })

  it('and that a killed run left are evaluated by the next, each once', async () => {
    const journal = new MemoryJournal()
    const first = await started({ journal, batchSize: 4 })
    for await (const { type } of first.optimize(({ x }) => Number(x), { budget: { trials: 9 } })) if (type === 'batch') break
    expect(states(first, 'running')).toBe(4)
    const second = await started({ journal, batchSize: 4 })
    const called: number[] = []
    await drain(second.optimize(({ x }, { number }) => called.push(number) && Number(x), { budget: { trials: 9 } }))
    expect(called).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8])
    expect(states(second, 'complete')).toBe(9)
  })
})

describe('enqueued trials', () => {
  const writer = new EntryWriter({ worker: 'optuna', now: () => new Date() })
  const waiting = (fixed: Parameters<Awaited<ReturnType<typeof started>>['enqueue']>[0]) =>
    writer.createTrial(0, {
      state: 'waiting',
      params: {},
      distributions: {},
      values: undefined,
      intermediateValues: new Map(),
      userAttrs: { by: 'Optuna' },
      systemAttrs: { fixed_params: fixed },
      datetimeStart: undefined,
      datetimeComplete: undefined,
    })

  it('come first, count to the budget when they run, and have the values they were given', async () => {
    const journal = new MemoryJournal()
    const study = await started({ journal })
    expect(await study.enqueue({ x: 0.25, units: 3 })).toBe(0)
    expect(await study.enqueue({ units: 7 })).toBe(1)
    await journal.append([waiting({ x: 0.75 })])
    const order: number[] = []
    const events = await drain(study.optimize(({ x }, { number }) => order.push(number) && Number(x), { budget: { trials: 10 } }))
    expect(order).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    expect(events.at(-1)).toEqual({ type: 'end', reason: 'budget' })
    expect([states(study, 'complete'), study.trials.length]).toEqual([10, 10])
    expect(study.trials[0]?.params).toEqual({ x: 0.25, units: 3 })
    expect(study.trials[1]?.params.units).toBe(7)
    expect(study.trials[2]).toMatchObject({
      params: { x: 0.75 },
      values: [0.75],
      userAttrs: { by: 'Optuna' },
      systemAttrs: { fixed_params: { x: 0.75 } },
    })
    for (const { params, distributions, datetimeStart } of study.trials) {
      expect(Object.keys(params)).toEqual(['x', 'units'])
      expect(Object.keys(distributions)).toEqual(['x', 'units'])
      expect(datetimeStart).toBeInstanceOf(Date)
    }
  })

  it('are given by ask, before new ones; and wait when the budget is spent', async () => {
    const study = await started()
    await drain(study.optimize(({ x }) => Number(x), { budget: { trials: 4 } }))
    await study.enqueue({ x: 0.125, units: 1 })
    await drain(study.optimize(({ x }) => Number(x), { budget: { trials: 4 } }))
    expect(states(study, 'waiting')).toBe(1)
    const [first, second] = await study.ask(2)
    expect([first?.number, first?.state, first?.params]).toEqual([4, 'running', { x: 0.125, units: 1 }])
    expect(second?.number).toBe(5)
    await study.tell(4, 1)
    expect(study.trials[4]?.values).toEqual([1])
  })

  it.each(['random', 'tpe', 'gaussianProcess', 'cmaEs', { name: 'nsga2', populationSize: 4 }, 'quasiRandom'] as const)(
    'do not keep %j from going on, whenever they come',
    async (sampler) => {
      const study = await started({ sampler })
      for (const [i, budget] of [10, 20, 30].entries()) {
        await study.enqueue({ x: (i + 1) / 8 })
        await study.enqueue({ units: i + 1 })
        await drain(study.optimize(({ x, units }) => Number(x) + Number(units), { budget: { trials: budget } }))
      }
      expect([states(study, 'complete'), study.trials.length]).toEqual([30, 30])
      for (const i of [0, 1, 2]) {
        expect(study.trials[10 * i]?.params.x).toBe((i + 1) / 8)
        expect(study.trials[10 * i + 1]?.params.units).toBe(i + 1)
      }
    },
  )

  it('get the rest under which they are allowed, and of a finite space what is new', async () => {
    const space = { optimizer: categorical(['sgd', 'adam']), momentum: int(0, 3, { when: "optimizer == 'sgd'" }), width: int(1, 4) }
    const study = await createStudy({ space, constraints: ['width != 2'], objective: 'minimize', sampler: 'grid' })
    await study.enqueue({ momentum: 3 })
    for (let i = 0; i < 4; i++) await study.enqueue({ optimizer: 'adam' })
    await drain(study.optimize(({ width }) => Number(width)))
    expect(study.trials[0]?.params).toMatchObject({ optimizer: 'sgd', momentum: 3 })
    const adam = study.trials.slice(1, 5).map(({ params }) => params)
    expect(adam.map(({ optimizer }) => optimizer)).toEqual(['adam', 'adam', 'adam', 'adam'])
    // There are three configurations of adam: the fourth has to repeat one.
    expect(new Set(adam.map(({ width }) => width))).toEqual(new Set([1, 3, 4]))
    expect(study.trials).toHaveLength(3 + 4 * 3 + 1)
    await expect(study.enqueue({ optimizer: 'adam', width: 2 })).rejects.toThrow('params breaks the constraint')
    await expect(study.enqueue({ optimizer: 'adam', momentum: 1, width: 1 })).rejects.toThrow(
      /params\.momentum is no parameter that is active here/,
    )
  })

  it('that cannot be, enqueued in Optuna, fail with the reason, and are told of', async () => {
    const journal = new MemoryJournal()
    const study = await started({ journal })
    await journal.append([waiting({ x: 7 }), waiting({ z: 1 }), waiting({ x: 0.5 })])
    const events = await drain(study.optimize(({ x }) => Number(x), { budget: { trials: 5 } }))
    expect(study.trials.map(({ state }) => state)).toEqual(['fail', 'fail', 'complete', 'complete', 'complete'])
    expect(study.trials[0]?.systemAttrs['espalier:reason']).toBe('InvalidSpecError: params.x is 7; it must be a number from 0 to 1')
    expect(study.trials[1]?.systemAttrs['espalier:reason']).toMatch(/params\.z is no parameter of the space/)
    expect(events.filter(({ type }) => type === 'trial')).toHaveLength(5)
    await study.enqueue({ x: 0.5 })
    await journal.append([waiting({ x: -1 })])
    expect(await study.ask(1)).toHaveLength(1)
  })

  it('come to the same journal when the process is stopped at any entry of their beginning', async () => {
    const content = async (journal: MemoryJournal) =>
      (await journal.read(0)).map((entry) =>
        JSON.stringify(entry, (key, value: unknown) => (key.startsWith('datetime') ? undefined : value)),
      )
    const whole = new MemoryJournal()
    const options = { ...OPTIONS, batchSize: 3 }
    const study = await createStudy({ ...options, journal: whole })
    await study.enqueue({ x: 0.5 })
    await study.enqueue({ units: 2 })
    await drain(study.optimize(({ x }) => Number(x), { budget: { trials: 6 } }))
    const entries = await whole.read(0)
    const expected = await content(whole)
    for (let length = 4; length < entries.length; length++) {
      const journal = new MemoryJournal(entries.slice(0, length))
      const again = await createStudy({ ...options, journal })
      await drain(again.optimize(({ x }) => Number(x), { budget: { trials: 6 } }))
      expect(await content(journal)).toEqual(expected)
    }
  })
})

describe('optimize', () => {
  it('fails a trial that takes too long, and tells its objective by the signal', async () => {
    const study = await started({ batchSize: 4 })
    const reasons: unknown[] = []
    const began = performance.now()
    const objective = ({ x }: { readonly [name: string]: unknown }, { number }: { readonly number: number }, signal: AbortSignal) => {
      if (number === 0)
        return new Promise<number>((_, reject) =>
          signal.addEventListener('abort', () => reasons.push(signal.reason) && reject(signal.reason)),
        )
      // Heeds no signal, and would never end.
      if (number === 1) return new Promise<number>(() => undefined)
      if (number === 2) for (const end = performance.now() + 150; performance.now() < end; );
      return Number(x)
    }
    await drain(study.optimize(objective, { budget: { trials: 6 }, trialSeconds: 0.1 }))
    expect(performance.now() - began).toBeLessThan(5000)
    expect(study.trials.map(({ state }) => state)).toEqual(['fail', 'fail', 'fail', 'complete', 'complete', 'complete'])
    for (const number of [0, 1, 2])
      expect(study.trials[number]?.systemAttrs['espalier:reason']).toBe(
        'TrialTimeoutError: it took longer than the 0.1 s that a trial may take',
      )
    expect(reasons).toEqual([expect.objectContaining({ name: 'TrialTimeoutError' })])
  })

  it('stops by a signal within a moment; what had ended is kept, and the rest is evaluated by the next run', async () => {
    const journal = new MemoryJournal()
    const study = await started({ journal, batchSize: 3 })
    const controller = new AbortController()
    let aborted = 0
    const objective = ({ x }: { readonly [name: string]: unknown }, { number }: { readonly number: number }, signal: AbortSignal) => {
      signal.addEventListener('abort', () => aborted++)
      if (number === 1) setTimeout(() => controller.abort(new Error('enough')), 20)
      return number === 2 ? new Promise<number>(() => undefined) : Number(x)
    }
    const stopped = drain(study.optimize(objective, { budget: { trials: 6 }, signal: controller.signal }))
    await expect(stopped).rejects.toMatchObject({ name: 'AbortError' })
    expect(study.trials.map(({ state }) => state)).toEqual(['complete', 'complete', 'running'])
    expect(aborted).toBeGreaterThan(0)
    const again = await started({ journal, batchSize: 3 })
    const called: number[] = []
    await drain(again.optimize(({ x }, { number }) => called.push(number) && Number(x), { budget: { trials: 6 } }))
    expect(called).toEqual([2, 3, 4, 5])
    expect(states(again, 'complete')).toBe(6)
  })

  it('leaves no timer behind, and calls nothing under a signal that has aborted', async () => {
    const study = await started()
    const objective = vi.fn(() => 1)
    const none = drain(study.optimize(objective, { budget: { trials: 2 }, signal: AbortSignal.abort() }))
    await expect(none).rejects.toMatchObject({ name: 'AbortError' })
    expect([objective.mock.calls.length, study.trials.length]).toEqual([0, 0])
    const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length
    const before = timers()
    await drain(study.optimize(objective, { budget: { trials: 3 }, trialSeconds: 1000 }))
    expect(timers()).toBe(before)
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
