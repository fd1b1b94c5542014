// Normal numbers, four at a time, in float64: fdlibm's log and cos, of the standard library, lane by lane and without their branches, so with their bits
// (test/kernels/assembly/draws.ts draws one at a time by the library itself). No multiply-add is fused.

import { philoxLanes } from './random'

/** Bytes that `draw` works in: the words of four counters, (4, 4) u32, and what is drawn of them, (8) f64. */
export const DRAW_BYTES: usize = 128
const DRAWN: usize = 64

// @ts-ignore: decorator
@inline function f64of(bits: u64): v128 { return f64x2.splat(reinterpret<f64>(bits)) }

/** Two words in the lower half as numbers in (0, 1). */
// @ts-ignore: decorator
@inline export function units(words: v128): v128 {
  return f64x2.mul(f64x2.add(f64x2.convert_low_i32x4_u(words), f64x2.splat(0.5)), f64x2.splat(1.0 / 4294967296.0))
}

/** Of x in (0, 1), not below 2^-1022. */
// @ts-ignore: decorator
@inline function log(x: v128): v128 {
  // x = 2^k (1 + f), 1 + f within the square roots of 1/2 and 2.
  const bits = i64x2.add(x, i64x2.splat(0x3ff00000_00000000 - 0x3fe6a09e_00000000))
  const exponents = i32x4.sub(v128.shuffle<i32>(i64x2.shr_u(bits, 52), bits, 0, 2, 0, 2), i32x4.splat(0x3ff))
  const k = f64x2.convert_low_i32x4_s(exponents)
  const one = i64x2.add(v128.and(bits, i64x2.splat(0x000fffff_ffffffff)), i64x2.splat(0x3fe6a09e_00000000))
  const f = f64x2.sub(one, f64x2.splat(1))
  const half = f64x2.mul(f64x2.mul(f64x2.splat(0.5), f), f)
  const s = f64x2.div(f, f64x2.add(f64x2.splat(2), f))
  const z = f64x2.mul(s, s)
  const w = f64x2.mul(z, z)
  let even = f64of(0x3fc39a09d078c69f)
  even = f64x2.add(f64of(0x3fcc71c51d8e78af), f64x2.mul(w, even))
  even = f64x2.mul(w, f64x2.add(f64of(0x3fd999999997fa04), f64x2.mul(w, even)))
  let odd = f64of(0x3fc2f112df3e5244)
  odd = f64x2.add(f64of(0x3fc7466496cb03de), f64x2.mul(w, odd))
  odd = f64x2.add(f64of(0x3fd2492494229359), f64x2.mul(w, odd))
  odd = f64x2.mul(z, f64x2.add(f64of(0x3fe5555555555593), f64x2.mul(w, odd)))
  let result = f64x2.mul(s, f64x2.add(half, f64x2.add(odd, even)))
  result = f64x2.add(result, f64x2.mul(k, f64of(0x3dea39ef35793c76)))
  result = f64x2.add(f64x2.sub(result, half), f)
  return f64x2.add(result, f64x2.mul(k, f64of(0x3fe62e42fee00000)))
}

/** Of angles from 2^-31 to 2 pi that are no nearer than 2^-31 to a multiple of a quarter turn: two steps of the reduction are enough. */
// @ts-ignore: decorator
@inline function cos(x: v128): v128 {
  // Up to about an eighth of a turn, as far as fdlibm's high word tells, nothing is taken off.
  const quarters = f64x2.nearest(f64x2.mul(x, f64of(0x3fe45f306dc9c883)))
  const q = v128.and(quarters, f64x2.ge(x, f64of(0x3fe921fc_00000000)))
  let r = f64x2.sub(x, f64x2.mul(q, f64of(0x3ff921fb54400000)))
  let w = f64x2.mul(q, f64of(0x3dd0b4611a626331))
  let high = f64x2.sub(r, w)
  const lost = i64x2.sub(i64x2.shr_u(x, 52), v128.and(i64x2.shr_u(high, 52), i64x2.splat(0x7ff)))
  const near = i64x2.gt_s(lost, i64x2.splat(16))
  if (v128.any_true(near)) {
    const more = f64x2.mul(q, f64of(0x3dd0b4611a600000))
    const rest = f64x2.sub(r, more)
    const low = f64x2.sub(f64x2.mul(q, f64of(0x3ba3198a2e037073)), f64x2.sub(f64x2.sub(r, rest), more))
    r = v128.bitselect(rest, r, near)
    w = v128.bitselect(low, w, near)
    high = f64x2.sub(r, w)
  }
  const low = f64x2.sub(f64x2.sub(r, high), w)
  const turns = i64x2.extend_low_i32x4_s(i32x4.trunc_sat_f64x2_s_zero(q))
  const isOdd = i64x2.eq(v128.and(turns, i64x2.splat(1)), i64x2.splat(1))
  const sign = i64x2.shl(v128.and(i64x2.add(turns, i64x2.splat(1)), i64x2.splat(2)), 62)
  return v128.xor(v128.bitselect(sineOf(high, low), cosineOf(high, low), isOdd), sign)
}

/** Of high + low, |high| at most an eighth of a turn. */
// @ts-ignore: decorator
@inline function cosineOf(x: v128, low: v128): v128 {
  const z = f64x2.mul(x, x)
  const w = f64x2.mul(z, z)
  let a = f64x2.add(f64of(0xbf56c16c16c15177), f64x2.mul(z, f64of(0x3efa01a019cb1590)))
  a = f64x2.mul(z, f64x2.add(f64of(0x3fa555555555554c), f64x2.mul(z, a)))
  let b = f64x2.add(f64of(0x3e21ee9ebdb4b1c4), f64x2.mul(z, f64of(0xbda8fae9be8838d4)))
  b = f64x2.mul(f64x2.mul(w, w), f64x2.add(f64of(0xbe927e4f809c52ad), f64x2.mul(z, b)))
  const half = f64x2.mul(f64x2.splat(0.5), z)
  const one = f64x2.sub(f64x2.splat(1), half)
  const rest = f64x2.sub(f64x2.mul(z, f64x2.add(a, b)), f64x2.mul(x, low))
  return f64x2.add(one, f64x2.add(f64x2.sub(f64x2.sub(f64x2.splat(1), one), half), rest))
}

// @ts-ignore: decorator
@inline function sineOf(x: v128, low: v128): v128 {
  const z = f64x2.mul(x, x)
  const w = f64x2.mul(z, z)
  let a = f64x2.add(f64of(0xbf2a01a019c161d5), f64x2.mul(z, f64of(0x3ec71de357b1fe7d)))
  a = f64x2.add(f64of(0x3f8111111110f8a6), f64x2.mul(z, a))
  const b = f64x2.add(f64of(0xbe5ae5e68a2b9ceb), f64x2.mul(z, f64of(0x3de5d93a5acfd57c)))
  const r = f64x2.add(a, f64x2.mul(f64x2.mul(z, w), b))
  const v = f64x2.mul(z, x)
  const rest = f64x2.sub(f64x2.mul(z, f64x2.sub(f64x2.mul(f64x2.splat(0.5), low), f64x2.mul(v, r))), low)
  return f64x2.sub(x, f64x2.sub(rest, f64x2.mul(v, f64of(0xbfc5555555555549))))
}

/** Two standard normals of two words each, in the lower halves (Box & Muller 1958). */
// @ts-ignore: decorator
@inline function normals(a: v128, b: v128): v128 {
  const radius = f64x2.sqrt(f64x2.mul(f64x2.splat(-2), log(units(a))))
  return f64x2.mul(radius, cos(f64x2.mul(f64x2.splat(2 * Math.PI), units(b))))
}

/** Of words a and b, (2, 4) u32. */
export function normalsOf(words: usize, to: usize): void {
  for (let i: usize = 0; i < 2; i++)
    v128.store(to + (i << 4), normals(v128.load64_zero(words + (i << 3)), v128.load64_zero(words + (i << 3), 16)))
}

/** The four standard normals of the first two words of counters (first + i stride, attempt, 0, 0). @returns where they are, within `scratch` */
export function draw(scratch: usize, first: i32, stride: i32, attempt: i32, seed: u32, stream: u32): usize {
  philoxLanes(scratch, first, stride, attempt, seed, stream)
  normalsOf(scratch, scratch + DRAWN)
  return scratch + DRAWN
}

/** The four of the other two words of what `draw` took last, behind the first. */
export function drawSecond(scratch: usize): void {
  normalsOf(scratch + 32, scratch + DRAWN + 32)
}
