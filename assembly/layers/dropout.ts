// Dropout as a layer: a copy, masked in training.

import { batch, belowOf, layer, memberLayer, rowsOf } from '../memory'
import { Layer } from '../structures'
import { drop, finish_deltas, source, sourceStride } from './common'

/** Panels first … last - 1, (rows, 8) each. */
export function copy_panels(from: usize, fromStride: usize, to: usize, toStride: usize, rows: i32, first: i32, last: i32): void {
  const bytes = <usize>(last - first) * 32
  from += <usize>first * 32
  to += <usize>first * 32
  for (let b = 0; b < rows; b++, from += fromStride, to += toStride) {
    for (let at: usize = 0; at < bytes; at += 16) v128.store(to + at, v128.load(from + at))
  }
}

function mask(it: Layer, l: i32, values: usize, stride: usize, rows: i32, first: i32, last: i32): void {
  const own = memberLayer(batch.member, l)
  if (batch.training && own.threshold > 0) drop(it, own, values, stride, l, first, last, 0, rows)
}

export function dropout_forward(l: i32, first: i32, last: i32): void {
  const it = layer(l)
  const rows = rowsOf(it, batch.rows)
  copy_panels(source(l), sourceStride(l), it.outputs, it.stride, rows, first, last)
  mask(it, l, it.outputs, it.stride, rows, first, last)
}

export function dropout_input_gradient(l: i32, first: i32, last: i32): void {
  const it = layer(l)
  const below = belowOf(l)
  const rows = rowsOf(it, batch.rows)
  copy_panels(it.deltas, it.stride, below.deltas, below.stride, rows, first, last)
  mask(it, l, below.deltas, below.stride, rows, first, last)
  finish_deltas(below, first, last, 0, rows)
}
