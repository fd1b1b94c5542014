/** Data and weights for tests, a function of the seed. */

import { inputSizeOf, outputSizeOf, parameterLayout, weightsLayout } from '../../src/core/layout.ts'
import { type Loss, targetsPerRow, taskOf } from '../../src/core/losses.ts'
import type { Examples, Topology } from '../../src/core/population.ts'
import { drawFrom } from './random.ts'

/** Features about 1 in size, or tokens; targets as the loss wants them, class numbers one-hot. */
export function makeExamples(topology: Topology, rows: number, seed: number): Examples & { features: Float32Array; targets: Float32Array } {
  const { loss } = topology
  const draw = drawFrom(seed)
  const count = targetsPerRow(loss, outputSizeOf(topology))
  const [first] = topology.layers
  const feature = first?.type === 'embedding' ? () => draw.index(first.inputDim) : draw.normal
  const features = Float32Array.from({ length: rows * inputSizeOf(topology) }, feature)
  const targets = new Float32Array(rows * count)
  for (let row = 0; row < rows; row++) targets.set(makeTarget(loss, count, draw), row * count)
  return { features, targets, rows }
}

function makeTarget(loss: Loss, count: number, draw: ReturnType<typeof drawFrom>): number[] {
  if (taskOf(loss) === 'regression') return Array.from({ length: count }, draw.normal)
  if (taskOf(loss) === 'binary') return Array.from({ length: count }, () => draw.index(2))
  const answer = draw.index(count)
  return Array.from({ length: count }, (_, k) => (k === answer ? 1 : 0))
}

/** Kernels of standard deviation 1 / sqrt(inputs of an output) times `gain`, embeddings of `gain`, gammas and variances about 1, all else a tenth of `gain`. */
export function makeWeights(topology: Topology, seed: number, gain = 1): Float32Array[][] {
  const draw = drawFrom(seed)
  const sizeOf: Readonly<Record<string, () => number>> = {
    kernel: () => gain * draw.normal(),
    recurrentKernel: () => gain * draw.normal(),
    embeddings: () => gain * draw.normal(),
    gamma: () => 1 + 0.1 * draw.normal(),
    movingVariance: () => 1 + 0.5 * Math.abs(draw.normal()),
  }
  return weightsLayout(parameterLayout(topology)).map((layer) =>
    layer.map(({ name, size, shape }) => {
      const plain = name.slice(name.indexOf('/') + 1)
      const own = sizeOf[plain]
      const scale = plain === 'kernel' || plain === 'recurrentKernel' ? Math.sqrt(size / (shape.at(-1) ?? 1)) : 1
      return Float32Array.from({ length: size }, () => (own === undefined ? 0.1 * gain * draw.normal() : own() / scale))
    }),
  )
}
