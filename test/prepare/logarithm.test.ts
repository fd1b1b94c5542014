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
  // 1, 4, 16 … 4^10: a tenth of the eleven lies below 4, so the unit is 1.
  const rising = range(0, 11).map((i) => 4 ** i)

  it('measures skewed numbers by log(1 + x / unit), then by the distance of the quartiles', () => {
    const encoding = learned(rising)
    expect(encoding).toMatchObject({ kind: 'robust', unit: 1 })
    // The median is 4^5. The quartiles are half of the way from the third to the fourth from either end.
    const of = (i: number) => Math.log(1 + 4 ** i)
    const distance = (of(7) + of(8) - of(2) - of(3)) / 2
    for (const x of [0, 1, 32, 1000, 1e9]) expect(encodeNumber(x, encoding)[0]).toBeCloseTo((Math.log(1 + x) - of(5)) / distance, 12)
  })

  it('takes numbers below 0, which no row of training had, for 0', () => {
    const encoding = learned(rising)
    expect(encodeNumber(-7, encoding)).toEqual(encodeNumber(0, encoding))
  })

  it('counts zeros among the numbers, and finds the unit without them', () => {
    expect(learned([...rising, 0, 0, 0, 0])).toMatchObject({ unit: 1 })
  })

  it('leaves numbers as they are that are little skewed, are skewed to the left, or lie below 0', () => {
    const plain = (values: readonly number[]) => expect(learned(values)).toEqual(learned(values, false))
    plain(range(0, 11))
    plain(range(0, 11).map((i) => 2 ** i))
    plain(rising.map((x) => 4 ** 11 - x))
    plain(rising.map((x) => x - 3))
    expect(learned(rising, false)).not.toHaveProperty('unit')
  })
})
