// Numbers put elsewhere: in another shape, into a border of zeros, out of a border, several times.

import { belowOf, layer, rowsOf } from '../memory'
import { splat } from '../vector'
import { finish_deltas, source, sourceStride } from './common'
import { clear_below, windowOf } from './windows'

/** `count` numbers, in pieces of `fromWidth` that lie fromStride bytes apart, to pieces of `toWidth`. */
function pour(count: i32, from: usize, fromWidth: i32, fromStride: usize, to: usize, toWidth: i32, toStride: usize): void {
  let here = 0
  let there = 0
  for (let left = count; left > 0; ) {
    const run = min(min(fromWidth - here, toWidth - there), left)
    for (let i = 0; i < run; i++) store<f32>(to + (<usize>(there + i) << 2), load<f32>(from + (<usize>(here + i) << 2)))
    here += run
    there += run
    left -= run
    if (here == fromWidth) {
      here = 0
      from += fromStride
    }
    if (there == toWidth) {
      there = 0
      to += toStride
    }
  }
}

/** Rows first … last - 1 of the batch. */
export function reshape_forward(l: i32, first: i32, last: i32): void {
  const it = layer(l)
  const stride = sourceStride(l)
  for (let b = first; b < last; b++) {
    const from = source(l) + <usize>(b * it.inputPositions) * stride
    pour(it.units * it.positions, from, it.inputs, stride, it.outputs + <usize>rowsOf(it, b) * it.stride, it.units, it.stride)
  }
}

/** Rows first … last - 1 of the batch. */
export function reshape_input_gradient(l: i32, first: i32, last: i32): void {
  const it = layer(l)
  const below = belowOf(l)
  clear_below(l, first, last)
  for (let b = first; b < last; b++) {
    const to = below.deltas + <usize>rowsOf(below, b) * below.stride
    pour(it.units * it.positions, it.deltas + <usize>rowsOf(it, b) * it.stride, it.units, it.stride, to, it.inputs, below.stride)
  }
  finish_deltas(below, 0, below.width >> 3, rowsOf(below, first), rowsOf(below, last))
}

// @ts-ignore: decorator
@inline function copyCell(to: usize, from: usize, bytes: usize): void {
  for (let at: usize = 0; at < bytes; at += 16) v128.store(to + at, v128.load(from + at))
}

/** Rows first … last - 1 of the batch. */
export function zero_padding_forward(l: i32, first: i32, last: i32): void {
  const it = layer(l)
  const w = windowOf(it)
  const stride = sourceStride(l)
  const bytes = <usize>it.width * 4
  for (let b = first; b < last; b++) {
    let from = source(l) + <usize>(b * it.inputPositions) * stride
    const image = it.outputs + <usize>rowsOf(it, b) * it.stride
    memory.fill(image, 0, <usize>it.positions * it.stride)
    for (let y = 0; y < w.rows; y++) {
      let to = image + <usize>((y + w.top) * w.outColumns + w.left) * it.stride
      for (let x = 0; x < w.columns; x++, from += stride, to += it.stride) copyCell(to, from, bytes)
    }
  }
}

/** Rows first … last - 1 of the batch. */
export function zero_padding_input_gradient(l: i32, first: i32, last: i32): void {
  const it = layer(l)
  const w = windowOf(it)
  const below = belowOf(l)
  const bytes = <usize>it.width * 4
  for (let b = first; b < last; b++) {
    let to = below.deltas + <usize>rowsOf(below, b) * below.stride
    const image = it.deltas + <usize>rowsOf(it, b) * it.stride
    for (let y = 0; y < w.rows; y++) {
      let from = image + <usize>((y + w.top) * w.outColumns + w.left) * it.stride
      for (let x = 0; x < w.columns; x++, to += below.stride, from += it.stride) copyCell(to, from, bytes)
    }
  }
  finish_deltas(below, 0, below.width >> 3, rowsOf(below, first), rowsOf(below, last))
}

/** Rows first … last - 1 of the batch. What is taken off is before the outputs, so top and left are not above 0. */
export function cropping_forward(l: i32, first: i32, last: i32): void {
  const it = layer(l)
  const w = windowOf(it)
  const stride = sourceStride(l)
  const bytes = <usize>it.width * 4
  const outRows = it.positions / w.outColumns
  for (let b = first; b < last; b++) {
    const image = source(l) + <usize>(b * it.inputPositions) * stride
    let to = it.outputs + <usize>rowsOf(it, b) * it.stride
    for (let y = 0; y < outRows; y++) {
      let from = image + <usize>((y - w.top) * w.columns - w.left) * stride
      for (let x = 0; x < w.outColumns; x++, from += stride, to += it.stride) copyCell(to, from, bytes)
    }
  }
}

/** Rows first … last - 1 of the batch. */
export function cropping_input_gradient(l: i32, first: i32, last: i32): void {
  const it = layer(l)
  const w = windowOf(it)
  const below = belowOf(l)
  const bytes = <usize>it.width * 4
  const outRows = it.positions / w.outColumns
  clear_below(l, first, last)
  for (let b = first; b < last; b++) {
    const image = below.deltas + <usize>rowsOf(below, b) * below.stride
    let from = it.deltas + <usize>rowsOf(it, b) * it.stride
    for (let y = 0; y < outRows; y++) {
      let to = image + <usize>((y - w.top) * w.columns - w.left) * below.stride
      for (let x = 0; x < w.outColumns; x++, to += below.stride, from += it.stride) copyCell(to, from, bytes)
    }
  }
  finish_deltas(below, 0, below.width >> 3, rowsOf(below, first), rowsOf(below, last))
}

/** Rows first … last - 1 of the batch. */
export function up_sampling_forward(l: i32, first: i32, last: i32): void {
  const it = layer(l)
  const w = windowOf(it)
  const stride = sourceStride(l)
  const bytes = <usize>it.width * 4
  for (let b = first; b < last; b++) {
    const image = source(l) + <usize>(b * it.inputPositions) * stride
    let to = it.outputs + <usize>rowsOf(it, b) * it.stride
    for (let p = 0; p < it.positions; p++, to += it.stride) {
      const y = p / w.outColumns / w.strideY
      const x = (p % w.outColumns) / w.strideX
      copyCell(to, image + <usize>(y * w.columns + x) * stride, bytes)
    }
  }
}

/** Rows first … last - 1 of the batch. */
export function up_sampling_input_gradient(l: i32, first: i32, last: i32): void {
  const it = layer(l)
  const w = windowOf(it)
  const below = belowOf(l)
  const bytes = <usize>it.width * 4
  for (let b = first; b < last; b++) {
    const image = it.deltas + <usize>rowsOf(it, b) * it.stride
    let to = below.deltas + <usize>rowsOf(below, b) * below.stride
    for (let p = 0; p < it.inputPositions; p++, to += below.stride) {
      const corner = (p / w.columns) * w.strideY * w.outColumns + (p % w.columns) * w.strideX
      for (let at: usize = 0; at < bytes; at += 16) {
        let total = splat(0)
        for (let y = 0; y < w.strideY; y++) {
          for (let x = 0; x < w.strideX; x++) {
            total = f32x4.add(total, v128.load(image + <usize>(corner + y * w.outColumns + x) * it.stride + at))
          }
        }
        v128.store(to + at, total)
      }
    }
  }
  finish_deltas(below, 0, below.width >> 3, rowsOf(below, first), rowsOf(below, last))
}
