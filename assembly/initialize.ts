// Initial weights: float64 inside, from the standard library that is compiled into the module, so their bits are the same everywhere.
// Element e of a layer's kernel or bias takes the words of counter (e, attempt, 0, 0) under key (seed, purpose | layer << 8).

import { philox, word0, word1, word2, word3 } from './random'

/** A word as a number in (0, 1). */
// @ts-ignore: decorator
@inline function unit(word: u32): f64 { return (<f64>word + 0.5) * (1.0 / 4294967296.0) }

/** Two standard normals of two words (Box & Muller 1958); the second through `sine`. */
// @ts-ignore: decorator
@inline function normal(a: u32, b: u32, sine: bool): f64 {
  const radius = Math.sqrt(-2 * Math.log(unit(a)))
  const angle = 2 * Math.PI * unit(b)
  return radius * (sine ? Math.sin(angle) : Math.cos(angle))
}

export function fill_constant(to: usize, n: i32, value: f32): void {
  for (let i = 0; i < n; i++) store<f32>(to + (<usize>i << 2), value)
}

export function fill_uniform(to: usize, n: i32, low: f64, high: f64, seed: u32, stream: u32): void {
  for (let i = 0; i < n; i++) {
    philox(<u32>i, 0, 0, 0, seed, stream)
    store<f32>(to + (<usize>i << 2), <f32>(low + (high - low) * unit(word0)))
  }
}

function normalOf(i: i32, seed: u32, stream: u32): f64 {
  philox(<u32>i, 0, 0, 0, seed, stream)
  return normal(word0, word1, false)
}

export function fill_normal(to: usize, n: i32, mean: f64, stddev: f64, seed: u32, stream: u32): void {
  for (let i = 0; i < n; i++) store<f32>(to + (<usize>i << 2), <f32>(mean + stddev * normalOf(i, seed, stream)))
}

/** Draws beyond two standard deviations are drawn again, as TensorFlow's truncated_normal does. */
export function fill_truncated_normal(to: usize, n: i32, mean: f64, stddev: f64, seed: u32, stream: u32): void {
  for (let i = 0; i < n; i++) {
    let x: f64 = 3
    for (let attempt: u32 = 0; Math.abs(x) >= 2; attempt++) {
      philox(<u32>i, attempt, 0, 0, seed, stream)
      const c = word2
      const d = word3
      x = normal(word0, word1, false)
      if (Math.abs(x) >= 2) x = normal(c, d, false)
    }
    store<f32>(to + (<usize>i << 2), <f32>(mean + stddev * x))
  }
}

/** Bytes of scratch that `fill_orthogonal` needs. */
export function orthogonal_scratch(rows: i32, columns: i32): usize { return <usize>rows * <usize>columns * 8 }

/**
 * A random orthogonal matrix (rows x columns), times gain: the Q of the QR decomposition of a normal matrix with R's diagonal positive
 * (Saxe et al. 2014), by modified Gram-Schmidt, twice ("twice is enough", Giraud et al. 2005). Orthonormal along the shorter side.
 */
export function fill_orthogonal(to: usize, rows: i32, columns: i32, gain: f64, seed: u32, stream: u32, scratch: usize): void {
  const length = max(rows, columns)
  const vectors = min(rows, columns)
  // Vector v's entry e is at scratch[v][e]. It is kernel entry (e, v), or (v, e) when there are more columns than rows.
  const across = columns > rows
  for (let v = 0; v < vectors; v++) {
    const it = scratch + <usize>v * <usize>length * 8
    for (let e = 0; e < length; e++) {
      const element = across ? v * columns + e : e * columns + v
      store<f64>(it + (<usize>e << 3), normalOf(element, seed, stream))
    }
    for (let round = 0; round < 2; round++) {
      for (let u = 0; u < v; u++) {
        const other = scratch + <usize>u * <usize>length * 8
        subtract(it, other, dot(it, other, length), length)
      }
    }
    const inverse = 1 / Math.sqrt(dot(it, it, length))
    for (let e = 0; e < length; e++) {
      const x = load<f64>(it + (<usize>e << 3)) * inverse
      store<f64>(it + (<usize>e << 3), x)
      const element = across ? v * columns + e : e * columns + v
      store<f32>(to + (<usize>element << 2), <f32>(x * gain))
    }
  }
}

function dot(a: usize, b: usize, n: i32): f64 {
  let total = f64x2.splat(0)
  const end = a + (<usize>(n & ~1) << 3)
  while (a < end) {
    total = f64x2.add(total, f64x2.mul(v128.load(a), v128.load(b)))
    a += 16
    b += 16
  }
  let result = f64x2.extract_lane(total, 0) + f64x2.extract_lane(total, 1)
  if (n & 1) result += load<f64>(a) * load<f64>(b)
  return result
}

/** a -= factor b */
function subtract(a: usize, b: usize, factor: f64, n: i32): void {
  const f = f64x2.splat(factor)
  const end = a + (<usize>(n & ~1) << 3)
  while (a < end) {
    v128.store(a, f64x2.sub(v128.load(a), f64x2.mul(f, v128.load(b))))
    a += 16
    b += 16
  }
  if (n & 1) store<f64>(a, load<f64>(a) - factor * load<f64>(b))
}
