import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { fit, type OpenOptions, openBackend } from 'espalier'
import { inlineWorker } from 'espalier/inline-worker'
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest'
import { resolveSpec } from '../contract/api.ts'
import { expectSameRun } from '../contract/cases/same.ts'
import { expectRejection } from '../support/close.ts'
import { makeExamples } from '../support/problems.ts'

const network = { inputSize: 20, loss: 'meanSquaredError' as const, layers: [{ units: 30, activation: 'tanh' as const }, { units: 2 }] }
const spec = { network, batchSize: 8, epochs: 3 }
const data = { train: makeExamples(resolveSpec(spec).topology, 50, 1) }

async function train(options: OpenOptions) {
  const backend = await openBackend({ prefer: 'wasm', simd: 'plain', ...options })
  try {
    return await fit(backend, spec, data)
  } finally {
    await backend.dispose()
  }
}

const ownWorker = () => new Worker(new URL('../../dist/worker.js', import.meta.url))

describe.each<[string, () => ReturnType<typeof inlineWorker>]>([
  ['inlineWorker', inlineWorker],
  ['a Worker of worker_threads', ownWorker],
])('%s as workerFactory', (_, factory) => {
  it.each<[string, OpenOptions]>([
    ['a worker', { workers: 1 }],
    ['two that share memory', { workers: 2, threads: 2 }],
  ])("trains with %s, to the bits of the package's own", async (_, options) => {
    let started = 0
    const workerFactory = () => {
      started += 1
      return factory()
    }
    expectSameRun(await train({ ...options, workerFactory }), await train(options), 'a fit')
    expect(started).toBe(options.workers)
  })
})

describe("a worker that runs another program's script", () => {
  afterEach(() => vi.useRealTimers())

  it.each([
    ['says nothing', ''],
    [
      'says all kinds of things',
      `for (const said of [null, 1, 'ready', {}, { kind: 'result', call: 0 }, { kind: 'error', call: 0 }]) port.postMessage(said)`,
    ],
    ['says what it is told', `port.on('message', (told) => port.postMessage(told))`],
  ])('is ended after 30 s, and the error says what it is: one that %s', async (_, code) => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const script = `const port = require('node:worker_threads').parentPort; setInterval(() => undefined, 1000); ${code}`
    const ends: Promise<unknown>[] = []
    const workerFactory = () => {
      const worker = new Worker(script, { eval: true })
      ends.push(once(worker, 'exit'))
      return worker
    }
    const backend = await openBackend({ prefer: 'wasm', simd: 'plain', workers: 2, workerFactory })
    const training = fit(backend, spec, data).catch((error: Error) => error)
    await vi.waitFor(() => expect(ends).toHaveLength(1))
    await Promise.all(ends.map(() => new Promise((resolve) => setImmediate(resolve))))
    await vi.advanceTimersByTimeAsync(29_900)
    expect(await Promise.race([training, 'still waiting'])).toBe('still waiting')
    await vi.advanceTimersByTimeAsync(1_200)
    const words = "no worker could be started: its script runs and has not answered for 30 s. It may be another program's"
    await expectRejection(
      training.then((error) => Promise.reject(error)),
      'WorkerCrashedError',
      words,
      'fit',
    )
    await Promise.all(ends)
    await backend.dispose()
  })

  it('is not taken for one that is only late', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const backend = await openBackend({ prefer: 'wasm', simd: 'plain', workers: 1 })
    const training = fit(backend, spec, data)
    await vi.advanceTimersByTimeAsync(29_000)
    expect((await training).stopped).toBe('completed')
    await vi.advanceTimersByTimeAsync(60_000)
    expect((await fit(backend, spec, data)).stopped).toBe('completed')
    await backend.dispose()
  })
})

describe('a workerFactory that starts no worker', () => {
  let one: Worker | undefined
  const always = () => {
    one ??= ownWorker()
    return one
  }
  afterAll(() => one?.terminate())

  it.each<[string, () => unknown, string]>([
    ['throws', () => JSON.parse('{'), 'no worker could be started: workerFactory threw SyntaxError'],
    ['answers nothing', () => undefined, 'workerFactory answered undefined, which is no worker. Serve worker.js beside'],
    ['answers a promise', async () => ownWorker, 'workerFactory answered [object Promise], which is no worker'],
    ['answers one worker twice', always, 'workerFactory answered the same worker again; each call must start another'],
    ['names a script that is no module', () => new Worker('}', { eval: true }), "no worker could be started: Unexpected token '}'"],
    [
      'names a script that is not there',
      () => new Worker('/nowhere/worker.js'),
      "no worker could be started: Cannot find module '/nowhere/worker.js'",
    ],
  ])('%s: the error says so', async (_, factory, words) => {
    await expectRejection(train({ workers: 2, threads: 2, workerFactory: factory as () => Worker }), 'WorkerCrashedError', words, 'fit')
  })
})
