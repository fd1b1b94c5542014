import Papa from 'papaparse'
import { describe, expect, it } from 'vitest'
import { csvText } from '../../src/report/csvText.ts'
import { trialsCsv } from '../../src/report/study/trialsCsv.ts'
import type { Json, Trial } from '../../src/study/trial.ts'

function trial(number: number, params: Record<string, string | number | boolean | null>, more: Partial<Trial> = {}): Trial {
  return {
    number,
    state: 'complete',
    params,
    distributions: {},
    values: [number / 10],
    intermediateValues: new Map(),
    userAttrs: {},
    systemAttrs: {},
    datetimeStart: undefined,
    datetimeComplete: undefined,
    ...more,
  }
}

const table = (trials: readonly Trial[], objectives = 1) => {
  const text = trialsCsv({ trials, directions: Array.from({ length: objectives }, () => 'minimize' as const) })
  const { data, meta } = Papa.parse<Record<string, string>>(text, { header: true })
  return { text, fields: meta.fields ?? [], rows: data }
}

describe('the table of trials', () => {
  it('has a column for each of what is named alike', () => {
    const own = ['number', 'state', 'value', 'repeats', 'started', 'ended', 'reason']
    const params = Object.fromEntries([...own, 'params_value', 'user_attrs_note', 'units'].map((name, i) => [name, i]))
    const { fields, rows } = table([trial(0, params, { userAttrs: { note: 'good', value: 7, units: 8 } })])
    expect(new Set(fields).size).toBe(fields.length)
    expect(rows[0]).toMatchObject({
      number: '0',
      state: 'complete',
      value: '0',
      units: '9',
      params_number: '0',
      params_state: '1',
      params_value: '2',
      params_repeats: '3',
      params_reason: '6',
      params_params_value: '7',
      params_user_attrs_note: '8',
      user_attrs_note: 'good',
      user_attrs_value: '7',
      user_attrs_units: '8',
    })
    // Of a study of two objectives the names are others.
    expect(table([trial(0, { value: 1, value1: 2 })], 2).fields.slice(0, 6)).toEqual([
      'number',
      'state',
      'value1',
      'value2',
      'value',
      'params_value1',
    ])
  })

  it('is as it was where no names meet', () => {
    const { text } = table([
      trial(0, { units: 4, activation: 'relu' }),
      trial(1, { units: 8 }, { state: 'fail', values: undefined, systemAttrs: { 'espalier:reason': 'why, not' } }),
    ])
    expect(text).toBe('number,state,value,units,activation,repeats,started,ended,reason\n0,complete,0,4,relu,,,,\n1,fail,,8,,,,,"why, not"')
  })

  it('tells null from what is not there, and from texts that look like either', () => {
    const values: readonly (string | null | undefined)[] = [null, undefined, 'null', '', '"', '""', 'NULL', ' ']
    const { rows } = table(
      values.map((value, i) => trial(i, value === undefined ? {} : { x: value }, { userAttrs: value === undefined ? {} : { y: value } })),
    )
    const cells = rows.map(({ x }) => x)
    expect(cells).toEqual(['null', '', '"null"', '""', String.raw`"\""`, String.raw`"\"\""`, 'NULL', ' '])
    expect(rows.map((row) => row.user_attrs_y)).toEqual(cells)
  })

  it('has user attributes of any kind, and none of the package itself', () => {
    const userAttrs: Record<string, Json> = {
      flag: true,
      list: [1, 'a', null],
      deep: { a: 1 },
      'espalier:repeats': [[0.5], [0.25]],
      'espalier:histories': [],
    }
    const { fields, rows } = table([trial(0, {}, { userAttrs }), trial(1, {}, { userAttrs: { late: -1.5 } })])
    expect(fields.filter((name) => name.startsWith('user_attrs_'))).toEqual([
      'user_attrs_flag',
      'user_attrs_list',
      'user_attrs_deep',
      'user_attrs_late',
    ])
    expect(rows[0]).toMatchObject({
      user_attrs_flag: 'true',
      user_attrs_list: '[1,"a",null]',
      user_attrs_deep: '{"a":1}',
      user_attrs_late: '',
      repeats: '[[0.5],[0.25]]',
    })
    expect(rows[1]).toMatchObject({ user_attrs_flag: '', user_attrs_late: '-1.5' })
  })

  it('does not take what every object has for a value', () => {
    const { rows } = table([trial(0, { constructor: 1, toString: 'a' }), trial(1, {})])
    expect(rows.map((row) => [Object.hasOwn(row, 'constructor') && row.constructor, row.toString])).toEqual([
      ['1', 'a'],
      ['', ''],
    ])
  })
})

describe('a CSV file', () => {
  it('has no cell that a spreadsheet runs, and leaves numbers alone', () => {
    const formulas = ['=1+1', '=cmd|"/c calc"!A1', '+1+1', '-2+3', '@SUM(A1)', '\t=1', '-', '+', '=', '-1.5 m', '--1', '-1,5', '＝1+1']
    const numbers: readonly (string | number)[] = [
      -1.5,
      1e-7,
      -1e21,
      0,
      Number.NEGATIVE_INFINITY,
      '-1.5',
      '+2',
      '-.5',
      '-1e-7',
      '1=1',
      'a@b',
      'a-b',
    ]
    const [head, ...cells] = Papa.parse<string[]>(
      csvText(
        ['=name', 'b'],
        [...formulas, ...numbers].map((cell) => [cell, 1]),
      ),
    ).data
    expect(head).toEqual(["'=name", 'b'])
    expect(cells.map(([cell]) => cell)).toEqual([...formulas.map((cell) => `'${cell}`), ...numbers.map(String)])
  })

  it('has no character that acts on a terminal, in cells or names', () => {
    const text = csvText(
      ['\u001b[31mred', 'b\u0007'],
      [
        ['\u009b2J', 'a\rb'],
        ['two\nlines', 'two\r\nlines'],
        ['tab\tin', '\u202eevil'],
      ],
    )
    expect(text.replace(/\r\n/g, '\n')).not.toMatch(/[^\P{C}\n\t]/u)
    expect(Papa.parse(text).data).toEqual([
      ['\\u001b[31mred', 'b\\u0007'],
      ['\\u009b2J', 'a\\u000db'],
      ['two\nlines', 'two\r\nlines'],
      ['tab\tin', '\\u202eevil'],
    ])
  })

  it('has no two columns of one name', () => {
    const { meta } = Papa.parse<Record<string, string>>(csvText(['a', 'a', 'a (2)', 'b', 'a', 'b'], []), { header: true })
    expect(meta.fields).toEqual(['a', 'a (3)', 'a (2)', 'b', 'a (4)', 'b (2)'])
  })
})
