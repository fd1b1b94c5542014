import { writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import Papa from 'papaparse'
import { describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { run, start, temporaryFolder } from './support.ts'

/** `espalier study`, `resume`, `best` and `export`, as people type them. */

const FILE = {
  data: { source: 'pima', target: 'class', scaling: 'standardize' },
  space: {
    units: { type: 'int', low: 2, high: 16, log: true },
    n_hidden: { type: 'int', low: 1, high: 2 },
    optimizer: { type: 'categorical', choices: ['sgd', 'adam'] },
    learningRate: { type: 'float', low: 0.001, high: 0.1, log: true },
    momentum: { type: 'float', low: 0, high: 0.9, when: "optimizer == 'sgd'" },
  },
  train: {
    network: {
      loss: 'binary_crossentropy',
      layers: [
        { repeat: '$n_hidden', units: '$units', activation: 'relu' },
        { units: 1, activation: 'sigmoid' },
      ],
    },
    optimizer: { name: '$optimizer', learningRate: '$learningRate', momentum: '$momentum' },
    epochs: 4,
  },
  objective: 'testLoss',
  sampler: 'random',
  repeats: 2,
  budget: { trials: 10 },
  seed: 1,
}

function write(file: unknown): { folder: string; path: string } {
  const folder = temporaryFolder()
  const path = join(folder, 'search.yaml')
  writeFileSync(path, stringify(file))
  return { folder, path }
}

describe('espalier study', () => {
  it('searches, tells the best trial, and remembers all of it in a journal beside the file', async () => {
    const { folder, path } = write(FILE)
    const { code, stdout, stderr } = await run(['study', path])
    expect(stderr).toMatch(/Starting study "study" on 614 rows, testing on 154 \(WASM/)
    expect(stderr).toMatch(/10 of 10 trials, best 0\.\d+ \(trial \d\)/)
    expect(stdout).toMatch(
      /^Done\. 10 trials: 10 complete, 0 pruned, 0 failed\.\nBest: 0\.\d+ \(mean of 2 repeats\), trial \d\n {2}units \d+, n_hidden \d/,
    )
    expect(code).toBe(0)
    const journal = join(folder, 'search.journal')
    expect(stdout).toContain(`Journal: ${journal}`)

    const again = await run(['study', path])
    expect(again.stderr).toContain('Going on after 10 trials')
    expect(again.stdout).toBe(stdout)

    const more = await run(['resume', journal, '--trials', '12', '--json'], folder)
    expect(JSON.parse(more.stdout)).toMatchObject({ interrupted: false, trials: { complete: 12, pruned: 0, failed: 0 } })

    const best = await run(['best', journal, '--json'])
    expect(JSON.parse(best.stdout)).toEqual(JSON.parse(more.stdout).best)

    const importance = await run(['importance', journal, '--pairs', '--json'])
    const { parameters, pairs } = JSON.parse(importance.stdout) as { parameters: { name: string; importance: number }[]; pairs: unknown[] }
    expect(parameters.map(({ name }) => name).toSorted()).toEqual(Object.keys(FILE.space).toSorted())
    expect(parameters.reduce((sum, one) => sum + one.importance, 0)).toBeCloseTo(1, 9)
    expect(pairs).toHaveLength(10)
    expect((await run(['importance', journal])).stdout).toMatch(/learningRate[ │]+0\.\d{3}/)

    const exported = await run(['export', journal])
    const { data, errors } = Papa.parse<Record<string, string>>(exported.stdout, { header: true, skipEmptyLines: true })
    expect(errors).toEqual([])
    expect(data).toHaveLength(12)
    const { number } = JSON.parse(best.stdout) as { number: number }
    expect(Math.min(...data.map(({ value }) => Number(value)))).toBe(Number(data[number]?.value))
    for (const { optimizer, momentum } of data) expect(momentum === '').toBe(optimizer === 'adam')
  })

  it('stopped by Ctrl-C goes on to the journal of one that was not', async () => {
    const slow = { ...FILE, train: { ...FILE.train, epochs: 300 }, batchSize: 4 }
    const { folder, path } = write(slow)
    const { child, finished } = start(['study', path, '--journal', join(folder, 'stopped')])
    child.stderr.on('data', (chunk: Buffer) => {
      if (chunk.toString().includes('trials, ')) child.kill('SIGINT')
    })
    const { code, stdout } = await finished
    expect(code).toBe(130)
    expect(stdout).toMatch(/^Interrupted; `espalier resume .*stopped` goes on\. \d+ trials: /)
    expect((await run(['resume', join(folder, 'stopped')])).code).toBe(0)
    expect((await run(['study', path, '--journal', join(folder, 'whole')])).code).toBe(0)
    const content = async (name: string) => (await readFile(join(folder, name), 'utf8')).replaceAll(/"datetime_\w+":"[^"]+"/g, '')
    expect(await content('stopped')).toBe(await content('whole'))
  }, 60_000)

  it.each([
    ['a misspelt field', { ...FILE, sapce: {} }, /sapce is not a field of the spec; did you mean "?space/],
    ['no objective', { ...FILE, objective: undefined }, /objective is missing/],
    ['a formula over nothing', { ...FILE, train: { ...FILE.train, epochs: '$epoch' } }, /train\.epochs is "epoch"; epoch is no parameter/],
    [
      'a network that does not fit the data',
      { ...FILE, train: { ...FILE.train, network: { ...FILE.train.network, loss: 'categoricalCrossentropy' } } },
      /units is 1/,
    ],
    ['a sampler nobody knows', { ...FILE, sampler: 'tpee' }, /sampler is "tpee"; it must be one of/],
    ['data that is not there', { ...FILE, data: { source: 'missing.csv' } }, /there is no file or folder .*missing\.csv/],
  ])('refuses %s, and writes no journal', async (_what, file, message) => {
    const { folder, path } = write(JSON.parse(JSON.stringify(file)))
    const { code, stderr } = await run(['study', path])
    expect(stderr).toMatch(message)
    expect(stderr).not.toContain('fault of espalier')
    expect(code).toBe(2)
    expect((await run(['best', join(folder, 'search.journal')])).stderr).toMatch(/there is no such file or folder/)
  })

  it('prints the JSON Schema of study files', async () => {
    const { stdout } = await run(['schema', 'study'])
    const schema = JSON.parse(stdout) as { required: string[]; properties: Record<string, unknown> }
    expect(schema.required).toEqual(expect.arrayContaining(['data', 'space', 'train', 'objective']))
    expect(Object.keys(schema.properties)).toEqual(expect.arrayContaining(['sampler', 'pruner', 'repeats', 'budget']))
  })
})
