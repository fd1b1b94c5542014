import { expect, test } from 'vitest'
import { spreadOf, studentT } from '../../src/cli/pima/statistics.ts'

// Two-sided critical values: NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.2.
test.each([
  [0.95, 1, 12.706],
  [0.95, 4, 2.776],
  [0.95, 30, 2.042],
  [0.99, 10, 3.169],
  [0.95, 100, 1.984],
])("Student's t holds %f of its probability within ± t with %i degrees of freedom", (confidence, df, t) => {
  expect(studentT(confidence, df)).toBeCloseTo(t, 3)
})

test('the spread of five values', () => {
  const { mean, standardDeviation, halfWidth95, best } = spreadOf([1, 2, 3, 4, 5])
  expect(mean).toBe(3)
  expect(standardDeviation).toBeCloseTo(Math.sqrt(2.5), 12)
  expect(halfWidth95).toBeCloseTo((2.776445 * Math.sqrt(2.5)) / Math.sqrt(5), 5)
  expect(best).toBe(5)
})

test('one value has no deviation and no interval', () => {
  expect(spreadOf([0.7])).toEqual({ mean: 0.7, standardDeviation: Number.NaN, halfWidth95: Number.NaN, best: 0.7 })
})
