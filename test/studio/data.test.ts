import 'fake-indexeddb/auto'
import { describe, expect, it } from 'vitest'
import type { StudioConfig } from '../../src/studio/config.ts'
import { defaultConfig, withTarget } from '../../src/studio/defaults.ts'
import { checkConfig } from '../../src/studio/engine/checkConfig.ts'
import { DataReader } from '../../src/studio/engine/data.ts'
import { Files } from '../../src/studio/engine/files.ts'
import { StudioStore } from '../../src/studio/engine/store.ts'
import { gzip, idxBytes } from '../data/build.ts'

const nowhere = new URL('http://localhost:1/')
const readerOf = (store = new StudioStore()) => new DataReader(new Files(store), nowhere)
const drop = (...files: readonly (readonly [name: string, contents: string | Uint8Array<ArrayBuffer>])[]) =>
  readerOf().describe({ kind: 'files', files: files.map(([name, contents]) => new File([contents], name)) })

const TABLE = `id,age,colour,size,constant,name,class
${Array.from({ length: 60 }, (_, i) => `${i + 100},${20 + (i % 37) / 2},${['red', 'green', 'blue'][i % 3]},${i === 7 ? '' : i % 4},1,person ${i},${i % 2 === 0 ? 'sick' : 'well'}`).join('\n')}
`

describe('a table that is dropped', () => {
  it('is described column by column, with what had better be left out', async () => {
    const description = await drop(['people.csv', TABLE])
    expect(description).toMatchObject({ title: 'people.csv', rows: 60, testRows: 0, target: 'class', images: undefined })
    const column = (name: string) => description.columns.find((one) => one.name === name)
    expect(column('id')).toMatchObject({ kind: 'id', doubt: 'it is called "id" and counts the rows from 100' })
    expect(column('age')).toMatchObject({
      kind: 'number',
      distinct: 37,
      range: { min: 20, max: 38 },
      tasks: ['regression'],
      doubt: undefined,
    })
    expect(column('colour')).toMatchObject({ kind: 'category', distinct: 3, examples: ['blue', 'green', 'red'], tasks: ['multiclass'] })
    expect(column('size')).toMatchObject({ missing: 1, tasks: ['regression', 'multiclass'] })
    expect(column('constant')?.doubt).toBe('all its values are the same')
    expect(column('name')).toMatchObject({ kind: 'text', doubt: expect.stringContaining('free text') })
    expect(column('class')?.tasks).toEqual(['binary'])
    expect(description.preview[7]).toEqual(['107', '23.5', 'green', null, '1', 'person 7', 'well'])
    const config = defaultConfig(description)
    expect(config.data).toMatchObject({ ignore: ['id', 'constant', 'name'], missing: 'median', task: 'binary' })
    expect(config.data.source).toMatchObject({ kind: 'table', format: 'csv', file: { name: 'people.csv', bytes: TABLE.length } })
  })

  it('is tested on whole groups where a column names them', async () => {
    const store = new StudioStore()
    const description = await readerOf(store).describe({ kind: 'files', files: [new File([TABLE], 'people.csv')] })
    const config = defaultConfig(description)
    const { train, test } = await readerOf(store).load({ ...config.data, by: 'colour' })
    expect([train.rows, test.rows]).toEqual([40, 20])
    expect(train.featureNames).toEqual(['age', 'size'])
    expect(withTarget({ ...config, data: { ...config.data, by: 'colour' } }, description, 'colour').data).not.toHaveProperty('by')
    expect(withTarget({ ...config, data: { ...config.data, by: 'colour' } }, description, 'age').data.by).toBe('colour')
  })

  it('is kept in the browser, and read again from there', async () => {
    const { source } = await drop(['people.csv', TABLE])
    const again = readerOf()
    expect(await again.describe({ kind: 'stored', source })).toMatchObject({ rows: 60 })
    const config = defaultConfig(await again.describe({ kind: 'stored', source }))
    const { train, test } = await again.load(config.data)
    expect([train.rows, test.rows]).toEqual([48, 12])
    expect(train.featureNames).toEqual(['age', 'colour=blue', 'colour=green', 'colour=red', 'size'])
    expect(train).toMatchObject({
      preparation: {
        columns: [{ name: 'age', encoding: { kind: 'standard' } }, { name: 'colour' }, { name: 'size', fill: expect.any(Number) }],
      },
    })
    expect(train.features.every(Number.isFinite)).toBe(true)
    expect((await again.load({ ...config.data })).train).toBe(train)
    expect((await again.load({ ...config.data, scaling: 'none' })).train.features).not.toEqual(train.features)
    const other = { ...source, file: { name: 'lost.csv', digest: 'a'.repeat(64), bytes: 3 } } as typeof source
    await expect(again.load({ ...config.data, source: other })).rejects.toThrow('this browser does not have lost.csv')
    await expect(again.describe({ kind: 'stored', source: other })).rejects.toThrow(
      'this browser does not have lost.csv: drop the file once more',
    )
  })

  it('with a mistyped number says where, and is described all the same', async () => {
    const lines = Array.from({ length: 40 }, (_, i) => `${i === 30 ? 'four' : i / 4},${i % 2 ? 'x' : 'y'}`)
    const { columns, problems } = await drop(['typo.csv', `a,b\n${lines.join('\n')}\n`])
    expect(columns[0]).toMatchObject({ kind: 'number', missing: 1 })
    expect(problems.map(({ message }) => message).join()).toMatch(/"four".*line 32|line 32.*"four"/)
  })

  it.each([
    ['empty.csv', '', 'empty.csv: it is empty'],
    ['book.xlsx', 'PK\u0003\u0004', 'book.xlsx: this is a zip archive, which is not read: unpack it'],
    ['picture.png', '\u0089PNG\r\n', 'picture.png is one picture: drop a folder'],
    [
      'sound.ogg',
      'OggS\u0000\u0000',
      'it holds bytes of 0, as no text does: it is no table that is read (CSV, TSV, ARFF, JSON, Parquet, XLSX)',
    ],
    ['one.csv', 'a\n1\n2\n', 'one.csv has 1 column, and none that a network could learn'],
    ['bad.arff', '@relation r\n@attribute a numeric\n@attribute b numeric\n@data\n1\n', 'bad.arff: line 5'],
  ])('%s is refused with what to do', async (name, text, message) => {
    await expect(drop([name, text])).rejects.toThrow(message)
  })

  it('is read with a decimal comma, without a header, in another encoding, packed, and with rows that are too short, each said', async () => {
    const lines = Array.from({ length: 30 }, (_, i) => `${i},5;caf\u00e9 ${i % 3};${i % 2}`).join('\n')
    const latin = Uint8Array.from(lines, (letter) => letter.charCodeAt(0))
    const description = await drop(['latin.csv.gz', gzip(latin)])
    expect(description).toMatchObject({
      rows: 30,
      columns: [{ kind: 'number', range: { min: 0.5, max: 29.5 } }, { kind: 'category', examples: ['café 0', 'café 1', 'café 2'] }, {}],
    })
    const of = (name: string) => description.guesses.find((guess) => guess.of === name)?.value
    expect([of('delimiter'), of('decimal'), of('encoding'), of('header')]).toEqual([';', ',', 'windows-1252', false])
    const short = await drop(['short.csv', 'a,b\n1,2\n3\n5,6\n'])
    expect(short.problems[0]?.message).toContain('the first in line 3')
  })

  it('is read otherwise where a person says so, and again from the browser', async () => {
    const reader = readerOf()
    const files = [new File([TABLE], 'people.csv')]
    const { source, columns } = await reader.describe({ kind: 'files', files, reading: { kinds: { size: 'category' } } })
    expect(columns[3]).toMatchObject({ name: 'size', kind: 'category', why: 'kinds: { "size": category } says so' })
    expect(source).toMatchObject({ reading: { kinds: { size: 'category' } } })
    expect((await reader.describe({ kind: 'stored', source })).columns[3]?.kind).toBe('category')
  })

  it('is refused with a second one', async () => {
    await expect(drop(['a.csv', TABLE], ['b.csv', TABLE])).rejects.toThrow('a.csv, b.csv: a table is one file')
  })
})

describe('a configuration and its data', () => {
  it('must go together', async () => {
    const reader = readerOf()
    const description = await drop(['people.csv', TABLE])
    const config = defaultConfig(description)
    const data = await reader.load(config.data)
    expect(() => checkConfig(config, data)).not.toThrow()
    const refused = (change: Partial<StudioConfig>) => expect(() => checkConfig({ ...config, ...change }, data))
    refused({ training: { ...config.training, batchSizes: [8, 64] } }).toThrow(
      'training.batchSizes holds 64; the training part has 48 rows, so it must be at most that',
    )
    const numbers = withTarget(config, description, 'age')
    const ages = await reader.load(numbers.data)
    expect(() => checkConfig(numbers, ages)).not.toThrow()
    expect(() => checkConfig({ ...numbers, search: config.search }, ages)).toThrow(
      'search.objective is "testAccuracy"; the target is a number, so it must be testLoss or meanAbsoluteError',
    )
    const colours = withTarget(config, description, 'colour')
    const several = await reader.load(colours.data)
    expect(() => checkConfig({ ...colours, search: { ...config.search, objective: 'auc' } }, several)).not.toThrow()
  })
})

describe('IDX files that are dropped', () => {
  const bytes = (count: number, values: number) => Array.from({ length: count }, (_, i) => i % values)
  const images = (rows: number) => idxBytes([rows, 2, 2], bytes(4 * rows, 256))
  const labels = (rows: number) => idxBytes([rows], bytes(rows, 3))

  it('are paired by their rows; the smaller pair is for testing', async () => {
    const description = await drop(
      ['t-labels', labels(6)],
      ['images.gz', gzip(images(30))],
      ['t-images', images(6)],
      ['labels', labels(30)],
    )
    expect(description).toMatchObject({
      source: { kind: 'idx', train: [{ name: 'images.gz' }, { name: 'labels' }], test: [{ name: 't-images' }, { name: 't-labels' }] },
      ...{ rows: 30, testRows: 6, target: undefined },
      images: { inputSize: 4, classes: ['0', '1', '2'] },
    })
    const config = defaultConfig(description)
    expect(config.data).toMatchObject({ target: null, task: 'multiclass', scaling: 'none' })
    const { train, test } = await readerOf().load(config.data)
    expect([train.rows, test.rows, train.scale]).toEqual([30, 6, 1 / 255])
  })

  it('without a test part are split', async () => {
    const { source } = await drop(['images', images(30)], ['labels', labels(30)])
    const config = defaultConfig(await readerOf().describe({ kind: 'stored', source }))
    const { train, test } = await readerOf().load(config.data)
    expect([train.rows, test.rows]).toEqual([24, 6])
  })

  it('that do not pair are refused', async () => {
    await expect(drop(['images', images(30)], ['labels', labels(29)])).rejects.toThrow('these are images (30 x 2 x 2), labels (29)')
    await expect(drop(['images', images(30)])).rejects.toThrow('drop the files of one data set together')
    await expect(drop(['images', images(30).subarray(0, 50)])).rejects.toThrow('the file is truncated')
  })
})
