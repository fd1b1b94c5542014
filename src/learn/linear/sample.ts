/** Fewer rows where there are too many, and the first of the best strengths. */

import { missing } from '../../core/at.ts'
import { Purpose, permutation } from '../../core/random.ts'
import type { Chosen } from './rotate.ts'

/** At most so many of the rows, drawn without regard to anything, in the order they had. */
export function drawSome(rows: Chosen, most: number, seed: number): Chosen {
  if (rows.length <= most) return rows
  return permutation(seed, 1, rows.length, Purpose.split)
    .slice(0, most)
    .sort()
    .map((i) => rows[i] ?? missing(rows, i))
}

/** The first strength with the lowest error. */
export function lowest(strengths: readonly number[], errors: Float64Array): number {
  let best = 0
  errors.forEach((error, i) => {
    if (error < (errors[best] ?? missing(errors, best))) best = i
  })
  return strengths[best] ?? missing(strengths, best)
}
