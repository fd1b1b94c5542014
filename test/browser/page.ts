import { type Backend, fit, fitPopulation } from 'espalier'
import { permutation, philox4x32 } from '../../src/core/random.ts'
import { backendCases } from '../contract/backend.ts'
import { checkEpochOrders, fingerprints, initialWeightsPrint } from '../support/fingerprint.ts'
import { checkDropoutMasks } from '../support/masks.ts'

/** What the tests call inside a page. Its `espalier` is the bundle the page itself loads. */

const api = { fit, fitPopulation }

export { openBackend } from 'espalier'

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

export const fingerprintsOf = (backend: Backend) => fingerprints(backend, api)

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

/** The words of one counter and key, and the order of one epoch. */
export const randomNumbers = {
  words: (counter: Parameters<typeof philox4x32>[0], key: Parameters<typeof philox4x32>[1]) => philox4x32(counter, key),
  order: (seed: number, epoch: number, rows: number) => [...permutation(seed, epoch, rows)],
}
