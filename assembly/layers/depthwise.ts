// A depthwise convolution, window by window, four channels at a time. Its parameters are (cells of a window, width), then a row of biases.

import { activate } from '../activation'
import { Reads } from '../generated/names'
import {
  batch,
  belowOf,
  gradient,
  layer,
  memberLayer,
  partialBytes,
  partials,
  rowsOf,
  turned,
  windows,
} from '../memory'
import { move } from '../move'
import { Layer } from '../structures'
import { madd, splat } from '../vector'
import { groups_of, rows_of_group } from '../windows'
import { finish_deltas, source, sourceStride } from './common'
import { clear_below, windowOf } from './windows'

/** Whether outputs are made of as many channels, in place. */
// @ts-ignore: decorator
@inline function isPlain(it: Layer, stride: usize): bool { return it.units == it.inputs && stride == <usize>it.width * 4 }

/** An image with every channel as often as it has outputs, (cells, width). */
function repeat(it: Layer, from: usize, stride: usize, to: usize): void {
  const times = it.units / it.inputs
  for (let p = 0; p < it.inputPositions; p++, from += stride, to += <usize>it.width * 4) {
    for (let o = 0; o < it.units; o++) store<f32>(to + (<usize>o << 2), load<f32>(from + (<usize>(o / times) << 2)))
  }
}

/** The way back: the sums of each channel's outputs. */
function gather(it: Layer, from: usize, to: usize, stride: usize): void {
  const times = it.units / it.inputs
  for (let p = 0; p < it.inputPositions; p++, from += <usize>it.width * 4, to += stride) {
    for (let o = 0; o < it.units; o++) {
      const at = to + (<usize>(o / times) << 2)
      store<f32>(at, load<f32>(at) + load<f32>(from + (<usize>o << 2)))
    }
  }
}

// The part of a window that lies in its image: cells firstY … lastY - 1 down, and across.
let firstY: i32 = 0
let lastY: i32 = 0
let firstX: i32 = 0
let lastX: i32 = 0

// @ts-ignore: decorator
@inline function ceil(n: i32, by: i32): i32 { return n > 0 ? (n + by - 1) / by : 0 }

/** Of the window of place `place`; returns where its first cell lies, perhaps outside of the image, in cells. */
function place_window(it: Layer, place: i32): i32 {
  const w = windowOf(it)
  const y = (place / w.outColumns) * w.strideY - w.top
  const x = (place % w.outColumns) * w.strideX - w.left
  firstY = ceil(-y, w.dilationY)
  lastY = min(w.height, ceil(w.rows - y, w.dilationY))
  firstX = ceil(-x, w.dilationX)
  lastX = min(w.width, ceil(w.columns - x, w.dilationX))
  return y * w.columns + x
}

// @ts-ignore: decorator
@inline function cellOf(it: Layer, start: i32, y: i32, x: i32): usize {
  const w = windowOf(it)
  return <usize>(start + y * w.dilationY * w.columns + x * w.dilationX) * <usize>it.width * 4
}

/** Rows first … last - 1 of the batch. */
export function depthwise_forward(l: i32, first: i32, last: i32): void {
  const it = layer(l)
  const own = memberLayer(batch.member, l)
  const stride = sourceStride(l)
  const bytes = <usize>it.width * 4
  const kernel = batch.member.parameters + it.offset
  const wide = windowOf(it).width
  const bias = kernel + <usize>(windowOf(it).height * wide) * bytes
  const activates = own.reads != Reads.ROW
  const sums = activates && it.keepsSums ? it.sums : it.outputs
  for (let b = first; b < last; b++) {
    let image = source(l) + <usize>(b * it.inputPositions) * stride
    if (!isPlain(it, stride)) {
      repeat(it, image, stride, windows)
      image = windows
    }
    const start = <usize>rowsOf(it, b) * it.stride
    for (let p = 0; p < it.positions; p++) {
      const corner = place_window(it, p)
      const to = sums + start + <usize>p * it.stride
      for (let at: usize = 0; at < bytes; at += 16) {
        let total = it.bias ? v128.load(bias + at) : splat(0)
        for (let y = firstY; y < lastY; y++) {
          for (let x = firstX; x < lastX; x++) {
            total = madd(v128.load(image + cellOf(it, corner, y, x) + at), v128.load(kernel + <usize>(y * wide + x) * bytes + at), total)
          }
        }
        v128.store(to + at, total)
      }
    }
    if (!activates) continue
    for (let at: usize = 0; at < bytes; at += 32) activate(own, sums + start + at, it.outputs + start + at, it.positions, it.stride)
  }
}

/** Rows first … last - 1 of the batch. */
export function depthwise_input_gradient(l: i32, first: i32, last: i32): void {
  const it = layer(l)
  const below = belowOf(l)
  const bytes = <usize>it.width * 4
  const kernel = batch.member.parameters + it.offset
  const wide = windowOf(it).width
  clear_below(l, first, last)
  for (let b = first; b < last; b++) {
    const image = below.deltas + <usize>rowsOf(below, b) * below.stride
    const plain = isPlain(it, below.stride)
    const to = plain ? image : turned
    if (!plain) memory.fill(turned, 0, <usize>it.inputPositions * bytes)
    let delta = it.deltas + <usize>rowsOf(it, b) * it.stride
    for (let p = 0; p < it.positions; p++, delta += it.stride) {
      const corner = place_window(it, p)
      for (let y = firstY; y < lastY; y++) {
        for (let x = firstX; x < lastX; x++) {
          const cell = to + cellOf(it, corner, y, x)
          const w = kernel + <usize>(y * wide + x) * bytes
          for (let at: usize = 0; at < bytes; at += 16) {
            v128.store(cell + at, madd(v128.load(delta + at), v128.load(w + at), v128.load(cell + at)))
          }
        }
      }
    }
    if (!plain) gather(it, turned, image, below.stride)
  }
  finish_deltas(below, 0, below.width >> 3, rowsOf(below, first), rowsOf(below, last))
}

/** Groups of rows: each adds up its own gradient, in ascending order. */
export function depthwise_gradient(l: i32, first: i32, last: i32): void {
  const it = layer(l)
  const stride = sourceStride(l)
  const bytes = <usize>it.width * 4
  const wide = windowOf(it).width
  const cells = <usize>(windowOf(it).height * wide)
  for (let g = first; g < last; g++) {
    const partial = partials + <usize>g * partialBytes
    memory.fill(partial, 0, partialBytes)
    const end = min(batch.rows, (g + 1) * rows_of_group())
    for (let b = g * rows_of_group(); b < end; b++) {
      let image = source(l) + <usize>(b * it.inputPositions) * stride
      if (!isPlain(it, stride)) {
        repeat(it, image, stride, windows)
        image = windows
      }
      let delta = it.deltas + <usize>rowsOf(it, b) * it.stride
      for (let p = 0; p < it.positions; p++, delta += it.stride) {
        const corner = place_window(it, p)
        for (let y = firstY; y < lastY; y++) {
          for (let x = firstX; x < lastX; x++) {
            const cell = image + cellOf(it, corner, y, x)
            const to = partial + <usize>(y * wide + x) * bytes
            for (let at: usize = 0; at < bytes; at += 16) {
              v128.store(to + at, madd(v128.load(delta + at), v128.load(cell + at), v128.load(to + at)))
            }
          }
        }
        if (!it.bias) continue
        const to = partial + cells * bytes
        for (let at: usize = 0; at < bytes; at += 16) v128.store(to + at, f32x4.add(v128.load(to + at), v128.load(delta + at)))
      }
    }
  }
}

/** Panels of 8 columns: the groups' gradients together, row by row, and the update. */
export function depthwise_update(l: i32, first: i32, last: i32): void {
  const m = batch.member
  const it = layer(l)
  const bytes = <usize>it.width * 4
  const groups = groups_of(batch.rows)
  for (let row = 0; row < it.rows; row++) {
    for (let p = first; p < last; p++) {
      const place = <usize>row * bytes + <usize>p * 32
      let low = splat(0)
      let upper = splat(0)
      for (let g = 0; g < groups; g++) {
        const from = partials + <usize>g * partialBytes + place
        low = f32x4.add(low, v128.load(from))
        upper = f32x4.add(upper, v128.load(from, 16))
      }
      v128.store(gradient, low)
      v128.store(gradient, upper, 16)
      move(m, m.parameters + it.offset + place, gradient, 32)
    }
  }
}
