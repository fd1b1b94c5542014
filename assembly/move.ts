// What becomes of a gradient: the parameters move along it at once, or it is kept until that of the whole network is there (whole.ts).

import { wholeGradient } from './memory'
import { Member } from './structures'
import { update } from './update'

/** `bytes` (a multiple of 32) of parameters at w, their gradient at g. */
export function move(m: Member, w: usize, g: usize, bytes: usize): void {
  if (m.whole) memory.copy(wholeGradient + (w - m.parameters), g, bytes)
  else update(m, w, g, bytes)
}
