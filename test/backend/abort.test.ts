import { type AbortedError, type Backend, type FitSpec, fit, openBackend } from 'espalier'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { rejectionOf } from '../support/close.ts'

/** 100 ms are promised; the rest is for a machine whose cores are busy with other tests. */
const ABORT_MS = 200

const SPEC: FitSpec = {
  network: {
    inputSize: 784,
    loss: 'sparseCategoricalCrossentropy',
    layers: [
      ...[512, 128, 32].map((units) => ({ units, activation: 'selu' as const, initializer: 'heNormal' as const })),
      { units: 10, activation: 'softmax' },
    ],
  },
  optimizer: 'adamax',
  batchSize: 128,
  epochs: 20,
}

/** Square, so that the work of its initial weights is large beside that of moving them. */
const ORTHOGONAL: FitSpec = {
  network: {
    inputSize: 784,
    loss: 'sparseCategoricalCrossentropy',
    layers: [{ units: 1200 }, { units: 1200, initializer: 'orthogonal' }, { units: 10, activation: 'softmax' }],
  },
  optimizer: 'sgd',
  batchSize: 1,
}

/** Pictures of noise. */
const pictures = (rows: number) => ({
  features: Uint8Array.from({ length: rows * 784 }, (_, i) => Math.imul(i, 0x9e3779b1) >>> 24),
  scale: 1 / 255,
  targets: Int32Array.from({ length: rows }, (_, i) => i % 10),
  rows,
})

const MANY = pictures(40_000).features

describe('the calling thread, with no workers', () => {
  /** The longest time between two turns of the event loop while `work` runs. */
  async function longestSilence(work: () => Promise<unknown>): Promise<number> {
    let longest = 0
    let last = performance.now()
    const tick = () => {
      const now = performance.now()
      longest = Math.max(longest, now - last)
      last = now
    }
    const timer = setInterval(tick, 1)
    await work()
    tick()
    clearInterval(timer)
    return longest
  }

  it.each<[string, (backend: Backend) => Promise<unknown>]>([
    ['initial weights', (backend) => fit(backend, ORTHOGONAL, { train: pictures(1) })],
    ['predictions', async (backend) => (await fit(backend, { ...SPEC, epochs: 1 }, { train: pictures(128) })).predict(MANY, 1 / 255)],
  ])('answers in between while it computes %s', async (_, work) => {
    const backend = await openBackend({ prefer: 'wasm', workers: 0 })
    try {
      const started = performance.now()
      const silence = await longestSilence(() => work(backend))
      // Measured: a fifteenth (25 to 50 ms). As one piece the work is nearly all silence; a busy machine stretches both.
      expect(silence).toBeLessThan((performance.now() - started) / 3)
    } finally {
      await backend.dispose()
    }
  })
})

describe.each([
  { workers: 0, threads: 1 },
  { workers: 1, threads: 1 },
  { workers: 2, threads: 2 },
])('an abort of a large network, $workers workers, $threads a network', ({ workers, threads }) => {
  let backend: Backend

  beforeAll(async () => {
    backend = await openBackend({ prefer: 'wasm', workers, threads })
  })
  afterAll(() => backend?.dispose())

  /** Aborts when the part done first lies between two bounds, or by a timer once it does, and answers the error and how long it took. */
  async function abortWithin(data: Parameters<typeof fit>[2], low: number, high: number, byTimer: boolean) {
    const controller = new AbortController()
    let abortedAt = Number.NaN
    let doneAtAbort = Number.NaN
    const abort = (done: number): void => {
      doneAtAbort = done
      abortedAt = performance.now()
      controller.abort()
    }
    const onProgress = (done: number): void => {
      if (done < low || done > high || !Number.isNaN(doneAtAbort)) return
      doneAtAbort = done
      if (byTimer) setTimeout(abort, 10, done)
      else abort(done)
    }
    const error = await rejectionOf(fit(backend, { ...SPEC, signal: controller.signal, callbacks: { onProgress } }, data), 'the fit')
    return { error: error as AbortedError, waited: performance.now() - abortedAt, doneAtAbort }
  }

  it.each([false, true])(`is answered within ${ABORT_MS} ms during training (by a timer: %s)`, async (byTimer) => {
    const { error, waited } = await abortWithin({ train: pictures(12_800) }, 0.01, 1, byTimer)
    expect(error.name).toBe('AbortError')
    expect(error.results).toHaveLength(1)
    expect(waited).toBeLessThan(ABORT_MS)
  })

  it(`is answered within ${ABORT_MS} ms during an evaluation, and leaves no half epoch`, async () => {
    // One epoch in twenty, of two steps and an evaluation that takes nearly all of it.
    const data = { train: pictures(256), test: pictures(20_000) }
    const { error, waited, doneAtAbort } = await abortWithin(data, 0.01, 0.04, false)
    expect(doneAtAbort).toBeLessThan(0.04)
    expect(error.name).toBe('AbortError')
    expect(error.results[0]?.history.loss).toEqual([])
    expect(error.results[0]?.stopped).toBe('aborted')
    expect(waited).toBeLessThan(ABORT_MS)
  })

  it('leaves the backend as good as new', async () => {
    const data = { train: pictures(256) }
    const { history } = await fit(backend, { ...SPEC, epochs: 1 }, data)
    const other = await openBackend({ prefer: 'wasm', workers: 0 })
    try {
      expect((await fit(other, { ...SPEC, epochs: 1 }, data)).history.loss).toEqual(history.loss)
    } finally {
      await other.dispose()
    }
  })
})
