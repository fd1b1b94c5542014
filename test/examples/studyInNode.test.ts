import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { loadDataset } from 'espalier'
import * as ort from 'onnxruntime-web'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { installExample, runNode } from './support.ts'

describe('examples/study-in-node', () => {
  let folder: string
  let remove: () => Promise<void>

  beforeAll(async () => {
    const app = await installExample('study-in-node')
    folder = app.path
    remove = app.remove
  })
  afterAll(() => remove?.())

  const results = (name: string) => join(folder, 'results/pima', name)
  /** But for its times, which are all that two runs of a study may differ in. */
  const journal = async () => (await readFile(results('study.journal'), 'utf8')).replaceAll(/"datetime_\w+":"[^"]+"/g, '')

  /** Starts the program and ends it by a signal once it has told of so many trials. */
  async function runUntil(trials: RegExp, signal: NodeJS.Signals): Promise<{ code: number | null; stdout: string }> {
    const child = spawn(process.execPath, ['study.js', '--trials', '16'], { cwd: folder })
    let stdout = ''
    child.stdout.on('data', (chunk: Buffer) => {
      const due = trials.test(stdout)
      stdout += chunk.toString()
      if (!due && trials.test(stdout)) child.kill(signal)
    })
    const [code] = (await once(child, 'exit')) as [number | null]
    return { code, stdout }
  }

  it('searches, tells the best and what matters, and writes a report and a network that ONNX Runtime loads', async () => {
    const { code, stdout, stderr } = await runNode(folder, ['study.js', '--trials', '16'])
    expect(stderr).toBe('')
    expect(code).toBe(0)
    expect(stdout).toContain('614 rows to train on, 154 to judge by, 8 inputs, target class')
    expect(stdout).toMatch(/16 of 16 trials, best test loss 0\.4\d+ \(trial \d+\)/)
    expect(stdout).toMatch(/│ trial \d+ +│ 0\.4\d* +│ 0\.\d+ +│ 0\.\d+ +│ [123] +│/)
    expect(stdout).toMatch(/│ learningRate +│ 0\.\d+ +│/)

    const report = await readFile(results('report.html'), 'utf8')
    for (const part of ['<svg class="chart"', 'learningRate', '16 trials']) expect(report).toContain(part)

    const { test } = await loadDataset('pima', { seed: 1 })
    const session = await ort.InferenceSession.create(await readFile(results('best.onnx')))
    const { output } = await session.run({ input: new ort.Tensor('float32', new Float32Array(test.features), [test.rows, 8]) })
    const right = Array.from(output?.data as Float32Array).filter((p, row) => (p > 0.5 ? 1 : 0) === test.targets[row]).length
    console.log(`study-in-node: the best of 16 trials is right about ${right} of ${test.rows} rows it was judged by`)
    expect(right / test.rows).toBeGreaterThan(0.72)
  })

  it('stopped by Ctrl-C, then killed, goes on to the journal of one that was left alone', async () => {
    const whole = await journal()
    await rm(join(folder, 'results'), { recursive: true })
    const stopped = await runUntil(/^4 of 16/m, 'SIGINT')
    expect(stopped.stdout).toContain('Stopped. The same command goes on where it was.')
    expect(stopped.code).toBe(130)
    const killed = await runUntil(/^8 of 16/m, 'SIGKILL')
    expect(killed.code).toBe(null)
    expect(killed.stdout).toMatch(/^4 of 16/m)
    const { code, stdout } = await runNode(folder, ['study.js', '--trials', '16'])
    expect(code).toBe(0)
    expect(stdout).not.toMatch(/^4 of 16/m)
    expect(await journal()).toBe(whole)
  })

  it.each([
    ['a line that is too short', 'a,b,class\n1,2,yes\n3,no\n', [], 'bad.csv: line 3 has 2 fields'],
    ['a column of one class', 'a,class\n1,yes\n2,yes\n', [], 'bad.csv: column "class" has 1 class (yes)'],
    ['a column that is not there', 'a,class\n1,yes\n2,no\n', ['--target', 'clas'], 'did you mean "class"?'],
    ['trials that are no number', 'a,class\n1,yes\n2,no\n3,yes\n4,no\n5,no\n', ['--trials', 'many'], 'budget.trials is NaN'],
  ])('says in a line what is wrong with %s', async (_what, text, options, message) => {
    await writeFile(join(folder, 'bad.csv'), text)
    const { code, stderr } = await runNode(folder, ['study.js', 'bad.csv', ...options])
    expect(stderr).toContain(message)
    expect(stderr.trim().split('\n')).toHaveLength(1)
    expect(code).toBe(2)
  })
})
