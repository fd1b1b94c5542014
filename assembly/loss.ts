// The output layer's activation, loss, accuracy and first delta, in one pass over the sums of rows first … last - 1 of the batch. What
// every row came to is kept, so that `add_scores` adds it up in one order whatever pieces the batch was cut into.
//
// Keras 3 forms the cross-entropies from the sums. Keras 2.2 forms them from probabilities clipped to [1e-7, 1 - 1e-7], and the clip
// passes no gradient (`clip`). A probability's distance from 1 is taken from its complement, which float32 holds exactly enough.

import { target } from './batch'
import { Loss, Task } from './generated/names'
import { finish_deltas, finish_rows, finishes_rows } from './layers/common'
import { row_loss } from './losses'
import {
  elementDeltas,
  elementLosses,
  elementSums,
  elementTargets,
  fromLogits,
  layer,
  layerCount,
  logits,
  loss,
  lossTask,
  rowLosses,
  rowsRight,
  rowWeights,
  smoothing,
  targetsPerRow,
} from './memory'
import { BLOCK, largestOf, softmax, valid } from './rowActivation'
import { Layer, Member, Rows } from './structures'
import { small } from './small'
import { exp, log, log1p, sigmoid, splat, sum } from './vector'

const EPSILON: f32 = 1e-7
const ONE_LESS_EPSILON: f32 = 0.9999999

/** The sum of row weight x row loss over the batch, and how many rows (binary cross-entropy: outputs) were right. */
export let weightedLoss: f64 = 0
export let correct: f64 = 0

// @ts-ignore: decorator
@inline function keepScore(b: i32, loss: f64, right: i32): void {
  store<f64>(rowLosses + (<usize>b << 3), loss)
  store<i32>(rowsRight + (<usize>b << 2), right)
}

function argmax(row: usize, n: i32): i32 {
  let best = 0
  let largest = load<f32>(row)
  for (let i = 1; i < n; i++) {
    const value = load<f32>(row + (<usize>i << 2))
    if (value > largest) {
      largest = value
      best = i
    }
  }
  return best
}

/** Targets with the loss's label smoothing, of n classes. */
// @ts-ignore: decorator
@inline function smoothed(y: v128, n: i32, o: i32): v128 {
  if (smoothing == 0) return y
  return v128.and(f32x4.add(f32x4.mul(y, splat(1 - smoothing)), splat(smoothing / <f32>n)), valid(o, n))
}

function categorical(it: Layer, data: Rows, clip: bool, first: i32, last: i32, training: bool, inverse: f32): void {
  const n = it.units
  let row = it.outputs + <usize>first * it.stride
  let delta = it.deltas + <usize>first * it.stride
  for (let b = first; b < last; b++) {
    const y = target(data, b, n)
    const weight = load<f32>(rowWeights + (<usize>b << 2))
    const right = argmax(row, n) == argmax(y, n)
    const largest = splat(largestOf(row, n))
    if (fromLogits) memory.copy(logits, row, <usize>n << 2)
    let chosen = splat(0) // sum of y (z - largest)
    for (let from = 0; from < n; from += BLOCK) {
      const to = min(n, from + BLOCK)
      let part = splat(0)
      for (let o = from; o < to; o += 4) {
        const at = <usize>o << 2
        const yv = smoothed(v128.and(v128.load(y + at), valid(o, n)), n, o)
        part = f32x4.add(part, f32x4.mul(yv, v128.and(f32x4.sub(v128.load(row + at), largest), valid(o, n))))
      }
      chosen = f32x4.add(chosen, part)
    }
    const logTotal = softmax(row, n, largest)
    let mass = splat(0) // the targets that pass a gradient
    let clipped = splat(0)
    for (let from = 0; from < n; from += BLOCK) {
      const to = min(n, from + BLOCK)
      let massPart = splat(0)
      let clippedPart = splat(0)
      for (let o = from; o < to; o += 4) {
        const at = <usize>o << 2
        let yv = smoothed(v128.and(v128.load(y + at), valid(o, n)), n, o)
        if (clip) {
          const p = v128.load(row + at)
          const inside = f32x4.pmin(f32x4.pmax(p, splat(EPSILON)), splat(ONE_LESS_EPSILON))
          clippedPart = f32x4.sub(clippedPart, f32x4.mul(yv, log(inside)))
          yv = v128.and(yv, f32x4.eq(inside, p))
        }
        massPart = f32x4.add(massPart, yv)
      }
      mass = f32x4.add(mass, massPart)
      clipped = f32x4.add(clipped, clippedPart)
    }
    const total = sum(mass)
    keepScore(b, <f64>weight * <f64>(clip ? sum(clipped) : total * logTotal - sum(chosen)), i32(right))
    if (training) {
      const scale = splat(weight * inverse)
      const massOfRow = splat(total)
      for (let o = 0; o < n; o += 4) {
        const at = <usize>o << 2
        const p = v128.load(row + at)
        let yv = smoothed(v128.and(v128.load(y + at), valid(o, n)), n, o)
        if (clip) yv = v128.and(yv, v128.and(f32x4.ge(p, splat(EPSILON)), f32x4.le(p, splat(ONE_LESS_EPSILON))))
        v128.store(delta + at, f32x4.mul(scale, f32x4.sub(f32x4.mul(p, massOfRow), yv)))
      }
    }
    if (fromLogits) memory.copy(row, logits, <usize>n << 2)
    row += it.stride
    delta += it.stride
  }
}

/**
 * Sums, targets, then probabilities, deltas and losses of all outputs of the batch stand together, so that a network of one output
 * fills its vectors with rows.
 */
function binary(it: Layer, data: Rows, clip: bool, first: i32, last: i32, training: bool, inverse: f32): void {
  const n = it.units
  const bytes = <usize>n * 4
  const start = <usize>first * bytes
  let row = it.outputs + <usize>first * it.stride
  for (let b = first, at = start; b < last; b++, at += bytes, row += it.stride) {
    const y = target(data, b, n)
    for (let o: usize = 0; o < bytes; o += 4) {
      store<f32>(elementSums + at + o, load<f32>(row + o))
      const t = load<f32>(y + o)
      store<f32>(elementTargets + at + o, smoothing == 0 ? t : t * (1 - smoothing) + 0.5 * smoothing)
    }
  }
  let right = entropies(start, (last - first) * n, clip)
  const share = <f32>1 / <f32>n
  let delta = it.deltas + <usize>first * it.stride
  row = it.outputs + <usize>first * it.stride
  for (let b = first, at = start; b < last; b++, row += it.stride, delta += it.stride) {
    const weight = load<f32>(rowWeights + (<usize>b << 2))
    const scale = weight * inverse * share
    let total: f64 = 0
    for (let o: usize = 0; o < bytes; o += 4, at += 4) {
      total += <f64>load<f32>(elementLosses + at)
      if (!fromLogits) store<f32>(row + o, load<f32>(elementSums + at))
      if (training) store<f32>(delta + o, load<f32>(elementDeltas + at) * scale)
    }
    // A piece's right outputs are counted together, and kept with its first row.
    keepScore(b, <f64>weight * total * <f64>share, right)
    right = 0
  }
}

/**
 * Probabilities (over the sums), deltas and losses of `count` elements from byte `start` on. Answers how many lie on their target's side
 * of 0.5. What follows the last whole vector is overwritten: pieces are of a multiple of 4 rows.
 */
function entropies(start: usize, count: i32, clip: bool): i32 {
  const low = splat(EPSILON)
  const high = splat(ONE_LESS_EPSILON)
  const half = splat(0.5)
  const one = splat(1)
  const zero = splat(0)
  let right = 0
  for (let i = 0; i < count; i += 4) {
    const at = start + (<usize>i << 2)
    const z = v128.load(elementSums + at)
    const y = v128.load(elementTargets + at)
    // e^-|z| serves the sigmoid of z and of -z, and the loss.
    const e = exp(f32x4.neg(f32x4.abs(z)))
    const larger = f32x4.div(one, f32x4.add(one, e))
    const smaller = f32x4.mul(e, larger)
    const positive = f32x4.ge(z, zero)
    const p = v128.bitselect(larger, smaller, positive)
    let losses: v128
    let d = f32x4.sub(p, y)
    if (clip) {
      const q = v128.bitselect(smaller, larger, positive)
      const clippedP = f32x4.pmin(f32x4.pmax(p, low), high)
      const clippedQ = f32x4.pmin(f32x4.pmax(q, low), high)
      const ones = f32x4.eq(y, one)
      if (i32x4.all_true(v128.or(ones, f32x4.eq(y, zero)))) losses = f32x4.neg(log(v128.bitselect(clippedP, clippedQ, ones)))
      else losses = f32x4.neg(f32x4.add(f32x4.mul(y, log(clippedP)), f32x4.mul(f32x4.sub(one, y), log(clippedQ))))
      d = v128.and(d, v128.and(f32x4.ge(p, low), f32x4.ge(q, low)))
    } else {
      losses = f32x4.add(f32x4.sub(f32x4.pmax(z, zero), f32x4.mul(z, y)), log1p(e))
    }
    const wrongSide = v128.xor(f32x4.gt(p, half), f32x4.gt(y, half))
    right += popcnt(i32x4.bitmask(v128.andnot(valid(i, count), wrongSide)))
    v128.store(elementSums + at, p)
    v128.store(elementDeltas + at, d)
    v128.store(elementLosses + at, losses)
  }
  return right
}

/** Outputs are activated already. */
function squared(it: Layer, data: Rows, first: i32, last: i32, training: bool, inverse: f32): void {
  const n = it.units
  const share = <f32>1 / <f32>n
  let row = it.outputs + <usize>first * it.stride
  let delta = it.deltas + <usize>first * it.stride
  for (let b = first; b < last; b++) {
    const y = target(data, b, n)
    const weight = load<f32>(rowWeights + (<usize>b << 2))
    const scale = splat(2 * weight * inverse * share)
    let squares = splat(0)
    for (let from = 0; from < n; from += BLOCK) {
      const to = min(n, from + BLOCK)
      let part = splat(0)
      for (let o = from; o < to; o += 4) {
        const at = <usize>o << 2
        const error = v128.and(f32x4.sub(v128.load(row + at), v128.load(y + at)), valid(o, n))
        part = f32x4.add(part, f32x4.mul(error, error))
        if (training) v128.store(delta + at, f32x4.mul(error, scale))
      }
      squares = f32x4.add(squares, part)
    }
    keepScore(b, <f64>weight * <f64>sum(squares) * <f64>share, 0)
    row += it.stride
    delta += it.stride
  }
}

/** Outputs are activated already. */
function general(it: Layer, data: Rows, first: i32, last: i32, training: bool, inverse: f32): void {
  const n = it.units
  const half: f32 = fromLogits ? 0 : 0.5
  let row = it.outputs + <usize>first * it.stride
  let delta = it.deltas + <usize>first * it.stride
  for (let b = first; b < last; b++, row += it.stride, delta += it.stride) {
    const y = target(data, b, targetsPerRow)
    const weight = load<f32>(rowWeights + (<usize>b << 2))
    const value = row_loss(y, row, delta, n, <f64>(weight * inverse), training)
    let right = 0
    if (lossTask == Task.CATEGORICAL) right = i32(argmax(row, n) == argmax(y, n))
    else if (lossTask == Task.BINARY) {
      for (let o: usize = 0; o < <usize>n * 4; o += 4) right += i32(load<f32>(row + o) > half == load<f32>(y + o) > 0.5)
    }
    keepScore(b, <f64>weight * value, right)
  }
}

/** Scores rows first … last - 1 and, in training, sets their deltas of the output layer. What a small network's lack is multiplied in small.ts. */
export function score(data: Rows, m: Member, first: i32, last: i32, training: bool, inverse: f32): void {
  const it = layer(layerCount - 1)
  if (loss == Loss.CATEGORICAL_CROSSENTROPY) categorical(it, data, m.clip, first, last, training, inverse)
  else if (loss == Loss.BINARY_CROSSENTROPY) binary(it, data, m.clip, first, last, training, inverse)
  else {
    if (loss == Loss.MEAN_SQUARED_ERROR) squared(it, data, first, last, training, inverse)
    else general(it, data, first, last, training, inverse)
    if (!training || small) return
    if (finishes_rows(layerCount - 1)) finish_rows(layerCount - 1, first, last)
    else finish_deltas(it, 0, it.width >> 3, first, last)
  }
}

/**
 * Sets `correct`, and `weightedLoss` to `before` and the batch's; with `before` 0, the factor of `weigh_rows` times weightedLoss is the
 * batch's loss.
 */
export function add_scores(rows: i32, before: f64): void {
  weightedLoss = before
  let right = 0
  for (let b: usize = 0; b < <usize>rows; b++) {
    weightedLoss += load<f64>(rowLosses + (b << 3))
    right += load<i32>(rowsRight + (b << 2))
  }
  correct = <f64>right
}

/** The output activation alone, for predictions without targets. Mean squared error's is applied by the layer itself. */
export function activate_outputs(rows: i32): void {
  const it = layer(layerCount - 1)
  let row = it.outputs
  for (let b = 0; b < rows; b++) {
    if (fromLogits) return
    if (loss == Loss.CATEGORICAL_CROSSENTROPY) {
      softmax(row, it.units, splat(largestOf(row, it.units)))
    } else if (loss == Loss.BINARY_CROSSENTROPY) {
      for (let o = 0; o < it.units; o += 4) {
        const at = row + (<usize>o << 2)
        v128.store(at, sigmoid(v128.load(at)))
      }
    }
    row += it.stride
  }
}
