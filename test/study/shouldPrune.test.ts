import { describe, expect, it } from 'vitest'
import type { PrunerSpec } from '../../src/study/pruner/create.ts'
import { float } from '../../src/study/space/space.ts'
import { createStudy } from '../../src/study/study.ts'

const range = (from: number, to: number, by = 1): number[] =>
  Array.from({ length: Math.floor((to - from) / by) + 1 }, (_, i) => from + i * by)
const EVERY = range(1, 100)

interface Case {
  readonly title: string
  readonly pruner: PrunerSpec
  readonly steps: readonly number[]
  readonly maxEpochs?: number
}

/** Ten good trials, then thirty that are a hundred times worse: what was pruned of either. */
async function pruned({ pruner, steps, maxEpochs }: Case, value = (number: number): number => (number < 10 ? 1 : 100)) {
  const study = await createStudy({ space: { x: float(0, 1) }, objective: 'minimize', sampler: 'random', seed: 3, pruner, maxEpochs })
  const stoppedAt = new Map<number, number>()
  for (let trial = 0; trial < 40; trial++) {
    const [asked] = await study.ask(1)
    const number = asked?.number ?? -1
    for (const step of steps) {
      await study.report(number, step, value(number))
      if (!study.shouldPrune(number)) continue
      stoppedAt.set(number, step)
      break
    }
    await study.tell(number, value(number), stoppedAt.has(number) ? 'pruned' : 'complete')
  }
  return { bad: [...stoppedAt.keys()].filter((number) => number >= 10).length, stoppedAt }
}

const CASES: readonly Case[] = [
  { title: 'median, at every step', pruner: 'median', steps: EVERY, maxEpochs: 100 },
  { title: 'median, nobody said how many steps', pruner: 'median', steps: EVERY },
  { title: 'median, counted from 0', pruner: 'median', steps: range(0, 99), maxEpochs: 100 },
  {
    title: 'median, an interval of 10 and reports at its end, counted from 0',
    pruner: { name: 'median', interval: 10 },
    steps: range(9, 99, 10),
    maxEpochs: 100,
  },
  { title: 'median, a warm-up between two reports', pruner: { name: 'median', warmupSteps: 12 }, steps: range(5, 100, 5) },
  {
    title: 'percentile, an interval longer than the reports',
    pruner: { name: 'percentile', percentile: 25, interval: 7 },
    steps: range(5, 100, 5),
  },
  { title: 'threshold', pruner: { name: 'threshold', upper: 50, interval: 10 }, steps: range(7, 100, 7) },
  { title: 'asha, reports that miss its rungs', pruner: { name: 'asha', minResource: 1 }, steps: range(5, 100, 5), maxEpochs: 100 },
  { title: 'asha, nobody said how many steps', pruner: 'asha', steps: EVERY },
  { title: 'asha, counted from 0', pruner: { name: 'asha', minResource: 10 }, steps: range(0, 99), maxEpochs: 100 },
  { title: 'successive halving', pruner: 'successiveHalving', steps: EVERY, maxEpochs: 100 },
  { title: 'hyperband', pruner: 'hyperband', steps: EVERY, maxEpochs: 100 },
  { title: 'hyperband, reports that miss its rungs', pruner: 'hyperband', steps: range(2, 100, 2), maxEpochs: 100 },
  { title: 'hyperband, nobody said how many steps', pruner: 'hyperband', steps: EVERY },
]

describe('shouldPrune', () => {
  it.each(CASES)('stops what is a hundred times worse: $title', async (one) => {
    const { bad, stoppedAt } = await pruned(one)
    expect(bad).toBe(30)
    // Nobody is stopped by what has not been reported yet, and the first trial by nothing at all.
    expect(stoppedAt.has(0)).toBe(false)
  })

  it.each(CASES)('stops nobody who gets better and better: $title', async (one) => {
    const { stoppedAt } = await pruned(one, (number) => 40 - number)
    expect(stoppedAt.size).toBe(0)
  })

  it('judges each rung once, by the first report for it, against those for the same rung', async () => {
    const study = await createStudy({
      space: { x: float(0, 1) },
      objective: 'minimize',
      sampler: 'random',
      pruner: { name: 'median', interval: 10, startupTrials: 1 },
    })
    const trial = async (reports: readonly (readonly [number, number])[]) => {
      const [asked] = await study.ask(1)
      const number = asked?.number ?? -1
      const stops: boolean[] = []
      for (const [step, value] of reports) {
        await study.report(number, step, value)
        stops.push(study.shouldPrune(number))
      }
      await study.tell(number, 0)
      return stops
    }
    expect(
      await trial([
        [12, 5],
        [15, 1],
        [21, 5],
      ]),
    ).toEqual([false, false, false])
    // 6 is worse than 5, which stood first at or after 10; what was reported at 15 is of no rung.
    expect(
      await trial([
        [4, 9],
        [13, 6],
        [19, 9],
        [20, 4],
      ]),
    ).toEqual([false, true, false, false])
    // A trial that first reports past a rung is not held against one that came to it.
    expect(await trial([[25, 0.1]])).toEqual([false])
    expect(await trial([[10, 5]])).toEqual([false])
  })

  it('asks nothing at the last step, nor before the first report', async () => {
    const study = await createStudy({
      space: { x: float(0, 1) },
      objective: 'minimize',
      pruner: { name: 'threshold', upper: 1 },
      maxEpochs: 3,
    })
    const [asked] = await study.ask(1)
    const number = asked?.number ?? -1
    expect(study.shouldPrune(number)).toBe(false)
    await study.report(number, 3, 9)
    expect(study.shouldPrune(number)).toBe(false)
    expect(study.shouldPrune(number, 5)).toBe(true)
    expect(() => study.shouldPrune(7)).toThrow('there is no trial 7')
  })

  it('counts repeats where the pruner does', async () => {
    const study = await createStudy({ space: { x: float(0, 1) }, objective: 'minimize', sampler: 'random', pruner: 'wilcoxon', repeats: 8 })
    const stops: boolean[] = []
    for (const value of [1, 100]) {
      const [asked] = await study.ask(1)
      const number = asked?.number ?? -1
      for (let repeat = 1; repeat <= 8; repeat++) {
        await study.report(number, repeat, value + repeat / 100)
        stops.push(study.shouldPrune(number))
      }
      await study.tell(number, value)
    }
    expect(stops.indexOf(true)).toBeGreaterThan(8)
  })
})
