// `npm run bench:quality`: what the default sampler finds beside Optuna's defaults, on five functions and 20 seeds.

import { existsSync, readFileSync } from 'node:fs'
import { appendFile, mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { parseArgs } from 'node:util'
import { findOptuna, optunaPackages } from '../../../scripts/find-optuna.mjs'
import { createSampler, type SamplerSpec } from '../../../src/study/sampler/create.ts'
import { mannWhitneyTest } from '../../../src/study/statistics/tests.ts'
import { positive } from '../../arguments.ts'
import { machine } from '../../machine.ts'
import { digits, markdown } from '../../table.ts'
import type { TestFunction } from '../functions.ts'
import { incumbents } from '../optimize.ts'
import { openPeer, type Peer } from '../peer.ts'
import { judges } from './judges.ts'
import { tuning } from './tuning.ts'

const HELP = `npm run bench:quality -- [options]
  --seeds 20            studies of each sampler on each function
  --first 0             the first seed
  --batch 1             trials asked for at once, here and in Optuna
  --samplers auto       of espalier: names, or JSON
  --peer TPESampler     of Optuna, with its defaults: its own default, or GPSampler, CmaEsSampler
  --only NAME,...       functions
  --tuning              the functions that samplers are tuned on, in place of the five that judge
  --out FILE            results/bench-quality.jsonl by default; what stands in it is not done again
  --no-peer             without Optuna`

interface Line {
  readonly test: string
  readonly sampler: string
  readonly seed: number
  readonly batch: number
  /** The regret of the best trial so far, a trial each. */
  readonly regrets: readonly number[]
}

const keyOf = ({ test, sampler, seed, batch }: Omit<Line, 'regrets'>): string => JSON.stringify([test, sampler, seed, batch])

/** Results that a file keeps, a line each. */
class Results {
  readonly #path: string
  readonly #lines = new Map<string, Line>()

  constructor(path: string) {
    this.#path = path
    if (!existsSync(path)) return
    for (const text of readFileSync(path, 'utf8').split('\n').filter(Boolean)) {
      const line = JSON.parse(text) as Line
      this.#lines.set(keyOf(line), line)
    }
  }

  async of(what: Omit<Line, 'regrets'>, work: () => Promise<number[]> | number[]): Promise<readonly number[]> {
    const known = this.#lines.get(keyOf(what))
    if (known !== undefined) return known.regrets
    const line = { ...what, regrets: (await work()).map((value) => Number(value.toPrecision(6))) }
    this.#lines.set(keyOf(what), line)
    await mkdir(dirname(this.#path), { recursive: true })
    await appendFile(this.#path, `${JSON.stringify(line)}\n`)
    return line.regrets
  }
}

const sorted = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b)
function median(values: readonly number[]): number {
  const order = sorted(values)
  const [low, high] = [order[(order.length - 1) >> 1], order[order.length >> 1]]
  return ((low ?? Number.NaN) + (high ?? Number.NaN)) / 2
}
const quartiles = (values: readonly number[]): string => {
  const order = sorted(values)
  const at = (share: number): number => order[Math.floor(share * (order.length - 1))] ?? Number.NaN
  return `${digits(median(values))} (${digits(at(0.25))} to ${digits(at(0.75))})`
}

/** After a quarter of the trials, a half, and all. */
const STAGES = [0.25, 0.5, 1]

async function compare(
  test: TestFunction,
  sampler: string,
  seeds: readonly number[],
  batch: number,
  peer: Peer | undefined,
  peerName: string,
  results: Results,
) {
  const own: (readonly number[])[] = []
  const other: (readonly number[])[] = []
  const regret = (value: number): number => value - test.optimum
  const spec = (sampler.startsWith('{') ? JSON.parse(sampler) : sampler) as SamplerSpec
  for (const seed of seeds) {
    own.push(
      await results.of({ test: test.name, sampler, seed, batch }, () => incumbents(test, createSampler(spec), seed, batch).map(regret)),
    )
    if (peer === undefined) continue
    const what = { test: test.name, sampler: `Optuna ${peer.version}: ${peerName}`, seed, batch }
    other.push(await results.of(what, async () => (await peer.incumbents(test, seed, peerName, batch)).map(regret)))
  }
  return STAGES.map((share) => {
    const place = Math.round(share * test.trials) - 1
    const at = (curves: readonly (readonly number[])[]): number[] => curves.map((curve) => curve[place] ?? Number.NaN)
    const [ours, theirs] = [at(own), at(other)]
    const p = (direction: 'less' | 'greater'): string => (theirs.length === 0 ? '-' : digits(mannWhitneyTest(ours, theirs, direction).p))
    return [test.name, sampler, String(place + 1), quartiles(ours), theirs.length === 0 ? '-' : quartiles(theirs), p('less'), p('greater')]
  })
}

export async function main(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      seeds: { type: 'string', default: '20' },
      first: { type: 'string', default: '0' },
      batch: { type: 'string', default: '1' },
      samplers: { type: 'string', default: 'auto' },
      peer: { type: 'string', default: 'TPESampler' },
      only: { type: 'string' },
      tuning: { type: 'boolean', default: false },
      out: { type: 'string', default: 'results/bench-quality.jsonl' },
      'no-peer': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return console.log(HELP)
  const seeds = Array.from({ length: positive('seeds', values.seeds) }, (_, i) => Number(values.first) + i)
  const batch = positive('batch', values.batch)
  const about = machine()
  const python = values['no-peer'] ? undefined : findOptuna()
  if (python === undefined && !values['no-peer'])
    console.log(`Optuna: NOT RUN, for there is none here; apt-get install ${optunaPackages.join(' ')}`)
  const peer = python === undefined ? undefined : await openPeer(python)
  const beside = peer === undefined ? '' : `, Optuna ${peer.version} (${values.peer})`
  console.log(`${about.cpu}, Node ${about.node}, ${about.date}${beside}; ${seeds.length} seeds from ${seeds[0]} on, ${batch} at a time\n`)
  const results = new Results(values.out)
  const names = values.only?.split(';')
  const samplers = values.samplers.startsWith('{') ? [values.samplers] : values.samplers.split(',')
  const rows: string[][] = []
  for (const test of values.tuning ? tuning : judges) {
    if (names !== undefined && !names.includes(test.name)) continue
    for (const sampler of samplers) rows.push(...(await compare(test, sampler, seeds, batch, peer, values.peer, results)))
  }
  peer?.close()
  const head = ['function', 'sampler', 'trials', 'regret: median (quartiles)', 'Optuna’s', 'p that ours is lower', 'p that it is higher']
  console.log(markdown([head, ...rows]))
}
