// The end of branches: what they made, one behind the other on the last axis.

import { layer, rowsOf } from '../memory'
import { passes, view_of } from '../reads'
import { finish_deltas } from './common'

/** Rows first … last - 1 of the batch. */
export function concatenate_forward(l: i32, first: i32, last: i32): void {
  const it = layer(l)
  for (let k = 0, offset: usize = 0; k < it.sources; k++) {
    const below = view_of(it, k)
    const bytes = <usize>below.units * 4
    for (let b = rowsOf(it, first); b < rowsOf(it, last); b++) {
      memory.copy(it.outputs + <usize>b * it.stride + offset, below.outputs + <usize>b * below.stride, bytes)
    }
    offset += bytes
  }
}

/** Rows first … last - 1 of the batch. */
export function concatenate_input_gradient(l: i32, first: i32, last: i32): void {
  const it = layer(l)
  const firstRow = rowsOf(it, first)
  const lastRow = rowsOf(it, last)
  for (let k = 0, offset: usize = 0; k < it.sources; k++) {
    const below = view_of(it, k)
    const bytes = <usize>below.units * 4
    if (passes(it, k)) {
      const padding = <usize>(below.width - below.units) * 4
      for (let b = firstRow; b < lastRow; b++) {
        const to = below.deltas + <usize>b * below.stride
        memory.copy(to, it.deltas + <usize>b * it.stride + offset, bytes)
        memory.fill(to + bytes, 0, padding)
      }
      finish_deltas(below, 0, below.width >> 3, firstRow, lastRow)
    }
    offset += bytes
  }
}
