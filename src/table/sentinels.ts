/** Numbers that stand for "not known" in many files: -999, 9999 and the like. */

import { missing } from '../core/at.ts'

export interface Sentinel {
  readonly value: number
  readonly times: number
  /** The least and the greatest of all others. */
  readonly low: number
  readonly high: number
}

const isNines = (value: number): boolean => /^(-9+|99+)(\.9+)?$/.test(String(value))

/** The least or the greatest number where it is of nines alone, stands there more than once, and is farther from all others than those are from each other. */
export function sentinelOf(values: Float64Array): Sentinel | undefined {
  let least = Number.POSITIVE_INFINITY
  let most = Number.NEGATIVE_INFINITY
  for (let row = 0; row < values.length; row++) {
    const value = values[row] ?? missing(values, row)
    if (value < least) least = value
    if (value > most) most = value
  }
  for (const value of [least, most]) {
    if (!isNines(value)) continue
    const found = others(values, value)
    const far = value === least ? found.low - value : value - found.high
    if (found.times > 1 && found.high > found.low && far >= found.high - found.low) return { value, ...found }
  }
  return undefined
}

function others(values: Float64Array, sentinel: number): Omit<Sentinel, 'value'> {
  let times = 0
  let low = Number.POSITIVE_INFINITY
  let high = Number.NEGATIVE_INFINITY
  for (let row = 0; row < values.length; row++) {
    const value = values[row] ?? missing(values, row)
    if (value === sentinel) times++
    else if (value < low) low = value
    if (value !== sentinel && value > high) high = value
  }
  return { times, low, high }
}
