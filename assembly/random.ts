// Philox-4x32-10 and the epoch order: the bits of src/core/random.ts.

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

// @ts-ignore: decorator
@inline function mix(h: u32): u32 {
  h = (h ^ (h >> 16)) * 0x85ebca6b
  h = (h ^ (h >> 13)) * 0xc2b2ae35
  return h ^ (h >> 16)
}

/** Writes the order of an epoch, `rows` u32, to `order`. */
export function permutation(order: usize, seed: u32, epoch: u32, rows: u32): void {
  const bits: u32 = max<u32>(3, (33 - <u32>clz<u32>(rows - 1)) >> 1)
  const mask: u32 = (1 << bits) - 1
  philox(0, 0, epoch, 0, seed, Purpose.SHUFFLE)
  const k0 = word0
  const k1 = word1
  const k2 = word2
  const k3 = word3
  philox(1, 0, epoch, 0, seed, Purpose.SHUFFLE)
  const k4 = word0
  const k5 = word1
  for (let i: u32 = 0; i < rows; i++) {
    let x = i
    do {
      let left = x >> bits
      let right = x & mask
      left ^= mix(right ^ k0) & mask
      right ^= mix(left ^ k1) & mask
      left ^= mix(right ^ k2) & mask
      right ^= mix(left ^ k3) & mask
      left ^= mix(right ^ k4) & mask
      right ^= mix(left ^ k5) & mask
      x = (left << bits) | right
    } while (x >= rows)
    store<u32>(order + (<usize>i << 2), x)
  }
}
