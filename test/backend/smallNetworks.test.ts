import { fitPopulation, openBackend } from 'espalier'
import { describe, expect, it } from 'vitest'
import { ACTIVATIONS, type ActivationName, readsOf, resolveActivation } from '../../src/core/activations.ts'
import type { Weights } from '../../src/core/layout.ts'
import type { LossName } from '../../src/core/losses.ts'
import { DIALECTS } from '../../src/core/names.ts'
import { needsWholeGradient, OPTIMIZERS, type OptimizerName, resolveOptimizer } from '../../src/core/optimizers.ts'
import type { Examples } from '../../src/core/population.ts'
import { resolveTopology } from '../../src/core/resolve.ts'
import type { MemberSpec } from '../../src/core/spec.ts'
import { expectSame } from '../support/close.ts'
import { makeExamples, makeWeights } from '../support/problems.ts'

/**
 * Small networks have kernels of their own (assembly/small.ts), chosen by the topology. Seventy more inputs, of features that are all 0, make a
 * network too wide for them and change no number in it: both ways must give the same bits.
 */

const MORE = 70
const HIDDEN = (Object.keys(ACTIVATIONS) as ActivationName[]).filter((name) => readsOf(resolveActivation(name, 'keras3')) === 'output')
const UPDATES: readonly (OptimizerName | { name: 'sgd'; momentum: number; nesterov: boolean })[] = [
  ...(Object.keys(OPTIMIZERS) as OptimizerName[]).filter((name) => !needsWholeGradient(resolveOptimizer(name, 'keras3'))),
  { name: 'sgd', momentum: 0.9, nesterov: true },
]
const OUTPUT: Partial<Record<LossName, ActivationName>> = {
  binaryCrossentropy: 'sigmoid',
  categoricalCrossentropy: 'softmax',
  meanSquaredError: 'tanh',
}

/** Rows of `width` numbers, each followed by MORE zeros. */
function widened(values: Float32Array, rows: number, width: number): Float32Array {
  const wide = new Float32Array(rows * (width + MORE))
  for (let row = 0; row < rows; row++) wide.set(values.subarray(row * width, (row + 1) * width), row * (width + MORE))
  return wide
}

/** A topology of dense layers. */
interface Shape {
  readonly inputSize: number
  readonly units: number[]
  readonly loss: LossName
  readonly batchSize: number
}

type Given = MemberSpec & { readonly initialWeights: Weights }

function members(topology: Shape): Given[] {
  const resolved = resolveTopology(topology)
  const depth = topology.units.length
  const output: MemberSpec['layers'][number] = { activation: OUTPUT[topology.loss] ?? 'linear' }
  return UPDATES.flatMap((optimizer, i) =>
    DIALECTS.map((dialect, d): Given => {
      const hidden = (l: number): MemberSpec['layers'][number] => ({
        activation: HIDDEN[(2 * i + d + l) % HIDDEN.length] ?? 'relu',
        dropout: [0, 0.3, 0][(i + l) % 3] ?? 0,
        l1: [0, 0.001][i % 2] ?? 0,
        l2: [0.01, 0, 0][i % 3] ?? 0,
      })
      const layers = Array.from({ length: depth - 1 }, (_, l) => hidden(l))
      return {
        layers: [...layers, output],
        optimizer,
        dialect,
        seed: i,
        epochs: 3,
        shuffle: i % 4 !== 3,
        initialWeights: makeWeights(resolved, 10 + i),
      }
    }),
  )
}

const NONE = new Float32Array()

/** The same member, whose first kernel has MORE rows of 0. */
function widenedMember(member: Given): Given {
  return {
    ...member,
    initialWeights: member.initialWeights.map(([kernel = NONE, bias = NONE], l) =>
      l > 0 ? [kernel, bias] : [Float32Array.from({ length: kernel.length + MORE * bias.length }, (_, k) => kernel[k] ?? 0), bias],
    ),
  }
}

const TOPOLOGIES: readonly Shape[] = [
  { inputSize: 8, units: [12, 8, 1], loss: 'binaryCrossentropy', batchSize: 5 },
  { inputSize: 7, units: [13, 6, 3], loss: 'categoricalCrossentropy', batchSize: 6 },
  { inputSize: 3, units: [20, 2], loss: 'meanSquaredError', batchSize: 32 },
  { inputSize: 1, units: [1], loss: 'binaryCrossentropy', batchSize: 1 },
]

describe.each(['relaxed', 'plain'] as const)('small networks, %s SIMD', (simd) => {
  it.each(TOPOLOGIES)('$inputSize-$units in batches of $batchSize have the bits of the general kernels', async (topology) => {
    const { inputSize, units } = topology
    const examples = makeExamples(resolveTopology(topology), 61, 1)
    const sampleWeights = Float32Array.from({ length: 61 }, (_, row) => row % 3)
    const train: Examples = { ...examples, sampleWeights }
    const test = makeExamples(resolveTopology(topology), 150, 2)
    const widen = (data: Examples): Examples => ({ ...data, features: widened(Float32Array.from(data.features), data.rows, inputSize) })
    const wideTopology = { ...topology, inputSize: inputSize + MORE }
    const backend = await openBackend({ prefer: 'wasm', simd, workers: 0 })
    try {
      const all = members(topology)
      const small = await fitPopulation(backend, topology, all, { train, test })
      const wide = await fitPopulation(backend, wideTopology, all.map(widenedMember), { train: widen(train), test: widen(test) })
      expect(new Set(small.map(({ weights }) => weights[0]?.[0]?.join())).size).toBeGreaterThan(units[0] === 1 ? 3 : all.length / 2)
      for (const [p, { weights, history }] of small.entries()) {
        const general = wide[p]
        for (const [l, [kernel = NONE, bias = NONE]] of weights.entries()) {
          const [wideKernel = new Float32Array(), wideBias = []] = general?.weights[l] ?? []
          expectSame(wideKernel.subarray(0, kernel.length), kernel, `member ${p}, kernel ${l}`)
          expectSame(
            wideKernel.subarray(kernel.length),
            new Float32Array(wideKernel.length - kernel.length),
            `member ${p}, more of kernel ${l}`,
          )
          expectSame(wideBias, bias, `member ${p}, bias ${l}`)
        }
        expectSame(history.testAccuracy ?? [], general?.history.testAccuracy ?? [], `member ${p}: accuracy of the test rows`)
      }
    } finally {
      await backend.dispose()
    }
  })
})
