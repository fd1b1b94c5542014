import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Purpose, permutation, philox4x32, type Words2, type Words4 } from '../../src/core/random.ts'
import { at } from '../support/close.ts'

describe('Philox-4x32-10', () => {
  const ONES = 0xffffffff
  // Random123, tests/kat_vectors: "philox4x32 10".
  const vectors: [Words4, Words2, string][] = [
    [[0, 0, 0, 0], [0, 0], '6627e8d5 e169c58d bc57ac4c 9b00dbd8'],
    [[ONES, ONES, ONES, ONES], [ONES, ONES], '408f276d 41c83b0e a20bc7c6 6d5451fd'],
    [[0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], [0xa4093822, 0x299f31d0], 'd16cfe09 94fdcceb 5001e420 24126ea1'],
  ]

  it.each(vectors)('%j under %j', (counter, key, expected) => {
    expect(
      philox4x32(counter, key)
        .map((word) => word.toString(16).padStart(8, '0'))
        .join(' '),
    ).toBe(expected)
  })

  it('fills 16 bins evenly, in every bit position of its words', () => {
    for (const shift of [0, 12, 28]) {
      const bins = new Float64Array(16)
      for (let i = 0; i < 4000; i++) {
        for (const word of philox4x32([i, 0, 0, 0], [7, Purpose.study])) {
          const bin = (word >>> shift) & 15
          bins[bin] = at(bins, bin) + 1
        }
      }
      const chiSquare = bins.reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0)
      // 15 degrees of freedom: above 44.3 once in 10,000 (and always the same number here).
      expect(chiSquare).toBeLessThan(44.3)
    }
  })
})

describe('the order of an epoch', () => {
  const seed = fc.integer({ min: 0, max: 2 ** 32 - 1 })

  it('visits every row once', () => {
    fc.assert(
      fc.property(seed, fc.nat(1000), fc.integer({ min: 1, max: 5000 }), (key, epoch, rows) => {
        expect([...permutation(key, epoch, rows)].sort((a, b) => a - b)).toEqual([...Array(rows).keys()])
      }),
    )
  })

  it.each([1, 2, 63, 64, 65, 4096, 4097, 60_000, 65_537])('visits each of %i rows once', (rows) => {
    const order = permutation(1, 2, rows)
    expect(new Set(order).size).toBe(rows)
    expect(order.every((row) => row < rows)).toBe(true)
  })

  it('depends on seed, epoch and purpose', () => {
    const orders = [permutation(1, 0, 50), permutation(2, 0, 50), permutation(1, 1, 50), permutation(1, 0, 50, Purpose.split)]
    expect(new Set(orders.map(String)).size).toBe(4)
    expect(permutation(1, 0, 50)).toEqual(orders[0])
  })

  it('puts every row in every place about as often', () => {
    const rows = 6
    const rounds = 6000
    const counts = new Float64Array(rows * rows)
    for (let epoch = 0; epoch < rounds; epoch++) {
      for (const [place, row] of permutation(11, epoch, rows).entries()) {
        counts[place * rows + row] = at(counts, place * rows + row) + 1
      }
    }
    const mean = rounds / rows
    const chiSquare = counts.reduce((sum, count) => sum + (count - mean) ** 2 / mean, 0)
    // (6 - 1)^2 = 25 degrees of freedom: above 60.1 once in 10,000.
    expect(chiSquare).toBeLessThan(60.1)
  })

  it('reaches all 24 orders of four rows about as often', () => {
    const rounds = 12_000
    const counts = new Map<string, number>()
    for (let epoch = 0; epoch < rounds; epoch++) {
      const order = permutation(5, epoch, 4).join()
      counts.set(order, (counts.get(order) ?? 0) + 1)
    }
    expect(counts.size).toBe(24)
    const chiSquare = [...counts.values()].reduce((sum, count) => sum + (count - rounds / 24) ** 2 / (rounds / 24), 0)
    // 23 degrees of freedom: above 57.1 once in 10,000.
    expect(chiSquare).toBeLessThan(57.1)
  })
})
