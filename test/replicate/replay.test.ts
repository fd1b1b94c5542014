import { type Backend, createStudy, loadDataset, MemoryJournal, openBackend } from 'espalier'
import { replayFashion, replayFashionExtension, replayPima } from 'espalier/replicate'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Dataset } from '../../src/data/dataset.ts'
import { familySearch } from '../../src/replicate/fashion/extension/protocol.ts'
import { extensionReport } from '../../src/replicate/fashion/extension/report.ts'
import { fashionReport } from '../../src/replicate/fashion/report.ts'
import { pimaReport } from '../../src/replicate/pima/report.ts'
import { csvFiles, renderMarkdown } from '../../src/report/index.ts'
import type { Report } from '../../src/report/model.ts'
import { drawFrom } from '../support/random.ts'

let backend: Backend
beforeAll(async () => {
  backend = await openBackend({ prefer: 'wasm', workers: 2 })
})
afterAll(() => backend?.dispose())

/** As large as Fashion-MNIST's rows, and few: what is under test is the protocol. */
function images(rows: number, seed: number): Dataset {
  const draw = drawFrom(seed)
  const targets = Uint8Array.from({ length: rows }, (_, row) => row % 10)
  const features = Uint8Array.from({ length: rows * 784 }, (_, i) => 100 * draw.uniform() + (i % 10 === Math.floor(i / 784) % 10 ? 100 : 0))
  const [featureNames, classNames] = [784, 10].map((count) => Array.from({ length: count }, (_, i) => String(i)))
  if (featureNames === undefined || classNames === undefined) throw new Error('two lists were made')
  const size = { rows, inputSize: 784, outputSize: 10, task: 'multiclass' } as const
  return { ...size, features, scale: 1 / 255, targets, featureNames, targetNames: ['class'], classNames }
}
const DATA = { train: images(128, 1), test: images(40, 2) }

/** What any report must keep, so that its files and anchors are whole. */
function expectSound(report: Report): void {
  const names = report.sections.flatMap(({ blocks }) => blocks.map(({ name }) => name))
  expect(new Set(names).size).toBe(names.length)
  for (const name of names) expect(name).toMatch(/^[a-z0-9-]+$/)
  for (const { blocks } of report.sections) {
    for (const block of blocks) if (block.kind === 'table') for (const row of block.rows) expect(row).toHaveLength(block.columns.length)
  }
  expect(csvFiles(report).map(({ name }) => name)).toEqual(names.map((name) => `${name}.csv`))
  expect(renderMarkdown(report)).not.toMatch(/undefined|\[object|NaN/)
}

describe('the Pima replay', () => {
  it('runs every value of every experiment, each on its own splits, and judges every claim', async () => {
    const { all } = await loadDataset('pima')
    const replay = await replayPima(backend, all, { seeds: 2, epochs: 4 })
    expect(replay.results.map(({ experiment, scaling, rows }) => [experiment, scaling, rows.length])).toEqual([
      ...['raw', 'standardised'].flatMap((scaling) => [
        ['batchSize', scaling, 4],
        ['activation', scaling, 4],
        ['optimizer', scaling, 5],
      ]),
    ])
    expect(replay.networks).toBe(2 * (26 + 3 * 8))
    expect(replay.majority).toBeCloseTo(500 / 768, 12)
    expect(replay.judgements.raw?.map(({ id }) => id)).toEqual(['B1', 'B2', 'B3', 'B4'])
    expect(replay.readings.map(({ optimizer, judgements }) => [optimizer, judgements.map(({ id }) => id).join()])).toEqual([
      ['sgd', 'B1,B2,B3'],
      ['rmsprop', 'B1,B2,B3'],
      ['adamax', 'B1,B2,B3'],
    ])
    // Every experiment holds the base once, and it is the same network, bit for bit.
    const base = [0, 1, 2].map((i) => replay.results[i]?.rows.find(({ value }) => ['10', 'relu', 'adam'].includes(value))?.repeats)
    expect(base[0]).toHaveLength(2)
    expect(base[1]).toEqual(base[0])
    expect(base[2]).toEqual(base[0])
    expect(base[0]?.[0]?.testAccuracy).toHaveLength(4)
    expect(base[0]?.[0]).not.toEqual(base[0]?.[1])
    expectSound(pimaReport(replay, [{ name: 'Command', value: 'a test' }]))
  })

  it('goes on from its journal with the same bits', async () => {
    const { all } = await loadDataset('pima')
    const options = { seeds: 2, epochs: 3, stages: ['activation', 'optimizer'] } as const
    const whole = await replayPima(backend, all, { ...options, stages: [...options.stages] })
    const journal = new MemoryJournal()
    const stop = new AbortController()
    const onProgress = (done: number) => {
      if (done > 0.3) stop.abort()
    }
    await expect(
      replayPima(backend, all, { ...options, stages: [...options.stages], journal, signal: stop.signal, onProgress }),
    ).rejects.toMatchObject({ name: 'AbortError' })
    // Without a number of seeds: the journal has one.
    const resumed = await replayPima(backend, all, { epochs: 3, stages: [...options.stages], journal })
    expect(resumed.seeds).toBe(2)
    expect(resumed.results).toEqual(whole.results)
    await expect(replayPima(backend, all, { ...options, stages: [...options.stages], seeds: 3, journal })).rejects.toThrow(
      'seeds is 3; the replay in memory was begun with 2',
    )
  })

  it('takes fewer seeds where the budget is short, and says so', async () => {
    const { all } = await loadDataset('pima')
    const replay = await replayPima(backend, all, { seeds: 500, epochs: 2, minutes: 1e-6, stages: ['optimizer'], scalings: ['raw'] })
    expect(replay.seeds).toBe(1)
    expect(replay.notes[0]).toMatch(/^1 seed instead of 500: the budget is 0\.000001 min, and a seed takes about .* s here/)
    const enough = await replayPima(backend, all, { seeds: 2, epochs: 2, minutes: 60, stages: ['optimizer'], scalings: ['raw'] })
    expect([enough.seeds, enough.notes]).toEqual([2, []])
  })

  it.each([
    [{ stages: [] }, /stages is \[\]; it must name at least one stage/],
    [
      { stages: ['optimiser'] },
      /stages\[0\] is "optimiser"; it must be one of batchSize, activation, optimizer, readings; did you mean "optimizer"/,
    ],
    [{ seeds: 0 }, /seeds is 0; it must be a whole number from 1 to 1000/],
    [{ minutes: 0 }, /minutes is 0; it must be a finite number above 0/],
  ])('refuses %j', async (options, message) => {
    const { all } = await loadDataset('pima')
    await expect(replayPima(backend, all, options as never)).rejects.toThrow(message)
  })

  it('refuses other data', async () => {
    await expect(replayPima(backend, DATA.train)).rejects.toThrow(/the data has 128 rows of 784 features.*loadDataset\('pima'\)/)
  })
})

describe('the Fashion-MNIST replay', () => {
  it('runs what the study left open: a grid of penalties and dropout', async () => {
    const journal = new MemoryJournal()
    const replay = await replayFashionExtension(backend, DATA, { epochs: 1, seeds: 1, stages: ['subQuantities'], journal })
    expect(replay.grid).toHaveLength(25)
    expect(replay.grid.every(({ repeats }) => repeats[0]?.testAccuracy.length === 4)).toBe(true)
    // A penalty of this size shows in the loss from the start.
    const lossOf = (label: string) => replay.grid.find((row) => row.label === label)?.repeats[0]?.testLoss[0] ?? Number.NaN
    expect(lossOf('L2 0.01, dropout 0')).toBeGreaterThan(lossOf('L2 0, dropout 0') + 1)
    expect([replay.networks, replay.judgements]).toEqual([25, []])
    expectSound(extensionReport(replay))
    const again = await replayFashionExtension(backend, DATA, { epochs: 1, stages: ['subQuantities'], journal })
    expect(again.grid).toEqual(replay.grid)
    const grown = await replayFashionExtension(backend, DATA, { epochs: 1, seeds: 2, stages: ['subQuantities'], journal })
    expect(grown.networks).toBe(50)
    expect(grown.grid.map(({ repeats }) => repeats[0])).toEqual(replay.grid.map(({ repeats }) => repeats[0]))
    expect(grown.grid).toEqual((await replayFashionExtension(backend, DATA, { epochs: 1, seeds: 2, stages: ['subQuantities'] })).grid)
    expectSound(extensionReport(grown))
  })

  it('judges the convolutional network by eight seeds, however few the rankings have', async () => {
    const journal = new MemoryJournal()
    const replay = await replayFashionExtension(backend, DATA, { epochs: 1, seeds: 1, stages: ['cnn'], journal })
    const [{ final, figures, curveSeeds, searchSeeds } = expect.fail('there is one kind of network')] = replay.families
    expect([searchSeeds, curveSeeds, final.repeats.length, new Set(final.repeats.map(({ loss }) => JSON.stringify(loss))).size]).toEqual([
      1, 1, 8, 8,
    ])
    const rows = figures.flatMap((figure) => figure.rows)
    expect(rows.every(({ repeats }) => repeats.length === 1)).toBe(true)
    expect(rows.some(({ repeats: [first] }) => JSON.stringify(first) === JSON.stringify(final.repeats[0]))).toBe(true)
    expect(replay.judgements.map(({ id }) => id)).toEqual(['A10', 'A8 (cnn, initializer)', 'A8 (cnn, activation)', 'A8 (cnn, optimizer)'])
    expect(renderMarkdown(extensionReport(replay))).toContain('cnn 1 seed, its search 1, the network that it ended with 8')
    expectSound(extensionReport(replay))
    const again = await replayFashionExtension(backend, DATA, { epochs: 1, stages: ['cnn'], journal })
    expect(again.families).toEqual(replay.families)
  })

  it.each([
    ['cnn', [4, 8, 16], ['conv2d', 'maxPooling2d', 'conv2d', 'maxPooling2d', 'flatten', undefined, undefined]],
    ['gru', [16, 32, 64], ['gru', undefined]],
  ] as const)('has a search of %s by the stages of the study', async (family, sizes, kinds) => {
    const few = { train: images(32, 1), test: images(20, 2) }
    const plan = familySearch(family, 1, 1)
    const study = await createStudy(plan)
    for await (const event of study.run(backend, few, { budget: { trials: 4 } })) expect(event.type).not.toBe('error')
    expect(study.trials.slice(0, 3).map(({ params }) => params.size)).toEqual(sizes)
    expect(study.trials.map(({ state }) => state)).toEqual(Array(study.trials.length).fill('complete'))
    const { layers } = (plan.train as { network: { layers: { type?: string }[] } }).network
    expect(layers.map(({ type }) => type)).toEqual(kinds)
  })

  it('gives a journal more seeds, as if it had been begun with them', async () => {
    const options = { epochs: 1, stages: ['optimizer' as const] }
    const journal = new MemoryJournal()
    await replayFashion(backend, DATA, { ...options, seeds: 1, journal })
    const grown = await replayFashion(backend, DATA, { ...options, seeds: 2, journal })
    expect([grown.seeds, grown.searchSeeds]).toEqual([2, 1])
    const whole = await replayFashion(backend, DATA, { ...options, seeds: 2 })
    expect(grown.tables).toEqual(whole.tables)
    // Without --seeds: the journal knows.
    expect((await replayFashion(backend, DATA, { ...options, journal })).tables).toEqual(whole.tables)
    await expect(replayFashion(backend, DATA, { ...options, seeds: 1, journal })).rejects.toThrow(
      'was begun with 2: leave seeds out, ask for more',
    )
    expectSound(fashionReport(grown))
  })

  it('runs stages, curves and control, and judges what it measured', async () => {
    let planned: { readonly seeds: number; readonly seconds: number } | undefined
    const replay = await replayFashion(backend, DATA, {
      ...{ seeds: 2, epochs: 1, stages: ['initializer', 'activation', 'control'] },
      onPlan(plan) {
        planned = plan
      },
    })
    expect(planned?.seeds).toBe(2)
    expect(planned?.seconds).toBeGreaterThan(0)
    expect(replay.tables.map(({ stage, rows }) => [stage, rows.length])).toEqual([
      ['initializer', 12],
      ['activation', 9],
    ])
    expect(replay.tables.flatMap(({ rows }) => rows).every(({ repeats }) => repeats.length === 2)).toBe(true)
    expect(replay.judgements.map(({ id }) => id)).toEqual(expect.arrayContaining(['A1', 'A2', 'A3']))
    // The study's own winners stand for the stages before; what no stage decided is its start.
    expect(replay.staged?.winner).toMatchObject({
      layers: 3,
      units1: 512,
      units2: 128,
      units3: 32,
      optimizer: 'sgd',
      batchSize: null,
      epochs: 1,
    })
    // As many epochs as the staged search: 20 trials of 1 epoch with 2 seeds are 10 networks of a joint search's 4.
    expect(replay.staged?.networkEpochs).toBe(40)
    expect(replay.control?.searches.map(({ seeds, trials, networkEpochs }) => [seeds, trials.length, networkEpochs])).toEqual([
      [1, 10, 40],
      [2, 5, 40],
    ])
    expect(replay.control?.searches.map(({ repeats }) => repeats.length)).toEqual([5, 5])
    expect(replay.control?.stagedRepeats.length).toBe(5)
    // 20 trials with 2 seeds and both joint searches' 10 networks; with 5 seeds each the three winners.
    expect(replay.networks).toBe(40 + 2 * 10 + 3 * 5)
    expect(replay.notes).toEqual(["Every trial has 1/5 of the study's epochs: the verdicts are not about the published study."])
    expectSound(fashionReport(replay))
  })

  it('has one joint search where every trial has one seed', async () => {
    const replay = await replayFashion(backend, DATA, { seeds: 1, epochs: 1, stages: ['epochs', 'control'] })
    // 1 + 2 + 4 + 6 + 10 epochs are 5 trials of 4.
    expect(replay.control?.searches.map(({ seeds, networkEpochs }) => [seeds, networkEpochs])).toEqual([[1, 20]])
    expectSound(fashionReport(replay))
  })

  it('learns nothing from zeros or ones, whatever the data: A1 to the last printed digit', async () => {
    const { judgements, tables } = await replayFashion(backend, DATA, { seeds: 2, epochs: 2, stages: ['initializer'] })
    expect(judgements.find(({ id }) => id === 'A1')?.verdict).toBe('reproduced')
    expect(tables[0]?.rows[1]?.repeats[0]?.testLoss.at(-1)).toBeCloseTo(0.9 * -Math.log(1e-7), 4)
  })

  it("reads a table's shorter rows off its longest, and shares curves with tables", async () => {
    const journal = new MemoryJournal()
    const replay = await replayFashion(backend, DATA, { seeds: 1, epochs: 1, stages: ['epochs', 'curves'], journal })
    const [table] = replay.tables
    const counts = table?.rows.map(({ repeats }) => repeats[0]?.testLoss.length)
    expect(counts).toEqual([1, 2, 4, 6, 10])
    const longest = table?.rows.at(-1)?.repeats[0]?.testLoss
    for (const row of table?.rows ?? []) expect(row.repeats[0]?.testLoss).toEqual(longest?.slice(0, row.repeats[0]?.testLoss.length))
    expect(replay.figures.map(({ rows }) => rows.length)).toEqual([12, 9, 7])
    const adamax = replay.figures[2]?.rows.find(({ label }) => label === 'adamax')
    expect(adamax?.repeats[0]?.testLoss).toEqual(longest?.slice(0, 4))
    // 5 of the stage; of the 28 curves the final model itself, three times, was there already.
    expect(replay.networks).toBe(5 + 25)
    expectSound(fashionReport(replay))
  })

  it('goes on from its journal with the same bits', async () => {
    const options = { epochs: 1, stages: ['optimizer' as const, 'batchSize' as const] }
    const whole = await replayFashion(backend, DATA, { ...options, seeds: 2 })
    const journal = new MemoryJournal()
    const stop = new AbortController()
    const onProgress = (done: number) => {
      if (done > 0.2) stop.abort()
    }
    await expect(replayFashion(backend, DATA, { ...options, seeds: 2, journal, signal: stop.signal, onProgress })).rejects.toMatchObject({
      name: 'AbortError',
    })
    const resumed = await replayFashion(backend, DATA, { ...options, journal })
    expect(resumed.tables).toEqual(whole.tables)
    expect(resumed.staged?.winner).toEqual(whole.staged?.winner)
    expect(resumed.tables[1]?.rows.find(({ label }) => label === '512')?.failure).toMatch(/batchSize is 512/)
  })

  it.each([
    [{ stages: ['architecture', 'activation'] }, /must follow one another as in architecture, initializer, activation/],
    [{ stages: ['curves', 'control'] }, /control compares with the staged search/],
    [{ epochs: 0 }, /epochs is 0; it must be a whole number from 1/],
  ])('refuses %j', async (options, message) => {
    await expect(replayFashion(backend, DATA, options as never)).rejects.toThrow(message)
  })

  it('refuses other data', async () => {
    const { train, test } = await loadDataset('pima')
    await expect(replayFashion(backend, { train, test })).rejects.toThrow(/of 8 features.*loadDataset\('fashion-mnist'\)/)
  })
})
