// `npm run bench:study`: samplers beside Optuna's.

import { mkdir, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { parseArgs } from 'node:util'
import { findOptuna, optunaPackages } from '../../scripts/find-optuna.mjs'
import { createSampler } from '../../src/study/sampler/create.ts'
import { mannWhitneyTest } from '../../src/study/statistics/tests.ts'
import { positive } from '../arguments.ts'
import { currentLoad, machine } from '../machine.ts'
import { functions, type TestFunction } from './functions.ts'
import { optimize } from './optimize.ts'
import { openPeer, type Peer } from './peer.ts'

const SAMPLERS = ['random', 'quasiRandom', 'tpe', 'gaussianProcess', 'cmaEs'] as const

const help = `npm run bench:study -- [options]
  --seeds 30       studies of each sampler on each function
  --only NAME,...  functions: ${functions.map(({ name }) => name).join(', ')}
  --batch 1        trials asked for at once; Optuna's are always asked for one by one
  --no-peer        without Optuna
  --json FILE      where every best value goes; results/bench-samplers.json by default`

/** What a sampler came to, seed by seed. */
interface Result {
  readonly sampler: string
  /** The best value less the least there is, (seeds). */
  readonly regrets: readonly number[]
  /** Of this process, for one proposal; undefined for the peer. */
  readonly milliseconds: number | undefined
}

async function measure(test: TestFunction, seeds: readonly number[], batch: number, peer: Peer | undefined): Promise<Result[]> {
  const results = SAMPLERS.map((sampler): Result => {
    const before = process.cpuUsage().user
    const regrets = seeds.map((seed) => optimize(test, createSampler(sampler), seed, batch) - test.optimum)
    return { sampler, regrets, milliseconds: (process.cpuUsage().user - before) / 1000 / seeds.length / test.trials }
  })
  if (peer === undefined) return results
  const regrets: number[] = []
  for (const seed of seeds) regrets.push(((await peer.incumbents(test, seed)).at(-1) ?? Number.NaN) - test.optimum)
  return [...results, { sampler: `Optuna ${peer.version}: TPE`, regrets, milliseconds: undefined }]
}

const digits = (value: number): string =>
  value
    .toPrecision(3)
    .replace(/e([+-])(\d+)/, ' x 10^$1$2')
    .replace('^+', '^')
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN
const standardError = (values: readonly number[]): number =>
  Math.sqrt(values.reduce((sum, value) => sum + (value - mean(values)) ** 2, 0) / (values.length - 1) / values.length)

const HEAD = [
  'function, trials',
  'sampler',
  'regret: mean ± standard error (median)',
  'p, below random',
  'mean, times Optuna’s',
  'gain over random, times Optuna’s',
  'ms of processor time a proposal',
]

function rowsOf({ name, trials }: TestFunction, results: readonly Result[]): string[][] {
  const random = results[0]?.regrets ?? []
  const peer = results.find(({ sampler }) => sampler.startsWith('Optuna'))?.regrets
  return results.map(({ sampler, regrets, milliseconds }) => [
    `${name}, ${trials}`,
    sampler,
    `${digits(mean(regrets))} ± ${digits(standardError(regrets))} (${digits(median(regrets))})`,
    sampler === 'random' ? '-' : digits(mannWhitneyTest(regrets, random, 'less').p),
    peer === undefined ? '-' : digits(mean(regrets) / mean(peer)),
    peer === undefined ? '-' : digits((mean(random) - mean(regrets)) / (mean(random) - mean(peer))),
    milliseconds === undefined ? '-' : digits(milliseconds),
  ])
}

export async function main(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      seeds: { type: 'string', default: '30' },
      only: { type: 'string' },
      batch: { type: 'string', default: '1' },
      'no-peer': { type: 'boolean', default: false },
      json: { type: 'string', default: 'results/bench-samplers.json' },
      'no-build': { type: 'boolean' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) {
    console.log(help)
    return
  }
  const seeds = [...Array(positive('seeds', values.seeds)).keys()]
  const batch = positive('batch', values.batch)
  const wanted = functions.filter(({ name }) => values.only === undefined || values.only.split(',').includes(name))
  const about = machine()
  console.log(`${about.cpu}, ${about.cores} cores, Node ${about.node}, ${about.date}, load average ${about.load.toFixed(1)}`)
  console.log(`${seeds.length} seeds, batches of ${batch}\n`)
  const python = values['no-peer'] ? undefined : findOptuna()
  if (python === undefined) {
    console.log(`Optuna: NOT RUN${values['no-peer'] ? '' : `, for there is none here; apt-get install ${optunaPackages.join(' ')}`}\n`)
  }
  const peer = python === undefined ? undefined : await openPeer(python)
  const measured: { name: string; results: Result[] }[] = []
  await mkdir(dirname(values.json), { recursive: true })
  console.log(`| ${HEAD.join(' | ')} |\n|${HEAD.map(() => ' --- ').join('|')}|`)
  for (const test of wanted) {
    const results = await measure(test, seeds, batch, peer)
    for (const row of rowsOf(test, results)) console.log(`| ${row.join(' | ')} |`)
    measured.push({ name: test.name, results })
    await writeFile(values.json, `${JSON.stringify({ machine: about, seeds: seeds.length, batch, functions: measured }, null, 2)}\n`)
  }
  peer?.close()
  console.log(`\nload average ${currentLoad().toFixed(1)} at the end; written to ${values.json}`)
}
