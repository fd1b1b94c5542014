import { describe, expect, it, test } from 'vitest'
import { compare, equals, judge, verdictOf } from '../../src/replicate/claims.ts'
import { meanDifference, meanOf, studentQuantile } from '../../src/replicate/quantity.ts'

// Upper critical values: NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.2.
test.each([
  [0.025, 1, 12.706],
  [0.025, 4, 2.776],
  [0.025, 30, 2.042],
  [0.05, 2, 2.92],
  [0.005, 10, 3.169],
  [0.025, 100, 1.984],
  [0.001, 3, 10.215],
])("Student's t leaves %f above t with %i degrees of freedom", (tail, degrees, t) => {
  expect(studentQuantile(tail, degrees)).toBeCloseTo(t, 3)
})

describe('the mean of repeats', () => {
  it('has the interval and the p of a t-test', () => {
    const quantity = meanOf([1, 2, 3, 4, 5])
    expect(quantity.value).toBe(3)
    const half = (2.776445 * Math.sqrt(2.5)) / Math.sqrt(5)
    expect(quantity.interval(0.025).low).toBeCloseTo(3 - half, 5)
    expect(quantity.interval(0.025).high).toBeCloseTo(3 + half, 5)
    // scipy 1.10.1: ttest_1samp([1, 2, 3, 4, 5], 1, alternative='greater').pvalue
    expect(quantity.p('above', 1)).toBeCloseTo(0.0237103, 7)
    expect(quantity.p('below', 1)).toBeCloseTo(1 - 0.0237103, 7)
  })

  it('does not go beyond what is possible', () => {
    const interval = meanOf([0.95, 0.99], { low: 0, high: 1 }).interval(0.025)
    expect(interval.low).toBeCloseTo(0.97 - 12.706 * 0.02, 3)
    expect(interval.high).toBe(1)
  })

  it('of one repeat, or of none, is not sure of anything', () => {
    expect(meanOf([0.7]).interval(0.05)).toEqual({ low: Number.NaN, high: Number.NaN })
    expect(meanOf([0.7]).p('above', 0)).toBeNaN()
    expect(meanOf([]).value).toBeNaN()
    expect(meanDifference([1, 2], [1]).value).toBeNaN()
  })

  it('of equal repeats is sure', () => {
    expect(meanOf([2, 2, 2]).interval(0.001)).toEqual({ low: 2, high: 2 })
    expect([meanOf([2, 2]).p('above', 1), meanOf([2, 2]).p('below', 1), meanOf([2, 2]).p('above', 2)]).toEqual([0, 1, 1])
  })
})

describe('verdicts', () => {
  const claim = { id: 'X1', claim: 'more', published: '1', test: 'above 0' }
  const above = (values: readonly number[]) => ({ what: 'it', quantity: meanOf(values), side: 'above' as const, bound: 0 })
  const [sure, unsure, against] = [
    [1, 1.1, 0.9],
    [1, -1, 0.5],
    [-1, -1.1, -0.9],
  ]

  it.each([
    [[sure, sure], 'reproduced'],
    [[sure, unsure], 'undecided'],
    [[sure, against], 'not reproduced'],
    [[unsure, against], 'not reproduced'],
    [[sure, [1]], 'undecided'],
    [[], 'undecided'],
  ])('of %j is %s', (values, verdict) => {
    expect(judge(claim, compare(values.map((one) => above(one ?? [])))).verdict).toBe(verdict)
  })

  it('fail a comparison only beyond what the number of comparisons makes likely', () => {
    const values = [-0.21, -0.5, -0.79]
    const p = meanOf(values).p('below', 0)
    expect(p).toBeGreaterThan(0.025)
    expect(p).toBeLessThan(0.05)
    expect(compare([above(values)])[0]?.outcome).toBe('fails')
    expect(compare([above(values), above(sure ?? [])])[0]?.outcome).toBe('open')
  })

  it('have the largest p of their comparisons', () => {
    const evidence = compare([above(sure ?? []), above(unsure ?? [])])
    expect(judge(claim, evidence).p).toBe(Math.max(...evidence.map(({ p }) => p)))
  })

  it('hold printed numbers to their last digit', () => {
    expect(equals('loss', [14.5063, 14.50599], 14.506, 3).outcome).toBe('holds')
    expect(equals('loss', [14.5063, 14.51], 14.506, 3)).toMatchObject({ outcome: 'fails', interval: { low: 14.5063, high: 14.51 } })
    expect(equals('loss', [], 14.506, 3).outcome).toBe('open')
    expect(verdictOf([equals('loss', [0.1000004], 0.1, 3)])).toBe('reproduced')
  })
})
