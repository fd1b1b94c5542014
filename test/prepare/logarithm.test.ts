import { describe, expect, it } from 'vitest'
import { encodeNumber } from '../../src/prepare/numbers/encode.ts'
import { learnNumber } from '../../src/prepare/numbers/kinds.ts'
import { range } from './tables.ts'

const learned = (values: readonly number[], logarithm = true) =>
  learnNumber(
    { name: 'robust', logarithm, smoothClip: false },
    { values: Float64Array.from(values), place: 0, target: { outputs: 1, values } },
  )

describe('robust by logarithm', () => {
  // 1, 2, 4 … 1024: a tenth of the eleven lies below 2, so the unit is a half.
  const doubling = range(0, 11).map((i) => 2 ** i)

  it('measures skewed numbers by log(1 + x / unit), then by the distance of the quartiles', () => {
    const encoding = learned(doubling)
    expect(encoding).toMatchObject({ kind: 'robust', unit: 0.5 })
    // The median is 32; the quartiles, the third from either end and half of the way to its neighbour: of 4 and 8, of 128 and 256.
    const of = (x: number) => Math.log(1 + 2 * x)
    const distance = (of(128) + of(256) - of(4) - of(8)) / 2
    for (const x of [0, 1, 32, 1000, 1e9]) expect(encodeNumber(x, encoding)[0]).toBeCloseTo((of(x) - of(32)) / distance, 12)
  })

  it('takes numbers below 0, which no row of training had, for 0', () => {
    const encoding = learned(doubling)
    expect(encodeNumber(-7, encoding)).toEqual(encodeNumber(0, encoding))
  })

  it('counts zeros among the numbers, and finds the unit without them', () => {
    expect(learned([...doubling, 0, 0, 0, 0])).toMatchObject({ unit: 0.5 })
  })

  it('leaves numbers as they are that are not skewed, are skewed to the left, or lie below 0', () => {
    const plain = (values: readonly number[]) => expect(learned(values)).toEqual(learned(values, false))
    plain(range(0, 11))
    plain(doubling.map((x) => 2000 - x))
    plain(doubling.map((x) => x - 3))
    expect(learned(doubling, false)).not.toHaveProperty('unit')
  })
})
