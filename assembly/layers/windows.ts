// Windows laid side by side, so that a convolution is a matrix product; and the way back. Sequences are images of one row.

import { belowOf, layer, rowsOf } from '../memory'
import { Layer, Window } from '../structures'

// @ts-ignore: decorator
@inline export function windowOf(it: Layer): Window { return changetype<Window>(it.window) }

/** Up to 12 bytes more than `bytes`, which what is copied next overwrites: windows are written in ascending order. */
// @ts-ignore: decorator
@inline function copy(to: usize, from: usize, bytes: usize): void {
  const end = to + bytes
  while (to < end) {
    v128.store(to, v128.load(from))
    to += 16
    from += 16
  }
}

/** Likewise. */
// @ts-ignore: decorator
@inline function clear(to: usize, bytes: usize): void {
  const end = to + bytes
  while (to < end) {
    v128.store(to, f32x4.splat(0))
    to += 16
  }
}

/**
 * Windows of places first … last - 1 of all the batch's outputs, from images at `images` (stride bytes a cell) to rows of `it.depth` numbers at `to`,
 * windowStride apart, with 16 bytes to spare behind the last.
 */
export function lay_windows(it: Layer, images: usize, stride: usize, first: i32, last: i32, to: usize): void {
  const w = windowOf(it)
  const cell = <usize>it.inputs * 4
  const width = w.width
  const run = <usize>width * cell
  // Neighbours lie one behind the other.
  const joined = stride == cell && w.dilationX == 1
  let image = images + <usize>(first / it.positions * it.inputPositions) * stride
  const place = first % it.positions
  let y = (place / w.outColumns) * w.strideY - w.top
  let column = place % w.outColumns
  let left = it.positions - place
  for (let i = first; i < last; i++, to += it.windowStride) {
    const x = column * w.strideX - w.left
    let at = to
    for (let k = 0; k < w.height; k++) {
      const row = y + k * w.dilationY
      if (<u32>row >= <u32>w.rows) {
        clear(at, run)
        at += run
        continue
      }
      const from = image + <usize>(row * w.columns) * stride
      if (joined) {
        const before = min(max(-x, 0), width)
        const end = max(min(w.columns - x, width), before)
        if (before > 0) clear(at, <usize>before * cell)
        copy(at + <usize>before * cell, from + <usize>(x + before) * cell, <usize>(end - before) * cell)
        if (end < width) clear(at + <usize>end * cell, <usize>(width - end) * cell)
        at += run
        continue
      }
      for (let j = 0, c = x; j < width; j++, c += w.dilationX, at += cell) {
        if (<u32>c < <u32>w.columns) copy(at, from + <usize>c * stride, cell)
        else clear(at, cell)
      }
    }
    if (++column == w.outColumns) {
      column = 0
      y += w.strideY
    }
    if (--left == 0) {
      left = it.positions
      y = -w.top
      image += <usize>it.inputPositions * stride
    }
  }
}

/** Adds exactly `bytes`. */
// @ts-ignore: decorator
@inline function add(to: usize, from: usize, bytes: usize): void {
  const end = to + bytes
  while (to + 16 <= end) {
    v128.store(to, f32x4.add(v128.load(to), v128.load(from)))
    to += 16
    from += 16
  }
  while (to < end) {
    store<f32>(to, load<f32>(to) + load<f32>(from))
    to += 4
    from += 4
  }
}

/** The way back: adds the numbers of windows to the cells they were laid from; what lay on padding is dropped. */
export function add_windows(it: Layer, images: usize, stride: usize, first: i32, last: i32, from: usize): void {
  const w = windowOf(it)
  const cell = <usize>it.inputs * 4
  const width = w.width
  const run = <usize>width * cell
  const joined = stride == cell && w.dilationX == 1
  let image = images + <usize>(first / it.positions * it.inputPositions) * stride
  const place = first % it.positions
  let y = (place / w.outColumns) * w.strideY - w.top
  let column = place % w.outColumns
  let left = it.positions - place
  for (let i = first; i < last; i++, from += it.windowStride) {
    const x = column * w.strideX - w.left
    let at = from
    for (let k = 0; k < w.height; k++) {
      const row = y + k * w.dilationY
      if (<u32>row >= <u32>w.rows) {
        at += run
        continue
      }
      const to = image + <usize>(row * w.columns) * stride
      if (joined) {
        const before = min(max(-x, 0), width)
        const end = max(min(w.columns - x, width), before)
        add(to + <usize>(x + before) * cell, at + <usize>before * cell, <usize>(end - before) * cell)
        at += run
        continue
      }
      for (let j = 0, c = x; j < width; j++, c += w.dilationX, at += cell) {
        if (<u32>c < <u32>w.columns) add(to + <usize>c * stride, at, cell)
      }
    }
    if (++column == w.outColumns) {
      column = 0
      y += w.strideY
    }
    if (--left == 0) {
      left = it.positions
      y = -w.top
      image += <usize>it.inputPositions * stride
    }
  }
}

/** Fills the deltas of rows first … last - 1 of the layer below with 0; returns where they begin. */
export function clear_below(l: i32, first: i32, last: i32): void {
  const below = belowOf(l)
  const start = <usize>rowsOf(below, first) * below.stride
  memory.fill(below.deltas + start, 0, <usize>rowsOf(below, last) * below.stride - start)
}
