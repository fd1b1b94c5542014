// Reproducible random numbers for tests.

import { philox4x32 } from '../../src/core/random.ts'
import { at } from './close.ts'

/** Numbers for tests, the same everywhere: a function of the seed and the call's number. */
export interface Draw {
  /** 0 <= x < 1 */
  uniform(): number
  /** Roughly normal, mean 0, standard deviation 1: the sum of twelve uniforms less six. */
  normal(): number
  /** 0 … below - 1 */
  index(below: number): number
}

export function drawFrom(seed: number): Draw {
  let count = 0
  const uniform = () => {
    const words = philox4x32([count >>> 2, 0, 0, 0], [seed, 0xffff])
    count += 1
    return at(words, (count - 1) & 3) / 2 ** 32
  }
  return {
    uniform,
    normal: () => Array.from({ length: 12 }, uniform).reduce((sum, x) => sum + x, -6),
    index: (below) => Math.floor(uniform() * below),
  }
}
