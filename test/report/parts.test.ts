import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { COLORS } from '../../src/report/charts/chart.ts'
import { fitted, spreadApart } from '../../src/report/charts/labels.ts'
import { scaleOf } from '../../src/report/charts/scales.ts'
import { DARK, LIGHT } from '../../src/report/colors.ts'
import { formatNumber, formatP, formatValue } from '../../src/report/format.ts'

describe('numbers', () => {
  it.each([
    [0.87141, undefined, '0.8714'],
    [1.23456e-7, undefined, '1.235e-7'],
    [12345678, undefined, '12345678'],
    [0.8714, { decimals: 2 }, '0.87'],
    [-0.0001, { decimals: 2 }, '0.00'],
    [0.8714, { percent: 1 }, '87.1 %'],
    [2 / 3, { significant: 2 }, '0.67'],
    [Number.NaN, { decimals: 2 }, '–'],
    [Number.NEGATIVE_INFINITY, undefined, '-∞'],
  ])('%d by %o is %s', (value, format, text) => {
    expect(formatNumber(value, format)).toBe(text)
  })

  it('have their interval behind them where there is one', () => {
    expect(formatValue({ mean: 0.5, low: 0.4, high: 0.6 }, { decimals: 2 })).toBe('0.50 [0.40, 0.60]')
    expect(formatValue({ mean: 0.5, low: Number.NaN, high: Number.NaN })).toBe('0.5')
    expect(formatValue(null)).toBe('–')
  })

  it('are not given as a p of 0', () => {
    expect([0.04321, 0.0001, 0.00009, 0].map(formatP)).toEqual(['p = 0.0432', 'p = 0.0001', 'p < 0.0001', 'p < 0.0001'])
  })
})

describe('labels beside one another', () => {
  it('keep their order, their distance and their room', () => {
    const places = fc.uniqueArray(fc.double({ min: 0, max: 100, noNaN: true }), { minLength: 1, maxLength: 12 })
    fc.assert(
      fc.property(places, (given) => {
        const moved = spreadApart(given, 5, 0, 100)
        const order = given.map((place, i) => ({ place, moved: moved[i] ?? Number.NaN })).sort((a, b) => a.place - b.place)
        for (const [i, one] of order.entries()) {
          expect(one.moved).toBeGreaterThanOrEqual(-1e-9)
          expect(one.moved).toBeLessThanOrEqual(100 + 1e-9)
          if (i > 0) expect(one.moved - (order[i - 1]?.moved ?? 0)).toBeGreaterThanOrEqual(5 - 1e-9)
        }
      }),
    )
  })

  it('stay where they are when there is room', () => {
    expect(spreadApart([80, 10, 40], 5, 0, 100)).toEqual([80, 10, 40])
  })

  it('come closer where there are too many', () => {
    expect(spreadApart([50, 50, 50], 60, 0, 100)).toEqual([0, 50, 100])
  })

  it('end in … where they are too long', () => {
    const width = (text: string): number => text.length
    expect([fitted('glorotUniform', 20, width), fitted('glorotUniform', 6, width), fitted('ab', 0, width)]).toEqual([
      'glorotUniform',
      'gloro…',
      'a…',
    ])
  })
})

describe('scales', () => {
  const axis = { label: 'epochs' }
  it('have whole ticks for whole numbers', () => {
    expect(scaleOf(axis, [1, 3], 'x', 800).ticks).toEqual([1, 2, 3])
    expect(scaleOf(axis, [1, 20], 'x', 400).ticks).toEqual([5, 10, 15, 20])
    expect(scaleOf(axis, [0, 1000], 'x', 400).ticks).toEqual([0, 200, 400, 600, 800, 1000])
  })

  it('have ticks on a logarithmic axis, however short it is', () => {
    const log = { ...axis, log: true }
    expect(scaleOf(log, [1e-5, 1, 0, -1, Number.NaN], 'x', 400)).toMatchObject({
      domain: [1e-5, 1],
      ticks: [1e-5, 1e-4, 1e-3, 0.01, 0.1, 1],
    })
    expect(scaleOf(log, [0.3, 0.4], 'x', 400).ticks).toEqual([0.2, 0.5, 1])
    expect(scaleOf(log, [5], 'x', 400).ticks).toEqual([2, 5, 10])
  })

  it('have room around a single value', () => {
    expect(scaleOf(axis, [3, 3], 'y', 100).domain).toEqual([2.5, 3.5])
  })
})

/** WCAG 2.2's contrast ratio of two colours, `#rrggbb`. */
function contrast(a: string, b: string): number {
  const luminance = (color: string): number => {
    const [red = 0, green = 0, blue = 0] = [1, 3, 5]
      .map((at) => Number.parseInt(color.slice(at, at + 2), 16) / 255)
      .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
  }
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x)
  return (light + 0.05) / (dark + 0.05)
}

describe.each([
  ['light', LIGHT],
  ['dark', DARK],
])('the %s theme', (_, theme) => {
  it('has as many colours as charts take', () => {
    expect(new Set(theme.series).size).toBe(COLORS)
  })

  it('has text that can be read: a contrast of 4.5', () => {
    for (const color of [theme.text, theme.quiet])
      for (const ground of [theme.page, theme.panel]) expect(contrast(color, ground)).toBeGreaterThan(4.5)
    for (const color of [theme.link, theme.good, theme.bad, theme.open]) expect(contrast(color, theme.page)).toBeGreaterThan(4.5)
  })

  it('has marks that can be seen: a contrast of 3', () => {
    for (const color of [...theme.series, ...theme.fifths]) expect(contrast(color, theme.page), color).toBeGreaterThan(3)
  })

  it('has text that can be read on the strongest cell of a heat map', () => {
    const share = 0.6
    const mixed = (color: string): string =>
      `#${[1, 3, 5]
        .map((at) =>
          Math.round(share * Number.parseInt(color.slice(at, at + 2), 16) + (1 - share) * Number.parseInt(theme.page.slice(at, at + 2), 16))
            .toString(16)
            .padStart(2, '0'),
        )
        .join('')}`
    for (const color of [theme.above, theme.below]) expect(contrast(theme.text, mixed(color)), color).toBeGreaterThan(4.5)
  })
})
