import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse, stringify } from 'yaml'
import { decodeSafetensors } from '../../src/formats/safetensors/tensors.ts'
import { run, temporaryFolder } from './support.ts'

/** What becomes of a table's columns, as people see it on the command line. */

const regression = {
  network: { loss: 'meanSquaredError', layers: [{ units: 8, activation: 'relu' }, { units: 1 }] },
  optimizer: { name: 'adam', learningRate: 0.02 },
  epochs: 60,
  seed: 1,
}
const binary = { network: { loss: 'binaryCrossentropy', layers: [{ units: 4 }, { units: 1, activation: 'sigmoid' }] }, epochs: 2 }

function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = temporaryFolder()
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  return folder
}

const range = (rows: number): number[] => Array.from({ length: rows }, (_, i) => i)
const price = (i: number): number => 2000 * (50 + ((i * 7) % 90)) + 90_000
const HOUSES = `area,price\n${range(120)
  .map((i) => `${50 + ((i * 7) % 90)},${price(i)}`)
  .join('\n')}\n`

describe('a target in money', () => {
  it('is learned, scored and predicted in its own units', async () => {
    const file = { data: { source: 'houses.csv', numbers: 'standard' }, ...regression }
    const folder = folderWith({ 'houses.csv': HOUSES, 'spec.yaml': stringify(file) })
    const { stdout, stderr, code } = await run(['train', 'spec.yaml', '--out', 'out'], folder)
    expect(code).toBe(0)
    expect(stderr).toMatch(
      /1 number standardised: area\n {2}target "price" standardised \(mean 2\d+, deviation \d+\), and undone in predictions/,
    )
    const [, r2 = '', rmse = ''] = /Test rows: R² (\S+), RMSE (\S+), MAE \S+$/m.exec(stdout) ?? []
    expect(Number(r2)).toBeGreaterThan(0.9)
    expect(Number(rmse)).toBeGreaterThan(10)
    const predicted = await run(['predict', 'out/weights.safetensors', 'houses.csv', '--json'], folder)
    const { predictions, scores } = JSON.parse(predicted.stdout)
    expect(Math.abs(predictions[3][1] / price(3) - 1)).toBeLessThan(0.2)
    expect(scores.values.r2).toBeGreaterThan(0.9)
    // As the other program's file says it, but for float32.
    await run(['convert', 'out/weights.safetensors', 'out.onnx'], folder)
    const other = JSON.parse((await run(['predict', 'out.onnx', 'houses.csv', '--json'], folder)).stdout)
    expect(Math.abs(other.predictions[3][1] / predictions[3][1] - 1)).toBeLessThan(1e-4)
  })

  it('that is predicted worse than by its mean is warned of', async () => {
    const file = { data: { source: 'houses.csv', targets: 'none' }, ...regression, epochs: 1 }
    const folder = folderWith({ 'houses.csv': HOUSES, 'spec.yaml': stringify(file) })
    const { stderr } = await run(['train', 'spec.yaml', '--out', 'out'], folder)
    expect(stderr).toMatch(/Warning: the test rows are predicted worse than by the mean of the training targets: RMSE \d+ against \d+/)
  })
})

const PORTS = `port,age,label\n${range(60)
  .map((i) => `${['S', 'C'][i % 2]},${20 + (i % 30)},${i % 2 === 0 ? 'no' : 'yes'}`)
  .join('\n')}\n`

it('a category that training did not have is said, and its rows are predicted', async () => {
  const spec = stringify({ data: { source: 'ports.csv', missing: 'mode' }, ...binary })
  const folder = folderWith({ 'ports.csv': PORTS, 'spec.yaml': spec, 'new.csv': 'port,age\nS,20\nQ,30\nC,40\n' })
  await run(['train', 'spec.yaml', '--out', 'out'], folder)
  const { code, stdout, stderr } = await run(['predict', 'out/weights.safetensors', 'new.csv'], folder)
  expect(code).toBe(0)
  expect(stderr).toContain(`column "port": "Q" was not among the training rows' categories (1 row); it counts as none of them`)
  expect(stdout.trim().split('\n')).toHaveLength(4)
})

it('categories are learned as an embedding, by a network that says nothing of it', async () => {
  const spec = stringify({ data: { source: 'ports.csv', categories: { name: 'embedding', outputDim: 2 } }, ...binary })
  const study = stringify({
    data: { source: 'ports.csv', categories: 'embedding' },
    space: { units: { type: 'int', low: 2, high: 6 } },
    train: { network: { loss: 'binaryCrossentropy', layers: [{ units: '$units' }, { units: 1, activation: 'sigmoid' }] }, epochs: 2 },
    objective: 'testLoss',
    budget: { trials: 2 },
  })
  const folder = folderWith({ 'ports.csv': PORTS, 'spec.yaml': spec, 'study.yaml': study, 'new.csv': 'port,age\nS,20\nQ,30\nC,40\n' })
  const { code, stderr } = await run(['train', 'spec.yaml', '--out', 'out'], folder)
  expect(code).toBe(0)
  expect(stderr).toContain('1 category as tokens of an embedding: port')
  const { tensors } = decodeSafetensors(readFileSync(join(folder, 'out/weights.safetensors')))
  // S, C, and any other.
  expect([...tensors.values()].map(({ shape }) => shape)).toContainEqual([3, 2])
  const predicted = await run(['predict', 'out/weights.safetensors', 'new.csv'], folder)
  expect(predicted.code).toBe(0)
  expect(predicted.stderr).toContain(`column "port": "Q" was not among the training rows' categories`)
  expect(predicted.stdout.trim().split('\n')).toHaveLength(4)
  const studied = await run(['study', 'study.yaml'], folder)
  expect(studied.stderr).not.toContain('failed')
  expect(studied.code).toBe(0)
})

it('dropped rows are counted aloud, and rows without a target are left out where others are filled in', async () => {
  const rows = range(80)
    .map((n) => n + 1)
    .map((i) => `${i % 3 === 0 ? '' : i},${i % 5 === 0 ? '' : i % 7},${i % 8 === 0 ? '' : 3 * i + 1}`)
  const data = { source: 'holes.csv', missing: 'drop', numbers: 'standard' }
  const folder = folderWith({
    'holes.csv': `a,b,y\n${rows.join('\n')}\n`,
    'drop.yaml': stringify({ data, ...regression, epochs: 1 }),
    'median.yaml': stringify({ data: { ...data, missing: 'median' }, ...regression, epochs: 1 }),
    'refuse.yaml': stringify({ data: { ...data, missing: 'refuse' }, ...regression, epochs: 1 }),
  })
  expect((await run(['train', 'drop.yaml', '--out', 'a'], folder)).stderr).toContain('dropped 42 of 80 rows, most for "a", which misses 26')
  const { stderr } = await run(['train', 'median.yaml', '--out', 'b'], folder)
  expect(stderr).toContain('dropped 10 of 80 rows, which have no target "y"')
  expect(stderr).toMatch(/missing numbers filled in, with a feature that says where: a \(\S+\), b \(3\)/)
  const refused = await run(['train', 'refuse.yaml', '--out', 'c'], folder)
  expect(refused.code).toBe(2)
  expect(refused.stderr).toMatch(
    /holes\.csv: line 4, column "a": the value is missing, one of 26 in this column, and so are values of "b" \(16\), "y" \(10\)/,
  )
})

it('a table is trained without a file, which is made up and can be trained again', async () => {
  const folder = folderWith({ 'ports.csv': PORTS })
  const first = await run(['train', 'ports.csv', '--target', 'label', '--epochs', '3', '--out', 'a'], folder)
  expect(first.code).toBe(0)
  expect(first.stdout).toMatch(/Test rows: accuracy \S+, balanced accuracy \S+, log loss \S+, AUC \S+; F1 of no \S+, yes \S+/)
  const made = parse(readFileSync(join(folder, 'a/training.yaml'), 'utf8'))
  expect(made).toMatchObject({ data: { target: 'label', numbers: 'robust', missing: 'median' }, epochs: 3 })
  const again = await run(['train', 'a/training.yaml', '--out', 'b'], folder)
  expect(again.code).toBe(0)
  const weights = (name: string) => decodeSafetensors(readFileSync(join(folder, name, 'weights.safetensors'))).tensors
  expect(weights('b')).toEqual(weights('a'))
})

describe('a study', () => {
  const study = {
    data: { source: 'houses.csv', numbers: 'standard' },
    space: { units: { type: 'int', low: 2, high: 4 } },
    train: { network: { loss: 'meanSquaredError', layers: [{ units: '$units' }, { units: 1 }] }, epochs: 2 },
    objective: 'testLoss',
    sampler: 'random',
    budget: { trials: 1 },
  }
  const attributes = (journal: string): string[] =>
    journal.split('\n').flatMap((line) => (line === '' ? [] : Object.keys(JSON.parse(line).system_attr ?? {})))

  it('keeps its preparation in the journal', async () => {
    const folder = folderWith({ 'houses.csv': HOUSES, 'study.yaml': stringify(study) })
    expect((await run(['study', 'study.yaml'], folder)).code).toBe(0)
    const journal = readFileSync(join(folder, 'study.journal'), 'utf8')
    const line = journal.split('\n').find((one) => one.includes('"espalier:preparation"')) ?? '{}'
    expect(JSON.parse(line).system_attr['espalier:preparation']).toMatchObject({
      columns: [{ name: 'area', encoding: { kind: 'standard' } }],
      target: { units: [{ log: false }] },
    })
  })

  it('of 0.1.0 goes on with targets as they were', async () => {
    const old = { ...study, data: { source: 'houses.csv', scaling: 'standardize', targets: 'none' } }
    const folder = folderWith({ 'houses.csv': HOUSES, 'study.yaml': stringify(old) })
    await run(['study', 'study.yaml'], folder)
    const path = join(folder, 'study.journal')
    // 0.1.0 kept neither a preparation nor the rows, and its files said nothing of targets.
    const kept = readFileSync(path, 'utf8')
      .split('\n')
      .filter((line) => !line.includes('"espalier:preparation"') && !line.includes('"espalier:data"'))
    writeFileSync(path, kept.map((line) => line.replace(',"targets":"none"', '')).join('\n'))
    expect(attributes(readFileSync(path, 'utf8'))).not.toContain('espalier:preparation')
    const { code, stderr } = await run(['resume', 'study.journal', '--trials', '2'], folder)
    expect(code).toBe(0)
    expect(stderr).toContain('Going on after 1 trials')
    const line =
      readFileSync(path, 'utf8')
        .split('\n')
        .find((one) => one.includes('"espalier:preparation"')) ?? '{}'
    expect(JSON.parse(line).system_attr['espalier:preparation'].target.units).toEqual([])
    expect((await run(['resume', 'study.journal', '--trials', '3'], folder)).code).toBe(0)
  })

  const preparations = (path: string) =>
    readFileSync(path, 'utf8')
      .split('\n')
      .filter((line) => line.includes('"espalier:preparation"'))
      .map((line) => JSON.parse(line).system_attr['espalier:preparation'])

  it('learns the preparation of every fold of its own training rows, and says so', async () => {
    // One house is in a place of its own: the fold that tests on it has a category less than the others.
    const towns = HOUSES.replace('area,', 'town,area,').replace(/^(\d+,\d)/gm, (line) => `Bonn,${line}`)
    const houses = towns.replace(/^Bonn/m, 'Rom')
    const file = { ...study, data: { ...study.data, source: 'houses.csv', test: { fraction: 0 } }, repeats: { folds: 3 } }
    const folder = folderWith({ 'houses.csv': houses, 'study.yaml': stringify(file) })
    const { code, stderr } = await run(['study', 'study.yaml'], folder)
    expect(code).toBe(0)
    const learned = 'prepared anew in each of 3 folds, by its own training rows; in the first:\n {2}read with .*\n {2}1 category one-hot'
    expect(stderr).toMatch(new RegExp(`on 120 rows in 3 folds .*\n {2}${learned}`))
    const path = join(folder, 'study.journal')
    const [folds, ...others] = preparations(path)
    expect(others).toEqual([])
    const columns: { categories?: string[]; encoding: { mean?: number } }[][] = folds.map(({ columns }: { columns: [] }) => columns)
    expect(columns.map(([town]) => town?.categories?.length).sort()).toEqual([1, 2, 2])
    expect(new Set(columns.map(([, area]) => area?.encoding.mean)).size).toBe(3)
    const best = await run(['best', 'study.journal'], folder)
    expect(best.stdout).toMatch(new RegExp(`Table:\n {2}${learned}`))
    expect((await run(['resume', 'study.journal', '--trials', '2'], folder)).code).toBe(0)
    expect((await run(['report', 'study.journal', '--out', 'page.html'], folder)).code).toBe(0)
    expect(readFileSync(join(folder, 'page.md'), 'utf8')).toContain('prepared anew in each of 3 folds')
  })

  it('of 0.1.0 with folds goes on with the preparation of all training rows', async () => {
    const old = { ...study, data: { source: 'houses.csv', scaling: 'standardize' }, repeats: { folds: 3 } }
    const folder = folderWith({ 'houses.csv': HOUSES, 'study.yaml': stringify(old) })
    const path = join(folder, 'study.journal')
    const section = { ...old.data, source: join(folder, 'houses.csv') }
    const kept = 'espalier:'
    // As 0.1.0 left it: the definition, the file, a trial that has begun.
    const entries = [
      { op_code: 0, worker_id: 'w', study_name: 'study', directions: [1] },
      {
        op_code: 3,
        worker_id: 'w',
        study_id: 0,
        system_attr: {
          [`${kept}definition`]: {
            seed: 0,
            objective: [{ metric: 'testLoss', direction: 'minimize' }],
            train: { ...old.train, network: { inputSize: 1, ...old.train.network } },
            repeats: { folds: 3 },
          },
        },
      },
      { op_code: 2, worker_id: 'w', study_id: 0, user_attr: { [`${kept}file`]: { ...old, data: section } } },
      { op_code: 4, worker_id: 'w', study_id: 0, datetime_start: '2026-01-01T00:00:00.000000' },
      { op_code: 6, worker_id: 'w', trial_id: 0, state: 3, values: null, datetime_complete: '2026-01-01T00:00:01.000000' },
    ]
    writeFileSync(path, entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''))
    for (const trials of ['2', '3']) {
      const { code, stderr } = await run(['resume', 'study.journal', '--trials', trials], folder)
      expect(stderr).not.toContain('prepared anew')
      expect(code).toBe(0)
    }
    for (const preparation of preparations(path)) expect(preparation).toMatchObject({ columns: [{ name: 'area' }], target: { units: [] } })
  })
})
