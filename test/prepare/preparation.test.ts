import { describe, expect, it } from 'vitest'
import {
  describePreparation,
  fitPreparation,
  type PrepareOptions,
  preparationFromJSON,
  prepare,
  prepareFeatures,
  unprepareTargets,
  usableRows,
} from '../../src/prepare/index.ts'
import { normalQuantile } from '../../src/prepare/numbers/normal.ts'
import type { Column, Table } from '../../src/table/table.ts'
import { categories, dates, numbers, range, table, texts } from './tables.ts'

const ROWS = 60
const TRAIN = range(0, 40)
const TEST = range(40, ROWS)

/** A column of every kind, some cells missing; what test rows hold is `strange` or as the training rows have it. */
function house(strange = false): Table {
  const odd = (i: number): boolean => strange && i >= 40
  const all = range(0, ROWS)
  const columns: Column[] = [
    numbers(
      'area',
      all.map((i) => (odd(i) ? 1e6 * i : i % 9 === 4 ? Number.NaN : 50 + 30 * Math.sin(i))),
    ),
    numbers(
      'stamp',
      all.map((i) => 1.7e12 + (odd(i) ? -1e9 : 1) * i),
    ),
    categories(
      'town',
      all.map((i) => (odd(i) ? 'Ulm' : i % 7 === 3 ? null : (['Bonn', 'Köln', 'Trier'][i % 3] ?? ''))),
      ['Bonn', 'Köln', 'Trier', 'Ulm'],
    ),
    categories(
      'garden',
      all.map((i) => (odd(i) || i % 4 === 1 ? 'no' : 'yes')),
      ['no', 'yes'],
      'boolean',
    ),
    dates(
      'sold',
      all.map((i) => (odd(i) ? '1950-02-03' : i % 11 === 5 ? null : new Date(Date.UTC(2020, i % 12, 1 + i, i % 24)).toISOString())),
    ),
    texts(
      'key',
      all.map((i) => `h${i}`),
    ),
    numbers(
      'price',
      all.map((i) => (odd(i) ? 1e-3 : 300_000 * Math.exp(Math.sin(i) + (i % 10 === 0 ? 2 : 0)))),
    ),
    categories(
      'class',
      all.map((i) => (odd(i) ? 'high' : Math.sin(i) > 0 ? 'high' : 'low')),
    ),
  ]
  return { ...table(...columns) }
}

const NUMBERS = [
  'none',
  'standard',
  'minMax',
  'robust',
  { name: 'robust', logarithm: true },
  'quantile',
  'piecewiseLinear',
  { name: 'piecewiseLinear', edges: 'target', minSamplesLeaf: 5 },
  'periodic',
] as const satisfies PrepareOptions['numbers'][]
const OF_PRICE = { target: 'price', ignore: ['class'], missing: 'median' } as const
const WAYS: readonly (readonly [string, PrepareOptions])[] = [
  ...NUMBERS.map((said) => [JSON.stringify(said), { ...OF_PRICE, numbers: said }] as const),
  ...(['none', 'standardize', 'minMax'] as const).map((scaling) => [`scaling ${scaling}`, { ...OF_PRICE, scaling }] as const),
  ...(['mean', 'mode'] as const).map((missing) => [`missing ${missing}`, { ...OF_PRICE, missing }] as const),
  ['means of the target', { ...OF_PRICE, categories: 'targetMean' }],
  ['means of a class', { ...OF_PRICE, target: 'class', ignore: ['price'], categories: { name: 'targetMean', smoothing: 2 } }],
  ['every part of a date', { ...OF_PRICE, dates: ['elapsed', 'year', 'month', 'weekday', 'hour'] }],
  ['targets none', { ...OF_PRICE, targets: 'none' }],
  ['targets standard', { ...OF_PRICE, targets: 'standard' }],
  ['several targets', { ...OF_PRICE, target: ['price', 'area'] }],
]

describe.each(WAYS)('%s', (_, options) => {
  const used = { ...options, ...(Array.isArray(options.target) && { target: ['price', 'stamp'] }) }
  const preparation = fitPreparation(house(), TRAIN, used)

  it('is learned of the training rows alone', () => {
    expect(fitPreparation(house(true), TRAIN, used)).toEqual(preparation)
    expect(prepare(preparation, house(true), TRAIN)).toEqual(prepare(preparation, house(), TRAIN))
    // And it does learn of them.
    expect(fitPreparation(house(true), range(0, ROWS), used)).not.toEqual(preparation)
  })

  it('is the same after it was saved, to the bit', () => {
    const again = preparationFromJSON(JSON.parse(JSON.stringify(preparation)))
    expect(again).toEqual(preparation)
    const [before, after] = [prepare(preparation, house(), TEST), prepare(again, house(), TEST)]
    expect(new Uint32Array(after.features.buffer)).toEqual(new Uint32Array(before.features.buffer))
    expect(after.targets).toEqual(before.targets)
  })

  it('makes of a row the same, whatever rows are beside it', () => {
    const all = prepare(preparation, house())
    const { inputSize } = all
    const one = prepareFeatures(preparation, house(), [47])
    expect(one.features).toEqual(all.features.slice(47 * inputSize, 48 * inputSize))
    expect(one.featureNames).toHaveLength(inputSize)
    expect(new Set(one.featureNames).size).toBe(inputSize)
  })

  it('makes finite numbers, and targets of which the way leads back', () => {
    const data = prepare(preparation, house())
    expect([...data.features].every(Number.isFinite)).toBe(true)
    if (data.task !== 'regression') return
    const back = unprepareTargets(preparation, Float32Array.from(data.targets))
    const price = house().columns.find(({ name }) => name === 'price')
    const width = data.outputSize
    range(0, ROWS).forEach((row) => {
      const wanted = price !== undefined && 'values' in price ? (price.values[row] ?? 0) : 0
      expect(Math.abs((back[row * width] ?? 0) / wanted - 1)).toBeLessThan(1e-5)
    })
  })

  it('says what it does', () => {
    const text = describePreparation(preparation).join('\n')
    expect(text).toContain('area')
    if (preparation.left.length > 0) expect(text).toContain('left out "key"')
  })
})

describe('numbers', () => {
  const clock = table(
    numbers(
      'ts',
      range(0, 800).map((i) => 1.7e12 + 375 * i),
    ),
    categories(
      'late',
      range(0, 800).map((i) => String(i >= 400)),
    ),
  )

  it.each([{ numbers: 'standard' }, { scaling: 'standardize' }] as const)(
    'are scaled in float64: times of five minutes stay apart, by %o',
    (how) => {
      const { features } = prepare(fitPreparation(clock, range(0, 800), how), clock)
      expect(new Set(features).size).toBe(800)
      expect(Math.max(...features)).toBeCloseTo(1.73, 2)
    },
  )

  it('that are infinite are refused by their place', () => {
    const data = table(numbers('x', [1, Number.POSITIVE_INFINITY, 2]), categories('y', ['a', 'b', 'a']))
    expect(() => fitPreparation(data, [0, 1, 2])).toThrow(/row 2, column "x": Infinity is not finite/)
  })
})

describe('categories', () => {
  const share = [...Array<string>(8).fill('A'), ...Array<string>(7).fill('B'), ...Array<string>(5).fill('C')]
  const data = table(categories('kind', [...share, null]), numbers('y', range(0, 21)))

  it.each(['mode', 'median', 'mean'] as const)('a missing one is the most frequent one under %s', (missing) => {
    const preparation = fitPreparation(data, range(0, 21), { missing, indicator: false, targets: 'none' })
    const { features } = prepareFeatures(preparation, data, [20])
    expect([...features]).toEqual([1, 0, 0])
  })

  it('a row does not see its own target in the mean of its category', () => {
    const words = range(0, 20).map((i) => `w${i}`)
    const own = table(
      categories('word', words),
      numbers(
        'y',
        range(0, 20).map((i) => i ** 2),
      ),
    )
    const preparation = fitPreparation(own, range(0, 20), { categories: { name: 'targetMean', smoothing: 0 }, targets: 'none' })
    const inside = prepare(preparation, own, range(0, 20))
    const training = prepare(preparation, own, range(0, 20), { training: true })
    expect([...inside.features]).toEqual([...inside.targets])
    const { overall = [] } =
      preparation.columns[0]?.kind === 'category' && preparation.columns[0].encoding.kind === 'targetMean'
        ? preparation.columns[0].encoding
        : {}
    // No other row has the category: all it sees is the mean of the other folds.
    for (const value of training.features) expect(Math.abs(value - (overall[0] ?? 0))).toBeLessThan(40)
    const shifted = table(
      categories('word', words),
      numbers(
        'y',
        range(0, 20).map((i) => (i === 3 ? 1e6 : i ** 2)),
      ),
    )
    const changed = prepare(
      fitPreparation(shifted, range(0, 20), { categories: { name: 'targetMean', smoothing: 0 }, targets: 'none' }),
      shifted,
      range(0, 20),
      { training: true },
    )
    expect(changed.features[3]).toBe(training.features[3])
    expect(changed.features[4]).not.toBe(training.features[4])
  })
})

describe('rows', () => {
  const holes = table(
    numbers('a', [1, Number.NaN, 3, 4, 5, Number.NaN]),
    numbers('b', [1, 2, Number.NaN, 4, 5, Number.NaN]),
    numbers('y', [1, 2, 3, Number.NaN, 5, 6]),
  )

  it('says how many were dropped, and for what most', () => {
    expect(usableRows(holes, { missing: 'drop' })).toEqual({
      rows: Uint32Array.of(0, 4),
      said: ['dropped 4 of 6 rows, most for "a", which misses 2'],
    })
    expect(usableRows(holes, { missing: 'median' })).toEqual({
      rows: Uint32Array.of(0, 1, 2, 4, 5),
      said: ['dropped 1 of 6 rows, which have no target "y"'],
    })
    expect(() => usableRows(holes, {})).toThrow(
      /row 2, column "a": the value is missing, one of 2 in this column, and so are values of "b" \(2\), "y" \(1\); fill them in/,
    )
  })

  it('what is missing is refused by its place unless said', () => {
    expect(() => fitPreparation(holes, [0, 1])).toThrow(
      /row 2, column "a": the value is missing; .*missing: drop, mean, median, mode or zero/,
    )
    expect(() => fitPreparation(holes, range(0, 6), { missing: 'mean' })).toThrow(
      /row 4, column "y": the value is missing; a row without a target/,
    )
    const refusing = fitPreparation(holes, [0, 4])
    expect(() => prepareFeatures(refusing, holes, [1])).toThrow(/row 2, column "a": the value is missing/)
  })

  it('a column without a value in the training rows is left out, and said', () => {
    const empty = table(numbers('a', [Number.NaN, Number.NaN, 3]), numbers('b', [1, 2, 3]), numbers('y', [1, 2, 3]))
    expect(fitPreparation(empty, [0, 1], { missing: 'mean' }).left).toEqual([
      { name: 'a', why: 'it has no value in any of the 2 training rows' },
    ])
  })
})

describe('targets', () => {
  const skewed = range(0, 200).map((i) => Math.exp(10 + 0.8 * normalQuantile((i + 0.5) / 200)))
  const fitOf = (values: readonly number[], options: PrepareOptions = {}) =>
    fitPreparation(table(numbers('x', range(0, values.length)), numbers('y', values)), range(0, values.length), options).target.units[0]

  it('are standardised; by their logarithm where they are positive and skewed', () => {
    expect(fitOf(skewed)).toMatchObject({ log: true })
    expect(fitOf(skewed.map((value) => value - 1e5))).toMatchObject({ log: false })
    expect(fitOf(range(1, 200))).toMatchObject({ log: false, mean: 100 })
    expect(fitOf(skewed, { targets: 'standard' })).toMatchObject({ log: false })
    expect(fitOf(range(1, 200), { targets: 'logStandard' })).toMatchObject({ log: true })
    expect(fitOf(skewed, { targets: 'none' })).toBeUndefined()
    expect(() => fitOf(range(0, 9), { targets: 'logStandard' })).toThrow(/column "y" has values of 0 or less/)
  })

  it('of classes are not scaled', () => {
    expect(fitPreparation(house(), TRAIN, { missing: 'mode' }).target).toEqual({
      names: ['class'],
      task: 'binary',
      classNames: ['high', 'low'],
      units: [],
    })
    expect(() => fitPreparation(house(), TRAIN, { missing: 'mode', targets: 'standard' })).toThrow(/"class" is of classes/)
  })

  it('that are numbers are classes by the names that the file has for them', () => {
    const classes = { ...numbers('y', [1, 2, 2, 1, 2]), written: { decimals: 1, digits: 1, plus: false } }
    const rows = table(numbers('x', range(0, 5)), classes)
    const { target } = fitPreparation(rows, [0, 1, 2, 3], { target: 'y' })
    expect(target.classNames).toEqual(['1.0', '2.0'])
    expect([...prepare(fitPreparation(rows, [0, 1], { target: 'y' }), rows, [2, 3, 4]).targets]).toEqual([1, 0, 1])
  })
})

describe('what is no preparation', () => {
  const good = fitPreparation(house(), TRAIN, { ...OF_PRICE, scaling: 'standardize' })

  it.each([
    [null, /expected object/],
    [{ ...good, version: 2 }, /version/],
    [{ ...good, columns: [{ ...good.columns[0], encoding: { kind: 'standard', mean: 0, scale: 0 } }] }, /column "area" has a scale of 0/],
    [{ ...good, columns: [{ ...good.columns[2], fill: 'Ulm' }] }, /column "town" is filled with what is no category/],
  ])('%#', (json, message) => {
    expect(() => preparationFromJSON(json)).toThrow(message)
  })

  it('options are refused by name', () => {
    expect(() => fitPreparation(house(), TRAIN, { numbers: 'robuste' as never })).toThrow(/numbers/)
    expect(() => fitPreparation(house(), TRAIN, { numbers: 'standard', scaling: 'none' })).toThrow(/scaling and numbers are both given/)
    expect(() => fitPreparation(house(), TRAIN, { target: 'prise' })).toThrow(/did you mean "price"/)
    expect(() => fitPreparation(house(), [99], {})).toThrow(/rows\[0\] is 99; it must be a whole number from 0 to 59/)
  })
})
