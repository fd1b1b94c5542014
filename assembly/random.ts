// Philox-4x32-10 and the epoch order: the bits of src/core/random.ts.

import { allocate, mark, release } from './memory'
import { Purpose } from './generated/names'

/** The four words of the last call. */
export let word0: u32 = 0
export let word1: u32 = 0
export let word2: u32 = 0
export let word3: u32 = 0

export function philox(c0: u32, c1: u32, c2: u32, c3: u32, k0: u32, k1: u32): void {
  for (let round = 0; round < 10; round++) {
    const p0: u64 = <u64>0xd2511f53 * <u64>c0
    const p1: u64 = <u64>0xcd9e8d57 * <u64>c2
    c0 = <u32>(p1 >> 32) ^ c1 ^ k0
    c1 = <u32>p1
    c2 = <u32>(p0 >> 32) ^ c3 ^ k1
    c3 = <u32>p0
    k0 += 0x9e3779b9
    k1 += 0xbb67ae85
  }
  word0 = c0
  word1 = c1
  word2 = c2
  word3 = c3
}

/** High and low halves of the products of four words with a constant. */
// @ts-ignore: decorator
@inline function high(a: v128, b: v128): v128 { return v128.shuffle<i32>(a, b, 1, 3, 5, 7) }
// @ts-ignore: decorator
@inline function low(a: v128, b: v128): v128 { return v128.shuffle<i32>(a, b, 0, 2, 4, 6) }

/** What `philox` answers of counters (first + i stride, second, 0, 0), i below 4: words (4, 4) u32 to `to`, word by word. */
export function philoxLanes(to: usize, first: u32, stride: u32, second: u32, k0: u32, k1: u32): void {
  let c0 = i32x4.add(i32x4.splat(first), i32x4.mul(i32x4(0, 1, 2, 3), i32x4.splat(stride)))
  let c1 = i32x4.splat(second)
  let c2 = i32x4.splat(0)
  let c3 = c2
  const m0 = i32x4.splat(<i32>0xd2511f53)
  const m1 = i32x4.splat(<i32>0xcd9e8d57)
  for (let round = 0; round < 10; round++) {
    const a0 = i64x2.extmul_low_i32x4_u(c0, m0)
    const b0 = i64x2.extmul_high_i32x4_u(c0, m0)
    const a1 = i64x2.extmul_low_i32x4_u(c2, m1)
    const b1 = i64x2.extmul_high_i32x4_u(c2, m1)
    c0 = v128.xor(v128.xor(high(a1, b1), c1), i32x4.splat(k0))
    c1 = low(a1, b1)
    c2 = v128.xor(v128.xor(high(a0, b0), c3), i32x4.splat(k1))
    c3 = low(a0, b0)
    k0 += 0x9e3779b9
    k1 += 0xbb67ae85
  }
  v128.store(to, c0)
  v128.store(to, c1, 16)
  v128.store(to, c2, 32)
  v128.store(to, c3, 48)
}

/** What a round of the permutation adds to the other half, for every half: 2^bits u16 at `to`. */
function tabulate(to: usize, key: u32, bits: i32): void {
  const mask: u32 = (1 << bits) - 1
  for (let half: u32 = 0; half <= mask; half++, to += 2) {
    let h = half ^ key
    h = (h ^ (h >> 16)) * 0x85ebca6b
    h = (h ^ (h >> 13)) * 0xc2b2ae35
    store<u16>(to, (h ^ (h >> 16)) & mask)
  }
}

// @ts-ignore: decorator
@inline function added(table: usize, half: u32): u32 { return load<u16>(table + (<usize>half << 1)) }

/** One step of a row's walk, by the tables of six rounds at t, `bytes` apart. */
// @ts-ignore: decorator
@inline function walked(x: u32, t: usize, bytes: usize, bits: i32, mask: u32): u32 {
  let left = x >> bits
  let right = x & mask
  left ^= added(t, right)
  right ^= added(t + bytes, left)
  left ^= added(t + 2 * bytes, right)
  right ^= added(t + 3 * bytes, left)
  left ^= added(t + 4 * bytes, right)
  right ^= added(t + 5 * bytes, left)
  return (left << bits) | right
}

/**
 * Writes the order of an epoch, `rows` u32, to `order`. A round's function depends on half of the bits alone, so its values are tabulated. Rows
 * whose walk left the rows are listed and go on together: no branch depends on a random number.
 */
export function permutation(order: usize, seed: u32, epoch: u32, rows: u32): void {
  const bits = max<i32>(3, (33 - <i32>clz<u32>(rows - 1)) >> 1)
  const mask: u32 = (1 << bits) - 1
  const before = mark()
  const bytes: usize = 2 << bits
  const tables = allocate(6 * bytes)
  const list = allocate(<usize>rows << 2)
  philox(0, 0, epoch, 0, seed, <u32>Purpose.SHUFFLE)
  tabulate(tables, word0, bits)
  tabulate(tables + 1 * bytes, word1, bits)
  tabulate(tables + 2 * bytes, word2, bits)
  tabulate(tables + 3 * bytes, word3, bits)
  philox(1, 0, epoch, 0, seed, <u32>Purpose.SHUFFLE)
  tabulate(tables + 4 * bytes, word0, bits)
  tabulate(tables + 5 * bytes, word1, bits)
  let kept: usize = 0
  for (let row: u32 = 0; row < rows; row++) {
    const x = walked(row, tables, bytes, bits, mask)
    store<u32>(order + (<usize>row << 2), x)
    store<u32>(list + kept, row)
    kept += <usize>(x >= rows) << 2
  }
  while (kept > 0) {
    const end = kept
    kept = 0
    for (let at: usize = 0; at < end; at += 4) {
      const row = load<u32>(list + at)
      const to = order + (<usize>row << 2)
      const x = walked(load<u32>(to), tables, bytes, bits, mask)
      store<u32>(to, x)
      store<u32>(list + kept, row)
      kept += <usize>(x >= rows) << 2
    }
  }
  release(before)
}
