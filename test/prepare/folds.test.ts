import { describe, expect, it } from 'vitest'
import { kFolds } from '../../src/data/split.ts'
import { prepareFolds, prepareTable } from '../../src/prepare/index.ts'
import { categories, numbers, table } from './tables.ts'

/** Rows in folds, each prepared by what its own training rows say. */

const ROWS = 90
const FOLDS = { folds: 3, seed: 5 }
const range = Array.from({ length: ROWS }, (_, i) => i)

/** @param changed a row whose number is another, and enormous */
const rowsOf = (task: 'binary' | 'regression', changed = -1) =>
  table(
    numbers(
      'size',
      range.map((i) => (i === changed ? 1e6 : i)),
    ),
    categories(
      'town',
      range.map((i) => (i % 10 === 0 ? 'Rom' : 'Bonn')),
    ),
    task === 'binary'
      ? categories(
          'y',
          range.map((i) => (i % 3 === 0 ? 'no' : 'yes')),
        )
      : numbers(
          'y',
          range.map((i) => i * 2 + 7),
        ),
  )

describe.each(['binary', 'regression'] as const)('folds of a %s', (task) => {
  it('hold the rows that kFolds deals out', () => {
    const options = { numbers: 'none', targets: 'none' } as const
    const whole = prepareTable(rowsOf(task), options, { testFraction: 0.2, seed: 1 })
    const dealt = kFolds(whole.train, { ...FOLDS, stratify: task === 'binary' })
    const folds = prepareFolds(rowsOf(task), options, { testFraction: 0.2, seed: 1 }, FOLDS)
    expect(folds).toHaveLength(3)
    folds.forEach(({ train, test }, fold) => {
      expect(train.features).toEqual(dealt[fold]?.train.features)
      expect(test?.features).toEqual(dealt[fold]?.test.features)
      expect(test?.targets).toEqual(dealt[fold]?.test.targets)
    })
  })

  it('learn nothing of the rows that they test on', () => {
    const before = prepareFolds(rowsOf(task), { numbers: 'standard' }, false, FOLDS)
    const after = prepareFolds(rowsOf(task, 40), { numbers: 'standard' }, false, FOLDS)
    const same = before.map(({ preparation }, fold) => JSON.stringify(preparation) === JSON.stringify(after[fold]?.preparation))
    // One fold tests on the row; the two others train on it.
    expect(same.filter(Boolean)).toHaveLength(1)
    const fold = same.indexOf(true)
    expect(after[fold]?.train.features).toEqual(before[fold]?.train.features)
    expect(after[fold]?.test?.features).not.toEqual(before[fold]?.test?.features)
  })
})

describe('folds where whole groups are tested on', () => {
  const patients = range.map((i) => `p${i < 40 ? 0 : Math.floor(i / 4)}`)
  const grouped = table(
    numbers('size', range),
    categories('patient', patients),
    numbers(
      'y',
      range.map((i) => 2 * i),
    ),
  )
  const split = { by: 'patient', testFraction: 0.2, seed: 3 } as const
  // What is not changed tells whose row it is.
  const options = { numbers: 'none', targets: 'none', target: 'y' } as const
  const patientsOf = (features: Float32Array | undefined) => new Set([...(features ?? [])].map((size) => patients[size]))

  it('cut through no group, and hold every row once', () => {
    const whole = prepareTable(grouped, options, split)
    const folds = prepareFolds(grouped, options, split, FOLDS)
    for (const { train, test, preparation } of folds) {
      expect(preparation.columns.map(({ name }) => name)).toEqual(['size'])
      const own = patientsOf(test?.features)
      expect([...patientsOf(train.features)].filter((patient) => own.has(patient))).toEqual([])
    }
    const held = folds.flatMap(({ test }) => [...(test?.features ?? [])])
    expect(held.sort((a, b) => a - b)).toEqual([...whole.train.features].sort((a, b) => a - b))
  })

  it('need a group each', () => {
    expect(() => prepareFolds(grouped, options, split, { folds: 50, seed: 1 })).toThrow(/groups of "patient".*fewer folds/)
  })
})
