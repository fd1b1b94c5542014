import { Worker } from 'node:worker_threads'
import { fit, type OpenOptions, openBackend } from 'espalier'
import { inlineWorker } from 'espalier/inline-worker'
import { afterAll, describe, expect, it } from 'vitest'
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

describe('a workerFactory that starts no worker', () => {
  let once: Worker | undefined
  const always = () => {
    once ??= ownWorker()
    return once
  }
  afterAll(() => once?.terminate())

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
