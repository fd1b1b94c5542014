import { describe, expect, it } from 'vitest'
import { classesOf, type Intervals, intervalOf, type NumberIntervals } from '../../src/learn/intervals/intervals.ts'
import { learnIntervals } from '../../src/learn/intervals/learn.ts'
import type { JudgedNumbers } from '../../src/learn/score/judged.ts'
import { drawFrom } from '../support/random.ts'

/** Numbers said rightly but for noise, which grows with what `spread` says. */
function uneven(rows: number, seed: number, slope: number): { judged: JudgedNumbers; spread: Float64Array } {
  const draw = drawFrom(seed)
  const spread = Float64Array.from({ length: rows }, () => draw.uniform())
  const predicted = Float64Array.from({ length: rows }, () => 10 * draw.normal())
  const actual = predicted.map((value, row) => value + (0.2 + slope * (spread[row] ?? 0)) * draw.normal())
  return { judged: { task: 'numbers', actual, predicted }, spread }
}

const numbersOf = (data: Intervals): NumberIntervals => {
  if (data.kind !== 'numbers') throw new Error('these are sets of classes')
  return data
}

/** The share of rows inside, and the mean width. */
function tried(data: NumberIntervals, { judged, spread }: ReturnType<typeof uneven>, level: number) {
  let [inside, width] = [0, 0]
  for (const [row, actual] of judged.actual.entries()) {
    const { low, high } = intervalOf(data, judged.predicted[row] ?? 0, spread[row] ?? 0, level)
    inside += Number(low <= actual && actual <= high) / judged.actual.length
    width += (high - low) / judged.actual.length
  }
  return { inside, width }
}

describe('intervals of numbers', () => {
  it.each([60, 200, 1000])('hold as often as they say, learned of %i rows', (rows) => {
    for (const level of [0.8, 0.95]) {
      let held = 0
      for (let seed = 0; seed < 30; seed++) {
        const { judged, spread } = uneven(rows, seed, 2)
        held += tried(numbersOf(learnIntervals(judged, { spread, level })), uneven(1000, 1000 + seed, 2), level).inside / 30
      }
      expect(held).toBeGreaterThan(level - 0.02)
      expect(held).toBeLessThan(level + 0.03)
    }
  })

  it('are narrower where they follow the disagreement of models, and do not where it says nothing', () => {
    const { judged, spread } = uneven(1000, 7, 2)
    const scaled = numbersOf(learnIntervals(judged, { spread }))
    expect(scaled.scale?.by).toBe('spread')
    const fresh = uneven(4000, 8, 2)
    const flat = tried(numbersOf(learnIntervals(judged)), fresh, 0.95)
    const own = tried(scaled, fresh, 0.95)
    expect(own.width).toBeLessThan(0.9 * flat.width)
    expect(own.inside).toBeGreaterThan(0.935)
    const even = uneven(1000, 9, 0)
    expect(numbersOf(learnIntervals(even.judged, { spread: even.spread })).scale).toBeUndefined()
  })

  it('follow the prediction where large numbers are said less well', () => {
    const draw = drawFrom(10)
    const predicted = Float64Array.from({ length: 600 }, () => Math.exp(draw.normal()))
    const judged: JudgedNumbers = { task: 'numbers', predicted, actual: predicted.map((value) => value * Math.exp(0.3 * draw.normal())) }
    const data = numbersOf(learnIntervals(judged))
    expect(data.scale?.by).toBe('prediction')
    const width = (prediction: number): number => intervalOf(data, prediction).high - intervalOf(data, prediction).low
    expect(width(5)).toBeGreaterThan(4 * width(0.5))
  })

  it('have no end where there are too few rows to know one', () => {
    const { judged } = uneven(38, 11, 1)
    expect(intervalOf(numbersOf(learnIntervals(judged)), 0)).toEqual({ low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY })
    const { low, high } = intervalOf(numbersOf(learnIntervals(uneven(39, 11, 1).judged)), 0)
    expect(Number.isFinite(low) && Number.isFinite(high)).toBe(true)
  })

  it('are by hand the residuals of the ranks', () => {
    const predicted = new Float64Array(19)
    const actual = Float64Array.from({ length: 19 }, (_, i) => i + 1)
    const data = numbersOf(learnIntervals({ task: 'numbers', actual, predicted }))
    expect(intervalOf(data, 100, 0, 0.9)).toEqual({ low: 101, high: 119 })
    expect(intervalOf(data, 100, 0, 0.5)).toEqual({ low: 105, high: 115 })
  })

  it('are plain data that JSON keeps, of many rows as quantiles', () => {
    const data = numbersOf(learnIntervals(uneven(30_000, 12, 2).judged))
    expect(JSON.parse(JSON.stringify(data))).toEqual(data)
    expect(data.residuals.length).toBe(2001)
    const all = uneven(30_000, 13, 2)
    expect(tried(data, all, 0.9).inside).toBeCloseTo(0.9, 1.7)
  })

  it('refuse a spread of other rows', () => {
    expect(() => learnIntervals(uneven(50, 1, 1).judged, { spread: new Float64Array(3) })).toThrow('spread holds 3 values for 50 rows')
  })
})

describe('sets of classes', () => {
  const rows = (count: number, seed: number) => {
    const draw = drawFrom(seed)
    const probabilities = new Float64Array(count * 4)
    const actual = Int32Array.from({ length: count }, (_, row) => {
      const powers = Array.from({ length: 4 }, () => Math.exp(1.5 * draw.normal()))
      const sum = powers.reduce((a, b) => a + b)
      let rest = draw.uniform()
      for (const [i, power] of powers.entries()) probabilities[row * 4 + i] = power / sum
      return Math.max(
        0,
        powers.findIndex((power) => {
          rest -= power / sum
          return rest < 0
        }),
      )
    })
    return { task: 'classes', classes: 4, actual, probabilities } as const
  }

  it.each([60, 200, 1000])('hold the true class as often as they say, learned of %i rows', (count) => {
    let [held, size] = [0, 0]
    for (let seed = 0; seed < 30; seed++) {
      const data = learnIntervals(rows(count, seed))
      if (data.kind !== 'classes') throw new Error('these are intervals')
      const fresh = rows(500, 1000 + seed)
      for (const [row, actual] of fresh.actual.entries()) {
        const set = classesOf(data, fresh.probabilities.subarray(row * 4, row * 4 + 4), 0.9)
        held += Number(set.includes(actual)) / 500 / 30
        size += set.length / 500 / 30
      }
    }
    expect(held).toBeGreaterThan(0.88)
    expect(held).toBeLessThan(0.93)
    expect(size).toBeLessThan(2.8)
  })

  it('always hold the likeliest, first, and everything where too little is known', () => {
    expect(classesOf({ kind: 'classes', rows: 19, chances: new Array(19).fill(0.9) }, [0.2, 0.5, 0.3], 0.95)).toEqual([1])
    expect(classesOf({ kind: 'classes', rows: 18, chances: new Array(18).fill(0.9) }, [0.2, 0.5, 0.3], 0.95)).toEqual([1, 2, 0])
  })
})
