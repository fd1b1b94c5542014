// `npm run bench:tables`: learns every table of a folder by the command line, judges the answers on rows that nothing of espalier has seen, and sets them beside
// what other learners reach on the same rows. The folder has manifest.json, NAME.csv or NAME.csv.gz, splits/NAME.json and, to compare with, reference.json.

import { execFile } from 'node:child_process'
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs, promisify } from 'node:util'
import { gunzipSync } from 'node:zlib'
import { type Judged, judge, type Metrics } from './judge.ts'
import { summary } from './summary.ts'

export interface Entry {
  readonly name: string
  readonly task: 'classification' | 'regression'
  readonly target: string
}

/** What one split of one table came to; a line of the results. */
export interface Result extends Metrics {
  readonly table: string
  readonly split: number
  /** Of learning, by the clock. */
  readonly seconds: number
  readonly budget: number
  readonly seed: number
  /** What the answer said of itself, and whether its interval held. */
  readonly said: { readonly metric: string; readonly value: number; readonly interval: readonly [number, number] }
  /** Of numbers: the share of test rows within their interval. */
  readonly covered?: number
}

const HELP = `npm run bench:tables -- --tables DIR [--names a,b] [--splits 0,1] [--seconds 60] [--seed 7] [--out results.jsonl] [--summary]
Resumable: what stands in the results is not done again. --summary prints the comparison alone.`

const run = promisify(execFile)

export async function main(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      tables: { type: 'string' },
      names: { type: 'string' },
      splits: { type: 'string', default: '0' },
      seconds: { type: 'string', default: '60' },
      seed: { type: 'string', default: '7' },
      out: { type: 'string', default: 'bench/tables/results.jsonl' },
      summary: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  const { tables, out } = values
  if (values.help || tables === undefined) return console.log(HELP)
  const manifest: Entry[] = JSON.parse(readFileSync(join(tables, 'manifest.json'), 'utf8'))
  const done: Result[] = existsSync(out)
    ? readFileSync(out, 'utf8')
        .trim()
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line))
    : []
  if (!values.summary) {
    for (const split of values.splits.split(',').map(Number)) {
      for (const entry of manifest) {
        if (values.names !== undefined && !values.names.split(',').includes(entry.name)) continue
        if (done.some(({ table, split: other }) => table === entry.name && other === split)) continue
        const result = await learnTable(tables, entry, split, Number(values.seconds), Number(values.seed))
        appendFileSync(out, `${JSON.stringify(result)}\n`)
        done.push(result)
        console.log(`${entry.name} ${split}: ${JSON.stringify(result)}`)
      }
    }
  }
  console.log(summary(manifest, done, JSON.parse(readFileSync(join(tables, 'reference.json'), 'utf8'))))
}

async function learnTable(tables: string, entry: Entry, split: number, budget: number, seed: number): Promise<Result> {
  const plain = join(tables, `${entry.name}.csv`)
  const text = existsSync(plain) ? readFileSync(plain) : gunzipSync(readFileSync(`${plain}.gz`))
  const [head = '', ...rows] = text.toString('utf8').trimEnd().split('\n')
  const test = new Set<number>(JSON.parse(readFileSync(join(tables, 'splits', `${entry.name}.json`), 'utf8'))[split])
  const folder = mkdtempSync(join(tmpdir(), 'espalier-tables-'))
  const file = (name: string) => join(folder, name)
  try {
    writeFileSync(file('train.csv'), [head, ...rows.filter((_, i) => !test.has(i)), ''].join('\n'))
    writeFileSync(file('test.csv'), [head, ...rows.filter((_, i) => test.has(i)), ''].join('\n'))
    const started = performance.now()
    const learned = await espalier([
      ...['learn', file('train.csv'), '--target', entry.target, '--seconds', String(budget), '--seed', String(seed)],
      ...['--save', file('y.answer'), '--json'],
    ])
    const seconds = (performance.now() - started) / 1000
    await espalier(['predict', file('y.answer'), file('test.csv'), '--out', file('predictions.csv')])
    const judged: Judged = {
      task: entry.task,
      target: entry.target,
      test: readFileSync(file('test.csv'), 'utf8'),
      predictions: readFileSync(file('predictions.csv'), 'utf8'),
    }
    const { score } = JSON.parse(learned)
    const said = { metric: score.metric, value: score.value, interval: score.interval }
    return { table: entry.name, split, budget, seed, seconds: Math.round(seconds * 10) / 10, ...judge(judged), said }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function espalier(args: readonly string[]): Promise<string> {
  const { stdout } = await run(process.execPath, ['dist/cli.js', ...args], { maxBuffer: 2 ** 28 })
  return stdout
}
