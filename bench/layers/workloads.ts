/**
 * W5 to W8: Adam on random rows, since times do not hang on them. W5 is Fashion-MNIST's shape, 3 x 3 x 32, pool, 3 x 3 x 64, pool, 128, 10, batch 128; W6 the same with 8 and 16
 * filters; W7 a gru of 128 over 28 rows of 28, batch 128; W8 an lstm of 32 on 100 steps of 8, batch 32.
 */

import type { LayerSpec } from 'espalier'

export type WorkloadName = 'W5' | 'W6' | 'W7' | 'W8'

export interface Workload {
  readonly title: string
  readonly inputShape: readonly number[]
  readonly layers: readonly LayerSpec[]
  readonly batch: number
  /** 2 a multiply-add; forward, weight gradient, and input gradient of all layers but the first. */
  readonly operations: number
}

export const OUTPUTS = 10
const output: LayerSpec = { units: OUTPUTS, activation: 'softmax' }

const convolutional = (first: number, second: number): Workload => ({
  title: `conv2d ${first}, pool, conv2d ${second}, pool, 128, 10, of 28 x 28, batch 128`,
  inputShape: [28, 28, 1],
  layers: [
    { type: 'conv2d', filters: first, kernelSize: 3, padding: 'same', activation: 'relu' },
    { type: 'maxPooling2d' },
    { type: 'conv2d', filters: second, kernelSize: 3, padding: 'same', activation: 'relu' },
    { type: 'maxPooling2d' },
    { type: 'flatten' },
    { units: 128, activation: 'relu' },
    output,
  ],
  batch: 128,
  operations: 2 * 128 * (2 * 784 * 9 * first + 3 * (196 * 9 * first * second + 49 * second * 128 + 128 * OUTPUTS)),
})

/** The state's deltas need no product at the first step. */
const recurrent = (type: 'gru' | 'lstm', units: number, steps: number, features: number, batch: number): Workload => {
  const columns = units * (type === 'gru' ? 3 : 4)
  return {
    title: `${type} ${units}, 10, of ${steps} x ${features}, batch ${batch}`,
    inputShape: [steps, features],
    layers: [{ type, units }, output],
    batch,
    operations: 2 * batch * (2 * steps * (features + units) * columns + (steps - 1) * units * columns + 3 * units * OUTPUTS),
  }
}

export const WORKLOADS: Readonly<Record<WorkloadName, Workload>> = {
  W5: convolutional(32, 64),
  W6: convolutional(8, 16),
  W7: recurrent('gru', 128, 28, 28, 128),
  W8: recurrent('lstm', 32, 100, 8, 32),
}

/** Random bytes and classes. */
export function randomRows({ inputShape }: Workload, rows: number) {
  return {
    features: Uint8Array.from({ length: rows * inputShape.reduce((product, n) => product * n, 1) }, () => Math.random() * 256),
    targets: Uint8Array.from({ length: rows }, () => Math.random() * OUTPUTS),
    rows,
    scale: 1 / 255,
  }
}

export const networkOf = ({ inputShape, layers }: Workload) => ({
  inputShape: [...inputShape],
  loss: 'sparseCategoricalCrossentropy' as const,
  layers: [...layers],
})
