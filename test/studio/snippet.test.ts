import 'fake-indexeddb/auto'
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { transform } from 'esbuild'
import { createStudy, loadDataset, MemoryJournal, openBackend, prepareTable, readTable, type StudyOptions, standardize } from 'espalier'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { STRATEGIES, type StudioConfig } from '../../src/studio/config.ts'
import { defaultConfig } from '../../src/studio/defaults.ts'
import { DataReader } from '../../src/studio/engine/data.ts'
import { Files } from '../../src/studio/engine/files.ts'
import { StudioStore } from '../../src/studio/engine/store.ts'
import { type DataShape, toStudyOptions } from '../../src/studio/options.ts'
import { toSnippet } from '../../src/studio/snippet.ts'
import { stringifyJson } from '../../src/study/journal/json.ts'
import { PIMA_SHAPE, smallConfig } from './config.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const run = promisify(execFile)

const withoutTimes = (lines: readonly string[]): string[] => lines.map((line) => line.replace(/"datetime_\w+":"[^"]*"/g, ''))

/** The journal of a configuration's study, run here. */
async function journalOf(
  config: StudioConfig,
  shape: DataShape,
  data: Parameters<Awaited<ReturnType<typeof createStudy>>['run']>[1],
): Promise<string[]> {
  const journal = new MemoryJournal()
  const study = await createStudy({ ...toStudyOptions(config, shape), journal } satisfies StudyOptions)
  const backend = await openBackend({ prefer: 'wasm', workers: 0 })
  for await (const event of study.run(backend, data, { budget: { trials: config.search.trials } })) if (event.type === 'end') break
  await backend.dispose()
  return withoutTimes((await journal.read(0)).map(stringifyJson))
}

const CSV = `id,length,colour,kind
1,5.1,red,a
2,4.9,green,b
3,,red,a
4,6.3,blue,b
${Array.from({ length: 40 }, (_, i) => `${i + 5},${(4 + ((i * 7) % 23) / 10).toFixed(1)},${['red', 'green', 'blue'][i % 3]},${i % 4 === 0 ? 'a' : 'b'}`).join('\n')}
`

describe('a snippet', () => {
  let folder = ''
  beforeAll(() => {
    // Inside the package's own folder its name resolves to itself.
    folder = mkdtempSync(join(root, 'build', 'snippet-'))
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  /** Runs the program as it stands, but for a journal that is printed. */
  async function journalOfProgram(snippet: string): Promise<string[]> {
    const withJournal = `import { MemoryJournal } from 'espalier'
const journal = new MemoryJournal()
${snippet.replace('createStudy({', 'createStudy({ journal,')}
for (const entry of await journal.read(0)) console.log('entry ' + JSON.stringify(entry, (_, value) => (Number.isNaN(value) ? 'NaN' : value)))
`
    const { code } = await transform(withJournal, { loader: 'ts' })
    writeFileSync(join(folder, 'program.mjs'), code)
    const { stdout } = await run(process.execPath, ['program.mjs'], { cwd: folder })
    const lines = stdout.split('\n')
    expect(lines.some((line) => line.startsWith('best: '))).toBe(true)
    const entries = lines.flatMap((line) => (line.startsWith('entry ') ? [JSON.parse(line.slice(6))] : []))
    return withoutTimes(entries.map(stringifyJson))
  }

  it('of a sample runs the same study', async () => {
    const config = smallConfig()
    const table = await readTable(readFileSync(join(root, 'data/pima.arff')))
    const data = prepareTable(table, { target: 'class', scaling: 'standardize' }, { testFraction: 0.2, seed: 0 })
    const { train } = standardize(await loadDataset('pima', { testFraction: 0.2, seed: 0 }))
    expect(data.train.features).toEqual(train.features)
    const journal = await journalOf(config, data.train, data)
    expect(journal.length).toBeGreaterThan(30)
    expect(await journalOfProgram(toSnippet(config, PIMA_SHAPE))).toEqual(journal)
  })

  it('of a file with missing values, identifiers and words runs the same study', async () => {
    const reader = new DataReader(new Files(new StudioStore()), new URL('http://localhost/'))
    const description = await reader.describe({ kind: 'files', files: [new File([CSV], "people's data.csv")] })
    const small = smallConfig({ strategy: 'winnerTakesAll', trials: 8, repeats: 1 })
    const { data, search, training } = defaultConfig(description)
    expect(data).toMatchObject({ target: 'kind', task: 'binary', ignore: ['id'], missing: 'median' })
    expect(training.batchSizes).toEqual([4, 8, 16])
    const config: StudioConfig = {
      ...small,
      data: { ...data, scaling: 'minMax' },
      training: { ...training, epochs: 3 },
      search: { ...small.search, objective: search.objective },
    }
    const loaded = await reader.load(config.data)
    expect([loaded.train.rows + loaded.test.rows, loaded.train.inputSize]).toEqual([44, 4])
    writeFileSync(join(folder, "people's data.csv"), CSV)
    expect(await journalOfProgram(toSnippet(config, loaded.train))).toEqual(await journalOf(config, loaded.train, loaded))
  })

  it('is TypeScript without an error, for every strategy and every kind of data', async () => {
    const base = smallConfig()
    const file = { name: 'images', digest: '0'.repeat(64), bytes: 1 }
    const sources: StudioConfig['data'][] = [
      { ...base.data, source: { kind: 'idx', train: [file, file], test: null }, target: null, task: 'multiclass', scaling: 'none' },
      { ...base.data, source: { kind: 'idx', train: [file, file], test: [file, file] }, target: null, task: 'multiclass' },
      { ...base.data, source: { kind: 'sample', name: 'fashion-mnist' }, target: null, task: 'multiclass', scaling: 'none' },
      { ...base.data, source: { kind: 'table', format: 'arff', file, header: null, delimiter: null }, missing: 'drop' },
      {
        ...base.data,
        source: { kind: 'table', format: 'csv', file, header: false, delimiter: ';' },
        missing: 'mean',
        categorical: ['a b'],
      },
    ]
    const configs = [
      ...sources.map((data) => ({ ...base, data })),
      ...STRATEGIES.map((strategy) => ({
        ...base,
        search: { ...base.search, strategy },
        backend: { prefer: 'auto' as const, workers: null },
      })),
    ]
    const names = configs.map((config, i) => {
      writeFileSync(join(folder, `program${i}.ts`), toSnippet(config, { inputSize: 8, outputSize: 3, task: config.data.task }))
      return `program${i}.ts`
    })
    const options = [
      '--noEmit',
      '--strict',
      '--module',
      'nodenext',
      '--target',
      'es2022',
      '--types',
      'node',
      '--skipLibCheck',
      '--ignoreConfig',
    ]
    const checked = run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), ...options, ...names], { cwd: folder })
    await expect(checked.catch(({ stdout }) => Promise.reject(new Error(stdout)))).resolves.toMatchObject({ stdout: '' })
  })
})
