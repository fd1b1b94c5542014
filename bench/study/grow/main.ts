// `npm run bench:grow`: what a study costs as it grows, beside Optuna.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { findOptuna, optunaPackages } from '../../../scripts/find-optuna.mjs'
import { FileJournal } from '../../../src/study/journal/file/journal.ts'
import { positive } from '../../arguments.ts'
import { currentLoad, machine } from '../../machine.ts'
import { digits } from '../../table.ts'
import { type AskCase, type Cost, measureAsks, measureGrid, measureJournal, measureOpen, writeJournal } from './asks.ts'
import { commandMeasurement, type Measured, type Message, ownMeasurement, Peer } from './child.ts'

const PARTS = ['asks', 'grid', 'journal', 'open', 'report'] as const

const HELP = `npm run bench:grow -- [options]
  --part asks,...   of ${PARTS.join(', ')}
  --sampler NAME    of the part asks
  --trials 100,1000,5000
  --asks 25         measured at each
  --limit 240       seconds that a measurement of Optuna may take; no ask of it begins after an eighth of that
  --no-peer         without Optuna
Each measurement is a process of its own, begun by 30 asks of a small study that do not count. CMA-ES, NSGA-II and the grid come after trials of their own, the others after
random ones. A grid is of 10,000 configurations.`

const CASES: readonly AskCase[] = [
  { sampler: 'auto', objectives: 1, filled: true },
  { sampler: 'random', objectives: 1, filled: true },
  { sampler: 'quasiRandom', objectives: 1, filled: true },
  { sampler: 'grid', objectives: 1, filled: false },
  { sampler: 'tpe', objectives: 1, filled: true },
  { sampler: 'tpe', objectives: 2, filled: true },
  { sampler: 'cmaEs', objectives: 1, filled: false },
  { sampler: 'nsga2', objectives: 2, filled: false },
  { sampler: 'gaussianProcess', objectives: 1, filled: true },
]

/** In a process of its own: see child.ts. */
export async function answer({ operation, ...fields }: Message): Promise<unknown> {
  const text = (name: string): string => String(fields[name])
  const number = (name: string): number => Number(fields[name])
  switch (operation) {
    case 'asks':
      return measureAsks(fields as unknown as AskCase, number('trials'), number('count'))
    case 'grid':
      return measureGrid(number('trials'))
    case 'journal':
      return measureJournal(new FileJournal(text('path')), number('first'), number('last'))
    case 'open':
      return measureOpen(text('path'), number('reports'))
    case 'write':
      return writeJournal(text('path'), number('trials'))
  }
  throw new Error(`there is no operation ${operation}`)
}

const own = <T>(message: Message): Promise<Measured<T>> => ownMeasurement(import.meta.url, message)

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN
const row = (...cells: readonly string[]): void => console.log(`| ${cells.join(' | ')} |`)
const head = (...cells: readonly string[]): void => {
  console.log('')
  row(...cells)
  row(...cells.map(() => '---'))
}

const wallOf = (costs: readonly Cost[]): number[] => costs.map(({ wall }) => wall)
const processorOf = (costs: readonly Cost[]): number[] => costs.map(({ processor }) => processor)

/** Milliseconds: the processor's, and in brackets the median and the longest by the clock. */
const asked = (costs: readonly Cost[]): string =>
  `${digits(median(processorOf(costs)) * 1000)} (${digits(median(wallOf(costs)) * 1000)}, ${digits(Math.max(...wallOf(costs)) * 1000)})`

async function partAsks(cases: readonly AskCase[], trials: readonly number[], count: number, peer: Peer | undefined, seconds: number) {
  head('sampler', 'trials before', 'an ask, ms', 'Optuna', 'its over ours', 'MB at the peak', 'Optuna')
  for (const one of cases) {
    for (const before of trials) {
      const message = { operation: 'asks', ...one, trials: before, count }
      const mine = await own<Cost[]>(message)
      const other = await peer?.measure<Cost[]>({ ...message, seconds })
      const isMissing = other === undefined || typeof other === 'string'
      row(
        `${one.sampler}${one.objectives > 1 ? `, ${one.objectives} objectives` : ''}`,
        String(before),
        asked(mine.result),
        isMissing ? (other ?? '-') : asked(other.result),
        isMissing ? '-' : digits(median(processorOf(other.result)) / median(processorOf(mine.result))),
        mine.megabytes.toFixed(0),
        isMissing ? '-' : other.megabytes.toFixed(0),
      )
    }
  }
}

const cost = ({ wall, processor }: Cost): string => `${digits(processor)} (${digits(wall)})`

function rowOf(what: string, { result, megabytes }: Measured<Cost>, other?: Measured<Cost> | string): void {
  if (other === undefined || typeof other === 'string') row(what, cost(result), other ?? '-', megabytes.toFixed(0), '-')
  else row(what, cost(result), cost(other.result), megabytes.toFixed(0), other.megabytes.toFixed(0))
}

async function partsOfStudies(parts: readonly string[], folder: string, peer: Peer | undefined): Promise<void> {
  head('what', 'seconds', 'Optuna', 'MB at the peak', 'Optuna')
  const path = join(folder, 'own.journal')
  const both = async (what: string, message: Message, ofPeer: Message = message) =>
    rowOf(what, await own<Cost>(message), await peer?.measure<Cost>(ofPeer))
  if (parts.includes('grid')) await both('grid: 5,000 trials of 10,000', { operation: 'grid', trials: 5000 })
  if (parts.includes('journal')) {
    const message = { operation: 'journal', path, first: 2000, last: 3000 }
    await both('TPE through a file, trials 2,001 to 3,000', message, { ...message, path: join(folder, 'peer.journal') })
  }
  const reports = join(folder, 'reports.journal')
  if (parts.includes('open')) await both('opening a trial with 20,000 reports', { operation: 'open', path: reports, reports: 20_000 })
  if (!parts.includes('report')) return
  const large = join(folder, 'large.journal')
  await own({ operation: 'write', path: large, trials: 10_000 })
  rowOf('`espalier report` of 10,000 trials, whole', await commandMeasurement(['report', large, '--out', join(folder, 'report.html')]))
}

export async function main(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      part: { type: 'string', default: PARTS.join(',') },
      sampler: { type: 'string' },
      trials: { type: 'string', default: '100,1000,5000' },
      asks: { type: 'string', default: '25' },
      limit: { type: 'string', default: '240' },
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
  const limit = positive('limit', values.limit)
  const peer = python === undefined ? undefined : new Peer(python, limit)
  if (peer !== undefined) console.log(`Optuna ${await peer.version()}`)
  console.log('Of the processor; in brackets by the clock: of asks the median and the longest')
  const folder = await mkdtemp(join(tmpdir(), 'espalier-grow-'))
  if (parts.includes('asks')) {
    const cases = CASES.filter(({ sampler }) => values.sampler === undefined || sampler === values.sampler)
    await partAsks(cases, values.trials.split(',').map(Number), positive('asks', values.asks), peer, limit / 8)
  }
  if (parts.some((part) => part !== 'asks')) await partsOfStudies(parts, folder, peer)
  await rm(folder, { recursive: true })
  console.log(`\nload average ${currentLoad().toFixed(1)} at the end`)
}
