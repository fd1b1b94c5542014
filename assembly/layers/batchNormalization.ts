// Batch normalization, panel by panel: a panel's 8 columns are all there is of their means and variances, so no sum goes over two pieces.
// Sums are float64 and go over ascending rows.

import { FULL } from '../full'
import { is_masked, mask_row } from '../mask'
import { batch, belowOf, gradient, layer, memberLayer, rowsOf } from '../memory'
import { move } from '../move'
import { Layer, Member } from '../structures'
import { splat } from '../vector'
import { finish_deltas, source, sourceStride } from './common'

// The rows of a layer's parameters: gamma, then beta, those that it has.
// @ts-ignore: decorator
@inline function gammaOf(m: Member, it: Layer): usize { return m.parameters + it.offset }
// @ts-ignore: decorator
@inline function betaOf(m: Member, it: Layer): usize { return m.parameters + it.offset + (it.scale ? <usize>it.width * 4 : 0) }
// @ts-ignore: decorator
@inline function movingMean(m: Member, it: Layer): usize { return m.states + it.stateOffset }
// @ts-ignore: decorator
@inline function movingVariance(m: Member, it: Layer): usize { return m.states + it.stateOffset + <usize>it.width * 4 }

/** Whether position r of the batch counts in the batch's means and variances: where its step is not masked. */
// @ts-ignore: decorator
@inline function counts(it: Layer, l: i32, r: i32): bool {
  if (!FULL || it.maskedBy == 0) return true
  return !is_masked(mask_row(l, r / it.positions), r % it.positions)
}

/** How many do. */
function counted(it: Layer, l: i32, rows: i32): i32 {
  if (!FULL || it.maskedBy == 0) return rows
  let count = 0
  for (let r = 0; r < rows; r++) count += i32(counts(it, l, r))
  return max(count, 1)
}

/** Whether the batch's own means and variances count. */
// @ts-ignore: decorator
@inline function ofBatch(it: Layer): bool { return batch.training && it.trained }

// Four sums of two columns each.
let sum0: v128 = f64x2.splat(0)
let sum1: v128 = f64x2.splat(0)
let sum2: v128 = f64x2.splat(0)
let sum3: v128 = f64x2.splat(0)

// @ts-ignore: decorator
@inline export function clear(): void {
  sum0 = f64x2.splat(0)
  sum1 = sum0
  sum2 = sum0
  sum3 = sum0
}

// @ts-ignore: decorator
@inline export function high(x: v128): v128 { return i8x16.shuffle(x, x, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7) }

// @ts-ignore: decorator
@inline export function add(low: v128, upper: v128): void {
  sum0 = f64x2.add(sum0, f64x2.promote_low_f32x4(low))
  sum1 = f64x2.add(sum1, f64x2.promote_low_f32x4(high(low)))
  sum2 = f64x2.add(sum2, f64x2.promote_low_f32x4(upper))
  sum3 = f64x2.add(sum3, f64x2.promote_low_f32x4(high(upper)))
}

/** The sums times `factor`, as 8 floats. */
// @ts-ignore: decorator
@inline export function keep(to: usize, factor: f64): void {
  const by = f64x2.splat(factor)
  const a = f32x4.demote_f64x2_zero(f64x2.mul(sum0, by))
  const b = f32x4.demote_f64x2_zero(f64x2.mul(sum1, by))
  const c = f32x4.demote_f64x2_zero(f64x2.mul(sum2, by))
  const d = f32x4.demote_f64x2_zero(f64x2.mul(sum3, by))
  v128.store(to, v128.shuffle<f32>(a, b, 0, 1, 4, 5))
  v128.store(to, v128.shuffle<f32>(c, d, 0, 1, 4, 5), 16)
}

/** Means, and 1 / sqrt(variance + epsilon), of a panel into `statistics`; in training the moving ones follow. */
function measure(m: Member, it: Layer, l: i32, p: i32, x: usize, stride: usize, rows: i32): void {
  const own = memberLayer(m, l)
  const column = <usize>p * 32
  const means = it.statistics + column
  const factors = means + <usize>it.width * 4
  if (!ofBatch(it)) {
    for (let at: usize = 0; at < 32; at += 16) {
      const variance = v128.load(movingVariance(m, it) + column + at)
      v128.store(means + at, v128.load(movingMean(m, it) + column + at))
      v128.store(factors + at, f32x4.div(splat(1), f32x4.sqrt(f32x4.add(variance, splat(own.epsilon)))))
    }
    return
  }
  const share = 1 / <f64>counted(it, l, rows)
  clear()
  for (let b = 0, at = x; b < rows; b++, at += stride) if (counts(it, l, b)) add(v128.load(at), v128.load(at, 16))
  keep(means, share)
  const low = v128.load(means)
  const upper = v128.load(means, 16)
  clear()
  for (let b = 0, at = x; b < rows; b++, at += stride) {
    if (!counts(it, l, b)) continue
    const left = f32x4.sub(v128.load(at), low)
    const right = f32x4.sub(v128.load(at, 16), upper)
    add(f32x4.mul(left, left), f32x4.mul(right, right))
  }
  keep(factors, share)
  const old = splat(own.momentum)
  const fresh = splat(1 - own.momentum)
  for (let at: usize = 0; at < 32; at += 16) {
    const mean = v128.load(means + at)
    const variance = v128.load(factors + at)
    const ownMean = movingMean(m, it) + column + at
    const ownVariance = movingVariance(m, it) + column + at
    v128.store(ownMean, f32x4.add(f32x4.mul(old, v128.load(ownMean)), f32x4.mul(fresh, mean)))
    v128.store(ownVariance, f32x4.add(f32x4.mul(old, v128.load(ownVariance)), f32x4.mul(fresh, variance)))
    v128.store(factors + at, f32x4.div(splat(1), f32x4.sqrt(f32x4.add(variance, splat(own.epsilon)))))
  }
}

/** Panels of outputs. */
export function batch_normalization_forward(l: i32, first: i32, last: i32): void {
  const m = batch.member
  const it = layer(l)
  const rows = rowsOf(it, batch.rows)
  const stride = sourceStride(l)
  for (let p = first; p < last; p++) {
    const column = <usize>p * 32
    const x = source(l) + column
    measure(m, it, l, p, x, stride, rows)
    for (let half: usize = 0; half < 32; half += 16) {
      const at = column + half
      const mean = v128.load(it.statistics + at)
      let factor = v128.load(it.statistics + <usize>it.width * 4 + at)
      if (it.scale) factor = f32x4.mul(factor, v128.load(gammaOf(m, it) + at))
      const shift = it.bias ? v128.load(betaOf(m, it) + at) : splat(0)
      let from = x + half
      let to = it.outputs + at
      for (let b = 0; b < rows; b++, from += stride, to += it.stride) {
        v128.store(to, f32x4.add(f32x4.mul(f32x4.sub(v128.load(from), mean), factor), shift))
      }
    }
  }
}

/** The gradients of a panel's beta and gamma, 8 floats each, to `gradient`: the sums of deltas, and of deltas times normalized inputs. */
function sum_deltas(it: Layer, x: usize, stride: usize, rows: i32, column: usize): void {
  const delta = it.deltas + column
  clear()
  for (let b = 0, at = delta; b < rows; b++, at += it.stride) add(v128.load(at), v128.load(at, 16))
  keep(gradient, 1)
  const means = it.statistics + column
  const factors = means + <usize>it.width * 4
  const low = v128.load(means)
  const upper = v128.load(means, 16)
  const lowFactor = v128.load(factors)
  const upperFactor = v128.load(factors, 16)
  clear()
  for (let b = 0, at = delta, from = x; b < rows; b++, at += it.stride, from += stride) {
    const left = f32x4.mul(f32x4.sub(v128.load(from), low), lowFactor)
    const right = f32x4.mul(f32x4.sub(v128.load(from, 16), upper), upperFactor)
    add(f32x4.mul(v128.load(at), left), f32x4.mul(v128.load(at, 16), right))
  }
  keep(gradient + 32, 1)
}

/** Panels of the deltas of the layer below. */
export function batch_normalization_input_gradient(l: i32, first: i32, last: i32): void {
  const m = batch.member
  const it = layer(l)
  const below = belowOf(l)
  const rows = rowsOf(it, batch.rows)
  const share = splat(<f32>(1 / <f64>counted(it, l, rows)))
  const stride = sourceStride(l)
  for (let p = first; p < last; p++) {
    const column = <usize>p * 32
    const x = source(l) + column
    if (it.trained) sum_deltas(it, x, stride, rows, column)
    for (let half: usize = 0; half < 32; half += 16) {
      const at = column + half
      const mean = v128.load(it.statistics + at)
      const inverse = v128.load(it.statistics + <usize>it.width * 4 + at)
      const factor = it.scale ? f32x4.mul(inverse, v128.load(gammaOf(m, it) + at)) : inverse
      const meanDelta = f32x4.mul(share, v128.load(gradient + half))
      const slope = f32x4.mul(share, v128.load(gradient + 32 + half))
      let from = x + half
      let delta = it.deltas + at
      let to = below.deltas + at
      for (let b = 0; b < rows; b++, from += stride, delta += it.stride, to += below.stride) {
        let d = v128.load(delta)
        if (it.trained && counts(it, l, b)) {
          const normalized = f32x4.mul(f32x4.sub(v128.load(from), mean), inverse)
          d = f32x4.sub(f32x4.sub(d, meanDelta), f32x4.mul(normalized, slope))
        }
        v128.store(to, f32x4.mul(d, factor))
      }
    }
    finish_deltas(below, p, p + 1, 0, rows)
  }
}

/** Panels of gamma and beta. */
export function batch_normalization_update(l: i32, first: i32, last: i32): void {
  const m = batch.member
  const it = layer(l)
  const rows = rowsOf(it, batch.rows)
  const stride = sourceStride(l)
  for (let p = first; p < last; p++) {
    const column = <usize>p * 32
    sum_deltas(it, source(l) + column, stride, rows, column)
    if (it.scale) move(m, gammaOf(m, it) + column, gradient + 32, 32)
    if (it.bias) move(m, betaOf(m, it) + column, gradient, 32)
  }
}
