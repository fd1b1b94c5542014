import { type Backend, fit, fitPopulation, openBackend } from 'espalier'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { DIALECTS } from '../../src/core/names.ts'
import type { TrainSpec } from '../../src/core/spec.ts'
import { FIRST_ACTIVATIONS, FIRST_OPTIMIZERS } from '../support/fingerprint.ts'
import { makeExamples } from '../support/problems.ts'
import { expectOracle, resolveSpec } from './api.ts'

/** Random networks, batches and optimizers against the float64 oracle. */

const OUTPUT = {
  meanSquaredError: 'linear',
  binaryCrossentropy: 'sigmoid',
  categoricalCrossentropy: 'softmax',
  sparseCategoricalCrossentropy: 'softmax',
} as const

/** Around the widths the kernels are cut into (4, 6, 8 and 16), primes, and anything else. */
const width = fc.oneof(fc.constantFrom(1, 3, 4, 5, 6, 7, 8, 9, 12, 13, 15, 16, 17, 18, 23, 24, 31, 37), fc.integer({ min: 1, max: 40 }))
const sometimes = (values: fc.Arbitrary<number>) => fc.oneof(fc.constant(0), values)

const specs: fc.Arbitrary<{ spec: TrainSpec; rows: number; testRows: number }> = fc
  .record({
    loss: fc.constantFrom<keyof typeof OUTPUT>('meanSquaredError', 'binaryCrossentropy', 'categoricalCrossentropy'),
    inputSize: width,
    hidden: fc.array(
      fc.record({
        units: width,
        activation: fc.constantFrom(...FIRST_ACTIVATIONS),
        dropout: sometimes(fc.constantFrom(0.1, 0.5)),
        l1: sometimes(fc.constant(0.001)),
        l2: sometimes(fc.constant(0.01)),
      }),
      { maxLength: 3 },
    ),
    outputs: width,
    dialect: fc.constantFrom(...DIALECTS),
    optimizer: fc.constantFrom(...FIRST_OPTIMIZERS),
    batchSize: fc.integer({ min: 1, max: 20 }),
    batches: fc.integer({ min: 1, max: 4 }),
    remainder: fc.nat(19),
    epochs: fc.integer({ min: 1, max: 2 }),
    shuffle: fc.boolean(),
    seed: fc.nat(),
    testRows: fc.integer({ min: 1, max: 20 }),
  })
  .map(({ loss, inputSize, hidden, outputs, batchSize, batches, remainder, optimizer, testRows, ...rest }) => {
    const units = loss === 'categoricalCrossentropy' ? Math.max(2, outputs) : outputs
    const network = { inputSize, loss, layers: [...hidden, { units, activation: OUTPUT[loss] }] }
    // A gradient near 0 is all rounding, and an optimizer that divides by its size would make a whole step of it. An epsilon of 1e-3
    // makes every optimizer's step a smooth function of the gradient; the default epsilons are compared in cases/formulas.ts.
    const numbers = optimizer === 'sgd' ? { momentum: 0.5 } : { epsilon: 1e-3 }
    const spec = { network, batchSize, optimizer: { name: optimizer, learningRate: 0.01, ...numbers }, ...rest } as TrainSpec
    return { spec, rows: batchSize * batches + (remainder % batchSize), testRows }
  })

describe.each(['relaxed', 'plain'] as const)('WASM, %s SIMD', (simd) => {
  let backend: Backend

  beforeAll(async () => {
    backend = await openBackend({ prefer: 'wasm', simd, workers: 0 })
  })
  afterAll(() => backend?.dispose())

  it('trains any network as the oracle does', async () => {
    const property = fc.asyncProperty(specs, async ({ spec, rows, testRows }) => {
      const { topology } = resolveSpec(spec)
      const data = { train: makeExamples(topology, rows, 1), test: makeExamples(topology, testRows, 2) }
      await expectOracle(backend, { fit, fitPopulation }, spec, data)
    })
    await fc.assert(property, { numRuns: Number(process.env.ESPALIER_PROPERTY_RUNS ?? 60), seed: 20_190_301 })
  })
})
