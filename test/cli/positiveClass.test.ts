import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { run, temporaryFolder } from './support.ts'

/** The terminal and the files say which class a metric is of. */

/** Nine rows in ten are Inactive: of two classes in the order of their names the second, and not the rarer one. */
const lines = Array.from({ length: 120 }, (_, i) => {
  const rare = i % 10 === 0
  return `${(Math.sin(i) + (rare ? 2 : 0)).toFixed(3)},${Math.cos(3 * i).toFixed(3)},${rare ? 'Active' : 'Inactive'}`
})
const network = (last: string): string =>
  `network: { loss: binaryCrossentropy, layers: [{ units: ${last}, activation: tanh }, { units: 1, activation: sigmoid }] }`
const TRAINING = `data: { source: rare.csv, target: class }\n${network('3')}\nmetrics: [f1, recall]\nepochs: 2\n`
const STUDY = `data: { source: rare.csv, target: class }
space: { units: { type: int, low: 2, high: 4 } }
train: { ${network('$units')}, epochs: 2 }
objective: recall
sampler: random
budget: { trials: 2 }
`

function folderOfData(): string {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'rare.csv'), `a,b,class\n${lines.join('\n')}\n`)
  writeFileSync(join(folder, 'training.yaml'), TRAINING)
  writeFileSync(join(folder, 'named.yaml'), TRAINING.replace('target: class', 'target: class, positiveClass: Inactive'))
  writeFileSync(join(folder, 'study.yaml'), STUDY)
  return folder
}

it('train shows metrics with their class, after epochs and at the end, and in JSON', async () => {
  const folder = folderOfData()
  const rarer = await run(['train', 'training.yaml', '--out', 'a'], folder)
  expect(rarer.stdout).toMatch(/Last epoch: .*, test f1 of Active \d\.\d{4}, test recall of Active \d\.\d{4}$/m)
  expect(rarer.stderr).toMatch(/epoch 2\/2: .*test f1 of Active/)
  const named = await run(['train', 'named.yaml', '--out', 'b'], folder)
  expect(named.stdout).toContain('test f1 of Inactive')
  const flagged = await run(['train', 'named.yaml', '--positive-class', 'Active', '--out', 'c', '--json'], folder)
  expect(JSON.parse(flagged.stdout)).toMatchObject({ positiveClass: 'Active' })
  const wrong = await run(['train', 'training.yaml', '--positive-class', 'active', '--out', 'd'], folder)
  expect(wrong.code).not.toBe(0)
  expect(wrong.stderr).toContain('positiveClass is "active"; it must be one of "Active", "Inactive"')
})

it('study and best name the class, and a run that says another is refused without harm', async () => {
  const folder = folderOfData()
  const first = await run(['study', 'study.yaml'], folder)
  expect(first.stdout).toMatch(/Best: [\d.]+ \(recall of Active\), trial \d/)
  expect((await run(['best', 'study.journal'], folder)).stdout).toContain('(recall of Active)')
  expect(JSON.parse((await run(['best', 'study.journal', '--json'], folder)).stdout)).toMatchObject({ positiveClass: 'Active' })
  const other = await run(['study', 'study.yaml', '--positive-class', 'Inactive', '--trials', '3'], folder)
  expect(other.stderr).toContain(`positiveClass is "Inactive"; the metrics of the study's earlier trials are of "Active"`)
  const resumed = await run(['resume', 'study.journal', '--trials', '3'], folder)
  expect(resumed.stdout).toMatch(/Done\. 3 trials.*\nBest: [\d.]+ \(recall of Active\)/)
})

it('trains on fewer rows than the default batch', async () => {
  const folder = folderOfData()
  writeFileSync(join(folder, 'rare.csv'), `a,b,class\n${lines.slice(0, 22).join('\n')}\n`)
  expect((await run(['train', 'training.yaml', '--out', 'a'], folder)).code).toBe(0)
  const study = await run(['study', 'study.yaml'], folder)
  expect(study.stdout).toContain('2 trials: 2 complete, 0 pruned, 0 failed')
  writeFileSync(join(folder, 'said.yaml'), `${TRAINING}batchSize: 32\n`)
  const said = await run(['train', 'said.yaml', '--out', 'b'], folder)
  expect(said.stderr).toContain('batchSize is 32; it must be at most the 18 rows of the training data')
})
