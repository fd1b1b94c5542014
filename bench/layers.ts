/**
 * Convolutional and recurrent networks beside the multiply-add ceiling of one thread: `npm run bench:layers -- [--threads 2]`. W5 is Fashion-MNIST's shape, 3 x 3 x 32,
 * pool, 3 x 3 x 64, pool, 128, 10, batch 128; W6 the same with 8 and 16 filters; W7 a gru of 128 over 28 rows of 28, batch 128; W8 an lstm of 32 on 100 steps of 8,
 * batch 32. Adam, random rows: times do not hang on them.
 */

import { readFile } from 'node:fs/promises'
import { fit, type LayerSpec, openBackend } from 'espalier'
import { Ceiling } from './ceiling.ts'

interface Workload {
  readonly inputShape: readonly number[]
  readonly layers: LayerSpec[]
  readonly batch: number
  /** 2 a multiply-add; forward, weight gradient, and input gradient of all layers but the first. */
  readonly operations: number
}

/** An epoch, between two callbacks. */
const STEPS = 4
const SECONDS = 8
const OUTPUTS = 10
const output: LayerSpec = { units: OUTPUTS, activation: 'softmax' }

const convolutional = (first: number, second: number): Workload => ({
  inputShape: [28, 28, 1],
  layers: [
    { type: 'conv2d', filters: first, kernelSize: 3, padding: 'same', activation: 'relu' },
    { type: 'maxPooling2d' },
    { type: 'conv2d', filters: second, kernelSize: 3, padding: 'same', activation: 'relu' },
    { type: 'maxPooling2d' },
    { type: 'flatten' },
    { units: 128, activation: 'relu' },
    output,
  ],
  batch: 128,
  operations: 2 * 128 * (2 * 784 * 9 * first + 3 * (196 * 9 * first * second + 49 * second * 128 + 128 * OUTPUTS)),
})

/** The state's deltas need no product at the first step. */
const recurrent = (type: 'gru' | 'lstm', units: number, steps: number, features: number, batch: number): Workload => {
  const columns = units * (type === 'gru' ? 3 : 4)
  return {
    inputShape: [steps, features],
    layers: [{ type, units }, output],
    batch,
    operations: 2 * batch * (2 * steps * (features + units) * columns + (steps - 1) * units * columns + 3 * units * OUTPUTS),
  }
}

const WORKLOADS: Readonly<Record<string, Workload>> = {
  W5: convolutional(32, 64),
  W6: convolutional(8, 16),
  W7: recurrent('gru', 128, 28, 28, 128),
  W8: recurrent('lstm', 32, 100, 8, 32),
}

/** Milliseconds of every epoch's steps, and the ceiling's GFLOP/s between them. */
async function measure({ inputShape, layers, batch }: Workload, threads: number) {
  const backend = await openBackend({ prefer: 'wasm', simd: 'relaxed', ...(threads > 1 ? { workers: threads, threads } : { workers: 0 }) })
  // Node 20 compiles relaxed SIMD once the package has set its flag.
  const ceiling = await Ceiling.compile(await readFile('build/bench-ceiling.relaxed.wasm'))
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
  const rows = batch * STEPS
  const train = {
    features: Uint8Array.from({ length: rows * inputShape.reduce((product, n) => product * n, 1) }, () => Math.random() * 256),
    targets: Uint8Array.from({ length: rows }, () => Math.random() * OUTPUTS),
    rows,
    scale: 1 / 255,
  }
  const network = { inputShape: [...inputShape], loss: 'sparseCategoricalCrossentropy' as const, layers }
  const spec = { network, optimizer: 'adam' as const, batchSize: batch, epochs: 1_000_000, signal: stop.signal, callbacks: { onEpoch } }
  await fit(backend, spec, { train }).catch((error: unknown) => {
    if (!stop.signal.aborted) throw error
  })
  await backend.dispose()
  return { steps, rate: Math.max(...rates) }
}

/** @param args of the command line */
export async function main(args: readonly string[]): Promise<void> {
  const at = args.indexOf('--threads')
  const threads = at < 0 ? 1 : Number(args[at + 1])
  for (const [name, workload] of Object.entries(WORKLOADS)) {
    const { steps, rate } = await measure(workload, threads)
    const best = Math.min(...steps)
    const floor = (workload.operations / rate) * 1000
    const on = `${threads} thread${threads > 1 ? 's' : ''}`
    const share = `at the ceiling of one thread, ${(rate / 1e9).toFixed(1)} GFLOP/s, ${floor.toFixed(2)}: ${(floor / best).toFixed(2)} of it`
    console.log(`${name}, ${on}: ${best.toFixed(2)} ms a step, best of ${steps.length}; ${share}`)
  }
}
