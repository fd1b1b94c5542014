import { type Backend, fit, fitPopulation, openBackend } from 'espalier'
import { permutation, philox4x32 } from '../../src/core/random.ts'
import { backendCases, sessionCases } from '../contract/backend.ts'
import { noting } from '../support/devices.ts'
import { checkEpochOrders, fingerprints, initialWeightsPrint, largeFingerprints } from '../support/fingerprint.ts'
import { checkDropoutMasks } from '../support/masks.ts'

/** What the tests call inside a page. Its `espalier` is the bundle the page itself loads. */

const api = { fit, fitPopulation }

export { openBackend }

/** Runs a case of the contract; answers what went wrong, or null. */
export async function runCase(backend: Backend, name: string): Promise<string | null> {
  const found = backendCases.find((candidate) => candidate.name === name)
  if (found === undefined) return `the page has no case "${name}"`
  try {
    await found.run(backend, api)
    return null
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}\n${error.stack}` : String(error)
  }
}

interface Opening {
  /** By default the host's best. */
  readonly simd?: 'relaxed' | 'plain'
  readonly workers: number
}

async function on<T>(opening: Opening, use: (backend: Backend) => Promise<T>): Promise<T> {
  const backend = await openBackend({ prefer: 'wasm', ...opening })
  try {
    return await use(backend)
  } finally {
    await backend.dispose()
  }
}

/** Runs cases of the contract one after the other; answers what went wrong, a text each. */
export const runCases = (opening: Opening, which: 'all' | 'session'): Promise<string[]> =>
  on(opening, async (backend) => {
    const failures: string[] = []
    for (const { name } of which === 'all' ? backendCases : sessionCases) {
      const failure = await runCase(backend, name)
      if (failure !== null) failures.push(`${name}: ${failure}`)
    }
    return failures
  })

/** The arithmetic and the bits of a backend. */
export const outcomeOf = (opening: Opening) =>
  on(opening, async (backend) => {
    const { arithmetic, description } = backend
    return { arithmetic, description, prints: await fingerprints(backend, api) }
  })

export const fingerprintsOf = (backend: Backend) => fingerprints(backend, api)

export const largeFingerprintsOf = (backend: Backend) => largeFingerprints(backend, api)

/** One network large enough for several threads; its losses. */
export async function trainLarge(backend: Backend): Promise<number[]> {
  const rows = 640
  const train = {
    features: Float32Array.from({ length: rows * 200 }, (_, i) => ((i * 37) % 101) / 50 - 1),
    targets: Int32Array.from({ length: rows }, (_, i) => i % 7),
    rows,
  }
  const layers = [
    { units: 300, activation: 'selu' as const },
    { units: 7, activation: 'softmax' as const },
  ]
  const network = { inputSize: 200, loss: 'sparseCategoricalCrossentropy' as const, layers }
  const spec = { network, batchSize: 64, epochs: 20, seed: 3, recordStepLosses: true }
  const { history } = await fit(backend, spec, { train, test: train })
  return [...(history.stepLosses ?? []), ...history.testLoss]
}

export const checkOrders = (backend: Backend) => checkEpochOrders(backend, api)

export const initialWeightsPrintOf = (backend: Backend) => initialWeightsPrint(backend, api)

export const checkMasks = (backend: Backend) => checkDropoutMasks(backend)

/** Why this page has no WebGPU adapter, or its words. */
export async function adapterName(): Promise<{ name: string } | { reason: string }> {
  if (navigator.gpu === undefined) return { reason: 'this page has no navigator.gpu' }
  const adapter = await navigator.gpu.requestAdapter()
  if (adapter === null) return { reason: 'navigator.gpu finds no adapter' }
  const { vendor, architecture, device, description } = adapter.info
  return { name: [vendor, architecture, device, description].filter(Boolean).join(' ') }
}

/** Trains for a second or more; `atHalf` is called in the middle of epoch 3 of 5. Answers the results, and how many devices it took. */
export async function trainOnGpu(atHalf?: () => unknown): Promise<{ losses: number[]; weights: number[]; devices: number }> {
  const { gpu, devices } = noting(navigator.gpu)
  const backend = await openBackend({ prefer: 'webgpu', gpu })
  try {
    const layers = [{ units: 256, activation: 'selu' as const }, { units: 256, dropout: 0.2 }, { units: 3 }]
    const network = { inputSize: 128, loss: 'meanSquaredError' as const, layers }
    const rows = 800
    const train = {
      features: Float32Array.from({ length: rows * 128 }, (_, i) => ((i * 37) % 101) / 50 - 1),
      targets: Float32Array.from({ length: rows * 3 }, (_, i) => ((i * 7) % 11) / 11),
      rows,
    }
    let called = false
    const onProgress = (done: number) => {
      if (done < 0.5 || called) return
      called = true
      atHalf?.()
    }
    const spec = { network, batchSize: 16, epochs: 5, seed: 3, callbacks: { onProgress } }
    const { history, weights } = await fit(backend, spec, { train })
    return { losses: history.loss, weights: weights.flat().flatMap((values) => [...values]), devices: devices.length }
  } finally {
    await backend.dispose()
  }
}

/** The words of one counter and key, and the order of one epoch. */
export const randomNumbers = {
  words: (counter: Parameters<typeof philox4x32>[0], key: Parameters<typeof philox4x32>[1]) => philox4x32(counter, key),
  order: (seed: number, epoch: number, rows: number) => [...permutation(seed, epoch, rows)],
}
