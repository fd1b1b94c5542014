import { bisect, gammaln, max, mean, sampleStandardDeviation } from 'simple-statistics'

/** P(|T| < sqrt(df) tan(angle)) for Student's t: with that substitution its density is proportional to cos^(df - 1). */
function centralProbability(angle: number, df: number): number {
  const steps = 400
  const density = (x: number) => Math.cos(x) ** (df - 1)
  let sum = density(0) + density(angle)
  for (let i = 1; i < steps; i++) sum += (i % 2 === 1 ? 4 : 2) * density((angle * i) / steps)
  const simpson = (sum * angle) / steps / 3
  return (2 * simpson * Math.exp(gammaln((df + 1) / 2) - gammaln(df / 2))) / Math.sqrt(Math.PI)
}

/** The t with P(|T| < t) = `confidence`, for a whole number of degrees of freedom of at least 1. */
export function studentT(confidence: number, df: number): number {
  return Math.sqrt(df) * Math.tan(bisect((angle) => centralProbability(angle, df) - confidence, 0, Math.PI / 2, 100, 1e-12))
}

/** Of one value over the repeats of a run. Deviation and interval need two repeats, and are NaN with one. */
export interface Spread {
  readonly mean: number
  /** Of the sample: divided by n - 1. */
  readonly standardDeviation: number
  /** Half the width of the 95 % confidence interval of the mean, by Student's t. */
  readonly halfWidth95: number
  readonly best: number
}

export function spreadOf(values: readonly number[]): Spread {
  const all = [...values]
  const standardDeviation = all.length < 2 ? Number.NaN : sampleStandardDeviation(all)
  return {
    mean: mean(all),
    standardDeviation,
    halfWidth95: all.length < 2 ? Number.NaN : (studentT(0.95, all.length - 1) * standardDeviation) / Math.sqrt(all.length),
    best: max(all),
  }
}
