import { gammaln, probit } from 'simple-statistics'

/**
 * The standard normal and Student's t distribution to about 14 digits. (simple-statistics' `cumulativeStdNormalProbability` is a table of four
 * digits, too few for small p-values.)
 */

const EPSILON = 1e-16

/** 1 - erf(x) for x >= 0 (Abramowitz and Stegun, 7.1.6 below 2, 7.1.14 above). */
function complementOfErf(x: number): number {
  const factor = Math.exp(-x * x) / Math.sqrt(Math.PI)
  if (x < 2) {
    let term = 2 * x
    let sum = term
    for (let n = 1; term > EPSILON * sum; n++) {
      term *= (2 * x * x) / (2 * n + 1)
      sum += term
    }
    return 1 - factor * sum
  }
  let fraction = x
  // 100 levels: at x = 2 the fraction's last digit stands after about 60.
  for (let n = 100; n >= 1; n--) fraction = x + n / 2 / fraction
  return factor / fraction
}

/** P(Z <= z) of a standard normal Z; small values keep their digits. */
export function normalCdf(z: number): number {
  const half = complementOfErf(Math.abs(z) / Math.SQRT2) / 2
  return z > 0 ? 1 - half : half
}

/** The z with normalCdf(z) = p: simple-statistics' `probit` (two digits), improved by Halley's method. */
export function normalQuantile(p: number): number {
  if (p <= 0) return Number.NEGATIVE_INFINITY
  if (p >= 1) return Number.POSITIVE_INFINITY
  if (p > 0.5) return -normalQuantile(1 - p)
  let z = probit(p)
  for (let i = 0; i < 4; i++) {
    const step = (normalCdf(z) - p) * Math.sqrt(2 * Math.PI) * Math.exp((z * z) / 2)
    z -= step / (1 + (z * step) / 2)
  }
  return z
}

/** P(|T| >= |t|) of Student's t with `degrees` degrees of freedom: I_x(degrees / 2, 1 / 2) at x = degrees / (degrees + t^2). */
export function studentTwoSided(t: number, degrees: number): number {
  return incompleteBeta(degrees / (degrees + t * t), degrees / 2, 0.5)
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
