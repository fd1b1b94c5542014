import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'
import Papa from 'papaparse'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { kernels } from '../../scripts/kernels.mjs'
import { loadAnswer, makeAnswer } from '../../src/learn/answer.ts'
import { answerToOnnx } from '../../src/learn/onnx/write.ts'
import type { Table } from '../../src/table/table.ts'
import { answerOf, houses, rowsOf, type Task } from '../learn/answers.ts'
import { root, run, temporaryFolder } from './support.ts'

/** The houses as a person has them. */
function csvOf(from: Table): string {
  const rows = rowsOf(from)
  const names = from.columns.map(({ name }) => name)
  const cell = (value: number | string | Date | null | undefined): string =>
    value instanceof Date ? value.toISOString() : String(value ?? '')
  return `${[names.join(','), ...rows.map((row) => names.map((name) => cell(row[name])).join(','))].join('\n')}\n`
}

let bundles: string
beforeAll(async () => {
  bundles = mkdtempSync(join(root, 'build/learn-'))
  await build({
    absWorkingDir: root,
    entryPoints: ['test/cli/learnProgram.ts'],
    outfile: join(bundles, 'learn.mjs'),
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'es2022',
    packages: 'external',
    plugins: [kernels],
    logLevel: 'warning',
  })
})
afterAll(() => rmSync(bundles, { recursive: true, force: true }))

describe('espalier learn', () => {
  const folder = () => {
    const path = temporaryFolder()
    writeFileSync(join(path, 'houses.csv'), csvOf(houses(60)))
    return path
  }

  /** The command with a learner that answers at once. */
  function learn(cwd: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    const all = [join(bundles, 'learn.mjs'), 'learn', '--workers', '0', '--backend', 'wasm', ...args]
    const { status, stdout, stderr } = spawnSync(process.execPath, all, { cwd, encoding: 'utf8', env: { ...process.env, ...env } })
    return { code: status, stdout, stderr }
  }

  it('says what it takes the column for, and how to say that it is something else', () => {
    const path = folder()
    writeFileSync(
      join(path, 'glass.csv'),
      `sodium,Type\n${Array.from({ length: 60 }, (_, i) => `${i % 17},${[1, 2, 3, 7][i % 4]}`).join('\n')}\n`,
    )
    const told = (...args: string[]) => learn(path, [...args, '--steps', '1']).stderr
    expect(told('glass.csv')).toContain('Predicting Type, 4 classes: 1, 2, 3, 7 (--task regression takes it for a number)')
    expect(told('glass.csv', '--task', 'regression')).toContain('Predicting Type, a number (--task multiclass')
    expect(told('houses.csv', '--target', 'town')).toMatch(/Predicting town, \d classes: [^()]*\n/)
  })

  it('finds a target that is named, whatever else the line of names holds, and says of an id how to take it for a number', () => {
    const path = folder()
    const lines = Array.from({ length: 60 }, (_, i) => `${i % 17},${(i * 7) % 5},${(i * 7919) % 6007}`)
    writeFileSync(join(path, 'numbers.csv'), `${['7,3,y', ...lines].join('\n')}\n`)
    expect(learn(path, ['numbers.csv', '--target', 'y', '--steps', '1']).stderr).toContain('Predicting y, a number')
    writeFileSync(join(path, 'ids.csv'), `${['a,b,key', ...lines].join('\n')}\n`)
    const { code, stderr } = learn(path, ['ids.csv', '--target', 'key', '--steps', '1'])
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(/column "key" is taken for an id: it is called "key" and every value is different; .* task: regression/),
    ])
    expect(learn(path, ['ids.csv', '--target', 'key', '--task', 'regression', '--steps', '1']).stderr).toContain('Predicting key, a number')
  })

  it('hands over the table, the budget and the seed, and writes and says what comes back', () => {
    const path = folder()
    const { answer } = answerOf('regression', 60)
    const args = ['houses.csv', '--target', 'price', '--seconds', '3', '--seed', '7', '--ignore', 'cheap,class']
    const { code, stdout, stderr } = learn(path, [...args, '--save', 'deep/price.answer', '--card', 'card.md'], { LEARN_SEEN: 'seen.json' })
    expect([code, stderr]).toEqual([0, expect.stringContaining('Learning 50 % | best so far 0.4')])
    expect(stderr).toContain('Predicting price, a number (--task multiclass takes its values for classes)')
    expect(JSON.parse(readFileSync(join(path, 'seen.json'), 'utf8'))).toEqual({
      rows: 60,
      columns: ['area', 'age', 'level', 'noise', 'town', 'code', 'garden', 'sold', 'price', 'cheap', 'class'],
      options: { target: 'price', budget: { seconds: 3 }, seed: 7, ignore: ['cheap', 'class'] },
    })
    for (const part of [
      'It is better than guessing, and cannot be told apart from a linear model.',
      'rootMeanSquaredError │ ',
      'area: 0.2 (0.1 … 0.3)',
      'The settings cannot be told apart.',
      'Left out "cheap": it is under ignore',
      'Written: deep/price.answer, card.md',
    ])
      expect(stdout).toContain(part)
    expect(loadAnswer(new Uint8Array(readFileSync(join(path, 'deep/price.answer')))).data).toEqual(answer.data)
    expect(readFileSync(join(path, 'card.md'), 'utf8')).toBe(answer.card().markdown)
  })

  it('prints JSON', () => {
    const path = folder()
    const { stdout } = learn(path, ['houses.csv', '--steps', '2', '--target', '-2', '--json'], {
      LEARN_TASK: 'binary',
      LEARN_SEEN: 'seen.json',
    })
    expect(JSON.parse(stdout)).toMatchObject({ interrupted: false, files: [], target: { name: 'cheap' }, score: { metric: 'logLoss' } })
    expect(JSON.parse(readFileSync(join(path, 'seen.json'), 'utf8'))).toMatchObject({
      options: { target: -2, budget: { steps: 2 }, seed: 0 },
    })
  })

  it('hands over losses and repeats, and refuses those that cannot be read', () => {
    const path = folder()
    const seen = (args: readonly string[]) => {
      const { code, stderr } = learn(path, ['houses.csv', '--steps', '1', ...args], { LEARN_SEEN: 'seen.json' })
      return code === 0 ? JSON.parse(readFileSync(join(path, 'seen.json'), 'utf8')).options : stderr
    }
    expect(seen(['--loss', 'quantile:0.9', '--repeats', '2'])).toMatchObject({ loss: { name: 'quantile', quantile: 0.9 }, repeats: 2 })
    expect(seen(['--loss', 'poisson', '--width', '0.5'])).toMatchObject({ loss: 'poisson', repeats: { width: 0.5 } })
    expect(seen(['--width', '2', '--repeats', '4', '--class-weight', 'balanced'])).toMatchObject({
      classWeight: 'balanced',
      repeats: { width: 2, most: 4 },
    })
    expect(seen(['--loss', 'poisson:2'])).toContain('poisson takes no number')
    expect(seen(['--loss', 'quantile:most'])).toContain('must be a number: quantile')
    expect(seen(['--width', '-1'])).toContain('above 0')
  })

  it('keeps the best so far at Ctrl-C, and fails where there is none', () => {
    const path = folder()
    expect(learn(path, ['houses.csv', '--save', 'y.answer'], { LEARN_STOP: 'kept' }).code).toBe(130)
    expect(existsSync(join(path, 'y.answer'))).toBe(true)
    const nothing = learn(path, ['houses.csv', '--save', 'other.answer'], { LEARN_STOP: 'lost' })
    expect([nothing.code, nothing.stdout, existsSync(join(path, 'other.answer'))]).toEqual([130, '', false])
  })

  it('refuses two budgets, and what is no table', () => {
    const path = folder()
    const both = learn(path, ['houses.csv', '--steps', '2', '--seconds', '2'])
    expect([both.code, both.stderr]).toEqual([2, expect.stringContaining('--seconds and --steps are both given')])
    const none = learn(path, ['house.csv'])
    expect([none.code, none.stderr]).toEqual([2, expect.stringContaining('there is no file')])
  })
})

describe('espalier predict by an answer', () => {
  const files = (task: Task) => {
    const { answer, table } = answerOf(task, 60)
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'y.answer'), answer.save())
    writeFileSync(join(folder, 'rows.csv'), csvOf(table))
    return { answer, table, folder }
  }

  it.each(['binary', 'multiclass', 'regression'] as const)('writes what the answer says: %s', async (task) => {
    const { answer, table, folder } = files(task)
    const { code, stdout, stderr } = await run(['predict', 'y.answer', 'rows.csv', '--out', 'out.csv'], folder)
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toMatch(/^Predicted 60 rows; on 60 rows whose target is known: .*within their intervals\. Written: out\.csv\n$/)
    const [head = '', ...lines] = readFileSync(join(folder, 'out.csv'), 'utf8').trim().split('\n')
    expect(head).toBe(
      { binary: 'prediction,P(no),P(yes)', multiclass: 'prediction,P(high),P(low),P(middle)', regression: 'prediction,low,high' }[task],
    )
    const expected = answer.predict(table)
    expect(lines).toHaveLength(60)
    for (const [row, line] of lines.entries()) {
      const [prediction = '', ...numbers] = line.split(',')
      const one = expected[row]
      if (one === undefined) throw new Error('there is a row more')
      if ('probabilities' in one) {
        expect(prediction).toBe(one.value)
        for (const [i, name] of answer.classNames.entries())
          expect(Number(numbers[i])).toBeCloseTo(one.probabilities[name] ?? Number.NaN, 8)
      } else {
        for (const [text, value] of [
          [prediction, one.value],
          [numbers[0], one.interval?.low],
          [numbers[1], one.interval?.high],
        ] as const)
          expect(Math.abs(Number(text) / Number(value) - 1)).toBeLessThan(1e-8)
      }
    }
  })

  it('writes classes as the table has them, and an apostrophe only before what a spreadsheet could run', async () => {
    const { data } = answerOf('binary', 60)
    const written = async (classNames: readonly string[]) => {
      const { ensemble } = data
      const preparations = ensemble.preparations.map((own) => ({ ...own, target: { ...own.target, classNames: [...classNames] } }))
      const folder = temporaryFolder()
      writeFileSync(join(folder, 'y.answer'), makeAnswer({ ...data, ensemble: { ...ensemble, preparations } }).save())
      writeFileSync(join(folder, 'rows.csv'), csvOf(houses(60)))
      await run(['predict', 'y.answer', 'rows.csv', '--out', 'out.csv'], folder)
      const { data: lines } = Papa.parse<string[]>(readFileSync(join(folder, 'out.csv'), 'utf8').trim())
      return new Set(lines.slice(1).map(([prediction]) => prediction))
    }
    for (const names of [
      ['+', '-'],
      ['- 50000.', '50000+.'],
      ['=', '@home'],
      ['-1 to 0', '+1,5'],
    ])
      expect(await written(names)).toEqual(new Set(names))
    expect(await written(['=HYPERLINK("x")', "+cmd|'/c calc'!A1"])).toEqual(new Set(['\'=HYPERLINK("x")', "'+cmd|'/c calc'!A1"]))
  })

  it('predicts a row for every row, also for one without a value and for one that looks like a total', async () => {
    const { folder } = files('regression')
    const [head = '', ...lines] = readFileSync(join(folder, 'rows.csv'), 'utf8').trim().split('\n')
    const empty = ','.repeat(head.split(',').length - 1)
    const total = `Total${empty}`
    writeFileSync(join(folder, 'holes.csv'), `${[head, lines[0], empty, ...lines.slice(1), empty].join('\n')}\n`)
    expect(JSON.parse((await run(['predict', 'y.answer', 'holes.csv', '--json'], folder)).stdout)).toMatchObject({ rows: lines.length + 2 })
    // A word where a number stands is read as missing, and said; it leaves no row out.
    writeFileSync(join(folder, 'total.csv'), `${[head, ...lines, total].join('\n')}\n`)
    expect(JSON.parse((await run(['predict', 'y.answer', 'total.csv', '--json'], folder)).stdout)).toMatchObject({ rows: lines.length + 1 })
  })

  it('is written as ONNX', async () => {
    const { answer, folder } = files('binary')
    const { code, stdout } = await run(['convert', 'y.answer', 'y.onnx'], folder)
    expect([code, stdout]).toEqual([0, 'An answer of 6 models, from 8 columns to "cheap". Written:\n  y.onnx\n'])
    expect(new Uint8Array(readFileSync(join(folder, 'y.onnx')))).toEqual(answerToOnnx(answer))
    const other = await run(['convert', 'y.answer', 'y.keras'], folder)
    expect([other.code, other.stderr]).toEqual([2, 'error: y.keras: an answer is written as ONNX alone; name a file that ends in .onnx\n'])
  })

  it('says no area of rows of one class', async () => {
    const { folder, table } = files('binary')
    const [head = '', ...lines] = readFileSync(join(folder, 'rows.csv'), 'utf8').trim().split('\n')
    const place = table.columns.findIndex(({ name }) => name === 'cheap')
    writeFileSync(join(folder, 'one.csv'), `${[head, ...lines.filter((line) => line.split(',')[place] === 'no')].join('\n')}\n`)
    const { stdout } = await run(['predict', 'y.answer', 'one.csv', '--out', 'out.csv'], folder)
    expect(stdout).toMatch(/logLoss .*, accuracy .* of them within their intervals/)
    expect(stdout).not.toMatch(/NaN|auc/)
  })

  it('says what is unlike training, and refuses a table without a column, and a damaged file', async () => {
    const { folder } = files('regression')
    const [head = '', first = ''] = readFileSync(join(folder, 'rows.csv'), 'utf8').split('\n')
    writeFileSync(join(folder, 'other.csv'), `${head}\n${first}\n${first.replace(/^[^,]*,[^,]*/, '9000,3')}\n`)
    const said = await run(['predict', 'y.answer', 'other.csv', '--json'], folder)
    expect(said.stderr).toMatch(/1 row is unlike those of training: area is 9000; the largest of training was/)
    expect(JSON.parse(said.stdout)).toMatchObject({ rows: 2, target: 'price', fields: ['prediction', 'low', 'high'] })
    writeFileSync(join(folder, 'short.csv'), 'area,age\n1,2\n')
    const short = await run(['predict', 'y.answer', 'short.csv'], folder)
    expect([short.code, short.stderr]).toEqual([2, expect.stringMatching(/^error: short.csv: the answer was learned from columns "level"/)])
    const bytes = readFileSync(join(folder, 'y.answer'))
    writeFileSync(join(folder, 'y.answer'), bytes.subarray(0, -9))
    const damaged = await run(['predict', 'y.answer', 'rows.csv'], folder)
    expect([damaged.code, damaged.stderr]).toEqual([2, expect.stringMatching(/^error: y.answer: the answer does not have the checksum/)])
  })

  it('scores rows whose target is known by the metrics of the answer, and says nothing where it is not', async () => {
    const { answer, table, folder } = files('regression')
    const { stdout } = await run(['predict', 'y.answer', 'rows.csv', '--json'], folder)
    const { scores } = JSON.parse(stdout)
    const truth = table.columns.find(({ name }) => name === answer.target)
    if (truth === undefined || !('values' in truth)) throw new Error('the target is a number')
    const errors = answer.predict(table).map(({ value }, row) => Number(value) - (truth.values[row] ?? Number.NaN))
    const rmse = Math.sqrt(errors.reduce((sum, error) => sum + error * error, 0) / 60)
    expect(scores.rows).toBe(60)
    expect(scores.metrics[0].name).toBe('rootMeanSquaredError')
    expect(scores.metrics[0].value).toBeCloseTo(rmse, 9)
    expect(scores.metrics[0].interval[0]).toBeLessThan(rmse)
    expect(scores.inside).toBeGreaterThanOrEqual(0)
    const [head = '', ...lines] = readFileSync(join(folder, 'rows.csv'), 'utf8').trim().split('\n')
    const isWarm = head.split(',').indexOf('level')
    const worded = lines.map((line, i) =>
      line
        .split(',')
        .map((cell, k) => (k === isWarm && i < 3 ? 'warm' : cell))
        .join(','),
    )
    writeFileSync(join(folder, 'worded.csv'), `${[head, ...worded].join('\n')}\n`)
    expect((await run(['predict', 'y.answer', 'worded.csv', '--out', 'out.csv'], folder)).stderr).toMatch(
      /^column "level": 3 of 60 cells are no numbers, and read as missing: "warm" 3 times/,
    )
    const without = readFileSync(join(folder, 'rows.csv'), 'utf8').replace(answer.target, 'something')
    writeFileSync(join(folder, 'without.csv'), without)
    expect((await run(['predict', 'y.answer', 'without.csv', '--out', 'out.csv'], folder)).stdout).toBe(
      'Predicted 60 rows. Written: out.csv\n',
    )
  })
})
