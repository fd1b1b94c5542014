import { existsSync, readFileSync } from 'node:fs'
import { mkdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import Papa from 'papaparse'
import { expect, test } from 'vitest'
import { run, runAlone, start, temporaryFolder } from './support.ts'

const SMALL = ['--seeds', '2', '--epochs', '3']

test('replay pima: every experiment on raw and on standardised features, the verdicts, and the report, named', async () => {
  const out = temporaryFolder()
  const { code, stdout, stderr } = await runAlone(['replay', 'pima', ...SMALL, '--out', out])
  expect(stderr).toContain('Replaying')
  expect(code).toBe(0)
  for (const id of ['B1', 'B2', 'B3', 'B4']) expect(stdout).toMatch(new RegExp(`${id} +│ (reproduced|not reproduced|undecided)`))
  expect(stdout).toContain(`Report: ${join(out, 'pima.html')}`)
  expect(stdout).toContain(join(out, 'pima.md'))

  const page = readFileSync(join(out, 'pima.html'), 'utf8')
  expect(page).toContain('<svg')
  expect(page).toContain(`espalier replay pima ${SMALL.join(' ')}`)
  expect(readFileSync(join(out, 'pima.md'), 'utf8')).toContain('## Verdicts')
  const curves = Papa.parse<Record<string, string>>(readFileSync(join(out, 'pima-data/optimizer-raw-curves.csv'), 'utf8'), {
    header: true,
    skipEmptyLines: true,
  })
  expect(curves.errors).toEqual([])
  // Five optimizers, three epochs, training and test rows.
  expect(curves.data).toHaveLength(30)
})

/** What a replay came to, as one document. */
async function numbers(args: readonly string[]): Promise<{ seeds: number; results: unknown[]; judgements: object }> {
  const { code, stdout, stderr } = await run(['replay', 'pima', ...args, '--json'])
  expect(code, stderr).toBe(0)
  const { seeds, results, judgements } = JSON.parse(stdout)
  return { seeds, results, judgements }
}

test('the same numbers with one worker and with two, and --json on stdout', async () => {
  const args = [...SMALL, '--stages', 'batchSize,activation']
  const one = await numbers([...args, '--out', temporaryFolder(), '--workers', '1'])
  expect(one.results).toHaveLength(2 * 8)
  expect(await numbers([...args, '--out', temporaryFolder(), '--workers', '2'])).toEqual(one)
})

test('a replay that was killed goes on from its journal, and ends with the same numbers', async () => {
  const args = ['--epochs', '60', '--stages', 'activation,optimizer']
  const [out, journal] = [temporaryFolder(), join(temporaryFolder(), 'replay.journal')]
  const { child, finished } = start(['replay', 'pima', ...args, '--seeds', '4', '--out', out, '--journal', journal])
  // The journal grows as an experiment ends; the kill comes in the middle of the next ones.
  while (child.exitCode === null && !(existsSync(journal) && (await stat(journal)).size > 20_000)) await sleep(2)
  child.kill('SIGKILL')
  expect((await finished).code, 'it was killed before its end').toBeNull()
  expect(existsSync(join(out, 'pima.html'))).toBe(false)
  // Without --seeds: the journal knows.
  const resumed = await numbers([...args, '--out', out, '--journal', journal])
  expect(resumed).toEqual(await numbers([...args, '--seeds', '4', '--out', temporaryFolder()]))
  // A replay that is whole trains nothing again.
  const size = (await stat(journal)).size
  expect(await numbers([...args, '--out', out, '--journal', journal])).toEqual(resumed)
  expect((await stat(journal)).size).toBeLessThan(1.1 * size)
})

test('a short budget means fewer seeds, and is told', async () => {
  const { code, stderr, stdout } = await run([
    'replay',
    'pima',
    '--epochs',
    '2',
    '--stages',
    'optimizer',
    '--budget',
    '0.000001',
    '--out',
    temporaryFolder(),
    '--json',
  ])
  expect(code).toBe(0)
  expect(stderr).toMatch(/1 seed instead of 30: the budget is 0\.000001 min/)
  expect(JSON.parse(stdout).seeds).toBe(1)
})

test('replay uci --learn 1: one split of a set is learned, or told from the journal, and all are replayed', async () => {
  const [out, data] = [temporaryFolder(), temporaryFolder()]
  const folder = join(data, 'yacht')
  await mkdir(folder)
  const rows = Array.from({ length: 140 }, (_, i) => `${i % 7} ${i % 5} ${i}`)
  await writeFile(join(folder, 'data.txt'), rows.join('\n'))
  await writeFile(join(folder, 'index_features.txt'), '0\n1')
  await writeFile(join(folder, 'index_target.txt'), '2')
  for (let split = 0; split < 20; split++) {
    const numbers = Array.from({ length: 140 }, (_, row) => row)
    await writeFile(join(folder, `index_train_${split}.txt`), numbers.filter((row) => row % 20 !== split).join('\n'))
    await writeFile(join(folder, `index_test_${split}.txt`), numbers.filter((row) => row % 20 === split).join('\n'))
  }
  const line = { set: 'yacht', split: 0, seconds: 60, took: 58, rmse: 0.5, nll: 0.25, covered: 0.95 }
  await writeFile(join(out, 'uci.journal'), `${JSON.stringify(line)}\n`)
  const { code, stdout, stderr } = await run(['replay', 'uci', '--data', data, '--epochs', '1', '--learn', '1', '--out', out, '--json'])
  expect(code, stderr).toBe(0)
  const { learned, results } = JSON.parse(stdout)
  expect(learned).toEqual([{ name: 'yacht', seconds: 60, splits: [0], rmse: [0.5], nll: [0.25], covered: [0.95] }])
  expect(results[0].rmse).toHaveLength(20)
})

test.each([
  [['uci', '--data', '.', '--learn', '0'], /whole number from 1 to 20/],
  [['pima', '--stages', 'batches'], /There is no stage "batches"; there are batchSize, activation, optimizer, readings/],
  [['pima', '--seeds', '0'], /whole number from 1 to 1000/],
  [['pima', '--budget', 'soon'], /number of minutes above 0/],
  [['fashion', '--stages', 'architecture,optimizer'], /must follow one another as in architecture, initializer/],
  [['fashion', '--epochs', '2.5'], /whole number from 1/],
  [['mnist'], /unknown command 'mnist'|too many arguments|unknown/],
])('replay %j is refused with 2', async (args, message) => {
  const { code, stderr } = await run(['replay', ...args, ...(args.length > 1 ? ['--out', temporaryFolder()] : [])])
  expect(stderr).toMatch(message)
  expect(code).toBe(2)
})
