import { expect, it } from 'vitest'
import { prepareTable } from '../../src/prepare/index.ts'
import { prepareOptions, splitOptions } from '../../src/studio/dataOptions.ts'
import { effectsOf } from '../../src/studio/engine/evidence/effects.ts'
import { judgePair, pairedDifference, type Side, welchDifference } from '../../src/studio/engine/evidence/pair.ts'
import { axesOf } from '../../src/studio/engine/evidence/points.ts'
import { rowErrors, withRows } from '../../src/studio/engine/evidence/rowErrors.ts'
import { fromEvidence, isEvidence, toEvidence } from '../../src/studio/evidencePlace.ts'
import type { Trial } from '../../src/study/trial.ts'
import { readTable } from '../../src/table/read.ts'
import { smallConfig } from './config.ts'

it('compares repeats as scipy does', () => {
  const a = [0.81, 0.79, 0.83, 0.8]
  // scipy.stats.ttest_ind(a, b, equal_var=False) and the interval of its degrees of freedom
  const welch = welchDifference(a, [0.77, 0.79, 0.74])
  expect(welch.value).toBeCloseTo(0.04083333333333, 12)
  expect(welch.p).toBeCloseTo(0.08488375991576616, 8)
  expect(welch.low).toBeCloseTo(-0.009740278913412365, 6)
  expect(welch.high).toBeCloseTo(0.09140694558007936, 6)
  // scipy.stats.ttest_rel(a, b)
  const paired = pairedDifference(a, [0.75, 0.78, 0.8, 0.76])
  expect(paired.p).toBeCloseTo(0.043646235040773765, 8)
  expect(paired.low).toBeCloseTo(0.0018760486558156292, 6)
})

const side = (repeats: readonly number[], objective = 'testAccuracy'): Side => ({
  ...{ objective, direction: 'maximize', repeats, rows: undefined },
})

it('says better or worse for real, inside the noise, or that it cannot tell', () => {
  const [good, bad] = [side([0.9, 0.91, 0.92]), side([0.7, 0.72, 0.71])]
  expect(judgePair(good, bad, true)).toMatchObject({ verdict: 'a better for real', how: expect.stringContaining('paired') })
  expect(judgePair(bad, good, false)).toMatchObject({ verdict: 'a worse for real', how: expect.stringContaining('Welch') })
  expect(judgePair(good, side([0.95, 0.86, 0.9]), true).verdict).toBe('inside the noise')
  expect(judgePair(good, good, true)).toMatchObject({ verdict: 'inside the noise', difference: { value: 0 } })
  expect(judgePair(side([0.9]), bad, true)).toMatchObject({ verdict: 'one run each proves nothing' })
  expect(judgePair(good, side([0.3, 0.4], 'testLoss'), false)).toMatchObject({
    verdict: 'different objectives',
    difference: { value: Number.NaN },
  })
  expect(judgePair(side([Number.NaN]), bad, true).verdict).toBe('no value')
  const rows = (name: string): Side => ({ ...good, rows: name })
  expect(judgePair(rows('a'), rows('b'), false)).toMatchObject({ verdict: 'different rows', difference: { value: Number.NaN } })
  expect(judgePair(rows('a'), { ...bad, rows: 'a' }, false).verdict).toBe('a better for real')
  const loss = (repeats: readonly number[]): Side => ({ ...side(repeats, 'testLoss'), direction: 'minimize' })
  expect(judgePair(loss([0.1, 0.11, 0.12]), loss([0.4, 0.41, 0.44]), true).verdict).toBe('a better for real')
})

/** Trials whose value rises with the rate and does not hang on the optimizer; every fifth failed. */
const trials = Array.from({ length: 60 }, (_, number): Trial => {
  const rate = 10 ** (-4 + (3 * ((number * 7) % 60)) / 60)
  const failed = number % 5 === 4
  return {
    ...{ number, state: failed ? 'fail' : 'complete' },
    params: { rate, optimizer: number % 2 === 0 ? 'adam' : 'sgd' },
    distributions: {
      rate: { type: 'float', low: 1e-4, high: 0.1, log: true, step: undefined },
      optimizer: { type: 'categorical', choices: ['adam', 'sgd'] },
    },
    values: failed ? undefined : [Math.log10(rate) + 0.3 * Math.sin(number * 12.9898)],
    ...{ intermediateValues: new Map(), userAttrs: {}, systemAttrs: {}, datetimeStart: undefined, datetimeComplete: undefined },
  }
})

it('says which way a setting points, for either direction, and what cannot be told apart', () => {
  const complete = trials.filter(({ state }) => state === 'complete')
  const axes = axesOf(trials)
  expect(axes).toEqual([
    { name: 'rate', choices: [], range: { low: 1e-4, high: 0.1, log: true, whole: false } },
    { name: 'optimizer', choices: ['adam', 'sgd'], range: undefined },
  ])
  const [rate, optimizer] = effectsOf(axes, trials, complete, 'maximize')
  expect(rate?.correlations).toMatchObject([{ choice: undefined, meaning: 'helps' }])
  expect(rate?.correlations[0]?.value).toBeGreaterThan(0.9)
  expect(rate?.curve[0]?.mean).toBeLessThan(rate?.curve.at(-1)?.mean ?? Number.NaN)
  expect(effectsOf(axes, trials, complete, 'minimize')[0]?.correlations[0]?.meaning).toBe('harms')
  expect(optimizer?.correlations.map(({ choice, meaning }) => [choice, meaning])).toEqual([
    ['adam', 'cannot be told apart'],
    ['sgd', 'cannot be told apart'],
  ])
  expect(optimizer?.correlations[0]?.value).toBeCloseTo(-(optimizer?.correlations[1]?.value ?? Number.NaN), 12)
  expect(optimizer?.failed).toEqual([
    { of: 'adam', failed: 6, all: 30 },
    { of: 'sgd', failed: 6, all: 30 },
  ])
  // Of nine trials nothing is said.
  expect(effectsOf(axes, trials, complete.slice(0, 9), 'maximize')[0]).toMatchObject({ curve: [], correlations: [] })
})

it('lists the rows that are furthest from the truth, the surest first', () => {
  const binary = {
    ...{ outputs: Float32Array.of(0.95, 0.2, 0.6, 0.1), targets: [0, 0, 0, 1], rows: 4, task: 'binary' as const },
    ...{ classNames: ['no', 'yes'], targetNames: ['class'] },
  }
  expect(rowErrors(binary)).toMatchObject({
    wrong: { rows: 3, of: 4 },
    rows: [
      { row: 1, truth: 'no', said: 'yes', sureness: '95 %' },
      { row: 4, truth: 'yes', said: 'no', sureness: '90 %' },
      { row: 3, truth: 'no', said: 'yes', sureness: '60 %' },
    ],
  })
  const numbers = { ...binary, task: 'regression' as const, outputs: Float32Array.of(1, 2, 3, 4), targets: [1, 5, 3, 3], classNames: [] }
  expect(rowErrors(numbers)).toMatchObject({
    wrong: undefined,
    rows: [{ row: 2, sureness: 'off by -3' }, { row: 4 }, { row: 1 }, { row: 3 }],
  })
})

it('shows rows as the table has them, by their places there', async () => {
  const text = `id,color,height,y\n${Array.from({ length: 30 }, (_, i) => `r${i},${i % 3 === 0 ? '' : 'red'},${i / 2},${i}`).join('\n')}\n`
  const table = await readTable(new TextEncoder().encode(text))
  const source = { kind: 'sample' as const, name: 'pima' as const }
  const config = { ...smallConfig().data, source, target: 'y', task: 'regression' as const, ignore: ['id'], missing: 'mode' as const }
  const { test } = prepareTable(table, prepareOptions(config), splitOptions(config))
  if (test === undefined) throw new Error('there are test rows')
  const targets = Array.from({ length: test.rows }, (_, i) => test.targets[i] ?? 0)
  const errors = { wrong: undefined, rows: targets.map((_, i) => ({ row: i + 1, truth: '', said: '', sureness: '', error: 0 })) }
  const data = { tableOf: async () => table, pictures: async () => Promise.reject(new Error('none')) }
  const found = await withRows(errors, config, { test }, data)
  expect(found.columns).toEqual(['color', 'height'])
  expect(found.rows).toHaveLength(6)
  for (const [i, { row, cells }] of found.rows.entries()) {
    // The target counts rows from 0; it is standardised where it trains.
    const place = row - 1
    expect(cells).toEqual([place % 3 === 0 ? null : 'red', String(place / 2)])
    const [first, second] = [found.rows[0]?.row ?? 0, found.rows[1]?.row ?? 0]
    const slope = ((targets[1] ?? 0) - (targets[0] ?? 0)) / (second - first)
    expect(((targets[i] ?? 0) - (targets[0] ?? 0)) / slope).toBeCloseTo(row - first, 4)
  }
})

it('has addresses of a study, a trial, a pair', () => {
  const place = { part: undefined, trial: 3, beside: { study: 'b c', part: 'pima-batchSize-raw', trial: 0 } }
  const address = toEvidence('a&b', place)
  expect(isEvidence(address)).toBe(true)
  expect(fromEvidence(address)).toEqual({ study: 'a&b', ...place })
  expect(fromEvidence(toEvidence('a'))).toEqual({ study: 'a', part: undefined, trial: undefined, beside: undefined })
})
