import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { learn, openBackend } from 'espalier'
import { expect, it } from 'vitest'
import { readUciFolder } from '../../src/cli/replay/uciFiles.ts'
import { memoryLines } from '../../src/replicate/lines.ts'
import { learnUci } from '../../src/replicate/uci/learned.ts'
import { mixture, negativeLogLikelihood, standardisedSplit, type UciTable } from '../../src/replicate/uci/protocol.ts'
import { replayUci } from '../../src/replicate/uci/replay.ts'
import { differenceTo, uciReport } from '../../src/replicate/uci/report.ts'
import { temporaryFolder } from '../support/bundle.ts'
import { drawFrom } from '../support/random.ts'

/** y = 3 + 2 x1 with little noise, in a unit of hundreds; a constant column beside it. */
function madeUp(splits: number): UciTable {
  const draw = drawFrom(4)
  const rows = 240
  const features = new Float64Array(2 * rows)
  const targets = new Float64Array(rows)
  for (let i = 0; i < rows; i++) {
    features[2 * i] = draw.uniform()
    features[2 * i + 1] = 7
    targets[i] = 300 + 200 * (features[2 * i] ?? 0) + 10 * (draw.uniform() - 0.5)
  }
  const numbers = Array.from({ length: rows }, (_, i) => i)
  const isTest = (i: number, split: number): boolean => i % 10 === split % 10
  return {
    features,
    targets,
    splits: Array.from({ length: splits }, (_, split) => ({
      train: numbers.filter((i) => !isTest(i, split)),
      test: numbers.filter((i) => isTest(i, split)),
    })),
  }
}

it('standardises by the training rows, and leaves a constant column at 0', () => {
  const table = madeUp(1)
  const before = standardisedSplit(table, 0)
  const moment = (power: number): number => before.train.targets.reduce((sum, value) => sum + value ** power, 0) / before.train.rows
  expect(moment(1)).toBeCloseTo(0, 6)
  expect(moment(2)).toBeCloseTo(1, 6)
  expect([...before.train.features].filter((_, i) => i % 2 === 1)).toEqual(Array(before.train.rows).fill(0))
  const changed = { ...table, targets: table.targets.map((value, i) => (i % 10 === 0 ? 1e6 : value)) }
  expect(standardisedSplit(changed, 0).train).toEqual(before.train)
})

it('puts Gaussians together by the mean and variance of their mixture', () => {
  // Half at 0 and half at 4, each with variance 1: E x² = (1 + 17) / 2 = 9.
  expect(
    mixture([
      { mean: 0, variance: 1 },
      { mean: 4, variance: 1 },
    ]),
  ).toEqual({ mean: 2, variance: 5 })
  expect(negativeLogLikelihood(3, { mean: 1, variance: 4 })).toBeCloseTo(-Math.log(Math.exp(-0.5) / (2 * Math.sqrt(2 * Math.PI))), 12)
})

it('learns a line, in its own unit, and says how sure it is', async () => {
  const backend = await openBackend({ prefer: 'wasm', workers: 0 })
  try {
    const { results, networks } = await replayUci(backend, { yacht: madeUp(20) }, { seeds: 2, epochs: 150 })
    expect(networks).toBe(10)
    const [{ rmse, nll, columns } = { rmse: [], nll: [], columns: 0 }] = results
    expect(columns).toBe(2)
    // The noise is uniform over 10: a deviation of 2.9, and 3.5 units of log likelihood under a Gaussian that says so.
    for (const value of rmse) expect(value).toBeLessThan(8)
    for (const value of nll) expect(value).toBeLessThan(4)
    const again = await replayUci(backend, { yacht: madeUp(20) }, { seeds: 2, epochs: 150 })
    expect(again.results).toEqual(results)
    const [section] = uciReport({ results, networks, epochs: 150, seconds: 1 }).sections
    expect(section?.blocks.map(({ name }) => name)).toEqual(['uci-rmse', 'uci-rmse-others', 'uci-nll', 'uci-nll-others'])
  } finally {
    await backend.dispose()
  }
})

it('learns splits too, remembers them, and says what they come to', async () => {
  const backend = await openBackend({ prefer: 'wasm', workers: 0 })
  try {
    const journal = memoryLines()
    const tables = { yacht: madeUp(20) }
    // By steps, so that a busy machine changes nothing.
    const bySteps: typeof learn = (on, table, options) => learn(on, table, { ...options, budget: { steps: 1 } })
    const [learned] = await learnUci(backend, bySteps, tables, { seeds: 1, seconds: 1, journal })
    expect(learned).toMatchObject({ name: 'yacht', splits: [0], seconds: 1 })
    for (const value of learned?.rmse ?? []) expect(value).toBeLessThan(8)
    for (const value of learned?.nll ?? []) expect(value).toBeLessThan(4)
    expect(await journal.read()).toHaveLength(1)
    // All of it stands in the journal: nobody learns again.
    const never = () => Promise.reject(new Error('it learned again'))
    expect(await learnUci(backend, never, tables, { seeds: 1, seconds: 1, journal })).toEqual([learned])
    await expect(learnUci(backend, never, tables, { seeds: 2, seconds: 1, journal })).rejects.toThrow('it learned again')
    const report = uciReport({ results: [], networks: 0, epochs: 1, seconds: 0 }, [], learned === undefined ? [] : [learned])
    expect(report.sections[1]?.blocks.map(({ name }) => name)).toEqual(['uci-rmse-learn', 'uci-nll-learn'])
  } finally {
    await backend.dispose()
  }
})

it('says where learned means stand beside published ones that were rounded', () => {
  const learned = (rmse: number) => ({ name: 'naval' as const, seconds: 60, splits: [0], rmse: [rmse], nll: [0], covered: [1] })
  const words = [0.003, 0.004999, 0.0051].map((rmse) => {
    const report = uciReport({ results: [], networks: 0, epochs: 1, seconds: 0 }, [], [learned(rmse)])
    const [block] = report.sections[1]?.blocks ?? []
    return block?.kind === 'table' ? block.rows[0]?.[6] : undefined
  })
  // Naval's lowest error is printed as 0.00.
  expect(words).toEqual(['as the lowest is printed', 'as the lowest is printed', 'behind'])
})

it('refuses tables that are not as published', async () => {
  const backend = await openBackend({ prefer: 'wasm', workers: 0 })
  try {
    const table = madeUp(20)
    await expect(replayUci(backend, { yacht: madeUp(3) })).rejects.toThrow('yacht has 3 splits; 20 are published')
    await expect(replayUci(backend, { yacht: { ...table, features: new Float64Array(7) } })).rejects.toThrow('the same number of features')
    const outside = table.splits.map((split, i) => (i === 4 ? { ...split, test: [240] } : split))
    await expect(replayUci(backend, { yacht: { ...table, splits: outside } })).rejects.toThrow(
      'split 4 of yacht names row 240, of rows 0 to 239',
    )
  } finally {
    await backend.dispose()
  }
})

/** The interval of a difference, where there is none in truth, holds 0 in about 95 of 100. */
it('calls a difference real in one of twenty where there is none', () => {
  const draw = drawFrom(9)
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - draw.uniform())) * Math.cos(2 * Math.PI * draw.uniform())
  const runs = 2000
  let wrong = 0
  for (let run = 0; run < runs; run++) {
    const ours = Array.from({ length: 20 }, () => 100 + 3 * normal())
    const theirs = Array.from({ length: 20 }, () => 100 + 8 * normal())
    const mean = theirs.reduce((sum, value) => sum + value, 0) / 20
    const deviation = Math.sqrt(theirs.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 19)
    const { low, high } = differenceTo({ mean, deviation }, 20, ours)
    if (low > 0 || high < 0) wrong++
  }
  expect(wrong / runs).toBeGreaterThan(0.035)
  expect(wrong / runs).toBeLessThan(0.065)
})

it('reads a folder as it is published, gzipped or not', async () => {
  const folder = await temporaryFolder()
  try {
    const { features, targets, splits } = madeUp(20)
    const own = join(folder.path, 'yacht')
    mkdirSync(join(own, 'data'), { recursive: true })
    const lines = Array.from(targets, (target, i) => `${features[2 * i]} ${features[2 * i + 1]}\t${target}`)
    writeFileSync(join(own, 'data', 'data.txt.gz'), gzipSync(`${lines.join('\n')}\n\n`))
    writeFileSync(join(own, 'data', 'index_features.txt'), '0\n1.000000e+00\n')
    writeFileSync(join(own, 'data', 'index_target.txt'), '2\n')
    for (const [i, { train, test }] of splits.entries()) {
      writeFileSync(join(own, 'data', `index_train_${i}.txt`), train.join('\n'))
      writeFileSync(join(own, 'data', `index_test_${i}.txt`), test.map((row) => row.toExponential(18)).join('\n'))
    }
    expect(await readUciFolder(folder.path, ['yacht', 'wine'])).toEqual({ yacht: madeUp(20) })
    writeFileSync(join(own, 'data', 'data.txt'), '1 2\n')
    await expect(readUciFolder(folder.path, ['yacht'])).rejects.toThrow('line 1: 2 numbers, fewer than the columns that are named')
    writeFileSync(join(own, 'data', 'data.txt'), '1 two 3\n')
    await expect(readUciFolder(folder.path, ['yacht'])).rejects.toThrow('"1 two 3" is not a line of numbers')
    await expect(readUciFolder(folder.path, ['wine'])).rejects.toThrow('has none of the folders bostonHousing, ')
  } finally {
    await folder.remove()
  }
})
