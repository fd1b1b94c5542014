// Activations over all units of a row: softmax, its logarithm, and sparsemax. Their derivatives read the outputs.

import { Activation } from './generated/names'
import { exp, firstLanes, log, splat, sum } from './vector'

/**
 * Sums over a row's outputs are formed of sums of so many, or float32's rounding adds up: 65,535 probabilities came to 1.00017. Rows that are
 * no wider are one sum, as 0.1.0 formed them.
 */
export const BLOCK: i32 = 512

/** The lanes of vector `o` (in floats) that are units, not padding. */
// @ts-ignore: decorator
@inline export function valid(o: i32, n: i32): v128 { return firstLanes(n - o) }

/** Softmax in place over one row of n sums; the padding becomes 0. Returns the logarithm of its denominator, sums less `largest`. */
// @ts-ignore: decorator
@inline export function softmax(row: usize, n: i32, largest: v128): f32 {
  let total = splat(0)
  for (let from = 0; from < n; from += BLOCK) {
    const to = min(n, from + BLOCK)
    let part = splat(0)
    for (let o = from; o < to; o += 4) {
      const at = row + (<usize>o << 2)
      const e = v128.and(exp(f32x4.sub(v128.load(at), largest)), valid(o, n))
      v128.store(at, e)
      part = f32x4.add(part, e)
    }
    total = f32x4.add(total, part)
  }
  const denominator = splat(sum(total))
  for (let o = 0; o < n; o += 4) {
    const at = row + (<usize>o << 2)
    v128.store(at, f32x4.div(v128.load(at), denominator))
  }
  return f32x4.extract_lane(log(denominator), 0)
}

export function largestOf(row: usize, n: i32): f32 {
  let largest = load<f32>(row)
  for (let i = 1; i < n; i++) largest = max(largest, load<f32>(row + (<usize>i << 2)))
  return largest
}

/** z less the logarithm of the sum of e^z. */
function logSoftmax(row: usize, n: i32): void {
  const largest = splat(largestOf(row, n))
  let total = splat(0)
  for (let o = 0; o < n; o += 4) {
    total = f32x4.add(total, v128.and(exp(f32x4.sub(v128.load(row + (<usize>o << 2)), largest)), valid(o, n)))
  }
  const shift = f32x4.add(largest, log(splat(sum(total))))
  for (let o = 0; o < n; o += 4) {
    const at = row + (<usize>o << 2)
    v128.store(at, v128.and(f32x4.sub(v128.load(at), shift), valid(o, n)))
  }
}

/**
 * The nearest point of the simplex: max(z - t, 0), which sum to 1 (Martins & Astudillo 2016). t is found by Michelot's rounds: the mean excess
 * of those above t, until none falls below.
 */
function sparsemax(row: usize, n: i32): void {
  const end = row + (<usize>n << 2)
  let threshold: f64 = -Infinity
  let before = -1
  for (let count = n; count != before; ) {
    before = count
    let total: f64 = 0
    count = 0
    for (let at = row; at < end; at += 4) {
      const z = <f64>load<f32>(at)
      if (z > threshold) {
        total += z
        count++
      }
    }
    if (count == 0) break // all are NaN: it must show
    threshold = (total - 1) / <f64>count
    count = 0
    for (let at = row; at < end; at += 4) count += i32(<f64>load<f32>(at) > threshold)
  }
  for (let at = row; at < end; at += 4) {
    const rest = <f64>load<f32>(at) - threshold
    store<f32>(at, <f32>(rest < 0 ? 0 : rest))
  }
}

/** In place over `rows` rows of n sums. */
export function activate_rows(kind: i32, row: usize, n: i32, rows: i32, stride: usize): void {
  for (let b = 0; b < rows; b++, row += stride) {
    switch (kind) {
      case Activation.SOFTMAX: softmax(row, n, splat(largestOf(row, n))); break
      case Activation.LOG_SOFTMAX: logSoftmax(row, n); break
      case Activation.SPARSEMAX: sparsemax(row, n); break
    }
  }
}

/** Deltas by outputs become deltas by sums, in place, over `rows` rows of n outputs. */
export function differentiate_rows(kind: i32, delta: usize, output: usize, n: i32, rows: i32, stride: usize): void {
  const bytes = <usize>n << 2
  for (let b = 0; b < rows; b++, delta += stride, output += stride) {
    let total: f64 = 0
    let support = 0
    for (let at: usize = 0; at < bytes; at += 4) {
      const y = load<f32>(output + at)
      const d = <f64>load<f32>(delta + at)
      if (kind == Activation.SOFTMAX) total += d * <f64>y
      else if (kind == Activation.LOG_SOFTMAX) total += d
      else if (y > 0) {
        total += d
        support++
      }
    }
    const mean = <f32>(kind == Activation.SPARSEMAX ? total / <f64>max(support, 1) : total)
    for (let at: usize = 0; at < bytes; at += 4) {
      const y = load<f32>(output + at)
      const d = load<f32>(delta + at)
      let own: f32 = 0
      if (kind == Activation.SOFTMAX) own = y * (d - mean)
      else if (kind == Activation.LOG_SOFTMAX) own = d - <f32>Mathf.exp(y) * mean
      else if (y > 0) own = d - mean
      store<f32>(delta + at, own)
    }
  }
}
