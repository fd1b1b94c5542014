import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { InvalidDataError } from '../../src/core/errors.ts'
import { fromArrays } from '../../src/data/arrays.ts'
import { parseCsv } from '../../src/data/csv.ts'
import { describeDataset } from '../../src/data/describe.ts'
import { fitImputer, fitMinMax, fitStandardizer, minMaxScale, standardize, transformFromJSON } from '../../src/data/transform.ts'
import { featureRows } from './build.ts'

const from = (features: number[][]) => fromArrays({ features, targets: features.map((_, i) => i), task: 'regression' })
const train = from([
  [1, 5, 0],
  [2, 5, 10],
  [3, 5, 20],
])
const test = from([[4, 6, -10]])

describe('standardize', () => {
  it('gives the training part mean 0 and deviation 1, and leaves a constant column at 0', () => {
    const split = standardize({ train, test })
    const deviation = Math.sqrt(2 / 3)
    expect(split.transform.mean).toEqual([2, 5, 10])
    expect(split.transform.scale[0]).toBeCloseTo(deviation, 12)
    expect(split.transform.scale[1]).toBe(1)
    expect(split.train.features).toEqual(Float32Array.from([-1, 0, -1, 0, 0, 0, 1, 0, 1], (x) => x / deviation))
    expect(split.test.features).toEqual(Float32Array.of(2 / deviation, 1, -20 / (10 * deviation)))
    expect(train.features[0]).toBe(1)
  })

  it('learns nothing from the test part', () => {
    fc.assert(
      fc.property(fc.array(fc.float({ noNaN: true, min: -1e6, max: 1e6 }), { minLength: 3, maxLength: 3 }), (row) => {
        const split = { train, test: from([row]) }
        expect(standardize(split).train).toEqual(standardize({ train, test }).train)
        expect(minMaxScale(split).transform).toMatchObject({ min: [1, 5, 0], scale: [2, 1, 20] })
      }),
    )
  })

  it('leaves a constant column of a number that float32 rounds at exactly 0', () => {
    const constant = from(Array.from({ length: 1000 }, () => [0.1]))
    expect(new Set(fitStandardizer(constant).apply(constant).features)).toEqual(new Set([0]))
  })

  it('reads scaled bytes', () => {
    const bytes = fromArrays({
      features: Uint8Array.of(0, 255, 255, 0),
      inputSize: 1,
      scale: 1 / 255,
      targets: [0, 1, 2, 3],
      task: 'regression',
    })
    const fitted = fitStandardizer(bytes)
    expect(fitted.mean[0]).toBeCloseTo(0.5, 12)
    const applied = fitted.apply(bytes)
    expect(applied.features).toEqual(Float32Array.of(-1, 1, 1, -1))
    expect('scale' in applied).toBe(false)
  })

  it('refuses missing values, no rows, and data of another width', () => {
    const missing = parseCsv('a,b,y\n1,2,0\n3,?,1', { missing: 'keep' })
    expect(() => fitStandardizer(missing)).toThrow(/row 1 \(from 0\), column "b" is NaN.*fitImputer/)
    expect(() => fitMinMax({ ...train, features: new Float32Array(0), rows: 0 })).toThrow(/no rows/)
    expect(() => fitStandardizer(train).apply(from([[1]]))).toThrow('the data has 1 features; this standardize transform was fitted on 3')
  })
})

describe('minMaxScale', () => {
  it('puts the training part between 0 and 1', () => {
    const split = minMaxScale({ train, test })
    expect(featureRows(split.train)).toEqual([
      [0, 0, 0],
      [0.5, 0, 0.5],
      [1, 0, 1],
    ])
    expect(featureRows(split.test)).toEqual([[1.5, 1, -0.5]])
  })
})

describe('fitImputer', () => {
  const holes = parseCsv('a,b,y\n1,2,0\n?,2,1\n3,?,1\n8,5,0', { missing: 'keep' })

  it.each([
    ['mean', [4, 3]],
    ['median', [3, 2]],
    ['mode', [1, 2]],
  ] as const)('fills by the %s of what is there', (strategy, [a, b]) => {
    expect(featureRows(fitImputer(holes, strategy).apply(holes))).toEqual([
      [1, 2],
      [a, 2],
      [3, b],
      [8, 5],
    ])
  })

  it('uses the statistics of the part it was fitted on', () => {
    const other = parseCsv('a,b,y\n?,?,0\n100,100,1', { missing: 'keep' })
    expect(featureRows(fitImputer(holes).apply(other))[0]).toEqual([4, 3])
  })

  it('refuses a column with nothing in it', () => {
    const empty = parseCsv('a,b,y\n?,2,0\n?,3,1', { missing: 'keep' })
    expect(() => fitImputer(empty)).toThrow(/column "a" has no value in any of the 2 rows/)
  })
})

describe('transformFromJSON', () => {
  it.each([fitStandardizer(train), fitMinMax(train), fitImputer(train, 'median')])(
    'restores what JSON.stringify wrote of $kind',
    (fitted) => {
      const restored = transformFromJSON(JSON.parse(JSON.stringify(fitted)))
      expect(restored.apply(test)).toEqual(fitted.apply(test))
    },
  )

  it.each([
    {},
    { kind: 'standardise', mean: [1], scale: [1] },
    { kind: 'minMax', min: [1, 2], scale: [1] },
    { kind: 'standardize', mean: [1], scale: [0] },
    null,
  ])('refuses %j', (json) => {
    expect(() => transformFromJSON(json)).toThrow(InvalidDataError)
  })
})

describe('describeDataset', () => {
  it('counts missing values and classes', () => {
    const summary = describeDataset(parseCsv('a,b,y\n1,2,no\n?,4,yes\n3,?,yes', { missing: 'keep' }))
    expect(summary).toMatchObject({
      rows: 3,
      task: 'binary',
      targets: [],
      features: [
        { name: 'a', min: 1, max: 3, mean: 2, standardDeviation: 1, missing: 1 },
        { name: 'b', min: 2, max: 4, mean: 3, standardDeviation: 1, missing: 1 },
      ],
      classes: [
        { name: 'no', rows: 1 },
        { name: 'yes', rows: 2, share: 2 / 3 },
      ],
    })
  })

  it('describes real-valued targets, and a column with no values as NaN', () => {
    const summary = describeDataset(parseCsv('a,y\n?,1\n?,5', { missing: 'keep' }))
    expect(summary.targets).toEqual([{ name: 'y', min: 1, max: 5, mean: 3, standardDeviation: 2, missing: 0 }])
    expect(summary.features[0]).toEqual({
      name: 'a',
      min: Number.NaN,
      max: Number.NaN,
      mean: Number.NaN,
      standardDeviation: Number.NaN,
      missing: 2,
    })
  })
})
