// Pooling, window by window, four channels at a time. Padding is neither a maximum nor counted in an average.

import { multiply_by_derivative } from '../activation'
import { LayerKind, Reads } from '../generated/names'
import { is_masked, mask_row } from '../mask'
import { batch, belowOf, hasActivation, layer, memberLayer, rowsOf } from '../memory'
import { Layer } from '../structures'
import { splat } from '../vector'
import { finish_deltas, source, sourceStride } from './common'
import { clear_below, windowOf } from './windows'

// The part of a window that lies in its image, in cells of it.
let top: i32 = 0
let bottom: i32 = 0
let left: i32 = 0
let right: i32 = 0

function place_window(it: Layer, place: i32): void {
  const w = windowOf(it)
  const y = (place / w.outColumns) * w.strideY - w.top
  const x = (place % w.outColumns) * w.strideX - w.left
  top = max(y, 0)
  bottom = min(y + w.height, w.rows)
  left = max(x, 0)
  right = min(x + w.width, w.columns)
}

// @ts-ignore: decorator
@inline function cellOf(it: Layer, y: i32, x: i32, stride: usize): usize { return <usize>(y * windowOf(it).columns + x) * stride }

/** Whether windows are the quarters of an image whose halves meet: 2 x 2, side by side, all of them whole. */
function areQuarters(it: Layer): bool {
  const w = windowOf(it)
  const size = w.height == 2 && w.width == 2 && w.strideY == 2 && w.strideX == 2
  return size && w.top == 0 && w.left == 0 && w.outColumns * 2 == w.columns && it.positions * 4 == it.inputPositions
}

/** Of quarters. */
function quarters_forward(it: Layer, image: usize, stride: usize, first: i32, last: i32): void {
  const w = windowOf(it)
  const below = <usize>w.columns * stride
  const bytes = <usize>it.width * 4
  let to = it.outputs + <usize>rowsOf(it, first) * it.stride
  image += <usize>(first * it.inputPositions) * stride
  const lines = (last - first) * (it.positions / w.outColumns)
  for (let line = 0; line < lines; line++, image += 2 * below) {
    let from = image
    for (let x = 0; x < w.outColumns; x++, from += 2 * stride, to += it.stride) {
      for (let at: usize = 0; at < bytes; at += 16) {
        const cell = from + at
        const upper = f32x4.pmax(v128.load(cell), v128.load(cell + stride))
        const lower = f32x4.pmax(v128.load(cell + below), v128.load(cell + below + stride))
        v128.store(to + at, f32x4.pmax(upper, lower))
      }
    }
  }
}

/** Of quarters: every delta of the layer below is written. */
function quarters_input_gradient(it: Layer, under: Layer, first: i32, last: i32): void {
  const w = windowOf(it)
  const stride = under.stride
  const below = <usize>w.columns * stride
  const bytes = <usize>it.width * 4
  const toDeltas = under.deltas - under.outputs
  let place = <usize>rowsOf(it, first) * it.stride
  let image = under.outputs + <usize>rowsOf(under, first) * stride
  const lines = (last - first) * (it.positions / w.outColumns)
  for (let line = 0; line < lines; line++, image += 2 * below) {
    let from = image
    for (let x = 0; x < w.outColumns; x++, from += 2 * stride, place += it.stride) {
      for (let at: usize = 0; at < bytes; at += 16) {
        const most = v128.load(it.outputs + place + at)
        let unclaimed = v128.load(it.deltas + place + at)
        let cell = from + at
        let here = f32x4.eq(v128.load(cell), most)
        v128.store(cell + toDeltas, v128.and(unclaimed, here))
        unclaimed = v128.andnot(unclaimed, here)
        cell += stride
        here = f32x4.eq(v128.load(cell), most)
        v128.store(cell + toDeltas, v128.and(unclaimed, here))
        unclaimed = v128.andnot(unclaimed, here)
        cell = from + at + below
        here = f32x4.eq(v128.load(cell), most)
        v128.store(cell + toDeltas, v128.and(unclaimed, here))
        unclaimed = v128.andnot(unclaimed, here)
        cell += stride
        here = f32x4.eq(v128.load(cell), most)
        v128.store(cell + toDeltas, v128.and(unclaimed, here))
      }
    }
  }
}

/**
 * Where the derivative of the layer below is read off its outputs, a window's maximum is such an output: the deltas are multiplied before they are spread,
 * which is less to do. Returns whether they were.
 */
function finish_first(l: i32, first: i32, last: i32): bool {
  const it = layer(l)
  const below = belowOf(l)
  if (below.merged || below.kind == LayerKind.DENSE || !hasActivation(below)) return false
  const own = memberLayer(batch.member, below.index)
  if (own.reads != Reads.OUTPUT) return false
  const start = <usize>rowsOf(it, first) * it.stride
  const rows = rowsOf(it, last) - rowsOf(it, first)
  for (let at = start; at < start + <usize>it.width * 4; at += 32) {
    multiply_by_derivative(own, 1, it.deltas + at, it.outputs + at, rows, it.stride)
  }
  return true
}

/** Rows first … last - 1 of the batch. */
export function max_pooling_forward(l: i32, first: i32, last: i32): void {
  const it = layer(l)
  const stride = sourceStride(l)
  if (areQuarters(it)) {
    quarters_forward(it, source(l), stride, first, last)
    return
  }
  const bytes = <usize>it.width * 4
  for (let b = first; b < last; b++) {
    const image = source(l) + <usize>(b * it.inputPositions) * stride
    let to = it.outputs + <usize>rowsOf(it, b) * it.stride
    for (let p = 0; p < it.positions; p++, to += it.stride) {
      place_window(it, p)
      for (let at: usize = 0; at < bytes; at += 16) {
        let most = splat(-Infinity)
        for (let y = top; y < bottom; y++) {
          for (let x = left; x < right; x++) most = f32x4.pmax(most, v128.load(image + cellOf(it, y, x, stride) + at))
        }
        v128.store(to + at, most)
      }
    }
  }
}

/** A delta goes to the first of a window's cells that has its maximum. */
function spread(it: Layer, below: Layer, first: i32, last: i32): void {
  const bytes = <usize>it.width * 4
  const stride = below.stride
  for (let b = first; b < last; b++) {
    const start = <usize>rowsOf(below, b) * stride
    let place = <usize>rowsOf(it, b) * it.stride
    for (let p = 0; p < it.positions; p++, place += it.stride) {
      place_window(it, p)
      for (let at: usize = 0; at < bytes; at += 16) {
        const most = v128.load(it.outputs + place + at)
        let unclaimed = v128.load(it.deltas + place + at)
        for (let y = top; y < bottom; y++) {
          for (let x = left; x < right; x++) {
            const cell = start + cellOf(it, y, x, stride) + at
            const here = f32x4.eq(v128.load(below.outputs + cell), most)
            const to = below.deltas + cell
            v128.store(to, f32x4.add(v128.load(to), v128.and(unclaimed, here)))
            unclaimed = v128.andnot(unclaimed, here)
          }
        }
      }
    }
  }
}

/** Rows first … last - 1 of the batch. */
export function max_pooling_input_gradient(l: i32, first: i32, last: i32): void {
  const it = layer(l)
  const below = belowOf(l)
  const finished = finish_first(l, first, last)
  if (areQuarters(it)) {
    quarters_input_gradient(it, below, first, last)
  } else {
    clear_below(l, first, last)
    spread(it, below, first, last)
  }
  if (!finished) finish_deltas(below, 0, below.width >> 3, rowsOf(below, first), rowsOf(below, last))
}

/** The tokens by which steps of row b count (mask.ts), or 0 where all do. */
// @ts-ignore: decorator
@inline function tokensOf(l: i32, b: i32): usize { return layer(l).kind == LayerKind.GLOBAL_AVERAGE_POOLING1D ? mask_row(l, b) : 0 }

/** How many cells of the window count; of a sequence without any the mean is 0 / 0, as Keras's. */
function counted(tokens: usize): v128 {
  let count = (bottom - top) * (right - left)
  if (tokens != 0) {
    for (let t = left; t < right; t++) count -= i32(is_masked(tokens, t))
  }
  return splat(<f32>count)
}

/** Rows first … last - 1 of the batch. */
export function average_pooling_forward(l: i32, first: i32, last: i32): void {
  const it = layer(l)
  const stride = sourceStride(l)
  const bytes = <usize>it.width * 4
  for (let b = first; b < last; b++) {
    const image = source(l) + <usize>(b * it.inputPositions) * stride
    let to = it.outputs + <usize>rowsOf(it, b) * it.stride
    const tokens = tokensOf(l, b)
    for (let p = 0; p < it.positions; p++, to += it.stride) {
      place_window(it, p)
      const count = counted(tokens)
      for (let at: usize = 0; at < bytes; at += 16) {
        let total = splat(0)
        for (let y = top; y < bottom; y++) {
          for (let x = left; x < right; x++) if (!is_masked(tokens, x)) total = f32x4.add(total, v128.load(image + cellOf(it, y, x, stride) + at))
        }
        v128.store(to + at, f32x4.div(total, count))
      }
    }
  }
}

/** Rows first … last - 1 of the batch. */
export function average_pooling_input_gradient(l: i32, first: i32, last: i32): void {
  const it = layer(l)
  const below = belowOf(l)
  const bytes = <usize>it.width * 4
  clear_below(l, first, last)
  for (let b = first; b < last; b++) {
    const image = below.deltas + <usize>rowsOf(below, b) * below.stride
    let delta = it.deltas + <usize>rowsOf(it, b) * it.stride
    const tokens = tokensOf(l, b)
    for (let p = 0; p < it.positions; p++, delta += it.stride) {
      place_window(it, p)
      const count = counted(tokens)
      for (let at: usize = 0; at < bytes; at += 16) {
        const d = f32x4.div(v128.load(delta + at), count)
        for (let y = top; y < bottom; y++) {
          for (let x = left; x < right; x++) {
            if (is_masked(tokens, x)) continue
            const to = image + cellOf(it, y, x, below.stride) + at
            v128.store(to, f32x4.add(v128.load(to), d))
          }
        }
      }
    }
  }
  finish_deltas(below, 0, below.width >> 3, rowsOf(below, first), rowsOf(below, last))
}
