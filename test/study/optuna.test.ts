import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { EntryWriter, type TrialTemplate } from '../../src/study/journal/entries.ts'
import { FileJournal } from '../../src/study/journal/file/journal.ts'
import type { JournalEntry } from '../../src/study/journal/journal.ts'
import { RebuiltStudies } from '../../src/study/journal/rebuild.ts'
import { intervalOf } from '../../src/study/space/distributions.ts'
import type { Json } from '../../src/study/trial.ts'
import { temporaryFolder } from '../support/bundle.ts'
import { type Dump, dumped, studiesOf } from '../support/dump.ts'
import { describeWithOptuna, type Optuna, startOptuna } from '../support/optuna.ts'

const LOCKS = ['symlink', 'open'] as const

const write = new EntryWriter({ worker: 'espalier-7', now: () => new Date(2024, 1, 29, 23, 59, 59, 7) })
const space = {
  x: { type: 'float', low: -5, high: 5, log: false, step: undefined },
  rate: { type: 'float', low: 1e-5, high: 1, log: true, step: undefined },
  stepped: { type: 'float', low: 0, high: 1, log: false, step: 0.25 },
  units: { type: 'int', low: 1, high: 10, log: false, step: 3 },
  width: { type: 'int', low: 1, high: 128, log: true, step: 1 },
  act: { type: 'categorical', choices: ['relu', 'tanh', null] },
} as const

/** The entries of a trial that ends with x squared, which nothing else has to do with. */
function trialOf(id: number): JournalEntry[] {
  const at = (place: number) => ((id * 0.618 + place * 0.37) % 1) ** 2
  const number = (name: 'x' | 'rate' | 'stepped' | 'units' | 'width', place: number) => {
    const { low, high, fromInterval } = intervalOf(space[name])
    return write.setTrialParam(id, name, fromInterval(low + at(place) * (high - low)), space[name])
  }
  const x = number('x', 0)
  return [
    write.createTrial(0),
    x,
    number('rate', 1),
    number('stepped', 2),
    number('units', 3),
    number('width', 4),
    write.setTrialParam(id, 'act', space.act.choices[id % 3] ?? null, space.act),
    write.setTrialIntermediateValue(id, 1, [0.5, Number.NaN, Number.NEGATIVE_INFINITY, 1e-300][id % 4] ?? 0),
    write.setTrialIntermediateValue(id, 10, -0),
    write.setTrialUserAttr(id, 'espalier:repeats', [
      [0.1, Number.NaN],
      ['ü😀', { key: null }],
    ]),
    write.setTrialSystemAttr(id, 'espalier:seed', 2 ** 32 - 1),
    ...(id === 4 ? [write.setTrialSystemAttr(id, 'espalier:reason', 'diverged'), write.setTrialState(id, 'fail')] : []),
    ...(id === 5 ? [write.setTrialState(id, 'pruned', [0.5])] : []),
    ...(id === 6 ? [] : [write.setTrialState(id, 'complete', [Number(x.param_value_internal) ** 2])]),
  ].slice(0, id === 4 || id === 5 ? -1 : undefined)
}

const template = {
  state: 'complete',
  params: { x: 1e-9, act: 'tanh' },
  distributions: { x: space.x, act: space.act },
  values: [1e-18],
  intermediateValues: new Map([[3, Number.POSITIVE_INFINITY]]),
  userAttrs: { from: 'a template' },
  systemAttrs: {},
  datetimeStart: new Date(2024, 0, 1),
  datetimeComplete: new Date(2024, 0, 2),
} as const satisfies TrialTemplate
const waiting: TrialTemplate = {
  ...template,
  state: 'waiting',
  params: {},
  distributions: {},
  values: undefined,
  intermediateValues: new Map(),
  systemAttrs: { fixed_params: { x: 0.125 } },
  datetimeStart: undefined,
  datetimeComplete: undefined,
}

const ours = (): JournalEntry[] => [
  write.createStudy('unsere Studie ü😀', ['minimize']),
  write.createStudy('two objectives', ['maximize', 'minimize']),
  write.setStudyUserAttr(0, 'space', { x: [-5, 5], 'ü"\\\u0000': null }),
  write.setStudySystemAttr(0, 'espalier:seed', 7),
  ...Array.from({ length: 20 }, (_, id) => trialOf(id)).flat(),
  write.createTrial(0, template),
  write.createTrial(0, waiting),
  write.createTrial(1, { ...template, values: [1, 2] }),
  write.createTrial(1, { ...template, values: [Number.NEGATIVE_INFINITY, 3] }),
  write.createTrial(1),
  write.setTrialState(24, 'complete', [2, 3]),
]

describeWithOptuna('Optuna', () => {
  let optuna: Optuna
  let folder: Awaited<ReturnType<typeof temporaryFolder>>
  const path = () => join(folder.path, 'journal.log')
  const ask = async (command: { readonly [key: string]: Json }) => (await optuna.ask({ path: path(), ...command })) as unknown as Dump

  beforeAll(() => {
    optuna = startOptuna('journal.py')
  })
  afterAll(() => optuna?.close())
  beforeEach(async () => {
    folder = await temporaryFolder()
  })
  afterEach(() => folder.remove())

  it('writes a journal that we read, every field', async () => {
    const answer = await ask({ do: 'write' })
    const rebuilt = new RebuiltStudies()
    expect(rebuilt.apply(await new FileJournal(path()).read(0))).toEqual([])
    expect(rebuilt.studies.map(dumped)).toEqual(studiesOf(answer))
    const states = answer.studies.flatMap(({ trials }) => trials.map(({ state }) => state))
    expect(new Set(states)).toEqual(new Set(['complete', 'pruned', 'fail', 'running', 'waiting']))
    expect(answer.studies.map(({ id, trials }) => [id, trials.length])).toEqual([
      [0, 14],
      [2, 7],
      [3, 0],
    ])
  })

  it('reads a journal that we wrote, every field, and finds the best trials and what mattered', async () => {
    const rebuilt = new RebuiltStudies()
    expect(rebuilt.apply(ours())).toEqual([])
    await new FileJournal(path()).append(ours())
    const answer = await ask({ do: 'dump' })
    expect(studiesOf(answer)).toEqual(rebuilt.studies.map(dumped))
    const [single, several] = answer.studies
    expect(single?.best).toEqual([20])
    expect(several?.best).toEqual([0, 2])
    const importances = Object.entries(single?.importances ?? {})
    expect(importances.map(([name]) => name).sort()).toEqual(['act', 'x'])
    expect(importances[0]?.[0]).toBe('x')
    expect(importances.reduce((sum, [, importance]) => sum + importance, 0)).toBeCloseTo(1, 12)
  })

  it.each(LOCKS)('goes on with our journal under the %s lock, and we read on', async (lock) => {
    const journal = new FileJournal(path(), { lock })
    await journal.append(ours())
    const rebuilt = new RebuiltStudies()
    rebuilt.apply(await journal.read(0))
    const answer = await ask({ do: 'continue', study: 'unsere Studie ü😀', trials: 6, lock })
    expect(rebuilt.apply(await journal.read(rebuilt.entriesRead))).toEqual([])
    expect(rebuilt.studies.map(dumped)).toEqual(studiesOf(answer))
    // It took the waiting trial first, as enqueued, and made five more.
    const { trials = [] } = rebuilt.study('unsere Studie ü😀') ?? {}
    expect(trials.map(({ userAttrs }) => userAttrs.from).slice(20)).toEqual(['a template', ...Array.from({ length: 6 }, () => 'Python')])
    expect(trials[21]).toMatchObject({ state: 'complete', params: { x: 0.125 }, values: [0.125 ** 2] })
    expect(trials.slice(22).map(({ state }) => state)).toEqual(expect.arrayContaining(['complete', 'pruned']))

    await journal.append([write.createTrial(0, template), write.setStudyUserAttr(0, 'and back', true)])
    rebuilt.apply(await journal.read(rebuilt.entriesRead))
    expect(studiesOf(await ask({ do: 'dump' }))).toEqual(rebuilt.studies.map(dumped))
  })

  it.each(LOCKS)('writes to the same file at the same time under the %s lock', async (lock) => {
    const journal = new FileJournal(path(), { lock })
    await journal.append([write.createStudy('shared', ['minimize'])])
    const asked = ask({ do: 'append', count: 100, lock })
    for (let i = 0; i < 100; i++) await journal.append([write.setStudyUserAttr(0, 'espalier', i)])
    await asked
    const values = (await journal.read(1)).map(({ user_attr }) => Object.entries(user_attr as object)[0])
    for (const writer of ['espalier', 'python'])
      expect(values.filter(([key] = ['', 0]) => key === writer)).toEqual(Array.from({ length: 100 }, (_, i) => [writer, i]))
    expect(values).toHaveLength(200)
  })

  it('reads on after we have dropped a torn line, with the storage that saw it torn', async () => {
    const journal = new FileJournal(path())
    await journal.append([write.createStudy('torn', ['minimize'])])
    const whole = readFileSync(path(), 'utf8')
    writeFileSync(path(), `${whole}{"op_code": 4, "worker_id": "killed", "stu`)
    expect((await ask({ do: 'follow' })).studies.map(({ trials }) => trials.length)).toEqual([0])
    await journal.append([write.createTrial(0, template), write.createTrial(0)])
    const followed = await ask({ do: 'follow' })
    expect(followed.studies.map(({ trials }) => trials.length)).toEqual([2])
    expect(await ask({ do: 'dump' })).toEqual(followed)
  })
})
