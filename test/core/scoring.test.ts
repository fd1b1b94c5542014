import { describe, expect, it } from 'vitest'
import { metricsOf, type Outputs } from '../../src/core/scoring.ts'

const SIGMOID: Outputs = { size: 1, classes: 2, classifies: true, fromLogits: false }
const NUMBER: Outputs = { size: 1, classes: 0, classifies: false, fromLogits: false }
const examplesOf = (targets: readonly number[]) => ({
  features: new Float32Array(targets.length),
  targets: Float32Array.from(targets),
  rows: targets.length,
})

describe('metrics of rows that say little', () => {
  // A sum that overflows: a test row far outside of the training rows, or weights that grew.
  it('have no area where a prediction is NaN, and come to an end', () => {
    const { auc } = metricsOf(['auc'], Float32Array.of(Number.NaN, 0.2, 0.3), examplesOf([0, 1, 1]), SIGMOID)
    expect(auc).toBeNaN()
  })

  it('have no R² of one row, as in scikit-learn, and a 1 or 0 of equal targets', () => {
    const r2 = (said: readonly number[], targets: readonly number[]) =>
      metricsOf(['r2'], Float32Array.from(said), examplesOf(targets), NUMBER).r2
    expect(r2([3], [3])).toBeNaN()
    expect(r2([3], [4])).toBeNaN()
    expect(r2([3, 3], [3, 3])).toBe(1)
    expect(r2([3, 4], [3, 3])).toBe(0)
  })
})
