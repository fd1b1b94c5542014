// Images moved by chance: in training, every image of a batch is looked at through a map of its own, from places of the output to places of the image, between
// whose cells is drawn out by two straight lines. Elsewhere images stay as they are, and of what is cut out it is the middle.

import { Fill, LayerKind, Purpose } from '../generated/names'
import { batch, belowOf, layer, memberLayer, rowsOf } from '../memory'
import { philox, word0, word1 } from '../random'
import { Layer, MemberLayer, Window } from '../structures'
import { splat } from '../vector'
import { finish_deltas, source, sourceStride } from './common'
import { cosine } from './gaussianNoise'
import { clear_below, windowOf } from './windows'

const UNIT: f32 = 5.9604644775390625e-8

// The map of the image at hand: of place (y, x) row yy y + yx x + y0 and column xy y + xx x + x0.
let yy: f32 = 1
let yx: f32 = 0
let y0: f32 = 0
let xy: f32 = 0
let xx: f32 = 1
let x0: f32 = 0

/** From 0 to below 1. */
// @ts-ignore: decorator
@inline function part(word: u32): f32 { return <f32>(word >> 8) * UNIT }

/** Cells that an image can be cut out at: 0 … room, each as likely. */
// @ts-ignore: decorator
@inline function placed(word: u32, room: i32): f32 { return <f32>(<i32>((<u64>word * <u64>(room + 1)) >> 32)) }

/** Of row b of the batch. */
function mapOf(it: Layer, own: MemberLayer, w: Window, b: i32): void {
  yy = 1
  yx = 0
  y0 = 0
  xy = 0
  xx = 1
  x0 = 0
  const crops = it.kind == LayerKind.RANDOM_CROP
  if (!batch.training) {
    if (crops) {
      y0 = <f32>w.top
      x0 = <f32>w.left
    }
    return
  }
  philox(<u32>b, batch.step, batch.epoch, 0, batch.member.seed, <u32>Purpose.AUGMENT | (<u32>it.index << 8))
  const middle = <f32>(w.rows - 1) * 0.5
  const centre = <f32>(w.columns - 1) * 0.5
  if (crops) {
    y0 = placed(word0, w.rows - it.positions / w.outColumns)
    x0 = placed(word1, w.columns - w.outColumns)
  } else if (it.kind == LayerKind.RANDOM_FLIP) {
    if (own.a > 0 && word0 >> 31 == 1) {
      yy = -1
      y0 = <f32>(w.rows - 1)
    }
    if (own.b > 0 && word1 >> 31 == 1) {
      xx = -1
      x0 = <f32>(w.columns - 1)
    }
  } else if (it.kind == LayerKind.RANDOM_TRANSLATION) {
    y0 = (1 - part(word0) * 2) * own.a * <f32>w.rows
    x0 = (1 - part(word1) * 2) * own.b * <f32>w.columns
  } else if (it.kind == LayerKind.RANDOM_ZOOM) {
    yy = 1 + (part(word0) * 2 - 1) * own.a
    xx = own.b < 0 ? yy : 1 + (part(word1) * 2 - 1) * own.b
    y0 = middle * (1 - yy)
    x0 = centre * (1 - xx)
  } else {
    const turns = (part(word0) * 2 - 1) * own.a
    // The sine of a turn is the cosine a quarter before.
    const both = cosine(f32x4(turns, turns - 0.25, 0, 0))
    yy = f32x4.extract_lane(both, 0)
    yx = f32x4.extract_lane(both, 1)
    xy = -yx
    xx = yy
    y0 = middle - (yy * middle + yx * centre)
    x0 = centre - (xy * middle + xx * centre)
  }
}

/** A place beside the n cells of an axis as one of them; -1 where there is none. */
function inside(i: i32, n: i32, fill: i32): i32 {
  if (<u32>i < <u32>n) return i
  if (fill == Fill.CONSTANT) return -1
  if (fill == Fill.NEAREST) return i < 0 ? 0 : n - 1
  const period = fill == Fill.REFLECT ? 2 * n : n
  let k = i % period
  if (k < 0) k += period
  return k < n ? k : period - 1 - k
}

// Of an output place: the four cells around where it looks, -1 where there is none, and the part that each has in it.
let cell0: i32 = 0
let cell1: i32 = 0
let cell2: i32 = 0
let cell3: i32 = 0
let part0: f32 = 0
let part1: f32 = 0
let part2: f32 = 0
let part3: f32 = 0

function look(w: Window, place: i32, fill: i32): void {
  const y = <f32>(place / w.outColumns)
  const x = <f32>(place % w.outColumns)
  const row = yy * y + yx * x + y0
  const column = xy * y + xx * x + x0
  const above = floor<f32>(row)
  const left = floor<f32>(column)
  const down = row - above
  const across = column - left
  const top = inside(<i32>above, w.rows, fill)
  const first = inside(<i32>left, w.columns, fill)
  // A cell that has no part is none.
  const bottom = down > 0 ? inside(<i32>above + 1, w.rows, fill) : -1
  const second = across > 0 ? inside(<i32>left + 1, w.columns, fill) : -1
  cell0 = top < 0 || first < 0 ? -1 : top * w.columns + first
  cell1 = top < 0 || second < 0 ? -1 : top * w.columns + second
  cell2 = bottom < 0 || first < 0 ? -1 : bottom * w.columns + first
  cell3 = bottom < 0 || second < 0 ? -1 : bottom * w.columns + second
  part0 = (1 - down) * (1 - across)
  part1 = (1 - down) * across
  part2 = down * (1 - across)
  part3 = down * across
}

// @ts-ignore: decorator
@inline function taken(image: usize, cell: i32, stride: usize, at: usize, part: f32, otherwise: v128): v128 {
  if (part == 0) return splat(0)
  return f32x4.mul(splat(part), cell < 0 ? otherwise : v128.load(image + <usize>cell * stride + at))
}

/** Rows first … last - 1 of the batch. */
export function augment_forward(l: i32, first: i32, last: i32): void {
  const it = layer(l)
  const w = windowOf(it)
  const own = memberLayer(batch.member, l)
  const stride = sourceStride(l)
  const bytes = <usize>it.width * 4
  const otherwise = splat(own.c)
  for (let b = first; b < last; b++) {
    mapOf(it, own, w, b)
    const image = source(l) + <usize>(b * it.inputPositions) * stride
    let to = it.outputs + <usize>rowsOf(it, b) * it.stride
    for (let place = 0; place < it.positions; place++, to += it.stride) {
      look(w, place, own.activation)
      if (part0 == 1 && cell0 >= 0) {
        const from = image + <usize>cell0 * stride
        for (let at: usize = 0; at < bytes; at += 16) v128.store(to + at, v128.load(from + at))
        continue
      }
      for (let at: usize = 0; at < bytes; at += 16) {
        const above = f32x4.add(taken(image, cell0, stride, at, part0, otherwise), taken(image, cell1, stride, at, part1, otherwise))
        const under = f32x4.add(taken(image, cell2, stride, at, part2, otherwise), taken(image, cell3, stride, at, part3, otherwise))
        v128.store(to + at, f32x4.add(above, under))
      }
    }
  }
}

// @ts-ignore: decorator
@inline function give(image: usize, cell: i32, stride: usize, bytes: usize, part: f32, from: usize): void {
  if (cell < 0 || part == 0) return
  const to = image + <usize>cell * stride
  for (let at: usize = 0; at < bytes; at += 16) {
    v128.store(to + at, f32x4.add(v128.load(to + at), f32x4.mul(splat(part), v128.load(from + at))))
  }
}

/** Rows first … last - 1 of the batch. */
export function augment_input_gradient(l: i32, first: i32, last: i32): void {
  const it = layer(l)
  const w = windowOf(it)
  const own = memberLayer(batch.member, l)
  const below = belowOf(l)
  const bytes = <usize>it.width * 4
  clear_below(l, first, last)
  for (let b = first; b < last; b++) {
    mapOf(it, own, w, b)
    const image = below.deltas + <usize>rowsOf(below, b) * below.stride
    let from = it.deltas + <usize>rowsOf(it, b) * it.stride
    for (let place = 0; place < it.positions; place++, from += it.stride) {
      look(w, place, own.activation)
      give(image, cell0, below.stride, bytes, part0, from)
      give(image, cell1, below.stride, bytes, part1, from)
      give(image, cell2, below.stride, bytes, part2, from)
      give(image, cell3, below.stride, bytes, part3, from)
    }
  }
  finish_deltas(below, 0, below.width >> 3, rowsOf(below, first), rowsOf(below, last))
}
