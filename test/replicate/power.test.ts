import { expect, it } from 'vitest'
import { type Comparison, compare } from '../../src/replicate/claims.ts'
import { planFor } from '../../src/replicate/planning.ts'
import { detectable, repeatsFor } from '../../src/replicate/power.ts'
import { meanOf } from '../../src/replicate/quantity.ts'

it('needs as many repeats as tables of power say', () => {
  // G*Power 3.1, one sample, one-sided, 5 %, power 0.8: d = 0.5 needs 27, d = 1 needs 8; d = 0.2 needs 156, which the approximation misses by one.
  expect([0.5, 1, 0.2].map((distance) => repeatsFor(distance, 1, 0.05))).toEqual([27, 8, 157])
  expect(detectable(27, 2, 0.05)).toBeLessThan(1)
  expect(detectable(26, 2, 0.05)).toBeGreaterThan(1)
  expect(repeatsFor(0, 1, 0.05)).toBe(Number.POSITIVE_INFINITY)
  expect(detectable(1, 1, 0.05)).toBeNaN()
})

const comparison = (what: string, values: readonly number[]): Comparison => ({ what, quantity: meanOf(values), side: 'above', bound: 0 })

it('plans by the comparison that needs most to hold, or by the one that needs least to fail', () => {
  const sure = comparison('sure', [1, 1.1, 0.9])
  const [near, far] = [comparison('near', [0.1, 0.3, -0.1]), comparison('far', [0.5, 1.3, -0.2])]
  const held = compare([sure, near, far])
  expect(held.map(({ outcome }) => outcome)).toEqual(['holds', 'open', 'open'])
  expect(held[0]?.repeats).toBeNaN()
  expect(planFor(held)).toEqual({ verdict: 'reproduced', what: 'near', repeats: Math.max(...held.slice(1).map(({ repeats }) => repeats)) })
  const wrong = compare([near, comparison('wrong', [-0.5, -0.9, 0.2]), comparison('hardly', [-0.1, 0.5, -0.5])])
  expect(planFor(wrong)).toMatchObject({ verdict: 'not reproduced', what: 'wrong' })
  // Failing takes the stricter level of three comparisons.
  expect(planFor(wrong)?.repeats).toBe(repeatsFor(0.4, 0.5567764363, 0.05 / 3))
  expect(planFor(compare([sure]))).toBeUndefined()
})
