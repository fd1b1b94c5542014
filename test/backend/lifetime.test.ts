import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Worker } from 'node:worker_threads'
import { type Backend, type FitSpec, fit, fitPopulation, openBackend } from 'espalier'
import { afterEach, describe, expect, it } from 'vitest'
import { splitSpec } from '../../src/core/resolve.ts'
import { resolveSpec } from '../contract/api.ts'
import { expectSameRun } from '../contract/cases/same.ts'
import { expectRejection } from '../support/close.ts'
import { makeExamples } from '../support/problems.ts'

/** What a WASM backend takes, and what it gives back: processes, memory, workers. */

const program = (name: string) => fileURLToPath(new URL(`programs/${name}`, import.meta.url))
const node = promisify(execFile)

const SPEC: FitSpec = {
  network: {
    inputSize: 60,
    loss: 'categoricalCrossentropy',
    layers: [
      { units: 120, activation: 'selu' },
      { units: 5, activation: 'softmax' },
    ],
  },
  batchSize: 16,
  epochs: 2,
  seed: 5,
}
const { topology, member } = resolveSpec(SPEC)
const DATA = { train: makeExamples(topology, 300, 1) }

let opened: Backend[] = []
afterEach(async () => {
  await Promise.all(opened.map((backend) => backend.dispose()))
  opened = []
})

async function open(workers: number): Promise<Backend> {
  const backend = await openBackend({ prefer: 'wasm', workers })
  opened.push(backend)
  return backend
}

const MB = 1e6

interface Memory {
  readonly rss: number
  readonly external: number
  readonly heapUsed: number
}

describe.each([
  { workers: 0, threads: 1 },
  { workers: 1, threads: 1 },
  { workers: 2, threads: 2 },
])('a thousand fits on one backend, $workers workers, $threads a network', ({ workers, threads }) => {
  it('leave no memory behind', async () => {
    // The young generation is kept at its least: V8 lets it grow by up to 32 MB as it sees fit, which is nothing that fits left behind.
    const flags = ['--expose-gc', '--max-semi-space-size=1']
    const { stdout } = await node(process.execPath, [...flags, program('many.mjs'), String(workers), String(threads)])
    const { before, after, peak } = JSON.parse(stdout) as { before: Memory; after: Memory; peak: number }
    // Measured: +3 to +11 MB resident, at most 0.3 MB of heap, nothing external. The smallest session takes 0.2 MB.
    expect(after.rss - before.rss).toBeLessThan(16 * MB)
    expect(after.external - before.external).toBeLessThan(1 * MB)
    expect(after.heapUsed - before.heapUsed).toBeLessThan(2 * MB)
    // Twenty sessions of 18 MB, one after the other, take 370 MB together. Measured: 70 to 120 MB at the highest.
    expect(peak - after.rss).toBeLessThan(200 * MB)
  })
})

describe('a process', () => {
  const disposed = 'DisposedError: the backend was disposed while this was running'
  it.each([
    ['disposes its backend', 'dispose', 'no error'],
    ['forgets to', 'forget', 'no error'],
    ['disposes it with a fit running on workers', 'disposeRunning', disposed],
    ['disposes it with a fit running on its own thread', 'disposeRunningInline', disposed],
    ['gave it what no worker can be sent', 'uncopyable', 'DataCloneError: '],
  ])('that %s ends by itself', async (_, how, message) => {
    const { stdout } = await node(process.execPath, [program('end.mjs'), how], { timeout: 10_000 })
    expect(stdout).toContain(message)
  })
})

describe.each([0, 2])('after dispose, with %i workers', (workers) => {
  it('everything is refused, and a second dispose does nothing', async () => {
    const backend = await open(workers)
    const result = await fit(backend, SPEC, DATA)
    const session = await backend.createSession({ topology, members: [member] }, DATA)
    await backend.dispose()
    await backend.dispose()
    const what = 'disposed'
    await expectRejection(fit(backend, SPEC, DATA), 'DisposedError', 'this backend was disposed; open another', what)
    await expectRejection(result.predict(DATA.train.features), 'DisposedError', 'this backend was disposed', what)
    await expectRejection(result.evaluate(DATA.train), 'DisposedError', 'this backend was disposed', what)
    await expectRejection(session.readState(0), 'DisposedError', 'disposed', what)
    await session.dispose()
    await session.dispose()
  })
})

describe('a worker that ends in the middle of training', () => {
  it('rejects its fit; the backend starts another worker and trains on with the same bits', async () => {
    const expected = await fit(await open(0), SPEC, DATA)
    const workers: Worker[] = []
    const note = (worker: Worker) => void workers.push(worker)
    process.on('worker', note)
    try {
      const backend = await open(2)
      const long = { ...SPEC, epochs: 1_000_000 }
      const other = { layers: splitSpec(SPEC).member.layers, epochs: 1_000_000 }
      const alone = fit(backend, { ...long, callbacks: { onProgress: () => void workers[0]?.terminate() } }, DATA)
      await expectRejection(alone, 'WorkerCrashedError', 'a worker crashed: it exited with code 1. What', 'a fit whose worker ended')
      expectSameRun(await fit(backend, SPEC, DATA), expected, 'a fit after one worker ended')

      const stop = () => void workers.at(-1)?.terminate()
      const two = fitPopulation(backend, splitSpec(SPEC).topology, [other, other], DATA, {
        callbacks: { onProgress: stop },
      })
      await expectRejection(two, 'WorkerCrashedError', 'a worker crashed', 'a population of which one worker ended')
      expectSameRun(await fit(backend, SPEC, DATA), expected, 'a fit after two workers ended')
      expect(workers.length).toBeGreaterThanOrEqual(3)
    } finally {
      process.off('worker', note)
    }
  })
})

describe.each([0, 2])('a network larger than the memory, %i workers', (workers) => {
  it.each([
    [65_536, [65_535, 1]],
    [3, [65_535, 65_535, 65_535, 1]],
  ])('of %i-%j is refused, and the backend trains on', async (inputSize, units) => {
    const backend = await open(workers)
    const layers = units.map(() => ({ initializer: 'zeros' as const }))
    const train = { features: new Float32Array(inputSize), targets: new Float32Array(1), rows: 1 }
    const huge = fitPopulation(backend, { inputSize, units, loss: 'meanSquaredError', batchSize: 1 }, [{ layers }, { layers }], { train })
    await expectRejection(huge, 'EspalierError', 'the host refused the memory this population and its data need', 'a huge network')
    const { history } = await fit(backend, SPEC, DATA)
    expect(history.loss).toHaveLength(2)
  })
})

it('leaves nothing of a session to the next one on the same thread', async () => {
  const network = (inputSize: number, layers: FitSpec['network']['layers']) => ({
    network: { inputSize, loss: 'sparseCategoricalCrossentropy' as const, layers },
    batchSize: 4,
    recordStepLosses: true,
  })
  const small = network(5, [
    { units: 28, activation: 'tanh' },
    { units: 2, activation: 'softmax' },
  ])
  const { features } = makeExamples(resolveSpec(small).topology, 40, 1)
  const data = { train: { features, targets: Int32Array.from({ length: 40 }, (_, row) => row % 2), rows: 40 } }
  const backend = await open(0)
  const first = await fit(backend, small, data)
  // A number kept of these, as the last class seen, would be somewhere in the small network's memory.
  for (let classes = 3; classes < 4000; classes += 97) {
    const last = { features: new Float32Array(16), targets: new Int32Array(4).fill(classes - 1), rows: 4 }
    await fit(backend, network(4, [{ units: classes, activation: 'softmax' }]), { train: last })
    expectSameRun(await fit(backend, small, data), first, `after ${classes} classes`)
  }
})
