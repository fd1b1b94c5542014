import type { Worker } from 'node:worker_threads'
import { type Backend, type FitSpec, fit, fitPopulation, openBackend } from 'espalier'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { resolveSpec } from '../contract/api.ts'
import { expectSameRun } from '../contract/cases/same.ts'
import { expectRejection } from '../support/close.ts'
import { fingerprints, largeFingerprints } from '../support/fingerprint.ts'
import { makeExamples } from '../support/problems.ts'

/** One network on several threads: the bits of one thread, whoever does the work, and whoever ends in the middle of it. */

const api = { fit, fitPopulation }

async function on<T>(options: { workers: number; threads: number; simd?: 'plain' | 'relaxed' }, use: (backend: Backend) => Promise<T>) {
  const backend = await openBackend({ prefer: 'wasm', ...options })
  try {
    return await use(backend)
  } finally {
    await backend.dispose()
  }
}

describe.each(['relaxed', 'plain'] as const)('WASM, %s SIMD', (simd) => {
  let alone: Record<string, string>
  beforeAll(async () => {
    alone = await on({ simd, workers: 1, threads: 1 }, (backend) => largeFingerprints(backend, api))
    expect(new Set(Object.values(alone)).size).toBe(Object.keys(alone).length)
  })

  it.each([
    { workers: 2, threads: 2 },
    { workers: 3, threads: 3 },
    { workers: 4, threads: 2 },
  ])('gives the bits of one thread with $threads threads of $workers workers', async (options) => {
    expect(await on({ simd, ...options }, (backend) => largeFingerprints(backend, api))).toEqual(alone)
  })

  it('gives the bits of one thread for small networks too, when told to share them', async () => {
    const small = await on({ simd, workers: 0, threads: 1 }, (backend) => fingerprints(backend, api))
    expect(await on({ simd, workers: 2, threads: 2 }, (backend) => fingerprints(backend, api))).toEqual(small)
  })
})

/** Every kind whose gradient is added up in groups of rows, and those whose pieces are rows; of a size at which threads share them. */
const IMAGES: FitSpec = {
  network: {
    inputShape: [13, 12, 3],
    loss: 'categoricalCrossentropy',
    layers: [
      { type: 'conv2d', filters: 9, kernelSize: 3, activation: 'relu', padding: 'same' },
      { type: 'maxPooling2d', poolSize: 3, strides: 2 },
      { type: 'separableConv2d', filters: 12, kernelSize: 3, activation: 'gelu', padding: 'same' },
      { type: 'batchNormalization' },
      { type: 'averagePooling2d' },
      { type: 'conv2d', filters: 10, kernelSize: 2, activation: 'tanh' },
      { type: 'globalMaxPooling2d' },
      { units: 4, activation: 'softmax' },
    ],
  },
  batchSize: 37,
  epochs: 2,
  optimizer: 'adam',
}

it('gives convolutions the bits of one thread with 2 and with 3', async () => {
  const { topology } = resolveSpec(IMAGES)
  const data = { train: makeExamples(topology, 90, 1), test: makeExamples(topology, 50, 2) }
  const train = (workers: number, threads: number) =>
    on({ simd: 'plain', workers, threads }, (backend) => fit(backend, { ...IMAGES, recordStepLosses: true }, data))
  const alone = await train(0, 1)
  expectSameRun(await train(2, 2), alone, 'two threads')
  expectSameRun(await train(3, 3), alone, 'three threads')
})

/** Blocks within blocks, outputs that several layers read, normalization and noise. */
const BLOCKS: FitSpec = {
  network: {
    inputShape: [5, 30],
    loss: 'categoricalCrossentropy',
    layers: [
      { units: 64, activation: 'gelu', dropout: 0.1 },
      { type: 'spatialDropout1d', rate: 0.1 },
      {
        type: 'residual',
        layers: [
          { type: 'layerNormalization', axis: [1, 2] },
          { type: 'concatenate', branches: [[{ units: 30, activation: 'softmax' }], [{ units: 34 }]] },
        ],
      },
      { type: 'gaussianNoise', stddev: 0.1 },
      { type: 'flatten' },
      { type: 'layerNormalization' },
      { units: 4, activation: 'softmax' },
    ],
  },
  batchSize: 37,
  epochs: 2,
  optimizer: 'adam',
}

it('gives blocks of layers the bits of one thread with 2 and with 3', async () => {
  const { topology } = resolveSpec(BLOCKS)
  const data = { train: makeExamples(topology, 90, 1), test: makeExamples(topology, 50, 2) }
  const train = (workers: number, threads: number) =>
    on({ simd: 'plain', workers, threads }, (backend) => fit(backend, { ...BLOCKS, recordStepLosses: true }, data))
  const alone = await train(0, 1)
  expectSameRun(await train(2, 2), alone, 'two threads')
  expectSameRun(await train(3, 3), alone, 'three threads')
})

it.each([
  [{ workers: 2 }, '2 workers, together on a large network'],
  [{ workers: 2, threads: 'auto' as const }, '2 workers, together on a large network'],
  [{ workers: 2, threads: 1 }, '2 workers'],
  [{ workers: 4, threads: 2 }, '4 workers, 2 a network'],
  [{ workers: 1 }, '1 worker'],
  [{ workers: 0 }, 'on the calling thread'],
])('a backend opened with %j says "%s"', async (options, words) => {
  const backend = await openBackend({ prefer: 'wasm', simd: 'plain', ...options })
  expect(backend.description).toBe(`WASM SIMD, ${words}, plain arithmetic`)
  await backend.dispose()
})

const SPEC: FitSpec = {
  network: {
    inputSize: 200,
    loss: 'categoricalCrossentropy',
    layers: [
      { units: 300, activation: 'selu' },
      { units: 5, activation: 'softmax' },
    ],
  },
  batchSize: 64,
  epochs: 2,
  seed: 5,
}
const DATA = { train: makeExamples(resolveSpec(SPEC).topology, 640, 1), test: makeExamples(resolveSpec(SPEC).topology, 100, 2) }

describe('two threads that train a network', () => {
  let workers: Worker[]
  const note = (worker: Worker) => void workers.push(worker)
  beforeEach(() => {
    workers = []
    process.on('worker', note)
  })
  afterEach(() => void process.off('worker', note))

  it.each([
    ['the one that leads', (first: number) => workers[first]],
    // Between two turns an ended helper is replaced, and nothing was lost: then it is the next one's turn to end.
    ['the one that helps', () => workers.at(-1)],
  ])('reject when %s ends; the backend starts others and trains on with the same bits', async (_, workerOf) => {
    const expected = await on({ workers: 0, threads: 1 }, (backend) => fit(backend, SPEC, DATA))
    workers = []
    await on({ workers: 2, threads: 2 }, async (backend) => {
      for (let round = 0; round < 3; round++) {
        const first = workers.length
        const onProgress = () => void workerOf(first)?.terminate()
        const long = fit(backend, { ...SPEC, epochs: 1_000_000, callbacks: { onProgress } }, DATA)
        await expectRejection(long, 'WorkerCrashedError', 'a worker crashed: it exited with code', 'a fit one of whose threads ended')
        for (const worker of workers) await worker.terminate()
        expectSameRun(await fit(backend, SPEC, DATA), expected, 'a fit after one of the threads ended')
        for (const worker of workers) await worker.terminate()
      }
    })
  })

  it('take turns with another network, and with a population', async () => {
    const expected = await on({ workers: 0, threads: 1 }, (backend) => fit(backend, SPEC, DATA))
    await on({ workers: 2, threads: 2 }, async (backend) => {
      const results = await Promise.all([0, 1, 2].map(() => fit(backend, SPEC, DATA)))
      for (const result of results) expectSameRun(result, expected, 'one of three fits beside each other')
      expect(workers).toHaveLength(2)
    })
  })

  it('end with their backend, in the middle of training', async () => {
    const backend = await openBackend({ prefer: 'wasm', workers: 2, threads: 2 })
    const running = fit(backend, { ...SPEC, epochs: 1_000_000, callbacks: { onProgress: () => void backend.dispose() } }, DATA)
    await expectRejection(running, 'DisposedError', 'the backend', 'a fit whose backend was disposed')
    await expect.poll(() => workers.filter(({ threadId }) => threadId !== -1).length, { timeout: 10_000 }).toBe(0)
  })
})
