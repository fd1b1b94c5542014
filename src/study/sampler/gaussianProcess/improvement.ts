// The logarithm of the expected improvement.

import { below, erfcx, logBelow, logDensity } from '../normal.ts'

const SQRT_HALF_PI = Math.sqrt(Math.PI / 2)

/**
 * The logarithm of the expected improvement of a normal variable below `best` (Ament, Daulton, Eriksson, Balandat, Bakshy,
 * "Unexpected improvements to expected improvement", NeurIPS 2023, (9)): where the improvement itself would be 0, it still has a slope.
 */
export function logExpectedImprovement(mean: number, deviation: number, best: number): number {
  const z = (best - mean) / deviation
  return Math.log(deviation) + logGain(z)
}

/** log(density(z) + z x mass below z). */
function logGain(z: number): number {
  if (z > -1) return Math.log(Math.exp(logDensity(z)) + z * below(z))
  // 1 + z sqrt(pi / 2) erfcx(-z / sqrt 2) is 1 / z² (1 - 3 / z² + ...), and this far out only the last bits differ.
  const left = z < -1e5 ? 1 / (z * z) : 1 + z * SQRT_HALF_PI * erfcx(-z * Math.SQRT1_2)
  return logDensity(z) + Math.log(left)
}

/** How the logarithm of the expected improvement changes with the mean and with the deviation. */
export function improvementSlopes(mean: number, deviation: number, best: number): { toMean: number; toDeviation: number } {
  const z = (best - mean) / deviation
  const gain = logGain(z)
  return { toMean: -Math.exp(logBelow(z) - gain) / deviation, toDeviation: Math.exp(logDensity(z) - gain) / deviation }
}
