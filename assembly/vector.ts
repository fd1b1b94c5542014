// Four floats at a time: the arithmetic every other file is written in. Polynomials are Cephes' (Moshier, single precision) as
// used by Julien Pommier's sse_mathfun. Largest errors against float64 are asserted in test/kernels/vectors.test.ts.
//
// NaN goes through every function here (a diverged network must show), which is why pmin/pmax have the variable first:
// pmin(x, c) is c < x ? c : x. They cost half of min/max.

// @ts-ignore: decorator
@inline export function splat(x: f32): v128 { return f32x4.splat(x) }

/** a * b + c, fused where the build has relaxed SIMD and the processor fuses. */
// @ts-ignore: decorator
@inline export function madd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c)
  return f32x4.add(c, f32x4.mul(a, b))
}

// @ts-ignore: decorator
@inline export function sum(v: v128): f32 {
  const pairs = f32x4.add(v, i8x16.shuffle(v, v, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7))
  return f32x4.extract_lane(pairs, 0) + f32x4.extract_lane(pairs, 1)
}

/** All ones in the lanes below `n` (n >= 1), zeros in the rest. */
// @ts-ignore: decorator
@inline export function firstLanes(n: i32): v128 { return i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(n)) }

// 1.5 * 2^23: adding it rounds to a whole number, left in the low mantissa bits.
const ROUND: f32 = 12582912.0
const LOG2E: f32 = 1.44269504088896341
const LN2_HIGH: f32 = 0.693359375
const LN2_LOW: f32 = -2.12194440e-4

/** e^r - 1 - r for |r| <= ln 2 / 2. */
// @ts-ignore: decorator
@inline function expTail(r: v128): v128 {
  let p = splat(1.9875691500e-4)
  p = madd(p, r, splat(1.3981999507e-3))
  p = madd(p, r, splat(8.3334519073e-3))
  p = madd(p, r, splat(4.1665795894e-2))
  p = madd(p, r, splat(1.6666665459e-1))
  p = madd(p, r, splat(5.0000001201e-1))
  return f32x4.mul(p, f32x4.mul(r, r))
}

/** 2^n from t = n + ROUND. */
// @ts-ignore: decorator
@inline function powerOfTwo(t: v128): v128 { return i32x4.shl(i32x4.add(t, i32x4.splat(127)), 23) }

/** At most 1.1 ulp; clamped to e^-87.3 … e^88.3. */
// @ts-ignore: decorator
@inline export function exp(input: v128): v128 {
  const x = f32x4.pmax(f32x4.pmin(input, splat(88.3762626647949)), splat(-87.3365478515625))
  const t = madd(x, splat(LOG2E), splat(ROUND))
  const n = f32x4.sub(t, splat(ROUND))
  const r = madd(n, splat(-LN2_LOW), madd(n, splat(-LN2_HIGH), x))
  return f32x4.mul(f32x4.add(f32x4.add(expTail(r), r), splat(1)), powerOfTwo(t))
}

/** e^x - 1, at most 1.5 ulp: the 1 is taken off after scaling, so small x keep their digits. */
// @ts-ignore: decorator
@inline export function expm1(input: v128): v128 {
  const x = f32x4.pmax(f32x4.pmin(input, splat(88.0)), splat(-87.0))
  const t = madd(x, splat(LOG2E), splat(ROUND))
  const n = f32x4.sub(t, splat(ROUND))
  const r = madd(n, splat(-LN2_LOW), madd(n, splat(-LN2_HIGH), x))
  const scale = powerOfTwo(t)
  return f32x4.add(f32x4.mul(f32x4.add(expTail(r), r), scale), f32x4.sub(scale, splat(1)))
}

/** Natural logarithm of normal positive numbers, at most 1 ulp; other inputs but NaN give nonsense. */
// @ts-ignore: decorator
@inline export function log(x: v128): v128 {
  const shifted = i32x4.sub(x, i32x4.splat(0x3f3504f3)) // sqrt(1/2): the mantissa then lies in [sqrt(1/2), sqrt(2))
  const exponent = f32x4.convert_i32x4_s(i32x4.shr_s(shifted, 23))
  const m = f32x4.sub(i32x4.add(v128.and(shifted, i32x4.splat(0x007fffff)), i32x4.splat(0x3f3504f3)), splat(1))
  const square = f32x4.mul(m, m)
  let p = splat(7.0376836292e-2)
  p = madd(p, m, splat(-1.1514610310e-1))
  p = madd(p, m, splat(1.1676998740e-1))
  p = madd(p, m, splat(-1.2420140846e-1))
  p = madd(p, m, splat(1.4249322787e-1))
  p = madd(p, m, splat(-1.6668057665e-1))
  p = madd(p, m, splat(2.0000714765e-1))
  p = madd(p, m, splat(-2.4999993993e-1))
  p = madd(p, m, splat(3.3333331174e-1))
  p = f32x4.mul(f32x4.mul(p, m), square)
  p = madd(exponent, splat(LN2_LOW), p)
  p = madd(square, splat(-0.5), p)
  const result = madd(exponent, splat(LN2_HIGH), f32x4.add(m, p))
  return v128.bitselect(result, x, f32x4.eq(x, x)) // the integer steps above lose a NaN
}

/** log(1 + x) for x in [0, 1], at most 2 ulp (Kahan's correction of the rounding of 1 + x). */
// @ts-ignore: decorator
@inline export function log1p(x: v128): v128 {
  const u = f32x4.add(x, splat(1))
  const lost = f32x4.div(f32x4.sub(x, f32x4.sub(u, splat(1))), u)
  return f32x4.add(log(u), lost)
}

/** At most 2.5 ulp. */
// @ts-ignore: decorator
@inline export function sigmoid(x: v128): v128 { return f32x4.div(splat(1), f32x4.add(splat(1), exp(f32x4.neg(x)))) }

/** At most 3 ulp. */
// @ts-ignore: decorator
@inline export function tanh(x: v128): v128 {
  const e = expm1(f32x4.add(x, x))
  return f32x4.div(e, f32x4.add(e, splat(2)))
}

/** log(1 + e^x), at most 3 ulp. */
// @ts-ignore: decorator
@inline export function softplus(x: v128): v128 { return f32x4.add(f32x4.pmax(x, splat(0)), log1p(exp(f32x4.neg(f32x4.abs(x))))) }

/**
 * The error function, at most 5 ulp: x times a quotient of polynomials in x^2 up to 4, where it is 1 in float32 (the one of Eigen's
 * `generic_fast_erf_float`).
 */
// @ts-ignore: decorator
@inline export function erf(input: v128): v128 {
  const x = f32x4.pmax(f32x4.pmin(input, splat(4)), splat(-4))
  const square = f32x4.mul(x, x)
  let p = splat(-2.72614225801306e-10)
  p = madd(p, square, splat(2.77068142495902e-8))
  p = madd(p, square, splat(-2.10102402082508e-6))
  p = madd(p, square, splat(-5.69250639462346e-5))
  p = madd(p, square, splat(-7.34990630326855e-4))
  p = madd(p, square, splat(-2.95459980854025e-3))
  p = madd(p, square, splat(-1.60960333262415e-2))
  let q = splat(-1.45660718464996e-5)
  q = madd(q, square, splat(-2.13374055278905e-4))
  q = madd(q, square, splat(-1.68282697438203e-3))
  q = madd(q, square, splat(-7.37332916720468e-3))
  q = madd(q, square, splat(-1.42647390514189e-2))
  return f32x4.div(f32x4.mul(x, p), q)
}
