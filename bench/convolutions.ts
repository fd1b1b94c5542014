/**
 * Convolutional networks beside the multiply-add ceiling of one thread: `npm run bench:convolutions -- [--threads 2]`. W5 is Fashion-MNIST's shape, 3 x 3 x 32,
 * pool, 3 x 3 x 64, pool, 128, 10, batch 128, Adam; W6 the same with 8 and 16 filters. Random rows: times do not hang on them.
 */

import { readFile } from 'node:fs/promises'
import { fitPopulation, openBackend } from 'espalier'
import { Ceiling } from './ceiling.ts'

const WORKLOADS = { W5: [32, 64], W6: [8, 16] } as const
const BATCH = 128
/** An epoch, between two callbacks. */
const STEPS = 4
const SECONDS = 8

/** 2 a multiply-add; forward, weight gradient, and input gradient of all layers but the first. */
const operationsOf = ([first, second]: readonly [number, number]): number =>
  2 * BATCH * (2 * 784 * 9 * first + 3 * (196 * 9 * first * second + 49 * second * 128 + 128 * 10))

const topologyOf = (first: number, second: number) => ({
  inputShape: [28, 28, 1],
  batchSize: BATCH,
  loss: 'sparseCategoricalCrossentropy' as const,
  layers: [
    { type: 'conv2d' as const, filters: first, kernelSize: 3, padding: 'same' as const },
    { type: 'maxPooling2d' as const },
    { type: 'conv2d' as const, filters: second, kernelSize: 3, padding: 'same' as const },
    { type: 'maxPooling2d' as const },
    { type: 'flatten' as const },
    { units: 128 },
    { units: 10 },
  ],
})
const layers = [
  { activation: 'relu' as const },
  {},
  { activation: 'relu' as const },
  {},
  {},
  { activation: 'relu' as const },
  { activation: 'softmax' as const },
]

const rows = BATCH * STEPS
const train = {
  features: Uint8Array.from({ length: rows * 784 }, () => Math.random() * 256),
  targets: Uint8Array.from({ length: rows }, () => Math.random() * 10),
  rows,
  scale: 1 / 255,
}

/** Milliseconds of every epoch's steps, and the ceiling's GFLOP/s between them. */
async function measure([first, second]: readonly [number, number], threads: number) {
  const ceiling = await Ceiling.compile(await readFile('build/bench-ceiling.relaxed.wasm'))
  const backend = await openBackend({ prefer: 'wasm', simd: 'relaxed', ...(threads > 1 ? { workers: threads, threads } : { workers: 0 }) })
  const stop = new AbortController()
  const steps: number[] = []
  const rates: number[] = []
  const end = performance.now() + SECONDS * 1000
  let started: number | undefined
  const onEpoch = () => {
    if (started !== undefined) steps.push((performance.now() - started) / STEPS)
    if (steps.length % 8 === 0) rates.push(ceiling.measure())
    if (performance.now() > end) stop.abort()
    started = performance.now()
  }
  const member = { layers, optimizer: 'adam' as const, epochs: 1_000_000 }
  await fitPopulation(backend, topologyOf(first, second), [member], { train }, { signal: stop.signal, callbacks: { onEpoch } }).catch(
    (error: unknown) => {
      if (!stop.signal.aborted) throw error
    },
  )
  await backend.dispose()
  return { steps, rate: Math.max(...rates) }
}

/** @param args of the command line */
export async function main(args: readonly string[]): Promise<void> {
  const at = args.indexOf('--threads')
  const threads = at < 0 ? 1 : Number(args[at + 1])
  for (const [name, filters] of Object.entries(WORKLOADS)) {
    const { steps, rate } = await measure(filters, threads)
    const best = Math.min(...steps)
    const floor = (operationsOf(filters) / rate) * 1000
    const on = `${threads} thread${threads > 1 ? 's' : ''}`
    const share = `at the ceiling of one thread, ${(rate / 1e9).toFixed(1)} GFLOP/s, ${floor.toFixed(2)}: ${(floor / best).toFixed(2)} of it`
    console.log(`${name}, ${on}: ${best.toFixed(2)} ms a step, best of ${steps.length}; ${share}`)
  }
}
