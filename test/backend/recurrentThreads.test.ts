import { type FitSpec, fit, openBackend } from 'espalier'
import { expect, it } from 'vitest'
import { resolveSpec } from '../contract/api.ts'
import { makeExamples } from '../support/problems.ts'

/** Recurrent layers on several threads: rows of a batch through their steps, panels of their gradients. */

const SPEC: FitSpec = {
  network: {
    inputShape: [6],
    loss: 'meanSquaredError',
    layers: [
      { type: 'embedding', inputDim: 9, outputDim: 20, maskZero: true },
      { type: 'bidirectional', layer: { type: 'gru', units: 35, returnSequences: true } },
      { type: 'lstm', units: 33, l2: 0.01 },
      { units: 3 },
    ],
  },
  batchSize: 61,
  epochs: 2,
  seed: 5,
}
const DATA = { train: makeExamples(resolveSpec(SPEC).topology, 150, 1), test: makeExamples(resolveSpec(SPEC).topology, 40, 2) }

async function trained(threads: number): Promise<{ weights: Float32Array[][]; testLoss: readonly number[] }> {
  const backend = await openBackend({ prefer: 'wasm', workers: threads, threads })
  try {
    const { weights, history } = await fit(backend, SPEC, DATA)
    return { weights: weights.map((layer) => [...layer]), testLoss: history.testLoss ?? [] }
  } finally {
    await backend.dispose()
  }
}

it.each([2, 3])('gives the bits of one thread with %i threads', async (threads) => {
  expect(await trained(threads)).toEqual(await trained(1))
})
