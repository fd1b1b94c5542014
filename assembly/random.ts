// Philox-4x32-10 and the epoch order: the bits of src/core/random.ts.

import { allocate, mark, release } from './memory'
import { Purpose } from './names'

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

/** Rows that `permutation` places at a time. */
const AT_ONCE: usize = 64
const places = memory.data(256) // (AT_ONCE) u32

/**
 * Writes the order of an epoch, `rows` u32, to `order`. A round's function depends on half of the bits alone, so its values are tabulated. A row
 * whose walk left the rows goes on beside the next rows: no branch depends on a random number.
 */
export function permutation(order: usize, seed: u32, epoch: u32, rows: u32): void {
  const bits = max<i32>(3, (33 - <i32>clz<u32>(rows - 1)) >> 1)
  const mask: u32 = (1 << bits) - 1
  const before = mark()
  const bytes: usize = 2 << bits
  const t0 = allocate(6 * bytes)
  const t1 = t0 + bytes
  const t2 = t1 + bytes
  const t3 = t2 + bytes
  const t4 = t3 + bytes
  const t5 = t4 + bytes
  philox(0, 0, epoch, 0, seed, Purpose.SHUFFLE)
  tabulate(t0, word0, bits)
  tabulate(t1, word1, bits)
  tabulate(t2, word2, bits)
  tabulate(t3, word3, bits)
  philox(1, 0, epoch, 0, seed, Purpose.SHUFFLE)
  tabulate(t4, word0, bits)
  tabulate(t5, word1, bits)
  let row: u32 = 0
  let end: usize = 0
  do {
    for (; end < 4 * AT_ONCE && row < rows; end += 4, row++) {
      store<u32>(places + end, row)
      store<u32>(order + (<usize>row << 2), row)
    }
    let kept: usize = 0
    for (let at: usize = 0; at < end; at += 4) {
      const place = load<u32>(places + at)
      const to = order + (<usize>place << 2)
      const x = load<u32>(to)
      let left = x >> bits
      let right = x & mask
      left ^= added(t0, right)
      right ^= added(t1, left)
      left ^= added(t2, right)
      right ^= added(t3, left)
      left ^= added(t4, right)
      right ^= added(t5, left)
      const y = (left << bits) | right
      store<u32>(to, y)
      store<u32>(places + kept, place)
      kept += <usize>(y >= rows) << 2
    }
    end = kept
  } while (end > 0 || row < rows)
  release(before)
}
