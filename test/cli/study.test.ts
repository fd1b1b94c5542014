import { writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import Papa from 'papaparse'
import { describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { run, runAlone, start, temporaryFolder } from './support.ts'

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
    const { code, stdout, stderr } = await runAlone(['study', path])
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

    const more = await runAlone(['resume', journal, '--trials', '12', '--json'], folder)
    expect(JSON.parse(more.stdout)).toMatchObject({ interrupted: false, trials: { complete: 12, pruned: 0, failed: 0 } })

    const best = await runAlone(['best', journal, '--json'])
    expect(JSON.parse(best.stdout)).toEqual(JSON.parse(more.stdout).best)

    const importance = await runAlone(['importance', journal, '--pairs', '--json'])
    const { parameters, pairs } = JSON.parse(importance.stdout) as { parameters: { name: string; importance: number }[]; pairs: unknown[] }
    expect(parameters.map(({ name }) => name).toSorted()).toEqual(Object.keys(FILE.space).toSorted())
    expect(parameters.reduce((sum, one) => sum + one.importance, 0)).toBeCloseTo(1, 9)
    expect(pairs).toHaveLength(10)
    expect((await run(['importance', journal])).stdout).toMatch(/learningRate[ │]+0\.\d{3}/)

    const exported = await runAlone(['export', journal])
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
    expect(stdout).toMatch(/^Interrupted; `espalier resume .*stopped` continues\. \d+ trials: /)
    expect((await run(['resume', join(folder, 'stopped')])).code).toBe(0)
    expect((await run(['study', path, '--journal', join(folder, 'whole')])).code).toBe(0)
    const content = async (name: string) => (await readFile(join(folder, name), 'utf8')).replaceAll(/"datetime_\w+":"[^"]+"/g, '')
    expect(await content('stopped')).toBe(await content('whole'))
  })

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

  it('refuses to go on over other data, naming what differs, and leaves the journal as it was', async () => {
    const table = (rows: number, shift: number) =>
      [
        'a,b,class',
        ...Array.from({ length: rows }, (_, i) => `${(i * 7) % 13},${(i * 5 + shift) % 11},${i % 3 === 0 ? 'yes' : 'no'}`),
      ].join('\n')
    const file = {
      ...FILE,
      data: { source: 'table.csv', target: 'class', scaling: 'standardize', test: { fraction: 0.25 } },
      repeats: 1,
      budget: { trials: 2 },
    }
    const { folder, path } = write(file)
    const journal = join(folder, 'search.journal')
    writeFileSync(join(folder, 'table.csv'), table(200, 0))
    expect((await run(['study', path])).code).toBe(0)
    const content = await readFile(journal, 'utf8')
    const changes: [string, unknown, RegExp][] = [
      [
        table(320, 0),
        file,
        /the training rows were 150 of 2 columns and are 240 of 2 columns; the test rows were 50 of 2 columns and are 80/,
      ],
      [table(200, 1), file, /the training rows have other features; the test rows have other features; new trials/],
      [
        table(200, 0),
        { ...file, data: { ...file.data, scaling: 'minMax' } },
        /other features.* \(data\.scaling was "standardize" and is "minMax"\)/,
      ],
      [
        table(200, 0),
        { ...file, data: { ...file.data, test: { fraction: 0.5 } } },
        /rows were 150 .* and are 100 .* \(data\.test was \{"fraction":0\.25\} and is \{"fraction":0\.5\}\)/,
      ],
    ]
    for (const [csv, now, message] of changes) {
      writeFileSync(join(folder, 'table.csv'), csv)
      writeFileSync(path, stringify(now))
      const { code, stderr } = await run(['study', path, '--trials', '3'])
      expect(stderr).toMatch(message)
      expect(stderr).toMatch(/study "study" cannot continue with other data: .* with its 2 earlier ones/)
      expect(stderr).not.toContain('Going on after')
      expect(stderr).not.toContain('fault of espalier')
      expect(code).toBe(2)
      expect(await readFile(journal, 'utf8')).toBe(content)
    }
    writeFileSync(join(folder, 'table.csv'), table(200, 0))
    writeFileSync(path, stringify(file))
    expect((await run(['study', path, '--trials', '3'])).code).toBe(0)
    expect((await run(['resume', journal, '--trials', '4'])).stdout).toMatch(/4 trials: 4 complete/)
  })

  it('goes on with a journal of 0.1.0, whose file is a user attribute and which does not say its data', async () => {
    const { folder, path } = write({ ...FILE, budget: { trials: 2 } })
    const journal = join(folder, 'search.journal')
    await run(['study', path])
    const lines = (await readFile(journal, 'utf8')).trimEnd().split('\n')
    const old = lines
      .filter((line) => !/"espalier:(data|arithmetic)"|"study:metric_names"/.test(line))
      .map((line) =>
        line.includes('"espalier:file"') ? line.replace('"op_code":3', '"op_code":2').replace('"system_attr"', '"user_attr"') : line,
      )
    expect(old.length).toBe(lines.length - 3)
    writeFileSync(journal, `${old.join('\n')}\n`)
    const { code, stdout, stderr } = await run(['resume', journal, '--trials', '3'])
    expect(stderr).toContain('the journal does not say what data the 2 trials so far were trained on; from now on it does')
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^Done\. 3 trials: 3 complete/)])
    expect((await run(['resume', journal, '--trials', '4'])).stderr).not.toContain('does not say')
  })

  it('resumes a study that was renamed under its own name', async () => {
    const { folder, path } = write({ ...FILE, budget: { trials: 2 } })
    const journal = join(folder, 'search.journal')
    await run(['study', path])
    writeFileSync(journal, (await readFile(journal, 'utf8')).replace('"study_name":"study"', '"study_name":"renamed"'))
    const { code, stderr, stdout } = await run(['resume', journal, '--trials', '3'])
    expect(stderr).toContain('Going on after 2 trials with study "renamed"')
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^Done\. 3 trials: 3 complete/)])
    expect((await run(['best', journal, '--name', 'study'])).stderr).toContain('holds no study "study"; there are renamed')
  })

  it('started twice is refused by the second, and the first ends as if it had been alone', async () => {
    const { folder, path } = write({ ...FILE, train: { ...FILE.train, epochs: 3000 }, batchSize: 2, budget: { trials: 4 } })
    const first = start(['study', path, '--journal', join(folder, 'twice')])
    await new Promise<void>((resolve) =>
      first.child.stderr.on('data', (chunk: Buffer) => chunk.toString().includes('Starting') && resolve()),
    )
    // Until the first has begun; the second may come in before it, so whoever is refused is refused by the other.
    const second = await run(['study', path, '--journal', join(folder, 'twice')])
    const one = await first.finished
    const [done, refused] = one.code === 0 ? [one, second] : [second, one]
    expect([done.code, done.stdout]).toEqual([0, expect.stringMatching(/4 trials: 4 complete/)])
    expect(refused.stderr).toMatch(/twice: study "study" is run by process \d+; wait for its end or stop it/)
    expect(refused.code).not.toBe(0)
    expect((await run(['study', path, '--journal', join(folder, 'alone')])).code).toBe(0)
    const content = async (name: string) => (await readFile(join(folder, name), 'utf8')).replaceAll(/"datetime_\w+":"[^"]+"/g, '')
    expect(await content('twice')).toBe(await content('alone'))
  })

  it('prints the JSON Schema of study files', async () => {
    const { stdout } = await run(['schema', 'study'])
    const schema = JSON.parse(stdout) as { required: string[]; properties: Record<string, unknown> }
    expect(schema.required).toEqual(expect.arrayContaining(['data', 'space', 'train', 'objective']))
    expect(Object.keys(schema.properties)).toEqual(expect.arrayContaining(['sampler', 'pruner', 'repeats', 'budget']))
  })
})
