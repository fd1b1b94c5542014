import fc from 'fast-check'
import { mean } from 'simple-statistics'
import { describe, expect, it } from 'vitest'
import { StudyRandom } from '../../src/study/random.ts'
import { bootstrap } from '../../src/study/statistics/bootstrap.ts'
import { compareRepeats, compareTrials } from '../../src/study/statistics/compare.ts'
import { adjust } from '../../src/study/statistics/corrections.ts'
import { correlate, kendall, type Pair, spearman } from '../../src/study/statistics/correlation.ts'
import { cliffsDelta, cohensDz, rankBiserial } from '../../src/study/statistics/effects.ts'
import { rankCorrelation, topKRegret } from '../../src/study/statistics/rungs.ts'
import { signedRankTest } from '../../src/study/statistics/signedRank.ts'
import { summarize } from '../../src/study/statistics/summary.ts'
import { mannWhitneyTest, pairedTTest } from '../../src/study/statistics/tests.ts'
import type { Trial } from '../../src/study/trial.ts'
import { expectClose, FLOAT64 } from '../support/close.ts'
import { trialOf } from '../support/trials.ts'

const average = (values: readonly number[]): number => mean([...values])
const normals = (seed: number, count: number): number[] => {
  const random = new StudyRandom(seed, 0)
  return Array.from({ length: count }, () => random.normal())
}
const numbers = fc.array(fc.integer({ min: -5, max: 5 }), { minLength: 1, maxLength: 15 })

describe('bootstrap', () => {
  it('is the same for the same seed and another for another', () => {
    const values = normals(1, 12)
    expect(bootstrap(values, average, { seed: 5 })).toEqual(bootstrap(values, average, { seed: 5 }))
    expect(bootstrap(values, average, { seed: 5 }).low).not.toBe(bootstrap(values, average, { seed: 6 }).low)
  })

  it('moves the interval of a skewed sample towards its tail', () => {
    const values = normals(2, 15).map(Math.exp)
    const [bca, percentile] = (['bca', 'percentile'] as const).map((method) => bootstrap(values, average, { method }))
    expect(bca?.low).toBeGreaterThan(percentile?.low ?? Number.NaN)
    expect(bca?.high).toBeGreaterThan(percentile?.high ?? Number.NaN)
  })

  it('covers the mean of normal samples about as often as it says', () => {
    const covered = Array.from({ length: 200 }, (_, study) => bootstrap(normals(100 + study, 20), average, { level: 0.9, resamples: 400 }))
    const share = covered.filter(({ low, high }) => low <= 0 && 0 <= high).length / covered.length
    // Binomial with n = 200: 0.9 +- 0.06 at three standard deviations; the bootstrap of 20 values is known to cover a little less.
    expect(share).toBeGreaterThan(0.8)
    expect(share).toBeLessThan(0.96)
  })

  it('says so where there is no interval, and gives one value for equal ones', () => {
    expect(bootstrap([3], average)).toEqual({ value: 3, low: Number.NaN, high: Number.NaN })
    expect(bootstrap([3, 3, 3], average)).toEqual({ value: 3, low: 3, high: 3 })
    expect(summarize([])).toEqual({ count: 0, mean: Number.NaN, sd: Number.NaN, low: Number.NaN, high: Number.NaN })
  })
})

describe('summarize', () => {
  it.each([2, 3, 5, 10])('holds the mean of %i normal values as often as it says', (count) => {
    const held = Array.from({ length: 2000 }, (_, study) => summarize(normals(100 + study, count))).filter(
      ({ low, high }) => low <= 0 && 0 <= high,
    )
    // Binomial with n = 2000: 0.95 +- 0.015 at three standard deviations.
    expect(Math.abs(held.length / 2000 - 0.95)).toBeLessThan(0.015)
  })

  it("is Student's t, or a bootstrap where there are options of one", () => {
    // t of two degrees of freedom at 97.5 %: 4.302652729911275 (scipy.stats.t.ppf).
    const { count, mean: centre, sd, low, high } = summarize([1, 2, 3])
    expect({ count, centre, sd }).toEqual({ count: 3, centre: 2, sd: 1 })
    expectClose([low, high], [2 - 4.302652729911275 / Math.sqrt(3), 2 + 4.302652729911275 / Math.sqrt(3)], 'ends', FLOAT64)
    const values = normals(3, 12)
    const { low: least, high: most } = bootstrap(values, average, { seed: 5 })
    expect(summarize(values, { seed: 5 })).toMatchObject({ low: least, high: most })
  })

  it('has no interval where nothing is known of the scatter', () => {
    expect(summarize([2])).toEqual({ count: 1, mean: 2, sd: Number.NaN, low: Number.NaN, high: Number.NaN })
    expect(summarize([2, 2])).toEqual({ count: 2, mean: 2, sd: 0, low: Number.NaN, high: Number.NaN })
    expect(summarize([2, 4])).toMatchObject({ count: 2, mean: 3, sd: Math.SQRT2 })
    // Their sum over their number is 0.9380000000000001.
    const equal = [0.938, 0.938, 0.938]
    expect(summarize(equal)).toEqual({ count: 3, mean: 0.938, sd: 0, low: Number.NaN, high: Number.NaN })
    expect(pairedTTest(equal)).toEqual({ t: Number.POSITIVE_INFINITY, degrees: 2, p: 0 })
    expect(cohensDz(equal)).toBe(Number.POSITIVE_INFINITY)
  })
})

describe('tests', () => {
  it('give p = 1 for no difference at all, or none where it has no meaning', () => {
    expect(signedRankTest([0, 0, 0])).toEqual({ plus: 0, minus: 0, p: 1, method: 'exact' })
    expect(signedRankTest([0, 0, 0], 'greater', 'split').p).toBe(1)
    expect(pairedTTest([0, 0]).p).toBeNaN()
    expect(pairedTTest([1]).p).toBeNaN()
    expect(pairedTTest([1, 1]).p).toBe(0)
    expect(mannWhitneyTest([], [1]).p).toBeNaN()
  })

  it('count by hand for few differences', () => {
    // Of the 2^4 sign patterns of the ranks 1 … 4 one has the sum 10, one 9, one 8.
    expect(signedRankTest([1, 2, 3, 4], 'greater').p).toBe(1 / 16)
    expect(signedRankTest([-1, 2, 3, 4], 'greater').p).toBe(2 / 16)
    expect(signedRankTest([1, -2, 3, 4]).p).toBe(6 / 16)
    // Equal ones too: all five signs agree in 2 of 2^5 patterns, so no five repeats come out below 0.0625.
    expect(signedRankTest([1, 1, 1, 1, 1])).toEqual({ plus: 15, minus: 0, p: 2 / 32, method: 'exact' })
    expect(signedRankTest([0, 1, 1], 'greater').p).toBe(1 / 4)
    // Of the 10 ways to place 2 among 5, one is the most extreme.
    expect(mannWhitneyTest([8, 9], [1, 2, 3], 'greater')).toEqual({ u: 6, p: 0.1, method: 'exact' })
    expect(mannWhitneyTest([8, 9], [1, 2, 3], 'less').p).toBe(1)
  })
})

describe('effects', () => {
  it('are what their definitions say', () => {
    expect(cohensDz([1, 2, 3])).toBe(2)
    expect(rankBiserial([1, 2, -3])).toBe(0)
    expect(rankBiserial([0, 1, 2, 3])).toBe(1)
    expect(rankBiserial([0])).toBe(0)
    const property = fc.property(numbers, numbers, (a, b) => {
      const wins = a.flatMap((x) => b.map((y) => Math.sign(x - y))).reduce((sum, win) => sum + win, 0)
      expect(cliffsDelta(a, b)).toBeCloseTo(wins / (a.length * b.length), 12)
    })
    fc.assert(property)
  })
})

describe('adjust', () => {
  it('is R’s p.adjust', () => {
    // p.adjust(c(0.01, 0.04, 0.03, 0.005), 'holm') and 'BH'
    expect(adjust([0.01, 0.04, 0.03, 0.005], 'holm').map((p) => Number(p.toFixed(12)))).toEqual([0.03, 0.06, 0.06, 0.02])
    expect(adjust([0.01, 0.04, 0.03, 0.005], 'benjaminiHochberg').map((p) => Number(p.toFixed(12)))).toEqual([0.02, 0.04, 0.04, 0.02])
    expect(adjust([0.6, Number.NaN, 0.7], 'holm')).toEqual([1, Number.NaN, 1])
    expect(adjust([0.2, 0.1], 'none')).toEqual([0.2, 0.1])
  })

  it('keeps the order of the p-values, and Holm is never below Benjamini and Hochberg', () => {
    const property = fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1 }), (ps) => {
      const [holm, bh] = [adjust(ps, 'holm'), adjust(ps, 'benjaminiHochberg')]
      for (const [i, p] of ps.entries()) {
        expect(bh[i]).toBeGreaterThanOrEqual(p)
        expect(holm[i]).toBeGreaterThanOrEqual((bh[i] ?? 2) - 1e-15)
        expect(holm[i]).toBeLessThanOrEqual(1)
        for (const [j, other] of ps.entries()) if (p < other) expect(holm[i]).toBeLessThanOrEqual(holm[j] ?? -1)
      }
    })
    fc.assert(property)
  })
})

describe('rank correlation', () => {
  it('counts pairs as Kendall’s definition does', () => {
    const property = fc.property(fc.array(fc.tuple(fc.nat(6), fc.nat(6)), { minLength: 2, maxLength: 20 }), (pairs) => {
      let [score, distinctX, distinctY] = [0, 0, 0]
      for (const [i, [x1, y1]] of pairs.entries()) {
        for (const [x2, y2] of pairs.slice(0, i)) {
          score += Math.sign(x1 - x2) * Math.sign(y1 - y2)
          distinctX += x1 === x2 ? 0 : 1
          distinctY += y1 === y2 ? 0 : 1
        }
      }
      expectClose(
        [distinctX * distinctY === 0 ? 0 : kendall(pairs)],
        [score / Math.sqrt(Math.max(1, distinctX * distinctY))],
        'tau',
        FLOAT64,
      )
    })
    fc.assert(property)
  })

  it('has an interval around the value, and is NaN where one side is constant', () => {
    const random = new StudyRandom(3, 0)
    const pairs = Array.from({ length: 25 }, (_, i): Pair => [i, i + 8 * random.normal()])
    for (const by of ['spearman', 'kendall'] as const) {
      const { value, low, high } = correlate(pairs, by)
      expect(-1 < low && low < value && value < high && high < 1).toBe(true)
    }
    expect([
      spearman([
        [1, 2],
        [1, 3],
      ]),
      kendall([
        [1, 2],
        [1, 3],
      ]),
      spearman([[1, 2]]),
    ]).toEqual([Number.NaN, Number.NaN, Number.NaN])
  })
})

/** Trial n ends at finals[n] and reports early[n] at step 2, finals[n] at step 5. */
const curves = (early: readonly number[], finals: readonly number[]): Trial[] =>
  finals.map((final, number) =>
    trialOf(number, 'complete', {
      values: [final],
      intermediateValues: new Map([
        [2, early[number] ?? Number.NaN],
        [5, final],
      ]),
    }),
  )

describe('rungs', () => {
  const trials = curves([4, 3, 2, 1, Number.NaN], [1, 3, 2, 4, 5])

  it('correlate reports with final values, of complete trials that have both', () => {
    const pruned = trialOf(5, 'pruned', { values: [9], intermediateValues: new Map([[2, -9]]) })
    const [early, late] = rankCorrelation([...trials, pruned])
    expect(early).toMatchObject({ step: 2, count: 4 })
    expect(early?.spearman.value).toBeCloseTo(-0.8, 12)
    expect(early?.kendall.value).toBeCloseTo(-2 / 3, 12)
    expect(late).toMatchObject({ step: 5, count: 5, kendall: { value: 1 } })
    expect(late?.spearman.value).toBeCloseTo(1, 12)
    expect(rankCorrelation(trials, [2]).map(({ step }) => step)).toEqual([2])
    expect(rankCorrelation(trials.slice(0, 2))).toEqual([])
    // Of two pairs there is a correlation, but none of either alone, so no interval.
    const [two] = rankCorrelation(trials.slice(0, 2), [2])
    expect(two).toMatchObject({ count: 2, spearman: { low: Number.NaN, high: Number.NaN }, kendall: { low: Number.NaN, high: Number.NaN } })
    expect(Math.abs(two?.kendall.value ?? 0)).toBe(1)
    // Nothing correlates more than wholly, however it is rounded.
    for (let count = 3; count < 60; count++)
      expect(Math.abs(spearman(Array.from({ length: count }, (_, i): Pair => [i, i ** 2])))).toBeLessThanOrEqual(1)
  })

  it('cost what the best of the first k lacks', () => {
    // By the reports at step 2 the order is 3, 2, 1, 0 where less is better; the winner, trial 0, comes last.
    expect([1, 2, 3, 4, 9].map((k) => topKRegret(trials, 2, k, 'minimize'))).toEqual([3, 1, 1, 0, 0])
    expect([1, 2, 3, 4].map((k) => topKRegret(trials, 2, k, 'maximize'))).toEqual([3, 1, 1, 0])
    expect(topKRegret(trials, 5, 1, 'minimize')).toBe(0)
    expect(topKRegret(trials, 3, 1, 'minimize')).toBeNaN()
  })
})

describe('compareTrials', () => {
  const repeated = (number: number, values: readonly number[], state: Trial['state'] = 'complete'): Trial =>
    trialOf(number, state, { values: [average(values)], userAttrs: { 'espalier:repeats': values.map((value) => [7, value]) } })
  const base = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6]
  const trials = [
    repeated(
      0,
      base.map((x, i) => x + 0.1 + 0.01 * i),
    ),
    repeated(1, base),
    repeated(
      2,
      base.map((x, i) => x + (i % 2 ? 0.05 : -0.03) * (1 + i / 10)),
    ),
    repeated(3, base.slice(1)),
    repeated(4, [...base.slice(1), Number.NaN]),
    repeated(
      5,
      base.map(() => -1),
      'pruned',
    ),
    trialOf(6, 'complete', { values: [-1] }),
  ]
  const table = compareTrials(trials, { direction: 'minimize', objective: 1 })

  it('pairs complete, repeated trials with the best, from the best mean to the worst', () => {
    expect(table.best.number).toBe(1)
    expect(table.best.summary.mean).toBeCloseTo(0.35, 12)
    expect(table.rows.map(({ number }) => number)).toEqual([2, 0])
    const [near, far] = table.rows
    expect(far?.difference.mean).toBeCloseTo(0.125, 12)
    expect(far).toMatchObject({ p: 2 / 64, adjustedP: 4 / 64, rankBiserial: 1 })
    expect(far?.cohensDz).toBeCloseTo(0.125 / Math.sqrt(0.00035), 8)
    expect(near?.p).toBeGreaterThan(0.3)
    expect(near?.adjustedP).toBe(near?.p)
  })

  it('takes the other direction, test and correction', () => {
    const other = compareTrials(trials, { direction: 'maximize', objective: 1, test: 't', correction: 'none' })
    expect(other.best.number).toBe(0)
    expect(other.rows.map(({ number }) => number)).toEqual([2, 1])
    expect(other.rows.every(({ p, adjustedP }) => p === adjustedP)).toBe(true)
    expect(other.rows[1]?.p).toBeLessThan(1e-4)
  })

  it('refuses trials without repeats', () => {
    expect(() => compareTrials(trials.slice(6), { direction: 'minimize' })).toThrow('takes complete trials of at least 2 repeats')
  })

  it('is the same for plain lists, whose places are their numbers', () => {
    const lists = trials.map(({ state, userAttrs }) =>
      state === 'complete' ? ((userAttrs['espalier:repeats'] ?? []) as number[][]).map(([, value = Number.NaN]) => value) : [],
    )
    expect(compareRepeats(lists, { direction: 'minimize' })).toEqual(table)
    expect(() => compareRepeats([[1], []], { direction: 'minimize' })).toThrow('no list holds 2 finite values or more')
  })
})
