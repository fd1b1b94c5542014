// Initial weights: float64 inside, from the standard library that is compiled into the module, so their bits are the same everywhere.
// Element e of a layer's kernel or bias takes the words of counter (e, attempt, 0, 0) under key (seed, purpose | layer << 8).

import { DRAW_BYTES, draw, drawSecond, units } from './draws'
import { allocate, mark, release } from './memory'
import { philoxLanes } from './random'

export function fill_constant(to: usize, n: i32, value: f32): void {
  for (let i = 0; i < n; i++) store<f32>(to + (<usize>i << 2), value)
}

// Fills take elements first … last - 1 of what starts at `to`, so that a large layer can be filled in slices; four at a time.

/** base + factor * x of two numbers, as the lower two floats. */
// @ts-ignore: decorator
@inline function scaled(base: f64, factor: f64, x: v128): v128 {
  return f32x4.demote_f64x2_zero(f64x2.add(f64x2.splat(base), f64x2.mul(f64x2.splat(factor), x)))
}

/** Of two pairs those of elements i … last - 1, four at most. */
// @ts-ignore: decorator
@inline function put(to: usize, i: i32, last: i32, a: v128, b: v128): void {
  const at = to + (<usize>i << 2)
  const all = v128.shuffle<i64>(a, b, 0, 2)
  if (last - i >= 4) {
    v128.store(at, all)
    return
  }
  v128.store32_lane(at, all, 0)
  if (last - i > 1) v128.store32_lane(at, all, 1, 4)
  if (last - i > 2) v128.store32_lane(at, all, 2, 8)
}

export function fill_uniform(to: usize, first: i32, last: i32, low: f64, high: f64, seed: u32, stream: u32): void {
  const before = mark()
  const scratch = allocate(DRAW_BYTES)
  for (let i = first; i < last; i += 4) {
    philoxLanes(scratch, i, 1, 0, seed, stream)
    const a = units(v128.load64_zero(scratch))
    const b = units(v128.load64_zero(scratch, 8))
    put(to, i, last, scaled(low, high - low, a), scaled(low, high - low, b))
  }
  release(before)
}

export function fill_normal(to: usize, first: i32, last: i32, mean: f64, stddev: f64, seed: u32, stream: u32): void {
  const before = mark()
  const scratch = allocate(DRAW_BYTES)
  for (let i = first; i < last; i += 4) {
    const drawn = draw(scratch, i, 1, 0, seed, stream)
    put(to, i, last, scaled(mean, stddev, v128.load(drawn)), scaled(mean, stddev, v128.load(drawn, 16)))
  }
  release(before)
}

// @ts-ignore: decorator
@inline function isFar(x: v128): v128 { return f64x2.ge(f64x2.abs(x), f64x2.splat(2)) }

/** Draws beyond two standard deviations are drawn again, as TensorFlow's truncated_normal does. */
export function fill_truncated_normal(to: usize, first: i32, last: i32, mean: f64, stddev: f64, seed: u32, stream: u32): void {
  const before = mark()
  const scratch = allocate(DRAW_BYTES)
  for (let i = first; i < last; i += 4) {
    const drawn = draw(scratch, i, 1, 0, seed, stream)
    let a = v128.load(drawn)
    let b = v128.load(drawn, 16)
    for (let attempt = 0; v128.any_true(v128.or(isFar(a), isFar(b))); ) {
      drawSecond(scratch)
      a = v128.bitselect(v128.load(drawn, 32), a, isFar(a))
      b = v128.bitselect(v128.load(drawn, 48), b, isFar(b))
      if (!v128.any_true(v128.or(isFar(a), isFar(b)))) break
      draw(scratch, i, 1, ++attempt, seed, stream)
      a = v128.bitselect(v128.load(drawn), a, isFar(a))
      b = v128.bitselect(v128.load(drawn, 16), b, isFar(b))
    }
    put(to, i, last, scaled(mean, stddev, a), scaled(mean, stddev, b))
  }
  release(before)
}

// A random orthogonal matrix (rows x columns) times gain, orthonormal along its shorter side: the Q of the QR decomposition of a normal
// matrix with R's diagonal positive (Saxe et al. 2014). Such a Q is a product of reflections H0 H1 …, Hk away from a normal vector of
// length - k numbers, each column k with a sign (Stewart, "The efficient generation of random orthogonal matrices", 1980): half the work
// of decomposing, and half the draws. No multiply-add is fused, so that both builds give the same bits.
//
// Below, vectors = min(rows, columns) and length = max(rows, columns). Vector k's entry e is kernel element (e, k), or (k, e) where there
// are more columns than rows; its draw is that element's. `scratch` holds the reflections, (vectors, length) f64, and one strip of 8
// columns of Q, (length + 1, 8) f64.

const STRIP = 8
const STRIP_BYTES: usize = STRIP * 8

// @ts-ignore: decorator
@inline function elementOf(vector: i32, entry: i32, rows: i32, columns: i32): usize {
  return <usize>(columns > rows ? vector * columns + entry : entry * columns + vector)
}

// @ts-ignore: decorator
@inline function reflection(scratch: usize, k: i32, length: i32): usize { return scratch + ((<usize>k * length + k) << 3) }

/** Bytes of scratch. */
export function orthogonal_scratch(rows: i32, columns: i32): usize {
  const length = <usize>max(rows, columns)
  return <usize>min(rows, columns) * length * 8 + (length + 1) * STRIP_BYTES
}

/** Reflection k, as the v of I - v v^T, entries k … length - 1: it takes a normal vector x to -sign(x_k) |x| e_k. */
export function orthogonal_reflection(k: i32, rows: i32, columns: i32, seed: u32, stream: u32, scratch: usize): void {
  const length = max(rows, columns)
  const v = reflection(scratch, k, length)
  const end = v + (<usize>(length - k) << 3)
  const before = mark()
  const words = allocate(DRAW_BYTES)
  const stride = columns > rows ? 1 : columns
  let square: f64 = 0
  for (let at = v, e = k; at < end; e += 4) {
    const drawn = draw(words, <i32>elementOf(k, e, rows, columns), stride, 0, seed, stream)
    const stop = min(end, at + 32)
    for (let from = drawn; at < stop; at += 8, from += 8) {
      const x = load<f64>(from)
      store<f64>(at, x)
      square += x * x
    }
  }
  release(before)
  const norm = Math.sqrt(square)
  const head = load<f64>(v)
  store<f64>(v, head < 0 ? head - norm : head + norm)
  const scale = 1 / Math.sqrt(norm * (norm + Math.abs(head)))
  for (let at = v; at < end; at += 8) store<f64>(at, load<f64>(at) * scale)
}

/** Columns first … first + 7 of Q into the kernel at `to`, once all reflections are there. */
export function orthogonal_strip(first: i32, to: usize, rows: i32, columns: i32, gain: f64, scratch: usize): void {
  const length = max(rows, columns)
  const vectors = min(rows, columns)
  const width = min(STRIP, vectors - first)
  const strip = scratch + ((<usize>vectors * length) << 3)
  const sums = strip + <usize>length * STRIP_BYTES
  memory.fill(strip, 0, (<usize>length + 1) * STRIP_BYTES)
  for (let k = first + width - 1; k >= 0; k--) {
    const v = reflection(scratch, k, length)
    const row = strip + <usize>k * STRIP_BYTES
    if (k >= first) {
      // Column k starts as e_k with the sign of R's diagonal; no reflection after k moves it.
      const lane = <usize>(k - first) << 3
      const sign: f64 = load<f64>(v) > 0 ? -1 : 1
      store<f64>(row + lane, sign)
      store<f64>(sums + lane, load<f64>(sums + lane) + sign * load<f64>(v))
    }
    const before = k > 0 ? reflection(scratch, k - 1, length) + 8 : v
    reflect(row, v, before, length - k, sums)
  }
  for (let e = 0; e < length; e++) {
    for (let i = 0; i < width; i++) {
      const x = load<f64>(strip + <usize>e * STRIP_BYTES + (<usize>i << 3))
      store<f32>(to + (elementOf(first + i, e, rows, columns) << 2), <f32>(x * gain))
    }
  }
}

/** rows (n, 8) -= v (n) sums (8), then sums = u (n) times the rows: one pass reflects, and begins the next reflection. */
function reflect(rows: usize, v: usize, u: usize, n: i32, sums: usize): void {
  const w0 = v128.load(sums)
  const w1 = v128.load(sums, 16)
  const w2 = v128.load(sums, 32)
  const w3 = v128.load(sums, 48)
  let s0 = f64x2.splat(0)
  let s1 = s0
  let s2 = s0
  let s3 = s0
  const end = v + (<usize>n << 3)
  while (v < end) {
    const factor = v128.load_splat<f64>(v)
    const other = v128.load_splat<f64>(u)
    let x = f64x2.sub(v128.load(rows), f64x2.mul(factor, w0))
    v128.store(rows, x)
    s0 = f64x2.add(s0, f64x2.mul(other, x))
    x = f64x2.sub(v128.load(rows, 16), f64x2.mul(factor, w1))
    v128.store(rows, x, 16)
    s1 = f64x2.add(s1, f64x2.mul(other, x))
    x = f64x2.sub(v128.load(rows, 32), f64x2.mul(factor, w2))
    v128.store(rows, x, 32)
    s2 = f64x2.add(s2, f64x2.mul(other, x))
    x = f64x2.sub(v128.load(rows, 48), f64x2.mul(factor, w3))
    v128.store(rows, x, 48)
    s3 = f64x2.add(s3, f64x2.mul(other, x))
    rows += STRIP_BYTES
    v += 8
    u += 8
  }
  v128.store(sums, s0)
  v128.store(sums, s1, 16)
  v128.store(sums, s2, 32)
  v128.store(sums, s3, 48)
}
