// Measures workloads in one host, espalier and its peers in turn.

import { type Backend, openBackend } from 'espalier'
import { hasRelaxedSimd } from '../src/backend/wasm/relaxedSimd.ts'
import { Ceiling } from './ceiling.ts'
import { type Datasets, firstRows } from './data.ts'
import { type Elapsed, type ProcessorClock, scaleElapsed } from './elapsed.ts'
import { comparedAccuracy, startAlone, timeRounds } from './espalier.ts'
import type { StartRun } from './peers/peer.ts'
import { type PeerResult, TimedPeer } from './timedPeer.ts'
import { operations, type PeerName, steps, type Trial, type Workload, workloads } from './workloads.ts'

type Build = 'relaxed' | 'simd'

export interface Options {
  readonly ids: readonly string[]
  readonly rounds: number
  /** Rows of Fashion-MNIST in a timed epoch of espalier's, over all trials. */
  readonly rows: number
  readonly simd?: 'relaxed' | 'plain'
  readonly peers: boolean
}

/** Other libraries: how they run a workload, or why they do not. */
type Libraries = Readonly<Record<Exclude<PeerName, 'alone'>, StartRun | string>>

/** Where a measurement runs: Node or a page. */
export interface Host {
  /** The `workers` that train on one thread here. */
  readonly oneThread: 0 | 1
  readonly datasets: Datasets
  readonly libraries: Libraries
  readonly clock: ProcessorClock
  readCeiling(build: Build): Promise<BufferSource>
  log(line: string): void
}

/** One round. Times are those of the workload's whole work. */
interface Round extends Elapsed {
  /** Floating-point operations a second of one thread, the mean of just before and just after. */
  readonly ceiling: number
}

export interface Measurement {
  readonly id: string
  readonly title: string
  readonly unit: Workload['unit']
  readonly backend: string
  readonly threads: number
  /** Optimizer steps and floating-point operations of the whole work. */
  readonly steps: number
  readonly operations: number
  readonly rounds: readonly Round[]
  readonly peers: readonly PeerResult[]
}

export async function measureAll(host: Host, options: Options): Promise<Measurement[]> {
  const measurements: Measurement[] = []
  for (const { threads, together } of crews) {
    const chosen = workloads.filter((own) => own.threads === threads && own.together === together && options.ids.includes(own.id))
    if (chosen.length === 0) continue
    const workers = threads === 1 ? host.oneThread : threads
    const backend = await openBackend({ prefer: 'wasm', workers, threads: together ? threads : 1, simd: options.simd })
    try {
      const build = options.simd !== 'plain' && hasRelaxedSimd() ? 'relaxed' : 'simd'
      const ceiling = await Ceiling.compile(await host.readCeiling(build))
      for (const workload of chosen) {
        host.log(`${workload.id}: ${workload.title}`)
        measurements.push(await measure(host, backend, ceiling, workload, options))
      }
    } finally {
      await backend.dispose()
    }
  }
  return measurements
}

/** Each with a backend of its own. */
const crews: readonly Pick<Workload, 'threads' | 'together'>[] = [{ threads: 1 }, { threads: 2 }, { threads: 2, together: true }]

/** Rows of an epoch that are timed: whole batches, and of many trials as many together as of one. */
function timedRows({ timed, trials, work }: Workload, rows: number): number {
  const [{ batchSize }] = trials
  return timed === 'fit' ? work.rows : Math.min(work.rows, Math.ceil(rows / trials.length / batchSize) * batchSize)
}

async function measure(host: Host, backend: Backend, ceiling: Ceiling, workload: Workload, options: Options): Promise<Measurement> {
  const { id, title, unit, trials, threads, work } = workload
  const { rounds, simd } = options
  const data = host.datasets[workload.data]
  if (data === undefined) throw new Error(`the data of ${id} is missing`)
  const timed = firstRows(data.train, timedRows(workload, options.rows))
  const starts = { ...host.libraries, alone: startAlone(timed, simd) }
  const peers: TimedPeer[] = []
  for (const name of options.peers ? workload.peers : []) peers.push(await TimedPeer.start(name, starts[name], { workload, data, rounds }))

  // Pause n lies between round n - 1 and round n: the ceiling, the peers' parts of round n, the ceiling again.
  const ceilings: number[] = []
  let parts = 0
  const pause = async (): Promise<void> => {
    ceilings.push(ceiling.measure())
    if (parts++ < rounds) for (const peer of peers) await peer.trainPart()
    ceilings.push(ceiling.measure())
  }
  const elapsed = await timeRounds(backend, { workload, data: timed, rounds, clock: host.clock, pause })
  const accuracies = new Map<readonly Trial[], Promise<number>>()
  const accuracyOf = (compared: readonly Trial[]): Promise<number> => {
    const accuracy = accuracies.get(compared) ?? comparedAccuracy(backend, compared, workload.comparison(rounds), data)
    accuracies.set(compared, accuracy)
    return accuracy
  }
  const compared: PeerResult[] = []
  for (const peer of peers) compared.push(await peer.finish(accuracyOf))
  return {
    id,
    title,
    unit,
    threads,
    backend: backend.description,
    steps: trials.reduce((sum, trial) => sum + steps(trial, work), 0),
    operations: operations(trials, work),
    rounds: elapsed.map((round, i) => ({
      ...scaleElapsed(round, work.rows / timed.rows),
      ceiling: ((ceilings[2 * i + 1] ?? Number.NaN) + (ceilings[2 * i + 2] ?? Number.NaN)) / 2,
    })),
    peers: compared,
  }
}
