import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { accuracyOf, evaluateMetrics } from '../../src/core/metrics.ts'
import { METRICS } from '../../src/core/names.ts'
import { resolveTopology } from '../../src/core/resolve.ts'
import { learnMeans } from '../../src/prepare/categories.ts'
import { fitPreparation, prepare, prepareFeatures } from '../../src/prepare/index.ts'
import { encodeNumber } from '../../src/prepare/numbers/encode.ts'
import { learnNumber, type NumbersOptions } from '../../src/prepare/numbers/kinds.ts'
import { normalQuantile } from '../../src/prepare/numbers/normal.ts'
import { skewness } from '../../src/prepare/numbers/statistics.ts'
import type { TreeTarget } from '../../src/prepare/numbers/tree.ts'
import { categories, numbers, range, table } from './tables.ts'

/** Written by test/support/python/prepare.py, which says what is in it. */
interface Golden {
  readonly rows: number
  readonly numbers: readonly {
    readonly name: string
    readonly values: readonly number[]
    readonly y: readonly number[]
    readonly label: readonly number[]
    readonly standard: readonly number[]
    readonly minMax: readonly number[]
    readonly robust: readonly number[]
    readonly smoothClip: readonly number[]
    readonly quantile: Readonly<Record<string, readonly number[]>>
    readonly edges: Readonly<Record<string, readonly number[]>>
    readonly piecewise: Readonly<Record<string, readonly (readonly number[])[]>>
    readonly skew: number
  }[]
  readonly categories: {
    readonly words: readonly string[]
    readonly new: readonly string[]
    readonly oneHot: readonly (readonly number[])[]
    readonly y: readonly number[]
    readonly means: Readonly<Record<string, number>>
    readonly overall: number
    readonly holed: readonly (number | null)[]
    readonly filled: Readonly<Record<'mean' | 'median' | 'mode', readonly (readonly number[])[]>>
  }
  readonly scores: readonly (Readonly<Record<string, number>> & {
    readonly classes: number
    readonly probabilities?: readonly (readonly number[])[]
    readonly label?: readonly number[]
    readonly f1?: readonly number[]
    readonly y?: readonly number[]
    readonly said?: readonly number[]
  })[]
}
const golden: Golden = JSON.parse(readFileSync(new URL('../golden/sklearn-prepare.json', import.meta.url), 'utf8'))

/** Both in float64: they differ by the order of sums alone. */
function expectNear(found: readonly number[], wanted: readonly number[], what: string): void {
  expect(found.length, what).toBe(wanted.length)
  const worst = found.reduce(
    (most, value, i) => Math.max(most, Math.abs(value - (wanted[i] ?? Number.NaN)) / (1 + Math.abs(wanted[i] ?? 0))),
    0,
  )
  expect(worst, what).toBeLessThan(1e-12)
}

describe.each(golden.numbers)('numbers: $name', (column) => {
  const train = Float64Array.from(column.values.slice(0, golden.rows))
  const learn = (options: NumbersOptions, target: TreeTarget = { outputs: 1, values: column.y }) => {
    const encoding = learnNumber(options, { values: train, place: 0, target })
    return { encoding, rows: column.values.map((x) => encodeNumber(x, encoding)) }
  }

  it.each([
    ['standard', { name: 'standard' }],
    ['minMax', { name: 'minMax' }],
    ['robust', { name: 'robust', smoothClip: false }],
    ['smoothClip', { name: 'robust' }],
  ] as const)('%s', (name, options) => {
    expectNear(learn(options).rows.flat(), column[name], name)
  })

  it.each(Object.keys(column.quantile))('of normal distribution by %s quantiles', (count) => {
    const wanted = column.quantile[count] ?? []
    expectNear(learn({ name: 'quantile', quantiles: Number(count) }).rows.flat(), wanted, 'quantile')
  })

  it.each(Object.keys(column.edges))('piecewise linear, bins by %s', (how) => {
    const [kind, leaf = '1'] = how.split(' ')
    const options: NumbersOptions =
      kind === 'quantile'
        ? { name: 'piecewiseLinear', bins: 8 }
        : { name: 'piecewiseLinear', edges: 'target', bins: 6, minSamplesLeaf: Number(leaf) }
    const { encoding, rows } = learn(options, kind === 'classes' ? { classes: 3, labels: column.label } : { outputs: 1, values: column.y })
    expectNear('edges' in encoding ? encoding.edges : [], column.edges[how] ?? [], 'edges')
    expectNear(rows.flat(), (column.piecewise[how] ?? []).flat(), 'encoding')
  })

  it('has the skewness of scipy', () => {
    expectNear([skewness(train)], [column.skew], 'skewness')
  })
})

it('the normal quantile is right where its three formulas meet, and far out', () => {
  // scipy.special.ndtri
  expectNear(
    [0.5, 0.075, 0.0749, 0.975, 1e-7, 1e-12, 1e-300, 1 - 1e-9].map(normalQuantile),
    [
      0, -1.4395314709384563, -1.4402382675279635, 1.959963984540054, -5.1993375821928165, -7.034483825301131, -37.0470962993612,
      5.997807019601637,
    ],
    'quantile',
  )
})

describe('categories and what is missing', () => {
  const { words, oneHot, y, means, overall, holed, filled } = golden.categories
  const rows = range(0, words.length)

  it('one-hot, and zeros for a category that training did not have', () => {
    const data = table(categories('word', words), numbers('y', y))
    const fresh = table(categories('word', golden.categories.new), numbers('y', [0, 0, 0]))
    const preparation = fitPreparation(data, rows, {})
    const { features, unseen } = prepareFeatures(preparation, fresh)
    expect([...features]).toEqual(oneHot.flat())
    expect(unseen).toEqual([{ column: 'word', words: ['q'], rows: 1 }])
  })

  it('means of the target, smoothed', () => {
    const known = Object.keys(means)
    const codes = Int32Array.from(words, (word) => known.indexOf(word))
    const learned = learnMeans(codes, known.length, { values: Float64Array.from(y), names: ['y'] }, 10)
    expectNear([...learned.means.flat(), ...learned.overall], [...Object.values(means), overall], 'means')
  })

  it.each(['mean', 'median', 'mode'] as const)('fills in the %s, with an indicator', (missing) => {
    const data = table(
      numbers(
        'x',
        holed.map((value) => value ?? Number.NaN),
      ),
      numbers('y', y),
    )
    const preparation = fitPreparation(data, rows, { missing, numbers: 'none' })
    const { features, featureNames } = prepare(preparation, data)
    expect(featureNames).toEqual(['x', 'x missing'])
    expect([...features]).toEqual((filled[missing] ?? []).flat().map(Math.fround))
  })
})

describe.each(golden.scores)('metrics of $classes classes', (wanted) => {
  const { classes, label = [], probabilities = [] } = wanted
  if (classes === 0) {
    it('of numbers', () => {
      const topology = resolveTopology({ inputSize: 1, loss: 'meanSquaredError', layers: [{ units: 1 }], batchSize: 1 })
      const examples = { features: new Float32Array(60), rows: 60, targets: Float32Array.from(wanted.y ?? []) }
      const found = evaluateMetrics([...METRICS.slice(0, 3)], Float32Array.from(wanted.said ?? []), examples, topology)
      for (const name of ['r2', 'rootMeanSquaredError', 'meanAbsoluteError'] as const)
        expectNear([found[name] ?? Number.NaN], [wanted[name] ?? Number.NaN], name)
    })
    return
  }
  const units = classes === 2 ? 1 : classes
  const loss = classes === 2 ? 'binaryCrossentropy' : 'categoricalCrossentropy'
  const topology = resolveTopology({ inputSize: 1, loss, layers: [{ units }], batchSize: 1 })
  const predictions = Float32Array.from(classes === 2 ? probabilities.map(([, second = 0]) => second) : probabilities.flat())
  const examples = { features: new Float32Array(60), rows: 60, targets: classes === 2 ? Float32Array.from(label) : Int32Array.from(label) }

  it.each(['balancedAccuracy', 'logLoss', 'auc'] as const)('%s', (name) => {
    const found = evaluateMetrics([name], predictions, examples, topology)[name] ?? Number.NaN
    // Rows of float32 probabilities add up to 1 within 1e-7.
    expect(Math.abs(found - (wanted[name] ?? 0))).toBeLessThan(name === 'logLoss' ? 2e-7 : 1e-12)
  })

  it('accuracy, and F1 of every class', () => {
    expectNear([accuracyOf(predictions, examples, topology)], [wanted.accuracy ?? Number.NaN], 'accuracy')
    const each = Array.from({ length: classes }, (_, k) => evaluateMetrics(['f1'], predictions, examples, topology, k).f1 ?? Number.NaN)
    expectNear(each, wanted.f1 ?? [], 'f1')
  })
})
