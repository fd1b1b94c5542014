import { readFileSync } from 'node:fs'
import { fit, fitPopulation, openBackend } from 'espalier'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { arithmeticOf } from '../../src/backend/wasm/arithmetic.ts'
import { Engine } from '../../src/backend/wasm/engine.ts'
import { scratchBytes } from '../../src/backend/wasm/made/layout.ts'
import { networkOf } from '../../src/backend/wasm/made/maker.ts'
import { writeModule } from '../../src/backend/wasm/made/network.ts'
import { planSession } from '../../src/backend/wasm/plan.ts'
import type { Population } from '../../src/core/population.ts'
import { resolveSpec } from '../contract/api.ts'
import { BUILDS, type Build } from '../kernels/module.ts'
import { expectSame, rejectionOf } from '../support/close.ts'
import { makeExamples } from '../support/problems.ts'

/** Kernels that are made for one network give the bits of the usual ones. */

const ACTIVATIONS = ['relu', 'selu', 'tanh', 'elu', 'sigmoid', 'leakyRelu', 'linear'] as const
const OPTIMIZERS = [
  'sgd',
  'adam',
  'rmsprop',
  'adamax',
  'nadam',
  'adagrad',
  'adadelta',
  'adamw',
  { name: 'sgd', momentum: 0.9, nesterov: true },
] as const
/** Tiles are of 9 vectors at most, 3 of them columns: rows one less, as many and one more than tiles have, and primes; layers that fill their vectors and do not. */
const SHAPES = [
  { widths: [8, 12, 8, 1], batches: [1, 2, 3, 4, 5, 7, 8, 9, 10, 32] },
  { widths: [7, 13, 6, 1], batches: [5, 11, 17] },
  { widths: [5, 4, 1], batches: [8, 9, 10, 31] },
  { widths: [1, 3, 5, 2, 1], batches: [4, 13] },
  { widths: [23, 31, 33, 1], batches: [2, 6, 19] },
  { widths: [64, 16, 47, 1], batches: [3, 16] },
  { widths: [11, 1], batches: [1, 7, 12] },
  { widths: [2, 64, 1], batches: [64] },
] as const
const LOSSES = [
  { loss: 'binaryCrossentropy', dialect: 'keras3' },
  { loss: 'binaryCrossentropy', dialect: 'keras2.2' },
  { loss: 'meanSquaredError', dialect: 'keras3' },
] as const

const cases = SHAPES.flatMap(({ widths, batches }) => batches.map((batchSize) => ({ widths, batchSize }))).flatMap((shape, s) =>
  LOSSES.map((loss, i) => ({ ...shape, ...loss, case: 3 * s + i })),
)

interface Case {
  readonly widths: readonly number[]
  readonly batchSize: number
  readonly loss: 'binaryCrossentropy' | 'meanSquaredError'
  readonly dialect: 'keras3' | 'keras2.2'
  readonly case: number
}

function populationOf({ widths, batchSize, loss, dialect, case: number }: Case): Population {
  const [inputSize = 1, ...units] = widths
  const named = (l: number) => ACTIVATIONS[(number + l) % ACTIVATIONS.length] ?? 'relu'
  const { topology, member } = resolveSpec({
    network: {
      inputSize,
      loss,
      layers: units.map((count, l) => ({
        units: count,
        activation: l < units.length - 1 || loss === 'meanSquaredError' ? named(l) : 'sigmoid',
        initializer: 'heNormal' as const,
      })),
    },
    optimizer: OPTIMIZERS[number % OPTIMIZERS.length] ?? 'sgd',
    batchSize,
    dialect,
    shuffle: number % 2 === 0,
    seed: number,
  })
  return { topology, members: [member] }
}

describe.each(BUILDS)('kernels made for a network, %s build', (build: Build) => {
  let usual: Engine
  let made: Engine
  let fused = false
  beforeAll(async () => {
    const module = await WebAssembly.compile(readFileSync(new URL(`../../build/${build}.wasm`, import.meta.url)))
    ;[usual, made] = [await Engine.create(module), await Engine.create(module)]
    fused = (await arithmeticOf(build === 'relaxed' ? 'relaxed' : 'plain')) === 'fused'
  })

  /** Trains both; answers how often the made kernels were called. */
  async function train(its: Population, number: number, rows: number, rate: number): Promise<number> {
    const plan = planSession(its, { train: makeExamples(its.topology, rows, 1) })
    for (const engine of [usual, made]) for (const _ of engine.open(plan));
    const [member] = its.members
    const network = member && networkOf(its.topology, member, rows, fused)
    if (network === undefined) throw new Error('no kernels are made for this network')
    const module = await WebAssembly.compile(writeModule(network))
    let calls = 0
    const instantiate = vi.spyOn(WebAssembly, 'instantiate').mockImplementation((async (_: unknown, imports: WebAssembly.Imports) => {
      const { exports } = new WebAssembly.Instance(module, imports)
      const counted =
        (run: unknown) =>
        (...numbers: number[]) =>
          ++calls && (run as (...numbers: number[]) => number)(...numbers)
      return { exports: { train: counted(exports.train), rest: counted(exports.rest) } }
    }) as never)
    await made.take({ kind: 'kernels', id: number, module, scratch: scratchBytes(network), session: 0, members: [0] })
    instantiate.mockRestore()
    for (let epoch = 0; epoch < 3; epoch++) {
      const goesOn = [usual, made].map((engine) => {
        engine.startEpoch(0, epoch, rate)
        // In two pieces, as a slice may end anywhere.
        const end = engine.stepsPerEpoch
        return engine.trainSteps(0, epoch, 0, 2) && engine.trainSteps(0, epoch, 2, end)
      })
      expect(goesOn[1]).toBe(goesOn[0])
      expectSame(made.stepLosses(), usual.stepLosses(), `losses of epoch ${epoch}`)
      expect(made.epochResult(0, false, undefined)).toEqual(usual.epochResult(0, false, undefined))
      if (goesOn[0] !== true) break
    }
    const [expected, actual] = [usual.readState(0), made.readState(0)]
    expectSame(actual.parameters, expected.parameters, 'parameters')
    actual.slots.forEach((slot, i) => {
      expectSame(slot, expected.slots[i] ?? [], `slot ${i}`)
    })
    expect(actual.products).toEqual(expected.products)
    return calls
  }

  it.each(cases)('give the usual bits: $widths at batch $batchSize, $loss, $dialect, case $case', async (its) => {
    const rows = 4 * its.batchSize + (its.case % its.batchSize)
    expect(await train(populationOf(its), its.case, rows, 0.01)).toBeGreaterThan(3)
  })

  it.each(OPTIMIZERS)('give the usual bits with every optimizer: %j', async (optimizer) => {
    const its = populationOf({ widths: [8, 12, 8, 1], batchSize: 5, loss: 'binaryCrossentropy', dialect: 'keras3', case: 0 })
    const [member] = its.members
    if (member === undefined) throw new Error('no member')
    const { member: other } = resolveSpec({
      network: { inputSize: 8, loss: 'binaryCrossentropy', layers: [{ units: 12 }, { units: 8 }, { units: 1, activation: 'sigmoid' }] },
      optimizer,
    })
    await train({ ...its, members: [{ ...member, optimizer: other.optimizer }] }, 10_000, 61, 0.003)
  })

  it('stop where the usual ones do when a loss is not finite', async () => {
    const its = populationOf({ widths: [8, 12, 8, 1], batchSize: 5, loss: 'meanSquaredError', dialect: 'keras3', case: 20 })
    await train(its, 20_000, 61, 1e30)
    expect(Number.isFinite(made.stepLosses().reduce((sum, loss) => sum + loss, 0))).toBe(false)
  })
})

describe('a backend that trains small networks for long', () => {
  const topology = { inputSize: 8, units: [12, 8, 1], batchSize: 5, loss: 'binaryCrossentropy' as const }
  const layers = (activation: 'relu' | 'tanh') => [{ activation }, { activation }, { activation: 'sigmoid' }] as const
  const train = makeExamples(populationOf({ ...LOSSES[0], widths: [8, 12, 8, 1], batchSize: 5, case: 0 }).topology, 614, 3)
  const LONG = 700
  const members = (['relu', 'tanh', 'relu'] as const).map((activation, seed) => ({
    layers: [...layers(activation)],
    optimizer: { name: 'adam' as const, learningRate: 0.001 },
    epochs: LONG,
    seed,
  }))

  /** Modules of kernels that were made meanwhile. */
  function watch() {
    const spy = vi.spyOn(WebAssembly, 'instantiate')
    const count = () => spy.mock.calls.filter(([, imports]) => imports !== undefined && 'main' in imports).length
    return { count, end: () => spy.mockRestore() }
  }

  it('makes kernels on the calling thread, and gives the bits of a short training, and of other kernels', async () => {
    const backend = await openBackend({ prefer: 'wasm', workers: 0 })
    const others = await openBackend({ prefer: 'wasm', workers: 0 })
    const made = watch()
    try {
      const first = await fitPopulation(backend, topology, members, { train })
      const again = await fitPopulation(backend, topology, members, { train })
      expect(made.count()).toBeGreaterThan(1)
      // Weights on rows, all 1, have no kernels made.
      const sampleWeights = new Float32Array(train.rows).fill(1)
      const seen = made.count()
      const usual = await fitPopulation(others, topology, members, { train: { ...train, sampleWeights } })
      expect(made.count()).toBe(seen)
      for (const [p, { weights, history }] of usual.entries()) {
        for (const result of [first[p], again[p]]) {
          expect(result?.history).toEqual(history)
          weights.flat().forEach((tensor, i) => {
            expectSame(result?.weights.flat()[i] ?? [], tensor, `member ${p}, tensor ${i}`)
          })
        }
      }
    } finally {
      made.end()
      await Promise.all([backend.dispose(), others.dispose()])
    }
  })

  it('gives the same bits on one worker and on two', async () => {
    const results = []
    for (const workers of [1, 2]) {
      const backend = await openBackend({ prefer: 'wasm', workers })
      try {
        await fitPopulation(backend, topology, members, { train })
        results.push(await fitPopulation(backend, topology, members, { train }))
      } finally {
        await backend.dispose()
      }
    }
    const [one = [], two = []] = results
    for (const [p, { weights, history }] of one.entries()) {
      expect(two[p]?.history).toEqual(history)
      weights.flat().forEach((tensor, i) => {
        expectSame(two[p]?.weights.flat()[i] ?? [], tensor, `member ${p}, tensor ${i}`)
      })
    }
  })

  it('still tells its progress, and ends when it is told to', async () => {
    const backend = await openBackend({ prefer: 'wasm', workers: 0 })
    const made = watch()
    const controller = new AbortController()
    const told: number[] = []
    const onProgress = (done: number) => {
      told.push(done)
      if (made.count() > 0 && told.length > 20) controller.abort()
    }
    try {
      const endless = fit(
        backend,
        {
          network: {
            inputSize: 8,
            loss: 'binaryCrossentropy',
            layers: layers('relu').map((one, l) => ({ ...one, units: [12, 8, 1][l] ?? 1 })),
          },
          optimizer: 'adam',
          batchSize: 5,
          epochs: 1_000_000,
          callbacks: { onProgress },
          signal: controller.signal,
        },
        { train },
      )
      expect((await rejectionOf(endless, 'the training')).name).toBe('AbortError')
      expect(told.every((done, i) => i === 0 || done >= (told[i - 1] ?? 0))).toBe(true)
    } finally {
      made.end()
      await backend.dispose()
    }
  })
})
