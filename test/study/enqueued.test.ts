import { categorical, createStudy, float, int, MemoryJournal, type SpaceSpec } from 'espalier'
import { describe, expect, it } from 'vitest'
import { EntryWriter } from '../../src/study/journal/entries.ts'
import { drain, OPTIONS, started, states } from './told.ts'

/** Trials that are enqueued with some of their values. */

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

  it('begin as trials of their own where the space has other choices or another kind than before', async () => {
    const before = { x: categorical(['a', 'b']), y: int(1, 4) }
    const after = { x: categorical(['a', 'b', 'c']), y: float(0, 9) }
    const journal = new MemoryJournal()
    const open = (space: SpaceSpec) => createStudy({ space, objective: 'minimize', sampler: 'random', journal, name: 'study' })
    await drain((await open(before)).optimize(({ y }) => Number(y), { budget: { trials: 2 } }))
    const study = await open(after)
    await study.enqueue({ x: 'c', y: 2.5 })
    await study.enqueue({ x: 'b' })
    await drain(study.optimize(({ y }) => Number(y), { budget: { trials: 7 } }))
    expect(study.trials.map(({ state }) => state)).toEqual(['complete', 'complete', 'fail', 'fail', 'complete', 'complete', 'complete'])
    expect(study.trials[2]?.systemAttrs['espalier:reason']).toMatch(/trial 4 has the values/)
    expect(study.trials[4]).toMatchObject({ params: { x: 'c', y: 2.5 }, values: [2.5] })
    expect(study.trials[5]?.params.x).toBe('b')
    // Another reader takes all of it.
    expect((await open(after)).trials).toEqual(study.trials)
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
