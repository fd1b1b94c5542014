/** Quantiles of Student's t distribution. */

import { quantile } from '../../study/sampler/normal.ts'
import { studentTwoSided } from '../../study/statistics/student.ts'

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
