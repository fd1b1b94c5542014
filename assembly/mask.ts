// Masks by tokens: where the inputs of a layer come of an embedding with maskZero, a step whose token is 0 does not count.

import { FULL } from './full'
import { source, sourceStride } from './layers/common'
import { layer } from './memory'

/** The inputs of layer l are masked by the tokens that layer `embedding` reads. */
export function set_mask(l: i32, embedding: i32): void {
  if (FULL) layer(l).maskedBy = embedding + 1
}

/** The tokens of row b of the batch, one float a step, or 0 where nothing is masked. */
// @ts-ignore: decorator
@inline export function mask_row(l: i32, b: i32): usize {
  const embedding = layer(l).maskedBy - 1
  return embedding < 0 ? 0 : source(embedding) + <usize>b * sourceStride(embedding)
}

/** Whether step t of a row of tokens is masked. */
// @ts-ignore: decorator
@inline export function is_masked(tokens: usize, t: i32): bool { return tokens != 0 && load<f32>(tokens + (<usize>t << 2)) == 0 }
