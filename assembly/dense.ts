// The three products of a dense layer, over panels of 8 columns and blocks of at most 6 rows.

import { activate } from './activation'
import { WIDE } from './full'
import {
  dense_descent_5x8,
  dense_descent_6x8,
  dense_forward_6x8,
  dense_forward_tail,
  dense_weight_gradient_6x8,
  dense_weight_gradient_tail,
} from './generated/tiles'
import { deltaPanel, gradient, transposedPanel, zeroBias } from './memory'
import { Layer, MemberLayer } from './structures'
import { strip_pair } from './wide'

/** n rows are cut into ceil(n / 6) blocks as equal as can be: the first `larger` have `height` + 1 rows, the rest `height`. */
export let blocks: i32 = 0
export let height: i32 = 0
export let larger: i32 = 0
export function cut(n: i32): void {
  blocks = (n + 5) / 6
  height = n / blocks
  larger = n - height * blocks
}

// @ts-ignore: decorator
@inline export function strip(rows: i32, k: i32, a: usize, lda: usize, panel: usize, bias: usize, c: usize, ldc: usize): void {
  for (let block = 0; block < blocks; block++) {
    const h = height + <i32>(block < larger)
    if (h == 6) dense_forward_6x8(k, a, lda, panel, bias, c, ldc)
    else dense_forward_tail(h, k, a, lda, panel, bias, c, ldc)
    a += <usize>h * lda
    c += <usize>h * ldc
  }
}

/**
 * Panels first … last - 1 of outputs (rows, width) = activation of a (rows, inputs; stride lda) * kernel + bias; without `activates` the sums
 * are left.
 */
export function forward(
  it: Layer,
  parameters: usize,
  activates: bool,
  own: MemberLayer,
  a: usize,
  lda: usize,
  rows: i32,
  first: i32,
  last: i32,
): void {
  const k = it.inputs
  const to = it.outputs
  const sums = activates && it.keepsSums ? it.sums : to
  let panel = parameters + it.offset + <usize>first * it.panelBytes
  let column = <usize>first * 32
  const end = <usize>last * 32
  cut(rows)
  if (WIDE) {
    const next = it.panelBytes
    while (column + 32 < end) {
      strip_pair(k, a, lda, panel + 32, next, panel, next, sums + column, it.stride)
      if (activates) {
        activate(own, sums + column, to + column, rows, it.stride)
        activate(own, sums + column + 32, to + column + 32, rows, it.stride)
      }
      panel += 2 * next
      column += 64
    }
  }
  while (column < end) {
    strip(rows, k, a, lda, panel + 32, panel, sums + column, it.stride)
    if (activates) activate(own, sums + column, to + column, rows, it.stride)
    panel += it.panelBytes
    column += 32
  }
}

/** Rows 8 p … 8 p + 7 of the kernel to a panel of its transpose (width, 8), in 8 x 8 blocks. */
export function transpose(it: Layer, parameters: usize, p: i32, to: usize): void {
  let from = parameters + it.offset + (1 + <usize>p * 8) * 32
  const end = to + <usize>it.width * 32
  while (to < end) {
    transpose4x4(from, to)
    transpose4x4(from + 16, to + 128)
    transpose4x4(from + 128, to + 16)
    transpose4x4(from + 144, to + 144)
    from += it.panelBytes
    to += 256
  }
}

/** Both sides have rows of 8 floats. */
// @ts-ignore: decorator
@inline function transpose4x4(from: usize, to: usize): void {
  const a = v128.load(from)
  const b = v128.load(from, 32)
  const c = v128.load(from, 64)
  const d = v128.load(from, 96)
  const ab0 = v128.shuffle<f32>(a, b, 0, 4, 1, 5)
  const ab1 = v128.shuffle<f32>(a, b, 2, 6, 3, 7)
  const cd0 = v128.shuffle<f32>(c, d, 0, 4, 1, 5)
  const cd1 = v128.shuffle<f32>(c, d, 2, 6, 3, 7)
  v128.store(to, v128.shuffle<f32>(ab0, cd0, 0, 1, 4, 5))
  v128.store(to, v128.shuffle<f32>(ab0, cd0, 2, 3, 6, 7), 32)
  v128.store(to, v128.shuffle<f32>(ab1, cd1, 0, 1, 4, 5), 64)
  v128.store(to, v128.shuffle<f32>(ab1, cd1, 2, 3, 6, 7), 96)
}

/**
 * Panel p of the derivatives by the outputs of the layer below: deltas of `it` (rows, units) * transpose of its kernel. The transpose's padding
 * is 0, so theirs is too.
 */
export function input_gradient(it: Layer, parameters: usize, below: Layer, rows: i32, p: i32): void {
  cut(rows)
  transpose(it, parameters, p, transposedPanel)
  strip(rows, it.units, it.deltas, it.stride, transposedPanel, zeroBias, below.deltas + <usize>p * 32, below.stride)
}

/** Copies a strip of deltas together to (rows, 8); its column sums are the bias gradient, the first row of the gradient at `sums`. */
export function gather_delta_panel(from: usize, stride: usize, rows: i32, to: usize, sums: usize): void {
  let low = f32x4.splat(0)
  let high = f32x4.splat(0)
  const end = to + <usize>rows * 32
  while (to < end) {
    const a = v128.load(from)
    const b = v128.load(from, 16)
    v128.store(to, a)
    v128.store(to, b, 16)
    low = f32x4.add(low, a)
    high = f32x4.add(high, b)
    to += 32
    from += stride
  }
  v128.store(sums, low)
  v128.store(sums, high, 16)
}

/**
 * The other rows of `gradient` (inputs, 8) = transpose of a (rows, inputs) * deltaPanel (rows, 8).
 * a has row stride lda; `packed` inputs lie block after block, (rows, height of the block).
 */
export function weight_gradient_panel(n: i32, a: usize, lda: usize, packed: bool, rows: i32): void {
  cut(n)
  let c = gradient + 32
  for (let block = 0; block < blocks; block++) {
    const h = height + <i32>(block < larger)
    const stride = packed ? <usize>h * 4 : lda
    if (h == 6) dense_weight_gradient_6x8(rows, a, stride, deltaPanel, c)
    else dense_weight_gradient_tail(h, rows, a, stride, deltaPanel, c)
    a += <usize>h * (packed ? <usize>rows * 4 : 4)
    c += <usize>h * 32
  }
}

/** From as many rows on `cut` makes blocks of 6 and 5 rows alone. */
export const SIXES_AND_FIVES: i32 = 20

/**
 * As `weight_gradient_panel`, but takes the number at `rate` times the gradient off the panel's weights at w (inputs, 8) at once.
 * n >= SIXES_AND_FIVES.
 */
export function descend_panel(n: i32, a: usize, lda: usize, packed: bool, rows: i32, w: usize, rate: usize): void {
  cut(n)
  for (let block = 0; block < blocks; block++) {
    const h = height + <i32>(block < larger)
    const stride = packed ? <usize>h * 4 : lda
    if (h == 6) dense_descent_6x8(rows, a, stride, deltaPanel, w, rate)
    else dense_descent_5x8(rows, a, stride, deltaPanel, w, rate)
    a += <usize>h * (packed ? <usize>rows * 4 : 4)
    w += <usize>h * 32
  }
}
