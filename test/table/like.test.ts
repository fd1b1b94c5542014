import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readAlike } from '../../src/cli/source.ts'
import { categoryIndex } from '../../src/data/categories.ts'
import { answerColumns } from '../../src/learn/answer/table.ts'
import { fitPreparation } from '../../src/prepare/index.ts'
import type { Table } from '../../src/table/table.ts'
import { cellsOf, guessOf, read } from './support.ts'

const REGIONS = ['DE', 'FR', 'IT', 'ES', 'PT', 'NL', 'BE', 'AT', 'CH', 'DK', 'NA']
const LINES = REGIONS.map((region, i) => `${13 + i}/02/2020;${i},25;${region};${i % 2 ? 'Yes' : 'no'};${i % 3}`)
const TRAINING = `${['born;height;land;side;y', ...LINES, ...LINES].join('\n')}\n`

const columnsOf = (table: Table) =>
  answerColumns(
    table,
    Array.from({ length: table.rows }, (_, row) => row),
    [
      { name: 'born', kind: 'date' },
      { name: 'height', kind: 'number' },
      { name: 'land', kind: 'category' },
      { name: 'side', kind: 'category' },
    ],
  )

describe('a table that is like one read before', () => {
  test('reads what its own cells leave open as that one did', async () => {
    const like = columnsOf(await read(TRAINING))
    expect(like[0]).toMatchObject({ name: 'born', order: 'dmy' })
    expect(like[1]).toMatchObject({ name: 'height', decimal: ',' })
    const text = 'born;height;land;side\n03/04/2020;1,125;NA;YES\n'
    const table = await read(text, { like })
    expect(cellsOf(table, 'born')).toEqual(['2020-04-03T00:00:00.000Z'])
    expect(cellsOf(table, 'height')).toEqual([1.125])
    expect(cellsOf(table, 'land')).toEqual(['NA'])
    expect(table.problems).toEqual([])
    // By itself it is read otherwise.
    const alone = await read(text)
    expect(cellsOf(alone, 'born')).toEqual(['2020-03-04T00:00:00.000Z'])
    expect(cellsOf(alone, 'height')).toEqual([1125])
    expect(cellsOf(alone, 'land')).toEqual([null])
  })

  test('takes off a unit that a few rows do not tell', async () => {
    const rows = Array.from({ length: 12 }, (_, i) => `${i + 0.5} cm,${i % 2}\n`).join('')
    const table = await read(`length,y\n${rows}`)
    const like = answerColumns(table, [...Array(12).keys()], [{ name: 'length', kind: 'number' }])
    expect(like[0]).toMatchObject({ unit: 'cm' })
    expect(cellsOf(await read('length,y\n7 cm,1\n8,0\n', { like }), 'length')).toEqual([7, 8])
    expect(fitPreparation(table, [...Array(12).keys()], { target: 'y' }).columns[0]).toMatchObject({ unit: 'cm' })
  })

  test('but what its cells say themselves goes first', async () => {
    const like = columnsOf(await read(TRAINING))
    const table = await read('born,height\n03/25/2020,1.5\n03/04/2020,"1,125"\n2020-05-06,"2,250.5"\n', { like })
    expect(cellsOf(table, 'born')).toEqual(['2020-03-25', '2020-03-04', '2020-05-06'].map((day) => `${day}T00:00:00.000Z`))
    expect(cellsOf(table, 'height')).toEqual([1.5, 1125, 2250.5])
  })

  test('names its columns in the line that has the names looked for, whatever they are', async () => {
    const like = ['7', '3', '5'].map((name) => ({ name }))
    expect((await read('7,3,5\n1,2,3\n4,5,6\n')).rows).toBe(3)
    expect(guessOf(await read('7,3,5\n1,2,3\n4,5,6\n', { like }), 'header')).toBe(true)
    const unnamed = ['column0', 'column1'].map((name) => ({ name }))
    expect((await read('small,red\n')).rows).toBe(0)
    expect((await read('small,red\n', { like: unnamed })).rows).toBe(1)
  })

  test('is said by a list of columns', async () => {
    await expect(read('a\n1\n', { like: 'x' as never })).rejects.toThrow(/like is the text "x"; it must be a list of columns/)
  })
})

describe('rows to predict', () => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'espalier-like-'))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  test('are read as a preparation keeps that training was', async () => {
    const table = await read(TRAINING)
    const known = JSON.parse(JSON.stringify(fitPreparation(table, [0, 1, 2, 3, 10], { target: 'y', missing: 'median' })))
    expect(known.columns[0]).toMatchObject({ name: 'born', order: 'dmy' })
    expect(known.columns[1]).toMatchObject({ name: 'height', decimal: ',' })
    const path = join(folder, 'one.csv')
    writeFileSync(path, 'born;height;land;side\n03/04/2020;1,125;NA;no\n')
    const one = await readAlike(path, known, {})
    expect(cellsOf(one, 'born')).toEqual(['2020-04-03T00:00:00.000Z'])
    expect([cellsOf(one, 'height'), cellsOf(one, 'land')]).toEqual([[1.125], ['NA']])
  })
})

test('no and yes are found in every spelling, other words as they stand', () => {
  const sides = categoryIndex(['no', 'Yes'])
  expect(['NO', 'yes', 'YES', 'no', 'maybe'].map(sides)).toEqual([0, 1, 1, 0, undefined])
  expect(['a', 'A'].map(categoryIndex(['A', 'B']))).toEqual([undefined, 0])
})
