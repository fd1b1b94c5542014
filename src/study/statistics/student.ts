// The tails and quantiles of Student's t distribution.

import { gammaln } from 'simple-statistics'
import { quantile } from '../sampler/normal.ts'

const EPSILON = 1e-16

/** P(|T| >= |t|) of Student's t with `degrees` degrees of freedom: I_x(degrees / 2, 1 / 2) at x = degrees / (degrees + t^2). */
export function studentTwoSided(t: number, degrees: number): number {
  return incompleteBeta(degrees / (degrees + t * t), degrees / 2, 0.5)
}

/** The t that |T| stays below with the probability `level`; of 200 degrees of freedom and more the normal's, with its first corrections. */
export function studentQuantile(level: number, degrees: number): number {
  const z = quantile((1 + level) / 2)
  // Abramowitz and Stegun 26.7.5: to 1e-7 from 200 degrees on.
  if (degrees >= 200) return z + (z ** 3 + z) / (4 * degrees) + (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * degrees ** 2)
  let [low, high] = [z, 2 * z]
  while (studentTwoSided(high, degrees) > 1 - level) high *= 2
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2
    if (studentTwoSided(middle, degrees) > 1 - level) low = middle
    else high = middle
  }
  return (low + high) / 2
}

/** The regularised incomplete beta function, by its continued fraction (Abramowitz and Stegun 26.5.8) in Lentz's form. */
function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0
  if (x >= 1) return 1
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a)
  const front = Math.exp(gammaln(a + b) - gammaln(a) - gammaln(b) + a * Math.log(x) + b * Math.log1p(-x)) / a
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
