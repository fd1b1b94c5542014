import { describe, expect, test } from 'vitest'
import { readNumber } from '../../src/table/bytes/number.ts'
import { drawFrom } from '../support/random.ts'
import { cellsOf, read } from './support.ts'

const out = new Float64Array(1)

/** NaN where the fast way leaves the text to the engine. */
function parsed(text: string, decimal = '.'): number {
  const bytes = new TextEncoder().encode(`${text},`)
  const end = readNumber(bytes, 0, decimal.charCodeAt(0), out, 0)
  return end === text.length ? (out[0] ?? Number.NaN) : Number.NaN
}

describe('numbers from bytes', () => {
  test.each([
    '0',
    '-0',
    '1',
    '+1',
    '-1',
    '1.',
    '.5',
    '-.5',
    '00012',
    '0.1',
    '1e5',
    '1E-5',
    '1.5e+3',
    '123456789012345',
    '0.000000000000001',
  ])('%s is what Number says', (text) => expect(parsed(text)).toBe(Number(text)))

  test.each(['', '-', '+', '.', 'e5', '1e', '1e+', '1.2.3', '--1', 'NaN', 'inf', '0x10', '1_000'])('"%s" is none', (text) =>
    expect(parsed(text)).toBeNaN(),
  )

  // Numbers near the middle of two float64, and those that a sloppy way gets wrong by the last bit.
  test.each([
    ...['9007199254740993', '0.1234567890123456', '123456.789012345678', '1.7976931348623157e308', '5e-324', '2.2250738585072014e-308'],
    ...['8.533e68', '4.1006e-184', '9007199254740992.5', '0.30000000000000004', '6.25e-22', '1e23', '1e-23', '123456789012345678'],
  ])('%s is exact, or left to the engine', (text) => {
    const value = parsed(text)
    if (!Number.isNaN(value)) expect(value).toBe(Number(text))
  })

  test('a million texts at random are exact, and hardly any is left to the engine', () => {
    const draw = drawFrom(18)
    const buffer = new DataView(new ArrayBuffer(8))
    let left = 0
    const wrong: string[] = []
    const check = (text: string) => {
      const value = parsed(text)
      if (Number.isNaN(value)) left++
      else if (!Object.is(value, Number(text))) wrong.push(text)
    }
    for (let i = 0; i < 250_000; i++) {
      const value = (draw.index(2 ** 30) / 2 ** 30 - 0.5 + draw.index(2 ** 30) / 2 ** 60) * 10 ** (draw.index(9) - 4)
      check(String(value))
      check(value.toFixed(draw.index(12)))
      check(value.toPrecision(1 + draw.index(18)))
      buffer.setUint32(0, draw.index(2 ** 32))
      buffer.setUint32(4, draw.index(2 ** 32))
      const any = buffer.getFloat64(0)
      if (Number.isFinite(any)) check(any.toExponential(draw.index(20)))
    }
    expect(wrong).toEqual([])
    // Of any bits at all, most have exponents beyond 10^22.
    expect(left).toBeLessThan(300_000)
  })

  test('cells to numbers and back within float64', async () => {
    const draw = drawFrom(3)
    const values = Array.from({ length: 5000 }, () => (draw.index(2 ** 31) + draw.index(2 ** 20) / 2 ** 20) * 10 ** (draw.index(40) - 20))
    const table = await read(`x,y\n${values.map((value) => `${value},${-value}`).join('\n')}\n`)
    expect(cellsOf(table, 'x')).toEqual(values)
    expect(cellsOf(table, 'y')).toEqual(values.map((value) => -value))
    const again = await read(`x\n${cellsOf(table, 'x').join('\n')}\n`)
    expect(cellsOf(again, 'x')).toEqual(values)
  })

  test('times in milliseconds keep every one of them', async () => {
    const times = Array.from({ length: 800 }, (_, i) => 1_700_000_000_000 + i * 375)
    const table = await read(`ts,y\n${times.map((time, i) => `${time},${i % 2}`).join('\n')}\n`)
    expect(new Set(cellsOf(table, 'ts')).size).toBe(800)
  })
})
