import { readFileSync } from 'node:fs'
import { openBackend } from 'espalier'
import { beforeAll, expect, it } from 'vitest'
import { Engine } from '../../src/backend/wasm/engine.ts'
import { planSession } from '../../src/backend/wasm/plan.ts'
import { resolveSpec } from '../contract/api.ts'
import { expectSame } from '../support/close.ts'
import { makeExamples } from '../support/problems.ts'
import './module.ts'

/** The build whose tiles are of two panels, beside the usual one: the same bits, merged by the engine or not. */

const compile = (name: string) => WebAssembly.compile(readFileSync(new URL(`../../build/${name}.wasm`, import.meta.url)))

let usual: Engine
let wide: Engine
beforeAll(async () => {
  const modules = await Promise.all(['full-relaxed', 'wide'].map(compile))
  ;[usual, wide] = (await Promise.all(modules.map((module) => Engine.create(module)))) as [Engine, Engine]
})

const ACTIVATIONS = ['relu', 'selu', 'tanh', 'softsign', 'gelu', 'linear'] as const
const OPTIMIZERS = ['sgd', 'adam', 'adamax', 'rmsprop', 'adamw'] as const
/** Odd and even counts of panels, rows that fill no block, layers below the least that SGD moves in its tile. */
const SHAPES = [
  { widths: [150, 40, 24, 3], batchSize: 64 },
  { widths: [67, 129, 17, 3], batchSize: 23 },
  { widths: [20, 160, 8, 3], batchSize: 7 },
  { widths: [100, 16, 100, 3], batchSize: 1 },
  { widths: [9, 12, 7, 3], batchSize: 5 },
]
const cases = SHAPES.flatMap((shape, s) =>
  OPTIMIZERS.map((optimizer, o) => ({ ...shape, optimizer, activation: ACTIVATIONS[(s + o) % 6] })),
)

it.each(cases)(
  '$widths at batch $batchSize, $activation, $optimizer',
  ({ widths: [inputSize = 1, ...units], batchSize, optimizer, activation }) => {
    const { topology, member } = resolveSpec({
      network: {
        inputSize,
        loss: 'categoricalCrossentropy',
        layers: units.map((count, l) =>
          l === units.length - 1
            ? { units: count, activation: 'softmax' }
            : { units: count, activation, dropout: l === 1 ? 0.2 : 0, l2: l === 0 && optimizer !== 'sgd' ? 0.01 : 0, useBias: l !== 1 },
        ),
      },
      optimizer,
      batchSize,
    })
    const plan = planSession({ topology, members: [member] }, { train: makeExamples(topology, 3 * batchSize + 2, 1) })
    for (const engine of [usual, wide]) {
      for (const _ of engine.open(plan));
      for (let epoch = 0; epoch < 3; epoch++) {
        engine.startEpoch(0, epoch, 0.01)
        expect(engine.trainSteps(0, epoch, 0, engine.stepsPerEpoch)).toBe(true)
      }
    }
    expect(wide.epochResult(0, false, undefined)).toEqual(usual.epochResult(0, false, undefined))
    const [expected, actual] = [usual.readState(0), wide.readState(0)]
    expectSame(actual.parameters, expected.parameters, 'parameters')
    actual.slots.forEach((slot, i) => {
      expectSame(slot, expected.slots[i] ?? [], `slot ${i}`)
    })
  },
)

it('a backend says whether it has wide kernels, and why not', async () => {
  const backend = await openBackend({ prefer: 'wasm', workers: 0, wide: true })
  await backend.dispose()
  expect(backend.description).toMatch(
    /arithmetic(, wide kernels| \(no wide kernels: they are [\d.]+ times as fast as the usual ones: the engine does not merge vectors)/,
  )
})
