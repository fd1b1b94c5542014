/**
 * The one stream of randomness: Philox-4x32-10 (Salmon, Moraes, Dror, Shaw: "Parallel random numbers: as easy as 1, 2, 3", SC11),
 * keyed by (seed, purpose), counted by (index, step, epoch, 0) or (element, attempt, 0, 0). Integers only, so TypeScript, AssemblyScript
 * (assembly/random.ts) and WGSL give the same bits. No state: any number can be computed at any time, in any order.
 */

/** What a random number is for: the low byte of the key's second word. The bytes above it hold the layer. */
export const Purpose = {
  shuffle: 1,
  kernel: 2,
  bias: 3,
  dropout: 4,
  split: 5,
  study: 6,
  thirdTensor: 7,
  fourthTensor: 8,
  trees: 9,
  noise: 12,
  augment: 13,
} as const
export type Purpose = (typeof Purpose)[keyof typeof Purpose]

export type Words2 = readonly [number, number]
export type Words4 = readonly [number, number, number, number]

/** The high 32 bits of a 32 x 32 bit product. */
function multiplyHigh(a: number, b: number): number {
  const aLow = a & 0xffff
  const aHigh = a >>> 16
  const bLow = b & 0xffff
  const bHigh = b >>> 16
  const middle = aHigh * bLow + ((aLow * bLow) >>> 16)
  const carry = aLow * bHigh + (middle & 0xffff)
  return (aHigh * bHigh + Math.floor(middle / 65536) + Math.floor(carry / 65536)) >>> 0
}

/** Four random 32-bit words for a counter and a key of 32-bit words. */
export function philox4x32(counter: Words4, key: Words2): [number, number, number, number] {
  let [c0, c1, c2, c3] = counter
  let [k0, k1] = key
  for (let round = 0; round < 10; round++) {
    const high0 = multiplyHigh(0xd2511f53, c0)
    const high1 = multiplyHigh(0xcd9e8d57, c2)
    const low0 = Math.imul(0xd2511f53, c0)
    const low1 = Math.imul(0xcd9e8d57, c2)
    c0 = (high1 ^ c1 ^ k0) >>> 0
    c1 = low1 >>> 0
    c2 = (high0 ^ c3 ^ k1) >>> 0
    c3 = low0 >>> 0
    k0 = (k0 + 0x9e3779b9) >>> 0
    k1 = (k1 + 0xbb67ae85) >>> 0
  }
  return [c0, c1, c2, c3]
}

const FEISTEL_ROUNDS = 6

/** murmur3's 32-bit finaliser: every input bit reaches every output bit. */
function mix(x: number): number {
  let h = x
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

/** Half the bits of the smallest even-sized domain that holds `rows`; at least 3, below which six rounds reach too few orders. */
function halfBits(rows: number): number {
  return Math.max(3, Math.ceil((32 - Math.clz32(Math.max(0, rows - 1))) / 2))
}

/**
 * The order in which an epoch visits its rows: a keyed permutation of 0 … rows - 1, of which any entry can be computed alone.
 * A balanced Feistel network of six rounds, walked until it lands inside (Black & Rogaway, "Ciphers with arbitrary finite
 * domains", CT-RSA 2002); its round keys are Philox words of (seed, purpose) at the epoch.
 */
export function permutation(seed: number, epoch: number, rows: number, purpose: Purpose = Purpose.shuffle): Uint32Array {
  const bits = halfBits(rows)
  const mask = 2 ** bits - 1
  const keys = [...philox4x32([0, 0, epoch, 0], [seed, purpose]), ...philox4x32([1, 0, epoch, 0], [seed, purpose])].slice(0, FEISTEL_ROUNDS)
  const order = new Uint32Array(rows)
  for (let i = 0; i < rows; i++) {
    let x = i
    do {
      let left = x >>> bits
      let right = x & mask
      for (const key of keys) {
        const next = left ^ (mix((right ^ key) >>> 0) & mask)
        left = right
        right = next
      }
      x = ((left << bits) | right) >>> 0
    } while (x >= rows)
    order[i] = x
  }
  return order
}
