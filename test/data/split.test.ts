import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { InvalidDataError, InvalidSpecError } from '../../src/core/errors.ts'
import { fromArrays } from '../../src/data/arrays.ts'
import type { Dataset } from '../../src/data/dataset.ts'
import { countClasses } from '../../src/data/describe.ts'
import { kFolds, trainTestSplit } from '../../src/data/split.ts'
import { numberedRows, rowNumbers } from './build.ts'

const labels = fc.array(fc.nat(2), { minLength: 2, maxLength: 60 })
const seeds = fc.integer({ min: 0, max: 0xffffffff })
const ascending = (numbers: number[]) => [...numbers].sort((a, b) => a - b)
const everyRow = (dataset: Dataset) => Array.from({ length: dataset.rows }, (_, row) => row)
const real = fromArrays({ features: [[1], [2], [3]], targets: [0.1, 0.2, 0.3], task: 'regression' })

describe('trainTestSplit', () => {
  it('shares every row out to one part or the other, with its label, whatever the options', () => {
    fc.assert(
      fc.property(labels, seeds, fc.boolean(), fc.double({ min: 0.3, max: 0.7, noNaN: true }), (given, seed, stratify, testFraction) => {
        const dataset = numberedRows(given)
        const { train, test } = trainTestSplit(dataset, { testFraction, seed, stratify })
        expect(ascending([...rowNumbers(train), ...rowNumbers(test)])).toEqual(everyRow(dataset))
        expect(test.rows).toBe(Math.round(given.length * testFraction))
        for (const part of [train, test]) expect(Array.from(part.targets)).toEqual(rowNumbers(part).map((row) => given[row]))
      }),
    )
  })

  it('stratified, gives each class its share to within one row', () => {
    fc.assert(
      fc.property(labels, seeds, (given, seed) => {
        const dataset = numberedRows(given)
        const { test } = trainTestSplit(dataset, { testFraction: 0.4, seed, stratify: true })
        const counts = countClasses(test)
        countClasses(dataset).forEach((count, i) => {
          expect(Math.abs((counts[i] ?? 0) - (count * test.rows) / dataset.rows)).toBeLessThan(1)
        })
      }),
    )
  })

  it('gives the same split for the same seed, and another for another', () => {
    const dataset = numberedRows(Array.from({ length: 50 }, (_, i) => i % 3))
    const first = trainTestSplit(dataset, { seed: 5 })
    expect(trainTestSplit(dataset, { seed: 5 })).toEqual(first)
    expect(ascending(rowNumbers(trainTestSplit(dataset, { seed: 6 }).test))).not.toEqual(ascending(rowNumbers(first.test)))
  })

  it('does not leave a file sorted by class sorted', () => {
    const sorted = numberedRows(Array.from({ length: 60 }, (_, i) => Math.floor(i / 20)))
    const { train } = trainTestSplit(sorted, { stratify: true })
    expect(Array.from(train.targets)).not.toEqual(ascending(Array.from(train.targets)))
  })

  it('takes the last rows when told not to shuffle', () => {
    const { train, test } = trainTestSplit(numberedRows([0, 1, 2, 0, 1]), { testRows: 2, shuffle: false })
    expect([rowNumbers(train), rowNumbers(test)]).toEqual([
      [0, 1, 2],
      [3, 4],
    ])
  })

  it('keeps bytes, scale and weights', () => {
    const dataset = fromArrays({
      features: Uint8Array.of(0, 1, 2, 3),
      inputSize: 1,
      scale: 0.5,
      targets: Uint8Array.of(0, 1, 0, 1),
      task: 'multiclass',
      sampleWeights: Float32Array.of(10, 11, 12, 13),
    })
    const { train } = trainTestSplit(dataset, { testRows: 1 })
    expect(train.features).toBeInstanceOf(Uint8Array)
    expect(train.targets).toBeInstanceOf(Uint8Array)
    expect(train.scale).toBe(0.5)
    expect(Array.from(train.sampleWeights ?? [])).toEqual(Array.from(train.features, (row) => row + 10))
  })

  it.each([
    [{ testFraction: 1 }, /testFraction is 1; it must be over 0 and under 1/],
    [{ testFraction: 0.01 }, /testFraction of 4 rows is 0; both parts need a row: it must be a whole number from 1 to 3/],
    [{ testRows: 4 }, /testRows is 4/],
    [{ testRows: 1.5 }, /testRows is 1.5/],
    [{ testRows: 1, testFraction: 0.5 }, /both given/],
    [{ stratify: true, shuffle: false }, /both given/],
    [{ seed: -1 }, /seed is -1; it must be a whole number from 0 to 4294967295/],
  ])('refuses %j', (options, message) => {
    expect(() => trainTestSplit(numberedRows([0, 1, 2, 0]), options)).toThrow(message)
    expect(() => trainTestSplit(numberedRows([0, 1, 2, 0]), options)).toThrow(InvalidSpecError)
  })

  it('refuses to stratify by real numbers', () => {
    expect(() => trainTestSplit(real, { stratify: true })).toThrow(InvalidDataError)
    expect(trainTestSplit(real).test.rows).toBe(1)
  })
})

describe('kFolds', () => {
  it('tests every row once, in folds whose sizes differ by one at most', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 7 }), fc.array(fc.nat(2), { minLength: 7, maxLength: 40 }), seeds, (folds, given, seed) => {
        const dataset = numberedRows(given)
        const splits = kFolds(dataset, { folds, seed })
        expect(splits).toHaveLength(folds)
        expect(ascending(splits.flatMap(({ test }) => rowNumbers(test)))).toEqual(everyRow(dataset))
        for (const { train, test } of splits) {
          expect(ascending([...rowNumbers(train), ...rowNumbers(test)])).toEqual(everyRow(dataset))
          expect(Math.abs(test.rows - dataset.rows / folds)).toBeLessThan(1)
        }
      }),
    )
  })

  it('stratified, deals every class out evenly', () => {
    const given = Array.from({ length: 53 }, (_, i) => (i < 30 ? 0 : i < 46 ? 1 : 2))
    const splits = kFolds(numberedRows(given), { folds: 5, seed: 3, stratify: true })
    for (const { test } of splits) {
      const [a, b, c] = countClasses(test)
      expect(a).toBe(6)
      expect([3, 4]).toContain(b)
      expect([1, 2]).toContain(c)
      expect([10, 11]).toContain(test.rows)
    }
  })

  it('refuses what cannot be folded', () => {
    expect(() => kFolds(numberedRows([0, 1, 2]), { folds: 4 })).toThrow('folds is 4; it must be a whole number from 2 to the 3 rows')
    expect(() => kFolds(numberedRows([0, 1, 2]), { folds: 1 })).toThrow(InvalidSpecError)
    expect(() => kFolds(numberedRows([0, 0, 1, 1, 2]), { folds: 2, stratify: true })).toThrow(
      /class "c" has 1 rows, fewer than the 2 folds/,
    )
    expect(() => kFolds(real, { folds: 2, stratify: true })).toThrow(InvalidDataError)
  })
})
