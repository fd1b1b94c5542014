/** Waves of a number: cos and sin of 2 pi c x, for frequencies c that are drawn once and kept. */

import { Purpose, philox4x32 } from '../../core/random.ts'
import type { Features } from './features.ts'
import { normalQuantile } from './normal.ts'

/** The part of a standard normal distribution below -3. */
const TAIL = 0.0013498980316300933

/**
 * Frequencies of a normal distribution around 0 cut off at three times `sigma`, as the initial ones of Gorishniy et al. (2022); there they are trained,
 * here they stay, which is Rahimi & Recht's (2007: "Random Features for Large-Scale Kernel Machines").
 * @param column its place, so that columns have frequencies of their own
 */
export function drawFrequencies(count: number, sigma: number, seed: number, column: number): number[] {
  return Array.from({ length: count }, (_, i) => {
    // Epoch 1 of the stream that splits rows, which uses epoch 0 alone.
    const [word] = philox4x32([i, column, 1, 0], [seed, Purpose.split])
    const u = (word + 0.5) / 2 ** 32
    return sigma * normalQuantile(TAIL + (1 - 2 * TAIL) * u)
  })
}

/** First all cosines, then all sines. */
export function writePeriodic(x: number, frequencies: readonly number[], to: Features, at: number): void {
  const count = frequencies.length
  frequencies.forEach((frequency, i) => {
    const angle = 2 * Math.PI * frequency * x
    to[at + i] = Math.cos(angle)
    to[at + count + i] = Math.sin(angle)
  })
}
