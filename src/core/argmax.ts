import { present } from './at.ts'

/** The index of the largest value, the first of equals. */
export function argmax(values: ArrayLike<number>): number {
  let best = 0
  for (let i = 1; i < values.length; i++) if (present(values[i], values, i) > present(values[best], values, best)) best = i
  return best
}
