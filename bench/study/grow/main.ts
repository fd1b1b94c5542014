// `npm run bench:grow`: what a study costs as it grows, beside Optuna.

import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs, promisify } from 'node:util'
import { findOptuna, optunaPackages } from '../../../scripts/find-optuna.mjs'
import { EntryWriter } from '../../../src/study/journal/entries.ts'
import { FileJournal } from '../../../src/study/journal/file/journal.ts'
import { currentLoad, machine } from '../../machine.ts'
import { type PythonProgram, startPython } from '../../python.ts'
import { digits } from '../../table.ts'
import { type AskCase, measureAsks, measureGrid, measureJournal, open, run } from './asks.ts'

const PARTS = ['asks', 'grid', 'journal', 'open', 'report'] as const

const HELP = `npm run bench:grow -- [options]
  --part asks,...   of ${PARTS.join(', ')}
  --sampler NAME    of the part asks
  --trials 100,1000,5000
  --asks 15         measured at each
  --no-peer         without Optuna
Two-objective TPE, Gaussian process, TPE: after random trials; CMA-ES and NSGA-II: after their own.`

const CASES: readonly AskCase[] = [
  { sampler: 'auto', objectives: 1, filled: true },
  { sampler: 'tpe', objectives: 1, filled: true },
  { sampler: 'tpe', objectives: 2, filled: true },
  { sampler: 'gaussianProcess', objectives: 1, filled: true },
  { sampler: 'cmaEs', objectives: 1, filled: false },
  { sampler: 'nsga2', objectives: 2, filled: false },
  { sampler: 'quasiRandom', objectives: 1, filled: true },
  { sampler: 'random', objectives: 1, filled: true },
]

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN
const worst = (values: readonly number[]): number => Math.max(...values)
const ms = (values: readonly number[]): string => `${digits(median(values) * 1000)} (${digits(worst(values) * 1000)})`
const row = (...cells: readonly string[]): void => console.log(`| ${cells.join(' | ')} |`)
const head = (...cells: readonly string[]): void => {
  console.log('')
  row(...cells)
  row(...cells.map(() => '---'))
}

type Peer = (message: object) => Promise<{ readonly result?: unknown; readonly missing?: string }>

/** Optuna's answer in words; '-' where there is no Optuna. */
async function beside<T>(peer: Peer | undefined, message: object, shown: (result: T) => string): Promise<string> {
  if (peer === undefined) return '-'
  const { result, missing } = await peer(message)
  return missing ?? shown(result as T)
}

async function partAsks(cases: readonly AskCase[], trials: readonly number[], count: number, peer: Peer | undefined): Promise<void> {
  head('sampler', 'trials before', 'an ask, ms: median (longest)', 'Optuna', 'its median over ours')
  for (const one of cases) {
    for (const before of trials) {
      const own = await measureAsks(one, before, count)
      let other: number[] | undefined
      const shown = await beside<number[]>(peer, { operation: 'asks', ...one, trials: before, count }, (result) => {
        other = result
        return ms(result)
      })
      const ratio = other === undefined ? '-' : digits(median(other) / median(own))
      row(`${one.sampler}${one.objectives > 1 ? `, ${one.objectives} objectives` : ''}`, String(before), ms(own), shown, ratio)
    }
  }
}

const seconds = (value: number): string => `${digits(value)} s`

async function measureReport(folder: string): Promise<number> {
  const path = join(folder, 'report.journal')
  const journal = new FileJournal(path)
  await run(await open('random', 1, journal), 10_000, 1)
  await journal.close()
  const start = performance.now()
  await promisify(execFile)(process.execPath, ['dist/cli.js', 'report', path, '--out', join(folder, 'report.html')])
  return (performance.now() - start) / 1000
}

/** A trial that reports 20,000 times. */
async function measureOpen(folder: string, peer: Peer | undefined): Promise<[string, string]> {
  const path = join(folder, 'reports.journal')
  const journal = new FileJournal(path)
  await (await open('random', 1, journal)).ask()
  const writer = new EntryWriter({ worker: 'bench', now: () => new Date() })
  await journal.append(Array.from({ length: 20_000 }, (_, step) => writer.setTrialIntermediateValue(0, step, 1 / (1 + step))))
  const start = performance.now()
  const study = await open('random', 1, new FileJournal(path))
  const own = (performance.now() - start) / 1000
  if (study.trials[0]?.intermediateValues.size !== 20_000) throw new Error('the reports were not read')
  const other = await beside<{ seconds: number }>(peer, { operation: 'open', path }, (result) => seconds(result.seconds))
  return [seconds(own), other]
}

export async function main(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      part: { type: 'string', default: PARTS.join(',') },
      sampler: { type: 'string' },
      trials: { type: 'string', default: '100,1000,5000' },
      asks: { type: 'string', default: '15' },
      'no-peer': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return console.log(HELP)
  const parts = values.part.split(',')
  const about = machine()
  console.log(`${about.cpu}, ${about.cores} cores, Node ${about.node}, ${about.date}, load average ${about.load.toFixed(1)}`)
  const python = values['no-peer'] ? undefined : findOptuna()
  if (python === undefined && !values['no-peer'])
    console.log(`Optuna: NOT RUN, for there is none here; apt-get install ${optunaPackages.join(' ')}`)
  const program: PythonProgram | undefined = python === undefined ? undefined : await startPython(python, 'bench/study/grow/peer.py')
  if (program !== undefined) console.log(`Optuna ${(program.greeting as { version: string }).version}`)
  const peer: Peer | undefined = program && ((message) => program.ask(message) as ReturnType<Peer>)
  const folder = await mkdtemp(join(tmpdir(), 'espalier-grow-'))
  if (parts.includes('asks')) {
    const cases = CASES.filter(({ sampler }) => values.sampler === undefined || sampler === values.sampler)
    await partAsks(cases, values.trials.split(',').map(Number), Number(values.asks), peer)
  }
  if (parts.some((part) => part !== 'asks')) head('what', 'espalier', 'Optuna')
  if (parts.includes('grid'))
    row('grid: 5,000 trials of 10,000', seconds(await measureGrid(5000)), await beside(peer, { operation: 'grid', trials: 5000 }, seconds))
  if (parts.includes('journal')) {
    const path = join(folder, 'peer.journal')
    const own = await measureJournal(new FileJournal(join(folder, 'own.journal')), 2000, 3000)
    row(
      'TPE through a file, trials 2,001 to 3,000',
      seconds(own),
      await beside(peer, { operation: 'journal', path, first: 2000, last: 3000 }, seconds),
    )
  }
  if (parts.includes('open')) row('opening a trial with 20,000 reports', ...(await measureOpen(folder, peer)))
  if (parts.includes('report')) row('`espalier report` of 10,000 trials', seconds(await measureReport(folder)), '-')
  program?.close()
  await rm(folder, { recursive: true })
  console.log(`\nload average ${currentLoad().toFixed(1)} at the end`)
}
