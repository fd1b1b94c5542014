// The end of a residual block: its inputs, and what its layers made of them, added up.

import { layer, rowsOf } from '../memory'
import { passes, view_of } from '../reads'
import { finish_deltas } from './common'
import { copy_panels } from './dropout'

/** Rows first … last - 1 of the batch. */
export function residual_forward(l: i32, first: i32, last: i32): void {
  const it = layer(l)
  const one = view_of(it, 0)
  const two = view_of(it, 1)
  const bytes = <usize>it.width * 4
  for (let b = rowsOf(it, first); b < rowsOf(it, last); b++) {
    const x = one.outputs + <usize>b * one.stride
    const y = two.outputs + <usize>b * two.stride
    const to = it.outputs + <usize>b * it.stride
    for (let at: usize = 0; at < bytes; at += 16) v128.store(to + at, f32x4.add(v128.load(x + at), v128.load(y + at)))
  }
}

/** Rows first … last - 1 of the batch. */
export function residual_input_gradient(l: i32, first: i32, last: i32): void {
  const it = layer(l)
  const firstRow = rowsOf(it, first)
  const lastRow = rowsOf(it, last)
  const from = it.deltas + <usize>firstRow * it.stride
  for (let k = 0; k < it.sources; k++) {
    if (!passes(it, k)) continue
    const below = view_of(it, k)
    copy_panels(from, it.stride, below.deltas + <usize>firstRow * below.stride, below.stride, lastRow - firstRow, 0, it.width >> 3)
    finish_deltas(below, 0, it.width >> 3, firstRow, lastRow)
  }
}
