import { LOSSES, type LossName } from '../../src/core/names.ts'
import type { Examples, Topology } from '../../src/core/population.ts'
import { drawFrom } from './random.ts'

/** Data and weights for tests, a function of the seed. */

/** Features about 1 in size; targets as the loss wants them, class numbers one-hot. */
export function makeExamples(
  { inputSize, units, loss }: Topology,
  rows: number,
  seed: number,
): Examples & { features: Float32Array; targets: Float32Array } {
  const draw = drawFrom(seed)
  const outputs = units.at(-1) ?? 0
  const features = Float32Array.from({ length: rows * inputSize }, draw.normal)
  const targets = new Float32Array(rows * outputs)
  for (let row = 0; row < rows; row++) targets.set(makeTarget(loss, outputs, draw), row * outputs)
  return { features, targets, rows }
}

function makeTarget(loss: LossName, outputs: number, draw: ReturnType<typeof drawFrom>): number[] {
  if (LOSSES[loss] === LOSSES.meanSquaredError) return Array.from({ length: outputs }, draw.normal)
  if (LOSSES[loss] === LOSSES.binaryCrossentropy) return Array.from({ length: outputs }, () => draw.index(2))
  const answer = draw.index(outputs)
  return Array.from({ length: outputs }, (_, k) => (k === answer ? 1 : 0))
}

/** Kernels of standard deviation 1 / sqrt(inputs) times `gain`, biases a tenth of `gain`. */
export function makeWeights({ inputSize, units }: Topology, seed: number, gain = 1): (readonly [Float32Array, Float32Array])[] {
  const draw = drawFrom(seed)
  return units.map((width, l) => {
    const inputs = l === 0 ? inputSize : (units[l - 1] ?? 0)
    const kernel = Float32Array.from({ length: inputs * width }, () => (gain * draw.normal()) / Math.sqrt(inputs))
    return [kernel, Float32Array.from({ length: width }, () => 0.1 * gain * draw.normal())] as const
  })
}
