/** The exponential function, to 3e-10 of itself: float32 keeps 6e-8, and the engine's own takes three times as long. */

import { missing } from '../../core/at.ts'

/** Beyond them float64 has only 0 and infinity. */
const LEAST = -708
const MOST = 709

/** 2^k, from k = LOWEST on. */
const LOWEST = -1022
const POWERS = Float64Array.from({ length: 2046 }, (_, i) => 2 ** (i + LOWEST))

/** ln 2 in two parts, of which the first has so few digits that k times it is exact (Cody & Waite 1980). */
const LN2_HIGH = 6.93145751953125e-1
const LN2_LOW = 1.4286068203094173e-6

/** e^z = 2^k e^r with r within ln 2 / 2 of 0, where eight terms of the series do. */
export function exp(z: number): number {
  const x = z < LEAST ? LEAST : z > MOST ? MOST : z
  const k = Math.floor(x * Math.LOG2E + 0.5)
  const r = x - k * LN2_HIGH - k * LN2_LOW
  const series = 1 + r * (1 + r * (1 / 2 + r * (1 / 6 + r * (1 / 24 + r * (1 / 120 + r * (1 / 720 + r * (1 / 5040 + r * (1 / 40320))))))))
  // Of NaN there is no k; the series is NaN itself.
  const place = Number.isNaN(k) ? 0 : k - LOWEST
  return series * (POWERS[place] ?? missing(POWERS, place))
}
