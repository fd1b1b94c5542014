// x, or alpha x below 0: alpha for every number of a row, (positions, width), or for those of the last axis, (1, width).

import { batch, belowOf, gradient, layer, rowsOf } from '../memory'
import { move } from '../move'
import { Layer, Member } from '../structures'
import { splat } from '../vector'
import { finish_deltas, source, sourceStride } from './common'

/** Where alpha of row b of all positions is. */
// @ts-ignore: decorator
@inline function alphaOf(m: Member, it: Layer, b: i32): usize {
  return m.parameters + it.offset + <usize>(b % it.rows) * <usize>it.width * 4
}

/** Panels of outputs. */
export function prelu_forward(l: i32, first: i32, last: i32): void {
  const it = layer(l)
  const rows = rowsOf(it, batch.rows)
  const stride = sourceStride(l)
  for (let b = 0; b < rows; b++) {
    const alpha = alphaOf(batch.member, it, b)
    const from = source(l) + <usize>b * stride
    const to = it.outputs + <usize>b * it.stride
    for (let at = <usize>first * 32; at < <usize>last * 32; at += 16) {
      const x = v128.load(from + at)
      v128.store(to + at, v128.bitselect(x, f32x4.mul(v128.load(alpha + at), x), f32x4.gt(x, splat(0))))
    }
  }
}

/** Panels of the deltas of the layer below. */
export function prelu_input_gradient(l: i32, first: i32, last: i32): void {
  const it = layer(l)
  const below = belowOf(l)
  const rows = rowsOf(it, batch.rows)
  for (let b = 0; b < rows; b++) {
    const alpha = alphaOf(batch.member, it, b)
    const from = below.outputs + <usize>b * below.stride
    const to = below.deltas + <usize>b * below.stride
    const delta = it.deltas + <usize>b * it.stride
    for (let at = <usize>first * 32; at < <usize>last * 32; at += 16) {
      const d = v128.load(delta + at)
      v128.store(to + at, v128.bitselect(d, f32x4.mul(v128.load(alpha + at), d), f32x4.gt(v128.load(from + at), splat(0))))
    }
  }
  finish_deltas(below, first, last, 0, rows)
}

/** Panels of alpha: the sums of deltas times inputs below 0. */
export function prelu_update(l: i32, first: i32, last: i32): void {
  const m = batch.member
  const it = layer(l)
  const rows = rowsOf(it, batch.rows)
  const stride = sourceStride(l)
  const zero = splat(0)
  for (let p = first; p < last; p++) {
    const column = <usize>p * 32
    for (let row = 0; row < it.rows; row++) {
      let low = zero
      let upper = zero
      for (let b = row; b < rows; b += it.rows) {
        const x = source(l) + <usize>b * stride + column
        const d = it.deltas + <usize>b * it.stride + column
        low = f32x4.add(low, f32x4.mul(v128.load(d), f32x4.pmin(v128.load(x), zero)))
        upper = f32x4.add(upper, f32x4.mul(v128.load(d, 16), f32x4.pmin(v128.load(x, 16), zero)))
      }
      v128.store(gradient, low)
      v128.store(gradient, upper, 16)
      move(m, alphaOf(m, it, row) + column, gradient, 32)
    }
  }
}
