// The products of dense.ts over two panels at once, in the build for engines that merge neighbouring vectors of 128 bits: 12 registers of 256 are then the
// sums of 6 x 16. Every sum is formed in the same order, so the bits are the same.

import { gather_delta_panel, blocks, cut, height, larger, transpose } from './dense'
import { wide_descent_5x16, wide_descent_6x16, wide_forward, wide_weight_gradient } from './generated/wide'
import { deltaPanel, gradient, nextDeltaPanel, nextGradient, transposedPanel, zeroBias } from './memory'
import { Layer } from './structures'

/** `cut` must have been called. */
export function strip_pair(k: i32, a: usize, lda: usize, panel: usize, next: usize, bias: usize, nextBias: usize, c: usize, ldc: usize): void {
  for (let block = 0; block < blocks; block++) {
    const h = height + <i32>(block < larger)
    wide_forward(h, k, a, lda, panel, next, bias, nextBias, c, ldc)
    a += <usize>h * lda
    c += <usize>h * ldc
  }
}

/** Panels p and p + 1 of the derivatives by the outputs of the layer below. */
export function input_gradient_pair(it: Layer, parameters: usize, below: Layer, rows: i32, p: i32): void {
  const next = <usize>it.width * 32
  cut(rows)
  transpose(it, parameters, p, transposedPanel)
  transpose(it, parameters, p + 1, transposedPanel + next)
  strip_pair(it.units, it.deltas, it.stride, transposedPanel, next, zeroBias, 0, below.deltas + <usize>p * 32, below.stride)
}

/** As `gather_delta_panel`, of two panels. */
export function gather_delta_pair(from: usize, stride: usize, rows: i32): void {
  gather_delta_panel(from, stride, rows, deltaPanel, gradient)
  gather_delta_panel(from + 32, stride, rows, deltaPanel + nextDeltaPanel, gradient + nextGradient)
}

/** The other rows of both gradients. */
export function weight_gradient_pair(n: i32, a: usize, lda: usize, packed: bool, rows: i32): void {
  cut(n)
  let c = gradient + 32
  for (let block = 0; block < blocks; block++) {
    const h = height + <i32>(block < larger)
    wide_weight_gradient(h, rows, a, packed ? <usize>h * 4 : lda, deltaPanel, nextDeltaPanel, c, nextGradient)
    a += <usize>h * (packed ? <usize>rows * 4 : 4)
    c += <usize>h * 32
  }
}

/** As `descend_panel`, of the panels at w and `next` bytes further; `rate` is the address of what its gradient is multiplied by. */
export function descend_pair(n: i32, a: usize, lda: usize, packed: bool, rows: i32, w: usize, next: usize, rate: usize): void {
  cut(n)
  for (let block = 0; block < blocks; block++) {
    const h = height + <i32>(block < larger)
    const stride = packed ? <usize>h * 4 : lda
    if (h == 6) wide_descent_6x16(rows, a, stride, deltaPanel, nextDeltaPanel, w, next, rate)
    else wide_descent_5x16(rows, a, stride, deltaPanel, nextDeltaPanel, w, next, rate)
    a += <usize>h * (packed ? <usize>rows * 4 : 4)
    w += <usize>h * 32
  }
}
