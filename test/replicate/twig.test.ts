import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { openBackend } from 'espalier'
import { describe, expect, it } from 'vitest'
import { lineJournal } from '../../src/cli/replay/lines.ts'
import { readTwigFolder } from '../../src/cli/replay/twigFiles.ts'
import { memoryLines } from '../../src/replicate/lines.ts'
import { earlyOrders } from '../../src/replicate/twig/early.ts'
import { twigConfigurations, twigData, twigNetwork } from '../../src/replicate/twig/protocol.ts'
import { replayTwig } from '../../src/replicate/twig/replay.ts'
import { twigReport } from '../../src/replicate/twig/report.ts'
import { playRules } from '../../src/replicate/twig/rules.ts'
import { readTable } from '../../src/table/read.ts'
import { temporaryFolder } from '../support/bundle.ts'
import { drawFrom } from '../support/random.ts'

describe('what an early order tells', () => {
  it('is everything where it is the last order', () => {
    const [first] = earlyOrders(
      [0.1, 0.2, 0.3, 0.4].map((score) => [score, 2 * score]),
      2,
    )
    expect({ ...first, spearman: Math.round(1e9 * (first?.spearman ?? 0)) / 1e9 }).toEqual({
      epoch: 1,
      spearman: 1,
      kendall: 1,
      quarter: 1,
      half: 1,
      regret1: 0,
      regret3: 0,
    })
  })

  it('counts what keeping the best, and the best three, costs', () => {
    const scores = [
      [0.9, 0.5],
      [0.8, 0.6],
      [0.7, 0.7],
      [0.6, 0.9],
      [Number.NaN, Number.NaN],
      [0.1, 0.2],
      [0.2, 0.3],
      [0.3, 0.1],
    ]
    const [first] = earlyOrders(scores, 2)
    expect(first?.regret1).toBeCloseTo(40, 10)
    expect(first?.regret3).toBeCloseTo(20, 10)
    // The fourth of eight is in the better half, and not in the best quarter.
    expect([first?.quarter, first?.half]).toEqual([0, 1])
  })

  it('draws lots where configurations are equal, as an average over all lots does', () => {
    const scores = [
      [0.9, 0.1],
      [0.5, 0.8],
      [0.5, 0.4],
      [0.5, 0.6],
      [0.1, 0.8],
      [0.1, 0.2],
      [0.1, 0.3],
      [0.1, 0],
    ]
    const [first] = earlyOrders(scores, 2)
    // Two of the three equal ones go with the first: their pairs end in 0.8, 0.8 and 0.6.
    expect(first?.regret3).toBeCloseTo(100 * (0.8 - (0.8 + 0.8 + 0.6) / 3), 10)
    // Of the two that are best at the end one has a chance of 1/3 for the quarter, one none.
    expect(first?.quarter).toBeCloseTo(1 / 6, 10)
    expect(first?.half).toBeCloseTo((1 + 0) / 2, 10)
  })
})

describe('rules of stopping', () => {
  const curves = (of: (c: number, epoch: number) => number) =>
    Array.from({ length: 60 }, (_, c) => Array.from({ length: 52 }, (_, e) => of(c, e)))

  it('loses nothing by one epoch that tells all, spends no more than its budget, and begins what that pays for', () => {
    const played = playRules(
      curves((c) => c / 100),
      52,
      20,
    )
    const of = (rule: string) => played.find((one) => one.rule === rule && one.budget === 4)
    const found = of('stop after 1, keep 1')
    // 60 + 2 x 51 of 208 epochs; a third would be one too many.
    expect(found).toMatchObject({ regret: 0, begun: 60 })
    expect(found?.spent).toBeCloseTo((60 + 2 * 51) / 52, 10)
    const full = of('full training')
    expect(full).toMatchObject({ begun: 4, spent: 4 })
    // The best of 4 of 60 is 60 - 4 x 61 / 5 places from the top on average.
    expect(full?.regret).toBeGreaterThan(7)
    expect(full?.regret).toBeLessThan(17)
  })

  it('loses what was best at the end only where the first epoch says the reverse, and halving less of it', () => {
    const reversed = curves((c, epoch) => (epoch === 0 ? 1 - c / 100 : c / 100))
    const played = playRules(reversed, 52, 20)
    const lost = (rule: string, budget: number) => played.find((one) => one.rule === rule && one.budget === budget)?.regret
    expect(lost('stop after 1, keep 1', 4)).toBeGreaterThan(55)
    expect(lost('stop after 10, keep 3', 13)).toBeLessThan(5)
    for (const { spent, budget } of played) expect(spent).toBeLessThanOrEqual(budget)
  })
})

/** A table that a line explains: `servo` in name only. */
function madeUp(rows: number): string {
  const draw = drawFrom(3)
  const line = () => {
    const x = draw.uniform()
    return `${x},${draw.uniform() < 0.5 ? 'a' : 'b'},${3 + 2 * x + 0.1 * draw.uniform()}`
  }
  return ['x,kind,class', ...Array.from({ length: rows }, line)].join('\n')
}

const SMALL = { configurations: 4, seeds: 2, epochs: 3 }

describe('the replay', () => {
  it('draws the funnels of LCBench: an output among the layers, widths and dropout that fall', async () => {
    const { train } = twigData('servo', await readTable(madeUp(80)))
    expect([train.rows, train.task]).toEqual([60, 'regression'])
    const params = { layers: 4, units: 302, batchSize: 512, learningRate: 0.01, momentum: 0.9, weightDecay: 0.1, dropout: 0.5 }
    const { topology, member } = twigNetwork(params, train, 0, 3)
    expect(topology).toMatchObject({ units: [302, 202, 102, 1], batchSize: 60, loss: 'meanSquaredError' })
    expect(member.layers.map((layer) => ('dropout' in layer ? layer.dropout : 0))).toEqual([0.5, 0.3335, 0.167, 0])
    expect(twigNetwork({ ...params, layers: 1 }, train, 0, 3).topology.units).toEqual([1])
    const drawn = twigConfigurations(300)
    expect(new Set(drawn.map(({ layers }) => layers))).toEqual(new Set([1, 2, 3, 4, 5]))
    expect(twigConfigurations(10)).toEqual(drawn.slice(0, 10))
  })

  it('goes on from its journal to the same numbers, adds seeds to it, and reports them', async () => {
    const backend = await openBackend({ prefer: 'wasm', workers: 0 })
    const folder = await temporaryFolder()
    try {
      const tables = { servo: await readTable(madeUp(80)) }
      const whole = await replayTwig(backend, tables, SMALL)
      expect(whole.networks).toBe(8)
      const path = join(folder.path, 'twig.journal')
      const journal = lineJournal(path)
      await replayTwig(backend, tables, { ...SMALL, seeds: 1, journal })
      // Killed while it wrote.
      const lines = readFileSync(path, 'utf8').split('\n')
      expect(lines).toHaveLength(2 + 4 + 1)
      writeFileSync(path, `${lines.slice(0, 4).join('\n')}\n${lines[4]?.slice(0, 30)}`)
      const resumed = await replayTwig(backend, tables, { ...SMALL, journal })
      expect({ ...resumed, seconds: 0 }).toEqual({ ...whole, seconds: 0 })
      expect(readFileSync(path, 'utf8').split('\n')).toHaveLength(2 + 8 + 1)

      const packed = join(folder.path, 'twig.journal.gz')
      writeFileSync(packed, gzipSync(readFileSync(path)))
      const read = await replayTwig(backend, {}, { journal: lineJournal(packed) })
      expect(read).toEqual(resumed)
      const blocks = twigReport(read).sections.flatMap((section) => section.blocks.map(({ name }) => name))
      expect(blocks).toEqual(expect.arrayContaining(['verdicts', 'early', 'rules-4', 'rules-13', 'tables']))
      await expect(replayTwig(backend, tables, { ...SMALL, seeds: 3, journal: lineJournal(packed) })).rejects.toThrow('is packed')
      await expect(replayTwig(backend, tables, { ...SMALL, epochs: 4, journal })).rejects.toThrow(/begun with 3 epochs.*now they are 4/)
    } finally {
      await folder.remove()
      await backend.dispose()
    }
  })

  it('refuses what is no journal of its own, and a folder without tables', async () => {
    const backend = await openBackend({ prefer: 'wasm', workers: 0 })
    const folder = await temporaryFolder()
    try {
      const journal = memoryLines()
      await journal.append('{"op_code":0}')
      await expect(replayTwig(backend, {}, { journal })).rejects.toThrow("line 1 of the journal is no line of the twig's")
      await expect(readTwigFolder(folder.path, ['servo'])).rejects.toThrow('has none of the tables servo.csv')
      expect((await replayTwig(backend, {}, {})).judgements).toEqual([])
    } finally {
      await folder.remove()
      await backend.dispose()
    }
  })
})
