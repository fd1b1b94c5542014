// A row's positions one behind the other: a copy, since rows are padded.

import { batch, belowOf, layer } from '../memory'
import { finish_deltas, source, sourceStride } from './common'

/** Rows first … last - 1 of the batch. */
export function flatten_forward(l: i32, first: i32, last: i32): void {
  const it = layer(l)
  const stride = sourceStride(l)
  const bytes = <usize>it.inputs * 4
  let from = source(l) + <usize>(first * it.inputPositions) * stride
  let row = it.outputs + <usize>first * it.stride
  for (let b = first; b < last; b++, row += it.stride) {
    for (let p = 0, to = row; p < it.inputPositions; p++, from += stride, to += bytes) memory.copy(to, from, bytes)
  }
}

/** Rows first … last - 1 of the batch. */
export function flatten_input_gradient(l: i32, first: i32, last: i32): void {
  const it = layer(l)
  const below = belowOf(l)
  const bytes = <usize>it.inputs * 4
  const padding = <usize>(below.width - below.units) * 4
  let to = below.deltas + <usize>(first * it.inputPositions) * below.stride
  let row = it.deltas + <usize>first * it.stride
  for (let b = first; b < last; b++, row += it.stride) {
    for (let p = 0, from = row; p < it.inputPositions; p++, to += below.stride, from += bytes) {
      memory.copy(to, from, bytes)
      memory.fill(to + bytes, 0, padding)
    }
  }
  finish_deltas(below, 0, below.width >> 3, first * it.inputPositions, last * it.inputPositions)
}
