/** Fewer rows where there are too many, and the first of the best strengths. */

import { missing } from '../../core/at.ts'
import { Purpose, philox4x32 } from '../../core/random.ts'
import type { Steps } from '../../core/steps.ts'
import type { Chosen } from './rotate.ts'

/** At most so many of the rows, in the order they had: one of each of equal stretches, drawn by Philox of (seed, split) at (draw, 1, 2, 0). */
export function* drawSome(rows: Chosen, most: number, seed: number): Steps<Chosen> {
  if (rows.length <= most) return rows
  const drawn = new Uint32Array(most)
  for (let i = 0; i < most; i += 4) {
    const words = philox4x32([i, 1, 2, 0], [seed, Purpose.split])
    for (let j = 0; j < 4 && i + j < most; j++) {
      const place = Math.floor(((i + j + (words[j] ?? missing(words, j)) / 2 ** 32) * rows.length) / most)
      drawn[i + j] = rows[place] ?? missing(rows, place)
    }
    if (i % 2 ** 15 === 0) yield
  }
  return drawn
}

/** The first strength with the lowest error. */
export function lowest(strengths: readonly number[], errors: Float64Array): number {
  let best = 0
  errors.forEach((error, i) => {
    if (error < (errors[best] ?? missing(errors, best))) best = i
  })
  return strengths[best] ?? missing(strengths, best)
}
