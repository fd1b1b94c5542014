/** One large network on one thread and on several, on the same machine in turn: how many times as fast, and whether the bits are the same. */

import { type Examples, openBackend } from 'espalier'
import { max, median, min } from 'simple-statistics'
import { PacedTraining } from '../espalier.ts'
import { type Workload, workloads } from '../workloads.ts'

export interface Options {
  readonly threads: number
  readonly rounds: number
  /** Rows of an epoch, which a round trains. */
  readonly rows: number
}

export interface Comparison {
  readonly title: string
  /** Seconds an epoch of 60,000 rows takes, each round. */
  readonly alone: readonly number[]
  readonly together: readonly number[]
  readonly sameBits: boolean
}

const LARGE = ['W1-sgd', 'W1-adamax', 'W1b']
const WHOLE = 60_000

/** Bytes as features, four of five of them 0, as in pictures of clothes: what is in them does not change the time. */
function pictures(rows: number): Examples {
  const random = (i: number) => Math.imul(i ^ (i >>> 15), 0x2c1b3c6d) >>> 24
  return {
    features: Uint8Array.from({ length: rows * 784 }, (_, i) => (random(i) < 51 ? random(i + 7) : 0)),
    scale: 1 / 255,
    targets: Int32Array.from({ length: rows }, (_, i) => i % 10),
    rows,
  }
}

export async function measureThreads(options: Options, log: (line: string) => void): Promise<Comparison[]> {
  const comparisons: Comparison[] = []
  for (const workload of workloads.filter(({ id }) => LARGE.includes(id))) {
    const comparison = await compare(workload, options)
    comparisons.push(comparison)
    log(lineOf(comparison))
  }
  return comparisons
}

async function compare({ title, trials, shuffle }: Workload, { threads, rounds, rows }: Options): Promise<Comparison> {
  const data = pictures(rows)
  const start = async (count: number) => {
    const backend = await openBackend({ prefer: 'wasm', workers: threads, threads: count })
    return { backend, training: await PacedTraining.start(backend, trials, data, { epochs: rounds + 1, shuffle }), seconds: [] as number[] }
  }
  const [alone, together] = [await start(1), await start(threads)]
  for (let round = 0; round < rounds; round++) {
    for (const { training, seconds } of round % 2 === 0 ? [alone, together] : [together, alone]) {
      const started = performance.now()
      await training.advance()
      seconds.push(((performance.now() - started) / 1000) * (WHOLE / rows))
    }
  }
  const [one, several] = await Promise.all([alone, together].map(({ training }) => training.finish()))
  await Promise.all([alone, together].map(({ backend }) => backend.dispose()))
  const sameBits = JSON.stringify(one?.map(({ history }) => history)) === JSON.stringify(several?.map(({ history }) => history))
  return { title, alone: alone.seconds, together: together.seconds, sameBits }
}

export function lineOf({ title, alone, together, sameBits }: Comparison): string {
  const ratios = alone.map((seconds, round) => seconds / (together[round] ?? Number.NaN))
  const of = (name: string, value: (values: number[]) => number) =>
    `${name} ${value([...alone]).toFixed(2)} and ${value([...together]).toFixed(2)} s, ${(value([...alone]) / value([...together])).toFixed(2)} times as fast`
  const spread = `rounds ${min(ratios).toFixed(2)} to ${max(ratios).toFixed(2)}`
  return `${title}: ${of('median', median)} (${spread}); ${of('best', min)}; ${sameBits ? 'the same bits' : 'OTHER BITS'}`
}
