// The tails and quantiles of Student's t distribution.

import { gammaln } from 'simple-statistics'
import { quantile } from '../sampler/normal.ts'

const EPSILON = 1e-16

/** P(|T| >= |t|) of Student's t with `degrees` degrees of freedom: I_x(degrees / 2, 1 / 2) at x = degrees / (degrees + t^2). */
export function studentTwoSided(t: number, degrees: number): number {
  const square = t * t
  // Of a huge t the square is infinite, and infinity over infinity no number.
  const rest = square === Number.POSITIVE_INFINITY ? 1 : square / (degrees + square)
  return incompleteBeta(degrees / (degrees + square), rest, degrees / 2, 0.5)
}

/** The t that |T| stays below with the probability `level`; of 200 degrees of freedom and more the normal's, with its first corrections. */
export function studentQuantile(level: number, degrees: number): number {
  const z = quantile((1 + level) / 2)
  if (degrees >= 200) return z + correction(z, degrees)
  let [low, high] = [z, 2 * z]
  while (studentTwoSided(high, degrees) > 1 - level) high *= 2
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2
    if (studentTwoSided(middle, degrees) > 1 - level) low = middle
    else high = middle
  }
  return (low + high) / 2
}

/** The share's logarithm: of one near 1 from the rest, which has more digits. */
const logOf = (share: number, rest: number): number => (share > 0.5 ? Math.log1p(-rest) : Math.log(share))

/** What a quantile of Student's t is beyond the normal's (Abramowitz and Stegun 26.7.5, all four terms). */
function correction(z: number, degrees: number): number {
  const square = z * z
  const first = (square + 1) / 4
  const second = ((5 * square + 16) * square + 3) / 96
  const third = (((3 * square + 19) * square + 17) * square - 15) / 384
  const fourth = ((((79 * square + 776) * square + 1482) * square - 1920) * square - 945) / 92_160
  return (z * (first + (second + (third + fourth / degrees) / degrees) / degrees)) / degrees
}

/**
 * The regularised incomplete beta function, by its continued fraction (Abramowitz and Stegun 26.5.8) in Lentz's form.
 * @param rest 1 - x, to all its digits: of an x near 1 the difference has none left
 */
function incompleteBeta(x: number, rest: number, a: number, b: number): number {
  if (x <= 0) return 0
  if (rest <= 0) return 1
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(rest, x, b, a)
  const front = Math.exp(gammaln(a + b) - gammaln(a) - gammaln(b) + a * logOf(x, rest) + b * logOf(rest, x)) / a
  let numerator = 1
  let denominator = 1 / (1 - ((a + b) * x) / (a + 1))
  let result = denominator
  for (let m = 1; m <= 300; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
    denominator = 1 / (1 + even * denominator)
    numerator = 1 + even / numerator
    result *= numerator * denominator
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
    denominator = 1 / (1 + odd * denominator)
    numerator = 1 + odd / numerator
    const change = numerator * denominator
    result *= change
    if (Math.abs(change - 1) < EPSILON) break
  }
  return front * result
}
