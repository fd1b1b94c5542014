import { describe, expect, it } from 'vitest'
import { InvalidDataError } from '../../src/core/errors.ts'
import { checkExamples } from '../../src/core/examples.ts'
import type { LossName } from '../../src/core/losses.ts'
import type { Examples } from '../../src/core/population.ts'
import { resolveTopology } from '../../src/core/resolve.ts'

const topologyOf = (loss: LossName, outputs = 3) => resolveTopology({ inputSize: 2, units: [outputs], loss })
const three = (targets: Examples['targets'], more: Partial<Examples> = {}): Examples => ({
  features: new Float32Array(6),
  rows: 3,
  targets,
  ...more,
})
const classes = Int32Array.of(0, 2, 1)

describe('data', () => {
  it.each([
    ['class numbers', 'categoricalCrossentropy', three(classes)],
    ['class numbers for the sparse loss', 'sparseCategoricalCrossentropy', three(classes)],
    ['one-hot rows', 'categoricalCrossentropy', three(new Uint8Array(9))],
    ['soft targets', 'categoricalCrossentropy', three(new Float32Array(9).fill(0.25))],
    ['bytes with a scale', 'categoricalCrossentropy', three(classes, { features: new Uint8Array(6), scale: 1 / 255 })],
    ['any finite number for squares', 'meanSquaredError', three(new Float32Array(9).fill(-1e6))],
    ['sample weights', 'meanSquaredError', three(new Float32Array(9), { sampleWeights: Float32Array.of(0, 1, 2.5) })],
  ] as const)('may be %s', (_, loss, examples) => {
    expect(() => checkExamples(examples, topologyOf(loss), 'train')).not.toThrow()
  })

  const nan = Float32Array.of(0, 0, 0, Number.NaN, 0, 0)
  const cases: [why: string, loss: LossName, examples: Examples, message: string][] = [
    [
      'no rows',
      'meanSquaredError',
      { features: new Float32Array(0), targets: new Float32Array(0), rows: 0 },
      'train.rows is 0; it must be a whole number of at least 1',
    ],
    [
      'features of another length',
      'meanSquaredError',
      three(new Float32Array(9), { features: new Float32Array(5) }),
      'train.features holds 5 numbers; 3 rows x 2 inputs need 6',
    ],
    [
      'NaN features',
      'meanSquaredError',
      three(new Float32Array(9), { features: nan }),
      'train.features has NaN in row 1, column 1 (both from 0); remove the row or impute the value',
    ],
    [
      'infinite targets',
      'meanSquaredError',
      three(Float32Array.of(0, 0, 0, 0, 0, Number.POSITIVE_INFINITY, 0, 0, 0)),
      'train.targets has Infinity in row 1, column 2',
    ],
    [
      'a scale for floats',
      'meanSquaredError',
      three(new Float32Array(9), { scale: 0.5 }),
      'train.scale is 0.5; it belongs to Uint8Array features',
    ],
    [
      'a scale of 0',
      'meanSquaredError',
      three(new Float32Array(9), { features: new Uint8Array(6), scale: 0 }),
      'train.scale is 0; it must be a finite number above 0',
    ],
    [
      'too few targets',
      'categoricalCrossentropy',
      three(new Float32Array(8)),
      'train.targets holds 8 numbers; categoricalCrossentropy needs 3 rows x 3 outputs = 9, or one class number a row',
    ],
    [
      'one-hot rows for the sparse loss',
      'sparseCategoricalCrossentropy',
      three(new Uint8Array(9)),
      'train.targets holds 9 numbers; sparseCategoricalCrossentropy needs 3 class numbers, one a row',
    ],
    [
      'a class beyond the last',
      'categoricalCrossentropy',
      three(Int32Array.of(0, 3, 1)),
      'train.targets has 3 in row 1 (from 0); categoricalCrossentropy needs a class number from 0 to 2',
    ],
    ['a negative class', 'sparseCategoricalCrossentropy', three(Int32Array.of(0, 1, -1)), 'train.targets has -1 in row 2'],
    ['a broken class', 'categoricalCrossentropy', three(Float32Array.of(0.5, 0, 1)), 'train.targets has 0.5 in row 0'],
    [
      'a target beyond 1',
      'binaryCrossentropy',
      three(Float32Array.of(0, 0, 0, 0, 0, 0, 0, 2, 0)),
      'train.targets has 2 in row 2 (from 0); binaryCrossentropy needs from 0 to 1',
    ],
    [
      'sample weights of another length',
      'meanSquaredError',
      three(new Float32Array(9), { sampleWeights: Float32Array.of(1) }),
      'train.sampleWeights holds 1 numbers; it must be 3, one a row',
    ],
    [
      'a negative sample weight',
      'meanSquaredError',
      three(new Float32Array(9), { sampleWeights: Float32Array.of(1, -1, 1) }),
      'train.sampleWeights[1] is -1; it must be a finite number of at least 0',
    ],
  ]

  it.each(cases)('are refused: %s', (_, loss, examples, message) => {
    expect(() => checkExamples(examples, topologyOf(loss), 'train')).toThrow(InvalidDataError)
    expect(() => checkExamples(examples, topologyOf(loss), 'train')).toThrow(message)
  })
})
