import { describe, expect, it } from 'vitest'
import { areCompatible, distributionFromJson, distributionToJson } from '../../src/study/journal/distributions.ts'
import { EntryWriter, isoformat } from '../../src/study/journal/entries.ts'
import { CorruptJournalError } from '../../src/study/journal/errors.ts'
import type { JournalEntry } from '../../src/study/journal/journal.ts'
import { RebuiltStudies } from '../../src/study/journal/rebuild.ts'
import type { Distribution } from '../../src/study/space/distributions.ts'
import { trialOf } from '../support/trials.ts'

const start = new Date(2024, 1, 29, 12, 30, 1, 5)
const write = new EntryWriter({ worker: 'espalier-7', now: () => start })
const unit: Distribution = { type: 'float', low: 0, high: 1, log: false, step: undefined }
const choice: Distribution = { type: 'categorical', choices: ['relu', null, true, 2] }

function rebuild(...entries: JournalEntry[]) {
  const rebuilt = new RebuiltStudies()
  const refusals = rebuilt.apply(entries)
  return { rebuilt, reasons: refusals.map(({ number, reason }) => `${number}: ${reason}`) }
}

describe('entries', () => {
  it("have Optuna's fields in its order", () => {
    expect(JSON.stringify(write.createStudy('s', ['maximize', 'minimize']))).toBe(
      '{"op_code":0,"worker_id":"espalier-7","study_name":"s","directions":[2,1]}',
    )
    expect(JSON.stringify(write.createTrial(3))).toBe(
      '{"op_code":4,"worker_id":"espalier-7","study_id":3,"datetime_start":"2024-02-29T12:30:01.005000"}',
    )
    expect(JSON.stringify(write.setTrialState(1, 'pruned', [0.5]))).toBe(
      '{"op_code":6,"worker_id":"espalier-7","trial_id":1,"state":2,"values":[0.5],"datetime_complete":"2024-02-29T12:30:01.005000"}',
    )
    expect(write.setTrialState(1, 'waiting')).toEqual({ op_code: 6, worker_id: 'espalier-7', trial_id: 1, state: 4, values: null })
    expect(write.setTrialState(1, 'running')).toHaveProperty('datetime_start')
  })

  it('tell local time', () => {
    expect(new Date(isoformat(start))).toEqual(start)
  })
})

describe('distributions as JSON', () => {
  const ours: Distribution[] = [
    unit,
    { type: 'float', low: 1e-5, high: 1, log: true, step: undefined },
    { type: 'float', low: 0, high: 1, log: false, step: 0.25 },
    { type: 'int', low: 1, high: 10, log: false, step: 3 },
    { type: 'int', low: 1, high: 64, log: true, step: 1 },
    choice,
    { type: 'categorical', choices: [Number.NaN, Number.POSITIVE_INFINITY, 'é "NaN"'] },
  ]
  it.each(ours)('come back: $type $choices', (distribution) => {
    expect(distributionFromJson(distributionToJson(distribution))).toStrictEqual(distribution)
  })

  it.each([
    ['{"name": "UniformDistribution", "attributes": {"low": 0.0, "high": 1.0}}', unit],
    ['{"name": "LogUniformDistribution", "attributes": {"low": 0.1, "high": 1.0}}', { ...unit, low: 0.1, log: true }],
    ['{"name": "DiscreteUniformDistribution", "attributes": {"low": 0.0, "high": 1.0, "q": 0.25}}', { ...unit, step: 0.25 }],
    [
      '{"name": "IntUniformDistribution", "attributes": {"step": 1, "low": 0, "high": 5}}',
      { type: 'int', low: 0, high: 5, log: false, step: 1 },
    ],
    [
      '{"name": "IntLogUniformDistribution", "attributes": {"step": 1, "low": 1, "high": 5}}',
      { type: 'int', low: 1, high: 5, log: true, step: 1 },
    ],
    ['{"type": "float", "low": 0, "high": 1}', unit],
    ['{"type": "int", "low": 0, "high": 5}', { type: 'int', low: 0, high: 5, log: false, step: 1 }],
    ['{"type": "categorical", "choices": [[64, 64], null]}', { type: 'categorical', choices: ['[64,64]', null] }],
  ])('of old and of short names are read: %s', (text, distribution) => {
    expect(distributionFromJson(text)).toStrictEqual(distribution)
  })

  it.each(['{"name": "NormalDistribution", "attributes": {}}', '{"type": "int", "low": 0}', 'x', '[]'])(
    'that are none are refused: %s',
    (text) => {
      expect(() => distributionFromJson(text)).toThrow("is no distribution of Optuna's")
    },
  )

  it('are compatible where Optuna says so', () => {
    expect(areCompatible(unit, { ...unit, high: 5, step: 1 })).toBe(true)
    expect(areCompatible(unit, { ...unit, low: 0.1, log: true })).toBe(false)
    expect(areCompatible(unit, choice)).toBe(false)
    expect(areCompatible({ type: 'categorical', choices: [1, Number.NaN] }, { type: 'categorical', choices: [true, Number.NaN] })).toBe(
      true,
    )
    expect(areCompatible(choice, { type: 'categorical', choices: ['relu', null, true] })).toBe(false)
  })
})

describe('studies rebuilt from a journal', () => {
  it('rebuilds a trial', () => {
    const { rebuilt, reasons } = rebuild(
      write.createStudy('s', ['minimize']),
      write.createTrial(0),
      write.setTrialParam(0, 'x', 0.5, unit),
      write.setTrialParam(0, 'act', null, choice),
      write.setTrialIntermediateValue(0, 1, 3),
      write.setTrialIntermediateValue(0, 2, Number.NaN),
      write.setTrialUserAttr(0, 'a', [1]),
      write.setTrialSystemAttr(0, 'espalier:reason', 'none'),
      write.setTrialState(0, 'complete', [0.25]),
    )
    expect(reasons).toEqual([])
    expect(rebuilt.study('s')?.trials).toStrictEqual([
      {
        number: 0,
        state: 'complete',
        params: { x: 0.5, act: null },
        distributions: { x: unit, act: choice },
        values: [0.25],
        intermediateValues: new Map([
          [1, 3],
          [2, Number.NaN],
        ]),
        userAttrs: { a: [1] },
        systemAttrs: { 'espalier:reason': 'none' },
        datetimeStart: start,
        datetimeComplete: start,
      },
    ])
  })

  it('goes on where it stopped, entry by entry as at once', () => {
    const entries = [write.createStudy('s', ['minimize']), write.createTrial(0), write.createTrial(0), write.setTrialState(1, 'fail')]
    const rebuilt = new RebuiltStudies()
    for (const entry of entries) expect(rebuilt.apply([entry])).toEqual([])
    expect(rebuilt.entriesRead).toBe(4)
    expect(rebuilt.studies).toStrictEqual(rebuild(...entries).rebuilt.studies)
  })

  it('makes a trial of a template what the template was', () => {
    const template = {
      state: 'complete',
      params: { x: 0.5, act: true },
      distributions: { x: unit, act: choice },
      values: [1, Number.POSITIVE_INFINITY],
      intermediateValues: new Map([[3, 0.5]]),
      userAttrs: { a: 'b' },
      systemAttrs: { fixed_params: { x: 0.5 } },
      datetimeStart: start,
      datetimeComplete: start,
    } as const
    const waiting = { ...template, state: 'waiting', values: undefined, datetimeStart: undefined, datetimeComplete: undefined } as const
    const entries = [template, { ...template, values: [1] }, waiting].map((one) => write.createTrial(0, one))
    const { rebuilt } = rebuild(write.createStudy('s', ['minimize', 'minimize']), ...entries)
    expect(rebuilt.study('s')?.trials).toStrictEqual([
      { number: 0, ...template },
      { number: 1, ...template, values: [1] },
      { number: 2, ...waiting },
    ])
  })

  it('numbers trials by study, and counts ids over all of them, deleted ones included', () => {
    const { rebuilt } = rebuild(
      write.createStudy('a', ['minimize']),
      write.createStudy('b', ['maximize']),
      write.createTrial(0),
      write.createTrial(1),
      write.createTrial(0),
      write.deleteStudy(0),
      write.createStudy('a', ['maximize']),
      write.createTrial(2),
    )
    expect(rebuilt.studies.map(({ id, name, trialIds }) => ({ id, name, trialIds }))).toEqual([
      { id: 1, name: 'b', trialIds: [1] },
      { id: 2, name: 'a', trialIds: [3] },
    ])
    expect(rebuilt.nextTrialId).toBe(4)
  })

  it('lets the first worker have a waiting trial', () => {
    const enqueued = write.createTrial(0, trialOf(0, 'waiting'))
    const { rebuilt, reasons } = rebuild(
      write.createStudy('s', ['minimize']),
      enqueued,
      write.setTrialState(0, 'running'),
      write.setTrialState(0, 'running'),
    )
    expect(reasons).toEqual(['3: trial 0 is running already'])
    expect(rebuilt.study('s')?.trials[0]).toMatchObject({ state: 'running', datetimeStart: start })
  })

  it('refuses what does not apply, and changes nothing by it', () => {
    const other: Distribution = { type: 'categorical', choices: ['relu'] }
    const valid = [
      write.createStudy('s', ['minimize']),
      write.createTrial(0),
      write.setTrialParam(0, 'act', 'relu', choice),
      write.setTrialState(0, 'complete', [1]),
      write.createTrial(0),
    ]
    const { rebuilt, reasons } = rebuild(
      ...valid,
      write.createStudy('s', ['maximize']),
      write.createTrial(1),
      write.setTrialUserAttr(7, 'a', 1),
      write.setTrialState(0, 'fail'),
      write.setTrialIntermediateValue(0, 1, 1),
      write.setTrialParam(1, 'act', 'relu', other),
      write.setStudyUserAttr(4, 'a', 1),
      write.deleteStudy(4),
      { op_code: 10, worker_id: 'optuna of another day', trial_id: 1 },
    )
    expect(reasons).toEqual([
      '5: there is a study "s" already',
      '6: there is no study with id 1',
      '7: there is no trial with id 7',
      '8: trial 0 of study "s" has finished',
      '9: trial 0 of study "s" has finished',
      '10: parameter "act" has another kind of distribution, or other choices, in a trial before',
      '11: there is no study with id 4',
      '12: there is no study with id 4',
      "13: operation 10 is none of Optuna's",
    ])
    expect(rebuilt.studies).toStrictEqual(rebuild(...valid).rebuilt.studies)
  })

  it.each([
    [{ op_code: 2, study_id: 0 }, 'user_attr'],
    [{ op_code: 6, trial_id: 0, state: 9, values: null }, 'state'],
    [{ op_code: 7, trial_id: 0, step: 1, intermediate_value: '1' }, 'must be a number'],
    [{ op_code: 4, study_id: 0, datetime_start: 'yesterday' }, 'must be a time'],
    [{ op_code: 4, study_id: 0, datetime_start: null, params: { x: 1 } }, 'parameter "x" has no distribution'],
    [{ op_code: 5, trial_id: 0, param_name: 'x', param_value_internal: 1, distribution: '{"name": "Unknown"}' }, 'no distribution'],
    [{ op_code: 5, trial_id: 0, param_name: 'x', param_value_internal: 5, distribution: distributionToJson(choice) }, 'no choice 5'],
  ])('names the line of an entry whose fields are wrong: %j', (entry, reason) => {
    const entries = [write.createStudy('s', ['minimize']), write.createTrial(0), { worker_id: 'x', ...entry } as JournalEntry]
    expect(() => rebuild(...entries)).toThrow(CorruptJournalError)
    expect(() => rebuild(...entries)).toThrow("line 3 of the journal is no entry of Optuna's")
    expect(() => rebuild(...entries)).toThrow(reason)
  })

  it('goes back to where it began, whatever was applied since', () => {
    const { rebuilt } = rebuild(write.createStudy('a', ['minimize']), write.createTrial(0), write.setTrialIntermediateValue(0, 1, 0.5))
    const state = () => structuredClone({ studies: rebuilt.studies, read: rebuilt.entriesRead, next: rebuilt.nextTrialId })
    const before = state()
    rebuilt.begin()
    const damaged: JournalEntry = { ...write.createTrial(0), params: { x: 1 } }
    rebuilt.apply([
      write.setTrialIntermediateValue(0, 2, 0.25),
      write.setTrialIntermediateValue(0, 3, 0.125),
      write.setTrialParam(0, 'x', 0.5, unit),
      write.setTrialState(0, 'complete', [1]),
      write.createTrial(0),
      write.setStudyUserAttr(0, 'k', 1),
      write.createStudy('b', ['maximize']),
      write.createTrial(1),
      write.deleteStudy(0),
    ])
    expect(rebuilt.studies.map(({ name }) => name)).toEqual(['b'])
    expect(() => rebuilt.apply([{ ...damaged, study_id: 1 }])).toThrow(CorruptJournalError)
    rebuilt.back()
    expect(state()).toEqual(before)
    rebuilt.begin()
    rebuilt.apply([write.createTrial(0)])
    rebuilt.keep()
    expect(rebuilt.studies[0]?.trials.length).toBe(2)
  })

  it('leaves a trial as it was read, however many reports come later', () => {
    const { rebuilt } = rebuild(write.createStudy('a', ['minimize']), write.createTrial(0))
    const seen = [1, 2, 3].map((round) => {
      rebuilt.apply([0, 1].map((i) => write.setTrialIntermediateValue(0, 10 * round + i, round)))
      return rebuilt.studies[0]?.trials[0]
    })
    expect(seen.map((trial) => [...(trial?.intermediateValues.keys() ?? [])].length)).toEqual([2, 4, 6])
  })

  it('passes over fields that it does not know', () => {
    const { rebuilt } = rebuild({ ...write.createStudy('s', ['minimize']), created_by: 'a later Optuna' })
    expect(rebuilt.study('s')).toBeDefined()
  })
})
