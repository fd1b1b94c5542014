// The first half of the inputs times the sigmoid of the second.

import { batch, belowOf, layer, rowsOf } from '../memory'
import { firstLanes, sigmoid, splat } from '../vector'
import { finish_deltas, source, sourceStride } from './common'

/** Rows first … last - 1 of the batch. */
export function glu_forward(l: i32, first: i32, last: i32): void {
  const it = layer(l)
  const stride = sourceStride(l)
  const half = <usize>it.units * 4
  const firstRow = rowsOf(it, first)
  let from = source(l) + <usize>firstRow * stride
  let to = it.outputs + <usize>firstRow * it.stride
  for (let b = firstRow; b < rowsOf(it, last); b++, from += stride, to += it.stride) {
    for (let o = 0; o < it.units; o += 4) {
      const at = <usize>o << 2
      const y = f32x4.mul(v128.load(from + at), sigmoid(v128.load(from + half + at)))
      v128.store(to + at, v128.and(y, firstLanes(it.units - o)))
    }
  }
}

/** Rows first … last - 1 of the batch. */
export function glu_input_gradient(l: i32, first: i32, last: i32): void {
  const it = layer(l)
  const below = belowOf(l)
  const half = <usize>it.units * 4
  const firstRow = rowsOf(it, first)
  const lastRow = rowsOf(it, last)
  for (let b = firstRow; b < lastRow; b++) {
    const x = below.outputs + <usize>b * below.stride
    const to = below.deltas + <usize>b * below.stride
    const delta = it.deltas + <usize>b * it.stride
    memory.fill(to, 0, <usize>below.width * 4)
    // One by one: the halves need not begin at a vector, and the second must not be overwritten by the first's padding.
    for (let at: usize = 0; at < half; at += 4) {
      const gate = f32x4.extract_lane(sigmoid(splat(load<f32>(x + half + at))), 0)
      const d = load<f32>(delta + at)
      store<f32>(to + at, d * gate)
      store<f32>(to + half + at, d * load<f32>(x + at) * gate * (1 - gate))
    }
  }
  finish_deltas(below, 0, below.width >> 3, firstRow, lastRow)
}
