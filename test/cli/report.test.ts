import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { stringify } from 'yaml'
import { run, runAlone, temporaryFolder } from './support.ts'

/** `espalier report`, as people type it. */

const FILE = {
  data: { source: 'pima', target: 'class', scaling: 'standardize' },
  space: { units: { type: 'int', low: 2, high: 8 }, learningRate: { type: 'float', low: 0.001, high: 0.1, log: true } },
  train: {
    network: {
      loss: 'binaryCrossentropy',
      layers: [
        { units: '$units', activation: 'relu' },
        { units: 1, activation: 'sigmoid' },
      ],
    },
    optimizer: { name: 'adam', learningRate: '$learningRate' },
    epochs: 4,
  },
  objective: 'testLoss',
  sampler: 'random',
  repeats: 2,
  recordHistories: true,
  budget: { trials: 12 },
}

it('writes a page, Markdown and CSV files, named after the journal or as it is told', async () => {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'search.yaml'), stringify(FILE))
  expect((await run(['study', 'search.yaml'], folder)).code).toBe(0)

  const { code, stdout, stderr } = await runAlone(['report', 'search.journal'], folder)
  expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: 'search.html\nsearch.md\nsearch-data\n', stderr: '' })
  const page = readFileSync(join(folder, 'search.html'), 'utf8')
  expect(page).toMatch(/^<!doctype html>/)
  expect(page).toContain('objective: testLoss (minimize)')
  const files = readdirSync(join(folder, 'search-data'))
  expect(files).toEqual(
    expect.arrayContaining(['best-trials.csv', 'learning-curves.csv', 'parameters.csv', 'importances.csv', 'rungs.csv']),
  )
  const links = [...page.matchAll(/href="(search-data\/[^"]+)"/g)].map(([, link = '']) => link)
  expect(links).toHaveLength(files.length)
  for (const link of links) expect(existsSync(join(folder, link)), link).toBe(true)
  expect(readFileSync(join(folder, 'search.md'), 'utf8')).toContain('# Study study\n')

  const elsewhere = await run(['report', 'search.journal', '--out', 'results/first.html'], folder)
  expect(elsewhere.stdout).toBe(`${join('results', 'first.html')}\n${join('results', 'first.md')}\n${join('results', 'first-data')}\n`)
})

it('writes event files for TensorBoard into a folder of their own', async () => {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'search.yaml'), stringify({ ...FILE, budget: { trials: 2 } }))
  expect((await run(['study', 'search.yaml'], folder)).code).toBe(0)
  const { code, stdout } = await run(['report', 'search.journal', '--tensorboard', 'logs'], folder)
  expect({ code, stdout }).toEqual({ code: 0, stdout: 'search.html\nsearch.md\nsearch-data\nlogs\n' })
  const files = readdirSync(join(folder, 'logs'), { recursive: true, encoding: 'utf8' }).filter((name) => name.includes('tfevents'))
  expect(files.map((name) => name.replace(/events\.out\.tfevents\.\d+\.espalier$/, '')).sort()).toEqual([
    '',
    ...[0, 1].flatMap((trial) => [1, 2].map((repeat) => join(`trial-000${trial}`, `repeat-${repeat}`, '/'))),
  ])

  const again = await run(['report', 'search.journal', '--tensorboard', 'logs'], folder)
  expect({ code: again.code, stderr: again.stderr }).toEqual({
    code: 2,
    stderr: 'error: logs is not empty; event files need a folder of their own\n',
  })
})

it('says which file is missing', async () => {
  const { code, stderr } = await run(['report', 'none.journal'], temporaryFolder())
  expect({ code, stderr }).toEqual({ code: 2, stderr: 'error: none.journal: there is no such file or folder\n' })
})

it.each(['results', 'first.md'])('refuses to write the page to %s, where it would not open or be written over', async (out) => {
  const { code, stderr } = await run(['report', 'search.journal', '--out', out], temporaryFolder())
  expect(code).toBe(2)
  expect(stderr).toMatch(/--out <path>.*'(results|first\.md)' is invalid\. It names the page and must end in \.html\./)
})
