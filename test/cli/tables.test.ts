import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { run, temporaryFolder } from './support.ts'

/** Tables as people have them, through the command line. */

const rows = (count: number, line: (i: number) => string): string => `${Array.from({ length: count }, (_, i) => line(i)).join('\n')}\n`

/** Writes a table and a training file of its `data:` section; trains for a moment, and answers what was said. */
async function train(
  text: string,
  data: string,
  files: Readonly<Record<string, string>> = {},
): Promise<{ code: number | null; stderr: string; stdout: string; folder: string }> {
  const folder = temporaryFolder()
  for (const [name, content] of Object.entries({ 'table.csv': text, ...files })) writeFileSync(join(folder, name), content)
  writeFileSync(
    join(folder, 'training.yaml'),
    `data: { source: table.csv${data === '' ? '' : `, ${data}`} }\nnetwork: { loss: binaryCrossentropy, layers: [{ units: 1, activation: sigmoid }] }\noptimizer: sgd\nepochs: 1\n`,
  )
  return { ...(await run(['train', 'training.yaml', '--out', 'out', '--workers', '0'], folder)), folder }
}

const decimal = `height;girth;label\n${rows(60, (i) => `${1 + i / 100},5;${i % 9},25;${i % 2 ? 'yes' : 'no'}`)}`.replace(
  /(\d)\.(\d+),5/g,
  '$1,$2',
)

describe('data describe', () => {
  async function describeText(text: string, ...flags: string[]) {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 't.csv'), text)
    const { code, stdout, stderr } = await run(['data', 'describe', 't.csv', '--json', ...flags], folder)
    expect(stderr).toBe('')
    expect(code).toBe(0)
    return JSON.parse(stdout) as { rows: number; columns: { name: string; kind: string; distinct: number; use: string }[]; target: string }
  }

  test('shows the columns of the file, never one of a category', async () => {
    const { columns } = await describeText(decimal)
    expect(columns).toMatchObject([
      { name: 'height', kind: 'number', use: 'a number' },
      { name: 'girth', kind: 'number' },
      { name: 'label', kind: 'boolean', use: 'predicted: 2 classes' },
    ])
  })

  test('never fails for what only training needs', async () => {
    const text = `iata,name,lat\n${rows(300, (i) => `A${i},Airport ${i},${i / 2}`)}`
    const { columns, target } = await describeText(text)
    expect(columns).toMatchObject([
      { kind: 'id', use: 'left out', distinct: 300 },
      { kind: 'text', use: 'left out' },
      { kind: 'number', distinct: 300 },
    ])
    expect(target).toBe('lat')
    // One class, and a target that is missing.
    expect((await describeText('a,y\n1,x\n2,x\n3,\n')).rows).toBe(3)
  })

  test('every option has a flag', async () => {
    const flags = [
      '--no-header',
      '--delimiter',
      ';',
      '--decimal',
      ',',
      '--kinds',
      'column0=category',
      '--ignore',
      'column1',
      '--skip-rows',
      '1',
    ]
    const { columns } = await describeText('junk\n1;2;3,5\n2;3;4,5\n', ...flags)
    expect(columns).toMatchObject([
      { name: 'column0', kind: 'category' },
      { name: 'column2', kind: 'number' },
    ])
  })

  test('what is no table has one clear message', async () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 't.csv'), '<!doctype html>')
    expect(await run(['data', 'describe', 't.csv'], folder)).toMatchObject({
      code: 2,
      stderr:
        'error: t.csv: this is a web page or XML, which is not read: perhaps the page about the file was saved in place of the file\n',
    })
  })
})

describe('train', () => {
  test('decimal commas are numbers, and predict reads them', async () => {
    const { code, stderr, folder } = await train(decimal, '')
    expect(stderr).toContain('Training a network 2-1 on 48 rows, testing on 12')
    expect(code).toBe(0)
    writeFileSync(join(folder, 'new.csv'), 'height;girth\n1,5;2,25\n1,6;3,5\n')
    expect(await run(['predict', 'out/weights.safetensors', 'new.csv'], folder)).toMatchObject({ code: 0 })
  })

  test('a file without names, and one that is said to have them', async () => {
    const text = rows(40, (i) => `${i % 7}.5,${i % 5}.25,${i % 2 ? 'a' : 'b'}`)
    expect((await train(text, '')).stderr).toContain('on 32 rows, testing on 8')
    expect((await train(text, 'header: true')).stderr).toContain('on 31 rows, testing on 8')
  })

  test('missing markers can be said; a row number is left out', async () => {
    const text = `,a,b,y\n${rows(60, (i) => `${i},${i % 6 === 0 ? '-9' : i % 11},${i % 7},${i % 2 ? 'p' : 'q'}`)}`
    const { code, stderr } = await train(text, 'missingMarkers: ["-9"], missing: drop')
    expect(stderr).toContain('dropped 10 of 60 rows')
    expect(stderr).toContain('Training a network 2-1')
    expect(code).toBe(0)
  })

  test('by a column of time the last rows are the test', async () => {
    const text = `day,a,y\n${rows(50, (i) => `2020-${String(1 + (i % 10)).padStart(2, '0')}-0${1 + Math.floor(i / 10)},${i % 7}.5,${i % 2 ? 'p' : 'q'}`)}`
    const { stderr } = await train(text, 'test: { by: day }, ignore: []')
    expect(stderr).toContain('testing on the 10 rows that are last by "day", from 2020-09-01 on')
  })

  test('by a column of groups none is in both parts, nor learned from', async () => {
    const text = `patient,a,y\n${rows(60, (i) => `p${i % 6},${i % 7}.5,${i % 2 ? 'p' : 'q'}`)}`
    const { stderr } = await train(text, 'test: { by: patient, fraction: 0.3 }')
    expect(stderr).toContain('testing on 2 of the 6 groups of "patient", 20 rows; no group is in both parts')
    expect(stderr).toContain('Training a network 1-1 on 40 rows, testing on 20')
  })

  test('test rows in a file of their own', async () => {
    const text = `a,town,y\n${rows(40, (i) => `${i % 7}.5,t${i % 3},${i % 2 ? 'p' : 'q'}`)}`
    const { stderr, code } = await train(text, 'test: { source: test.csv }', {
      'test.csv': `town,y,a\n${rows(9, (i) => `t${i % 3},${i % 2 ? 'p' : 'q'},${i}`)}`,
    })
    expect(stderr).toContain('Training a network 4-1 on 40 rows, testing on 9')
    expect(code).toBe(0)
    expect((await train(text, 'test: { source: test.csv, seed: 3 }', { 'test.csv': text })).stderr).toContain(
      'data.test.source and data.test.seed are both given',
    )
  })
})
