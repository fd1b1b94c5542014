import { type Backend, openBackend } from 'espalier'
import { relaxedSimd } from 'wasm-feature-detect'
import { Ceiling } from './ceiling.ts'
import { type Datasets, firstRows } from './data.ts'
import { comparedAccuracy, timeRounds } from './espalier.ts'
import { type Lap, type ProcessorClock, scaleLap } from './lap.ts'
import { TensorFlowRun, type Tf } from './tensorflow.ts'
import { operations, steps, type Workload, workloads } from './workloads.ts'

type Build = 'relaxed' | 'simd'

export interface Options {
  readonly ids: readonly string[]
  readonly rounds: number
  /** Rows of Fashion-MNIST in a timed epoch of espalier's. */
  readonly rows: number
  readonly simd?: 'relaxed' | 'plain'
  readonly peer: boolean
}

/** Where a measurement runs: Node or a page. */
export interface Host {
  /** The `workers` that train on one thread here. */
  readonly oneThread: 0 | 1
  readonly datasets: Datasets
  readonly tf: Tf
  readonly clock: ProcessorClock
  readCeiling(build: Build): Promise<BufferSource>
  log(line: string): void
}

/** One round. Times are those of the workload's whole work. */
interface Round extends Lap {
  /** Floating-point operations a second of one thread, the mean of just before and just after. */
  readonly ceiling: number
  readonly peerSeconds: number | undefined
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
  readonly comparison: Comparison | undefined
}

interface Comparison {
  /** Optimizer steps both libraries trained, over all trials. */
  readonly steps: number
  readonly accuracy: number
  readonly peerAccuracy: number
}

export async function measureAll(host: Host, options: Options): Promise<Measurement[]> {
  const chosen = workloads.filter(({ id }) => options.ids.includes(id))
  const threads = new Set(chosen.map((workload) => workload.threads))
  const measurements: Measurement[] = []
  for (const count of threads) {
    const backend = await openBackend({ prefer: 'wasm', workers: count === 1 ? host.oneThread : count, simd: options.simd })
    try {
      // Only now: on Node 20 opening the backend is what allows relaxed SIMD.
      const build = options.simd !== 'plain' && (await relaxedSimd()) ? 'relaxed' : 'simd'
      const ceiling = await Ceiling.compile(await host.readCeiling(build))
      for (const workload of chosen.filter((each) => each.threads === count)) {
        host.log(`${workload.id}: ${workload.title}`)
        measurements.push(await measure(host, backend, ceiling, workload, options))
      }
    } finally {
      await backend.dispose()
    }
  }
  return measurements
}

async function measure(
  host: Host,
  backend: Backend,
  ceiling: Ceiling,
  workload: Workload,
  { rounds, rows, peer }: Options,
): Promise<Measurement> {
  const { id, title, unit, trials, threads, work } = workload
  const data = host.datasets[workload.data]
  if (data === undefined) throw new Error(`the data of ${id} is missing`)
  const spans = { work, comparison: workload.comparison(rounds) }
  const run = peer ? await TensorFlowRun.start(host.tf, trials, data, spans, rounds) : undefined

  // Pause n lies between round n - 1 and round n: the ceiling, the peer's part of round n, the ceiling again.
  const ceilings: number[] = []
  const peerSeconds: number[] = []
  const pause = async (): Promise<void> => {
    ceilings.push(ceiling.measure())
    if (run !== undefined && peerSeconds.length < rounds) peerSeconds.push(await run.trainPart())
    ceilings.push(ceiling.measure())
  }
  const timedRows = workload.timed === 'epoch' ? Math.min(rows, work.rows) : work.rows
  const laps = await timeRounds(backend, { workload, data: firstRows(data.train, timedRows), rounds, clock: host.clock, pause })
  const comparison = run && {
    steps: trials.reduce((sum, trial) => sum + steps(trial, spans.comparison), 0),
    accuracy: await comparedAccuracy(backend, trials, spans.comparison, data),
    peerAccuracy: await run.accuracy(),
  }
  run?.dispose()
  return {
    id,
    title,
    unit,
    threads,
    comparison,
    backend: backend.description,
    steps: trials.reduce((sum, trial) => sum + steps(trial, work), 0),
    operations: operations(trials, work),
    rounds: laps.map((lap, i) => ({
      ...scaleLap(lap, work.rows / timedRows),
      ceiling: ((ceilings[2 * i + 1] ?? Number.NaN) + (ceilings[2 * i + 2] ?? Number.NaN)) / 2,
      peerSeconds: peerSeconds[i],
    })),
  }
}
