import { readFileSync } from 'node:fs'
import { mean } from 'simple-statistics'
import { describe, expect, it } from 'vitest'
import { below, quantile } from '../../src/study/sampler/normal.ts'
import { bootstrap } from '../../src/study/statistics/bootstrap.ts'
import { kendall, type Pair, spearman } from '../../src/study/statistics/correlation.ts'
import { type Alternative, signedRankTest } from '../../src/study/statistics/signedRank.ts'
import { studentTwoSided } from '../../src/study/statistics/student.ts'
import { standardDeviation } from '../../src/study/statistics/summary.ts'
import { mannWhitneyTest, pairedTTest } from '../../src/study/statistics/tests.ts'
import { expectClose } from '../support/close.ts'

interface Golden {
  readonly scipy: string
  readonly normalCdf: readonly [z: number, p: number][]
  readonly normalQuantile: readonly [p: number, z: number][]
  readonly studentTwoSided: readonly [t: number, degrees: number, p: number][]
  readonly signedRank: readonly { differences: number[]; alternative: Alternative; zeros: 'drop' | 'split'; p: number }[]
  readonly mannWhitney: readonly { a: number[]; b: number[]; alternative: Alternative; u: number; p: number }[]
  readonly correlations: readonly { x: number[]; y: number[]; spearman: number; kendall: number }[]
  readonly tTests: readonly { differences: number[]; t: number; p: number }[]
  readonly bootstraps: readonly {
    items: number[]
    statistic: 'mean' | 'standardDeviation'
    method: 'bca' | 'percentile'
    low: number
    high: number
  }[]
}

/** Written by test/support/python/statistics.py. */
const golden: Golden = JSON.parse(readFileSync(new URL('../golden/scipy-statistics.json', import.meta.url), 'utf8'))

/** Two float64 computations by different formulas, relative also where p is tiny. */
const DIGITS = { absolute: 0, relative: 1e-11 }
const same = (pairs: readonly (readonly [actual: number, expected: number])[], what: string): void =>
  expectClose(
    pairs.map(([actual]) => actual),
    pairs.map(([, expected]) => expected),
    what,
    DIGITS,
  )

describe(`statistics agree with scipy ${golden.scipy}`, () => {
  it('normal and t distribution', () => {
    same(
      golden.normalCdf.map(([z, p]) => [below(z), p]),
      'normalCdf',
    )
    same(
      golden.normalQuantile.map(([p, z]) => [quantile(p), z]),
      'normalQuantile',
    )
    same(
      golden.studentTwoSided.map(([t, degrees, p]) => [studentTwoSided(t, degrees), p]),
      'studentTwoSided',
    )
  })

  it('signed-rank test, exact and normal, with ties and zeros', () => {
    same(
      golden.signedRank.map(({ differences, alternative, zeros, p }) => [signedRankTest(differences, alternative, zeros).p, p]),
      'signedRank',
    )
    expect(new Set(golden.signedRank.map(({ differences }) => signedRankTest(differences).method)).size).toBe(2)
  })

  it('Mann-Whitney test, exact and normal, with ties', () => {
    const results = golden.mannWhitney.map(({ a, b, alternative }) => mannWhitneyTest(a, b, alternative))
    same(
      results.map(({ u }, i) => [u, golden.mannWhitney[i]?.u ?? Number.NaN]),
      'u',
    )
    same(
      results.map(({ p }, i) => [p, golden.mannWhitney[i]?.p ?? Number.NaN]),
      'p',
    )
    expect(new Set(results.map(({ method }) => method)).size).toBe(2)
  })

  it('paired t-test', () => {
    same(
      golden.tTests.flatMap(({ differences, t, p }) => {
        const result = pairedTTest(differences)
        return [[result.t, t] as const, [result.p, p] as const]
      }),
      'tTest',
    )
  })

  it('Spearman and Kendall', () => {
    for (const { x, y, spearman: rho, kendall: tau } of golden.correlations) {
      const pairs = x.map((one, i): Pair => [one, y[i] ?? Number.NaN])
      expectClose([spearman(pairs), kendall(pairs)], [rho, tau], `${x.length} pairs`, { absolute: 1e-14, relative: 1e-12 })
    }
  })

  it.each(golden.bootstraps)('$method interval of a $statistic', ({ items, statistic, method, low, high }) => {
    const of = (sample: readonly number[]): number => (statistic === 'mean' ? mean([...sample]) : standardDeviation(sample))
    const resampled = bootstrap(items, of, { method, level: 0.9, resamples: 20_000, seed: 3 })
    // Other random numbers: the ends of 20000 resamples scatter by less than a hundredth of the interval.
    const tolerance = 0.02 * (high - low)
    expect(Math.abs(resampled.low - low)).toBeLessThan(tolerance)
    expect(Math.abs(resampled.high - high)).toBeLessThan(tolerance)
  })
})
