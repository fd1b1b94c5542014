import { describe, expect, it } from 'vitest'
import { below, erfcx, logBelow, logBetween, quantile } from '../../src/study/sampler/normal.ts'

const relative = (a: number, b: number): number => Math.abs(a - b) / Math.abs(b)

describe('the normal distribution', () => {
  // Python's math.erfc and Optuna's _log_ndtr, whose series holds in the far tail.
  it.each([
    [-37, 5.725571222525139e-300, -689.0305855768906],
    [-10, 7.619853024160593e-24, -53.23128515051246],
    [-3, 0.0013498980316300957, -6.607726221510348],
    [-0.5, 0.3085375387259869, -1.1759117615936188],
    [0.3, 0.6179114221889526, -0.4814101615884813],
    [2, 0.9772498680518208, -0.02301290932896349],
    [9, 1, -1.1285884059538422e-19],
  ])('below %d lies %d, whose logarithm is %d', (z, mass, log) => {
    expect(relative(below(z), mass)).toBeLessThan(1e-12)
    expect(relative(logBelow(z), log)).toBeLessThan(1e-14)
  })

  it('has masses where they are far below the smallest number', () => {
    // The mass between -101 and -100 is that below -100 but for e^-100: -0.5 x 100^2 - log(100 sqrt(2 pi)) + log(1 - 1e-4 + 3e-8 - 1.5e-11)
    const expected = -5000 - Math.log(100 * Math.sqrt(2 * Math.PI)) + Math.log1p(-1e-4 + 3e-8 - 1.5e-11)
    expect(relative(logBetween(-101, -100), expected)).toBeLessThan(1e-14)
    expect(logBetween(100, 101)).toBe(logBetween(-101, -100))
    expect(relative(logBetween(-0.5, 1.25), Math.log(below(1.25) - below(-0.5)))).toBeLessThan(1e-14)
  })

  it('finds the place of a mass again', () => {
    for (const z of [-37, -8, -5.1, -4.9, -2, -1.4, -0.1, 0, 0.7, 1.5, 4]) expect(quantile(below(z))).toBeCloseTo(z, 11)
    expect([quantile(0), quantile(1)]).toEqual([Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY])
  })

  it('scales what is left of a bell curve', () => {
    // 1 / (x sqrt(pi)) (1 - 1 / 2x^2 + 3 / 4x^4 - 15 / 8x^6 + ...), to 1e-15 at 300.
    expect(relative(erfcx(300), (1 - 1 / 180000 + 3 / (4 * 300 ** 4)) / (300 * Math.sqrt(Math.PI)))).toBeLessThan(1e-14)
    expect(relative(erfcx(-1), 2 * Math.E - erfcx(1))).toBeLessThan(1e-15)
  })
})
