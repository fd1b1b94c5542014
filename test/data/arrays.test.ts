import { describe, expect, it } from 'vitest'
import { InvalidDataError } from '../../src/core/errors.ts'
import { type ArraysOptions, assertFinite, fromArrays } from '../../src/data/arrays.ts'
import { takeRows } from '../../src/data/dataset.ts'

const good = { features: Float32Array.of(1, 2, 3, 4), targets: Float32Array.of(0, 1), task: 'binary', inputSize: 2 } as const

describe('fromArrays', () => {
  it('keeps typed arrays as they are', () => {
    const dataset = fromArrays(good)
    expect(dataset).toMatchObject({
      rows: 2,
      inputSize: 2,
      outputSize: 1,
      featureNames: ['x0', 'x1'],
      targetNames: ['y'],
      classNames: ['0', '1'],
    })
    expect(dataset.features).toBe(good.features)
    expect(dataset.targets).toBe(good.targets)
  })

  it('takes an array a row, and numbers classes up to the largest', () => {
    const dataset = fromArrays({ features: [[1], [2], [3]], targets: [0, 3, 1], task: 'multiclass' })
    expect(dataset).toMatchObject({ rows: 3, inputSize: 1, outputSize: 4, classNames: ['0', '1', '2', '3'] })
    expect(dataset.targets).toEqual(Int32Array.of(0, 3, 1))
  })

  it('takes several columns of regression targets', () => {
    const dataset = fromArrays({ features: [[1], [2]], targets: [0.5, 1, 1.5, 2], task: 'regression', outputSize: 2 })
    expect(dataset).toMatchObject({ outputSize: 2, targetNames: ['y0', 'y1'], classNames: [] })
  })

  const wrong: [string, ArraysOptions, RegExp][] = [
    ['fewer targets than rows', { ...good, targets: [0] }, /targets has 1 numbers for 2 rows.*must have 2/],
    ['one-hot targets', { ...good, targets: [0, 1, 1, 0], task: 'multiclass' }, /class indices, not one-hot/],
    ['half a row', { ...good, inputSize: 3 }, /4 numbers; it must have a whole number of rows of 3/],
    ['no row', { ...good, features: new Float32Array(0), targets: [] }, /features has 0 numbers/],
    ['flat features without a width', { features: good.features, targets: good.targets, task: 'binary' }, /inputSize is undefined/],
    ['uneven rows', { features: [[1, 2], [3]], targets: [0, 1], task: 'binary' }, /row 1 \(from 0\) has 1 numbers; row 0 has 2/],
    [
      'NaN, by row and column',
      {
        ...good,
        features: [
          [1, 2],
          [3, Number.NaN],
        ],
        featureNames: ['age', 'mass'],
      },
      /row 1 \(from 0\), column "mass" is NaN.*fitImputer/,
    ],
    [
      'what float32 cannot hold',
      {
        ...good,
        features: [
          [1, 1e39],
          [3, 4],
        ],
      },
      /row 0 \(from 0\), column "x1" is Infinity/,
    ],
    [
      'a label of a class that is not named',
      { ...good, task: 'multiclass', targets: [0, 3], classNames: ['a', 'b', 'c'] },
      /row 1 \(from 0\) is 3; a class label must be a whole number from 0 to 2/,
    ],
    ['a negative label', { ...good, task: 'multiclass', targets: [-1, 0] }, /row 0 \(from 0\) is -1/],
    ['a label between classes', { ...good, targets: [0.5, 0] }, /is 0.5; a class label must be a whole number from 0 to 1/],
    ['NaN for a label', { ...good, targets: [0, Number.NaN] }, /row 1 \(from 0\) is NaN/],
    [
      'NaN for a regression target',
      { ...good, task: 'regression', targets: [0, Number.NaN] },
      /targets: row 1 \(from 0\), column "y" is NaN/,
    ],
    ['scale with floats', { ...good, scale: 2 }, /scale is 2; .*Uint8Array features only/],
    ['too few names', { ...good, featureNames: ['a'] }, /featureNames has 1 names; it must have 2/],
    ['three classes in a binary task', { ...good, classNames: ['a', 'b', 'c'] }, /classNames has 3 names; a binary task has 2/],
    ['too few weights', { ...good, sampleWeights: Float32Array.of(1) }, /sampleWeights has 1 numbers for 2 rows/],
    ['a negative weight', { ...good, sampleWeights: Float32Array.of(1, -1) }, /sampleWeights: row 1 \(from 0\) is -1/],
  ]
  it.each(wrong)('refuses %s', (_, options, message) => {
    expect(() => fromArrays(options)).toThrow(message)
    expect(() => fromArrays(options)).toThrow(InvalidDataError)
  })
})

it('assertFinite names a column by its place where it has no name', () => {
  expect(() => assertFinite('features', [0, 1, Number.POSITIVE_INFINITY, 3], 2)).toThrow('features: row 1 (from 0), column 0 is Infinity')
})

describe('takeRows', () => {
  const dataset = fromArrays({ ...good, sampleWeights: Float32Array.of(1, 2) })

  it('takes rows in the order asked for, more than once if asked', () => {
    const taken = takeRows(dataset, [1, 0, 1])
    expect(taken.features).toEqual(Float32Array.of(3, 4, 1, 2, 3, 4))
    expect(taken.targets).toEqual(Float32Array.of(1, 0, 1))
    expect(taken.sampleWeights).toEqual(Float32Array.of(2, 1, 2))
    expect(taken.rows).toBe(3)
  })

  it('refuses rows that are not there', () => {
    expect(() => takeRows(dataset, [0, 2])).toThrow('rows[1] is 2; it must be a whole number from 0 to 1')
  })
})
