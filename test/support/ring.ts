// A small study for tests of study runners.

import { categorical, float, fromArrays, int, type StudyOptions } from 'espalier'
import { drawFrom } from './random.ts'

/** 120 points in the plane, of class 1 within a ring. */
function ring(seed: number) {
  const draw = drawFrom(seed)
  const points = Array.from({ length: 120 }, () => [draw.normal(), draw.normal()])
  const targets = points.map(([x = 0, y = 0]) => Number(x * x + y * y < 1.2))
  return fromArrays({ features: points, targets, task: 'binary' })
}
export const RING = { train: ring(1), test: ring(2) }

export const OPTIONS = {
  space: {
    units: int(2, 16, { log: true }),
    activation: categorical(['relu', 'tanh']),
    learningRate: float(1e-3, 0.1, { log: true }),
  },
  train: {
    network: {
      inputSize: 2,
      loss: 'binaryCrossentropy',
      layers: [
        { units: '$units', activation: '$activation' },
        { units: 1, activation: 'sigmoid' },
      ],
    },
    optimizer: { name: 'adam', learningRate: '$learningRate' },
    batchSize: 16,
    epochs: 9,
  },
  objective: 'testLoss',
  sampler: 'random',
  seed: 3,
} satisfies StudyOptions
