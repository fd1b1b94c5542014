// The multiply-add ceiling: the fastest this machine's WebAssembly can multiply and add when nothing but registers is touched.

/** Floating-point operations of one iteration: 12 accumulators of 4 lanes, a multiplication and an addition each. */
export const OPERATIONS: i32 = 96

/**
 * One step of one accumulator: a + a few billionths, so the values stay where they are. In the plain build the product has to
 * depend on the accumulator, or the compiler computes it once, before the loop.
 */
// @ts-ignore: decorator
@inline function step(a: v128, tiny: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(tiny, tiny, a)
  return f32x4.add(a, f32x4.mul(a, tiny))
}

/** Twelve chains cover the latency of an addition after a multiplication at two a cycle, and fit the 16 registers of x86. */
export function multiply_add(iterations: i32, start: f32): f32 {
  const tiny = f32x4.splat(1e-9)
  let a = f32x4.splat(start)
  let b = f32x4.splat(start + 1)
  let c = f32x4.splat(start + 2)
  let d = f32x4.splat(start + 3)
  let e = f32x4.splat(start + 4)
  let f = f32x4.splat(start + 5)
  let g = f32x4.splat(start + 6)
  let h = f32x4.splat(start + 7)
  let i = f32x4.splat(start + 8)
  let j = f32x4.splat(start + 9)
  let k = f32x4.splat(start + 10)
  let l = f32x4.splat(start + 11)
  while (iterations > 0) {
    a = step(a, tiny)
    b = step(b, tiny)
    c = step(c, tiny)
    d = step(d, tiny)
    e = step(e, tiny)
    f = step(f, tiny)
    g = step(g, tiny)
    h = step(h, tiny)
    i = step(i, tiny)
    j = step(j, tiny)
    k = step(k, tiny)
    l = step(l, tiny)
    iterations--
  }
  const first = f32x4.add(f32x4.add(f32x4.add(a, b), f32x4.add(c, d)), f32x4.add(e, f))
  const second = f32x4.add(f32x4.add(f32x4.add(g, h), f32x4.add(i, j)), f32x4.add(k, l))
  return f32x4.extract_lane(f32x4.add(first, second), 0)
}
