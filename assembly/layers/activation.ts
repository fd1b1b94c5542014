// An activation as a layer. Its sums are its inputs, so nothing is kept for those that read them.

import { activate, multiply_by_derivative } from '../activation'
import { Reads } from '../generated/names'
import { batch, belowOf, layer, layerCount, lossTakesSums, memberLayer, rowsOf } from '../memory'
import { activate_rows, differentiate_rows } from '../rowActivation'
import { finish_deltas, source, sourceStride } from './common'
import { copy_panels } from './dropout'

/** The last layer leaves its sums to the loss, which finishes them. */
// @ts-ignore: decorator
@inline function leavesSums(l: i32): bool { return l == layerCount - 1 && lossTakesSums }

/** Rows first … last - 1 of the batch: one of whole rows needs them, and the others do not mind. */
export function activation_forward(l: i32, first: i32, last: i32): void {
  const it = layer(l)
  const own = memberLayer(batch.member, l)
  const firstRow = rowsOf(it, first)
  const rows = rowsOf(it, last) - firstRow
  const stride = sourceStride(l)
  const panels = it.width >> 3
  const from = source(l) + <usize>firstRow * stride
  const to = it.outputs + <usize>firstRow * it.stride
  copy_panels(from, stride, to, it.stride, rows, 0, panels)
  if (leavesSums(l)) return
  if (own.reads == Reads.ROW) activate_rows(own.activation, to, it.units, rows, it.stride)
  else for (let p = 0; p < panels; p++) activate(own, to + <usize>p * 32, to + <usize>p * 32, rows, it.stride)
}

/** Rows first … last - 1 of the batch. */
export function activation_input_gradient(l: i32, first: i32, last: i32): void {
  const it = layer(l)
  const below = belowOf(l)
  const own = memberLayer(batch.member, l)
  const firstRow = rowsOf(it, first)
  const lastRow = rowsOf(it, last)
  const rows = lastRow - firstRow
  const panels = it.width >> 3
  const start = <usize>firstRow * it.stride
  const to = below.deltas + <usize>firstRow * below.stride
  // Layers of one width have rows at one distance.
  copy_panels(it.deltas + start, it.stride, to, below.stride, rows, 0, panels)
  if (!leavesSums(l)) {
    if (own.reads == Reads.ROW) {
      differentiate_rows(own.activation, to, it.outputs + start, it.units, rows, it.stride)
    } else {
      const read = own.reads == Reads.SUM ? below.outputs + <usize>firstRow * below.stride : it.outputs + start
      for (let p = 0; p < panels; p++) multiply_by_derivative(own, 1, to + <usize>p * 32, read + <usize>p * 32, rows, it.stride)
    }
  }
  finish_deltas(below, 0, panels, firstRow, lastRow)
}
