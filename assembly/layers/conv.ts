// A convolution, by the tiles of a dense layer: some windows are laid side by side, where they stay in cache, and multiplied with the kernel.

import { activate } from '../activation'
import { cut, gather_delta_panel, strip, transpose, weight_gradient_panel } from '../dense'
import { Reads } from '../generated/names'
import {
  batch,
  belowOf,
  deltaPanel,
  gradient,
  layer,
  memberLayer,
  panelPenalties,
  partialBytes,
  partials,
  rowsOf,
  turned,
  windows,
  zeroBias,
} from '../memory'
import { move } from '../move'
import { add_penalty_gradient, penalty } from '../update'
import { block_of, groups_of, rows_of_group, windows_at_a_time } from '../windows'
import { finish_deltas, source, sourceStride } from './common'
import { add_windows, clear_below, lay_windows } from './windows'

/** Rows first … last - 1 of the batch. */
export function conv_forward(l: i32, first: i32, last: i32): void {
  const it = layer(l)
  const own = memberLayer(batch.member, l)
  const activates = own.reads != Reads.ROW
  const sums = activates && it.keepsSums ? it.sums : it.outputs
  const end = rowsOf(it, last)
  const block = block_of(it)
  for (let at = rowsOf(it, first); at < end; at += block) {
    const count = min(block, end - at)
    const start = <usize>at * it.stride
    lay_windows(it, source(l), sourceStride(l), at, at + count, windows)
    cut(count)
    let panel = batch.member.parameters + it.offset
    for (let column = start; column < start + <usize>it.width * 4; column += 32, panel += it.panelBytes) {
      strip(count, it.depth, windows, it.windowStride, panel + 32, panel, sums + column, it.stride)
      if (activates) activate(own, sums + column, it.outputs + column, count, it.stride)
    }
  }
}

/** Rows first … last - 1 of the batch: each delta times the kernel is a window of deltas below, which are added up. */
export function conv_input_gradient(l: i32, first: i32, last: i32): void {
  const it = layer(l)
  const below = belowOf(l)
  const panels = it.height >> 3
  const panelBytes = <usize>it.width * 32
  for (let p = 0; p < panels; p++) transpose(it, batch.member.parameters, p, turned + <usize>p * panelBytes)
  clear_below(l, first, last)
  const end = rowsOf(it, last)
  const block = block_of(it)
  for (let at = rowsOf(it, first); at < end; at += block) {
    const count = min(block, end - at)
    cut(count)
    for (let p = 0; p < panels; p++) {
      const to = windows + <usize>p * 32
      strip(count, it.units, it.deltas + <usize>at * it.stride, it.stride, turned + <usize>p * panelBytes, zeroBias, to, it.windowStride)
    }
    add_windows(it, below.deltas, below.stride, at, at + count, windows)
  }
  finish_deltas(below, 0, below.width >> 3, rowsOf(below, first), rowsOf(below, last))
}

// @ts-ignore: decorator
@inline function addAll(to: usize, from: usize, bytes: usize): void {
  for (const end = to + bytes; to < end; to += 16, from += 16) v128.store(to, f32x4.add(v128.load(to), v128.load(from)))
}

/** Groups of rows: each adds up its own gradient, in ascending order. */
export function conv_gradient(l: i32, first: i32, last: i32): void {
  const it = layer(l)
  const most = windows_at_a_time(it)
  const bytes = <usize>(1 + it.depth) * 32
  for (let g = first; g < last; g++) {
    const to = partials + <usize>g * partialBytes
    memory.fill(to, 0, partialBytes)
    const end = rowsOf(it, min(batch.rows, (g + 1) * rows_of_group()))
    for (let at = rowsOf(it, g * rows_of_group()); at < end; at += most) {
      const count = min(most, end - at)
      lay_windows(it, source(l), sourceStride(l), at, at + count, windows)
      let delta = it.deltas + <usize>at * it.stride
      let panel = to
      for (let column = 0; column < it.width; column += 8, delta += 32, panel += it.panelBytes) {
        gather_delta_panel(delta, it.stride, count, deltaPanel, gradient)
        weight_gradient_panel(it.depth, windows, it.windowStride, false, count)
        addAll(panel, gradient, bytes)
      }
    }
  }
}

/** Panels: the groups' gradients together, and the update. */
export function conv_update(l: i32, first: i32, last: i32): void {
  const m = batch.member
  const it = layer(l)
  const own = memberLayer(m, l)
  const bytes = <usize>it.depth * 32
  const groups = groups_of(batch.rows)
  for (let p = first; p < last; p++) {
    const place = <usize>p * it.panelBytes
    const w = m.parameters + it.offset + place
    memory.copy(gradient, partials + place, 32 + bytes)
    for (let g = 1; g < groups; g++) addAll(gradient, partials + <usize>g * partialBytes + place, 32 + bytes)
    if (!it.bias) memory.fill(gradient, 0, 32)
    if (own.l1 != 0 || own.l2 != 0) {
      store<f64>(panelPenalties + (<usize>p << 3), penalty(w + 32, bytes, own.l1, own.l2))
      add_penalty_gradient(w + 32, gradient + 32, bytes, own.l1, own.l2)
    }
    move(m, w, gradient, 32 + bytes)
  }
}
