import { expect, it } from 'vitest'
import { outsideOf } from '../../src/learn/outside.ts'
import { rangesOf } from '../../src/learn/ranges.ts'
import type { Table } from '../../src/table/table.ts'

const table: Table = {
  rows: 4,
  guesses: [],
  problems: [],
  columns: [
    { kind: 'number', name: 'area', why: '', missing: 1, values: Float64Array.of(12, Number.NaN, 640, 9000) },
    { kind: 'category', name: 'town', why: '', missing: 0, categories: ['Bonn', 'Köln', 'Ulm'], codes: Int32Array.of(0, 1, 0, 2) },
    { kind: 'boolean', name: 'new', why: '', missing: 0, categories: ['false', 'true'], codes: Int32Array.of(0, 1, 0, 0) },
    {
      kind: 'date',
      name: 'sold',
      why: '',
      missing: 0,
      values: Float64Array.of(Date.UTC(2020, 0, 1), Date.UTC(2021, 0, 1), Date.UTC(2022, 0, 1), Date.UTC(2030, 0, 1)),
    },
    { kind: 'text', name: 'note', why: '', missing: 0, texts: ['a', 'b', 'c', 'd'] },
  ],
}

/** Of the first three rows. */
const ranges = rangesOf(table, [0, 1, 2])

it('knows what training rows hold, and nothing of others', () => {
  expect(ranges).toEqual([
    { name: 'area', kind: 'number', low: 12, high: 640, missing: true },
    { name: 'town', kind: 'category', categories: ['Bonn', 'Köln'], missing: false },
    { name: 'new', kind: 'category', categories: ['false', 'true'], missing: false },
    { name: 'sold', kind: 'date', low: Date.UTC(2020, 0, 1), high: Date.UTC(2022, 0, 1), missing: false },
  ])
  expect(rangesOf(table, [0, 1], ['town'])).toHaveLength(1)
  expect(rangesOf(table, [1], ['area'])).toEqual([])
  expect(JSON.parse(JSON.stringify(ranges))).toEqual(ranges)
})

it('says nothing of a row like those', () => {
  expect(outsideOf(ranges, { area: 12, town: 'Bonn', new: true, sold: '2021-06-01' })).toEqual([])
  expect(outsideOf(ranges, { area: null, town: 'Köln', new: 'false', sold: new Date(Date.UTC(2022, 0, 1)) })).toEqual([])
  expect(outsideOf(ranges, { area: '640', town: 'Bonn', new: false, sold: Date.UTC(2020, 0, 1) })).toEqual([])
})

it('says which columns are outside, and how', () => {
  expect(outsideOf(ranges, { area: 950, town: 'Ulm', new: '', sold: '2019-12-31' })).toEqual([
    { column: 'area', why: 'above', text: 'area is 950; training saw 12 to 640' },
    { column: 'town', why: 'unseen', text: 'town is "Ulm", which training never saw' },
    { column: 'new', why: 'missing', text: 'new is missing; in training it never was' },
    { column: 'sold', why: 'below', text: 'sold is 2019-12-31; training saw 2020-01-01 to 2022-01-01' },
  ])
  expect(outsideOf(ranges, { area: 'large', town: 'Bonn', new: true }).map(({ column, why }) => [column, why])).toEqual([
    ['area', 'unseen'],
    ['sold', 'missing'],
  ])
})
