// Windows laid side by side, so that a convolution is a matrix product; and the way back. Sequences are images of one row.

import { belowOf, layer, rowsOf } from '../memory'
import { Layer, Window } from '../structures'

// @ts-ignore: decorator
@inline export function windowOf(it: Layer): Window { return changetype<Window>(it.window) }

/** Up to 12 bytes more than `bytes`, which what is copied next overwrites: windows are written in ascending order. */
// @ts-ignore: decorator
@inline function copy(to: usize, from: usize, bytes: usize): void {
  const end = to + bytes
  while (to + 16 < end) {
    v128.store(to, v128.load(from))
    v128.store(to, v128.load(from, 16), 16)
    to += 32
    from += 32
  }
  if (to < end) v128.store(to, v128.load(from))
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

// The part of a window at hand that lies in its image: cells firstY … lastY - 1 down, firstX … lastX - 1 across.
let firstY: i32 = 0
let lastY: i32 = 0
let firstX: i32 = 0
let lastX: i32 = 0

/** How many steps of `by` are to be taken from 0 to reach n. */
// @ts-ignore: decorator
@inline function steps(n: i32, by: i32): i32 { return n > 0 ? (n + by - 1) / by : 0 }

// @ts-ignore: decorator
@inline function placeDown(w: Window, y: i32): void {
  firstY = min(steps(-y, w.dilationY), w.height)
  lastY = max(min(steps(w.rows - y, w.dilationY), w.height), firstY)
}

// @ts-ignore: decorator
@inline function placeAcross(w: Window, x: i32): void {
  firstX = min(steps(-x, w.dilationX), w.width)
  lastX = max(min(steps(w.columns - x, w.dilationX), w.width), firstX)
}

/**
 * Windows of places first … last - 1 of all the batch's outputs, from images at `images` (stride bytes a cell) to rows of `it.depth` numbers at `to`,
 * windowStride apart, with 16 bytes to spare behind the last.
 */
export function lay_windows(it: Layer, images: usize, stride: usize, first: i32, last: i32, to: usize): void {
  const w = windowOf(it)
  const cell = <usize>it.inputs * 4
  const run = <usize>w.width * cell
  const depth = <usize>it.depth * 4
  const line = <usize>(w.dilationY * w.columns) * stride
  const step = <usize>w.dilationX * stride
  // Neighbours lie one behind the other.
  const joined = stride == cell && w.dilationX == 1
  let image = images + <usize>((first / it.positions) * it.inputPositions) * stride
  const place = first % it.positions
  let y = (place / w.outColumns) * w.strideY - w.top
  let column = place % w.outColumns
  let left = it.positions - place
  placeDown(w, y)
  for (let i = first; i < last; i++, to += it.windowStride) {
    const x = column * w.strideX - w.left
    const whole = x >= 0 && x + (w.width - 1) * w.dilationX < w.columns
    let from = image + <usize>((y + firstY * w.dilationY) * w.columns + x) * stride
    let at = to + <usize>firstY * run
    if (firstY > 0) clear(to, <usize>firstY * run)
    if (whole && joined) {
      for (let k = firstY; k < lastY; k++, at += run, from += line) copy(at, from, run)
    } else {
      placeAcross(w, x)
      for (let k = firstY; k < lastY; k++, from += line) {
        clear(at, <usize>firstX * cell)
        at += <usize>firstX * cell
        for (let j = firstX; j < lastX; j++, at += cell) copy(at, from + <usize>j * step, cell)
        clear(at, <usize>(w.width - lastX) * cell)
        at += <usize>(w.width - lastX) * cell
      }
    }
    if (lastY < w.height) clear(at, to + depth - at)
    if (++column == w.outColumns) {
      column = 0
      y += w.strideY
      if (--left == 0) {
        left = it.positions
        y = -w.top
        image += <usize>it.inputPositions * stride
      }
      placeDown(w, y)
    } else left--
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
  const run = <usize>w.width * cell
  const line = <usize>(w.dilationY * w.columns) * stride
  const step = <usize>w.dilationX * stride
  const joined = stride == cell && w.dilationX == 1
  let image = images + <usize>((first / it.positions) * it.inputPositions) * stride
  const place = first % it.positions
  let y = (place / w.outColumns) * w.strideY - w.top
  let column = place % w.outColumns
  let left = it.positions - place
  placeDown(w, y)
  for (let i = first; i < last; i++, from += it.windowStride) {
    const x = column * w.strideX - w.left
    placeAcross(w, x)
    let to = image + <usize>((y + firstY * w.dilationY) * w.columns + x) * stride
    let at = from + <usize>firstY * run
    for (let k = firstY; k < lastY; k++, at += run, to += line) {
      if (joined) add(to + <usize>firstX * cell, at + <usize>firstX * cell, <usize>(lastX - firstX) * cell)
      else for (let j = firstX; j < lastX; j++) add(to + <usize>j * step, at + <usize>j * cell, cell)
    }
    if (++column == w.outColumns) {
      column = 0
      y += w.strideY
      if (--left == 0) {
        left = it.positions
        y = -w.top
        image += <usize>it.inputPositions * stride
      }
      placeDown(w, y)
    } else left--
  }
}

/** Fills the deltas of rows first … last - 1 of the layer below with 0; returns where they begin. */
export function clear_below(l: i32, first: i32, last: i32): void {
  const below = belowOf(l)
  const start = <usize>rowsOf(below, first) * below.stride
  memory.fill(below.deltas + start, 0, <usize>rowsOf(below, last) * below.stride - start)
}
