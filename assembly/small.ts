// Small networks: what a layer costs them is calls, loops and padding rather than multiply-adds. So a layer is a single panel, as wide as
// the layer is (padded to 4), nothing is packed or cut into pieces, and one update moves all parameters of the network. Sums are formed in
// the order in which dense.ts forms them, so the bits are the same.

import { activate, multiply_by_derivative } from './activation'
import { gather_inputs } from './batch'
import { small_forward_4x8, small_weight_gradient_4x8 } from './generated/small'
import { allocate, batch, inputs, inputStride, layer, layerCount, loss, memberLayer } from './memory'
import { Activation, Loss } from './generated/names'
import { drop } from './layers/common'
import { Layer, MemberLayer } from './structures'
import { add_penalty_gradient, penalty, update } from './update'

/** The largest kernels together, and the widest layer, that gain; bench/NOTES.md says how that was measured. */
const WEIGHTS: i32 = 2048
const WIDTH: i32 = 64

/** Whether the session's networks are trained here: their topology alone decides. */
export let small: bool = false

/** Whether the session's networks would be trained here but for some members' settings. Their penalties are then added up in the order of this file. */
export let penaltiesByRows: bool = false

let gradients: usize = 0 // as the parameters are laid out
export let gradientBytes: usize = 0 // a multiple of 32
let transposed: usize = 0 // (width, height) of one layer: its kernel
let zeros: usize = 0 // (WIDTH)

// @ts-ignore: decorator
@inline function padded4(n: i32): i32 { return (n + 3) & ~3 }

/**
 * Sets `small`, by the units that the layers have been given; `plain` is whether layers and loss are those of this file, `special` whether some member has
 * settings that are not. A member's bits must not depend on such company: `penaltiesByRows`.
 */
export function choose_small(inputSize: i32, plain: bool, special: bool): void {
  let before = inputSize
  let widest = inputSize
  let weights = 0
  for (let l = 0; l < layerCount; l++) {
    const units = layer(l).units
    widest = max(widest, units)
    if (widest > WIDTH) break // before a product overflows
    weights += before * units
    before = units
  }
  const fits = plain && widest <= WIDTH && weights <= WEIGHTS
  small = fits && !special
  penaltiesByRows = fits && special
}

export function shape_small(it: Layer, l: i32): void {
  it.width = padded4(it.units)
  it.panelWidth = it.width
  it.height = l > 0 ? padded4(it.inputs) : it.inputs
  it.stride = <usize>it.width * 4
}

/** Scratch, once the layers have their shapes. */
export function allocate_small(): void {
  const last = layer(layerCount - 1)
  gradientBytes = (last.offset + last.panelBytes + 31) & ~31
  gradients = allocate(gradientBytes)
  transposed = allocate((WEIGHTS + 8 * WIDTH) * 4)
  zeros = allocate(WIDTH * 4)
}

/** As many rows of 8 numbers as hold the batch's outputs of a layer. */
// @ts-ignore: decorator
@inline function eights(it: Layer): i32 { return (batch.rows * it.width + 7) >> 3 }

/** The cross-entropies take the output layer's sums; `score` or `activate_outputs` finishes them. */
// @ts-ignore: decorator
@inline export function small_forward_all(): void {
  const m = batch.member
  gather_inputs(batch.data, 0, batch.rows)
  let a = inputs
  let lda = inputStride
  for (let l = 0; l < layerCount; l++) {
    const it = layer(l)
    const own = memberLayer(m, l)
    const bias = m.parameters + it.offset
    small_forward_4x8(batch.rows, it.inputs, a, lda, bias + it.stride, bias, it.outputs, it.stride)
    if (own.activation != Activation.LINEAR && (l < layerCount - 1 || loss == Loss.MEAN_SQUARED_ERROR)) {
      activate(own, it.outputs, it.outputs, eights(it), 32)
    }
    if (batch.training && own.threshold > 0) drop(it, own, it.outputs, it.stride, l, 0, it.width, 0, batch.rows)
    a = it.outputs
    lda = it.stride
  }
}

/** Multiplies a layer's deltas by the derivative at its outputs. */
// @ts-ignore: decorator
@inline function differentiate(it: Layer, own: MemberLayer): void {
  multiply_by_derivative(own, own.keep, it.deltas, it.outputs, eights(it), 32)
}

/** `transposed` becomes the transpose (width, height) of a kernel (height, width), in 4 x 4 blocks. */
// @ts-ignore: decorator
@inline function transpose(it: Layer, kernel: usize): void {
  const stride = it.stride
  const height = <usize>it.height * 4
  for (let i: usize = 0; i < height; i += 16) {
    let to = transposed + i
    for (let o: usize = 0; o < stride; o += 16) {
      const from = kernel + o
      const a = v128.load(from)
      const b = v128.load(from + stride)
      const c = v128.load(from + 2 * stride)
      const d = v128.load(from + 3 * stride)
      const ab0 = v128.shuffle<f32>(a, b, 0, 4, 1, 5)
      const ab1 = v128.shuffle<f32>(a, b, 2, 6, 3, 7)
      const cd0 = v128.shuffle<f32>(c, d, 0, 4, 1, 5)
      const cd1 = v128.shuffle<f32>(c, d, 2, 6, 3, 7)
      v128.store(to, v128.shuffle<f32>(ab0, cd0, 0, 1, 4, 5))
      v128.store(to + height, v128.shuffle<f32>(ab0, cd0, 2, 3, 6, 7))
      v128.store(to + 2 * height, v128.shuffle<f32>(ab1, cd1, 0, 1, 4, 5))
      v128.store(to + 3 * height, v128.shuffle<f32>(ab1, cd1, 2, 3, 6, 7))
      to += 4 * height
    }
    kernel += 4 * stride
  }
}

/** Every layer's gradient, from the output layer's deltas, then one update. Returns the penalties of the weights before it. */
export function small_backward_all(): f64 {
  const m = batch.member
  const rows = batch.rows
  let penalties: f64 = 0
  if (loss == Loss.MEAN_SQUARED_ERROR) differentiate(layer(layerCount - 1), memberLayer(m, layerCount - 1))
  for (let l = layerCount - 1; l >= 0; l--) {
    const it = layer(l)
    const own = memberLayer(m, l)
    const kernel = m.parameters + it.offset + it.stride
    const gradient = gradients + it.offset
    let a = inputs
    let lda = inputStride
    if (l > 0) {
      const below = layer(l - 1)
      const belowMember = memberLayer(m, l - 1)
      a = below.outputs
      lda = below.stride
      transpose(it, kernel)
      small_forward_4x8(rows, it.units, it.deltas, it.stride, transposed, zeros, below.deltas, lda)
      differentiate(below, belowMember)
      if (belowMember.threshold > 0) drop(below, belowMember, below.deltas, below.stride, l - 1, 0, below.width, 0, rows)
    }
    small_weight_gradient_4x8(it.inputs, rows, a, lda, it.deltas, gradient, it.stride)
    if (own.l1 != 0 || own.l2 != 0) {
      const bytes = it.panelBytes - it.stride
      penalties += penalty(kernel, bytes, own.l1, own.l2)
      add_penalty_gradient(kernel, gradient + it.stride, bytes, own.l1, own.l2)
    }
  }
  update(m, m.parameters, gradients, gradientBytes)
  return penalties
}
