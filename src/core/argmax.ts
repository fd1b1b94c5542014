// The index of the largest of some numbers.

import { missing } from './at.ts'

/** The index of the largest value; the first of several equal ones. */
export function argmax(values: ArrayLike<number>): number {
  let best = 0
  for (let i = 1; i < values.length; i++) if ((values[i] ?? missing(values, i)) > (values[best] ?? missing(values, best))) best = i
  return best
}
