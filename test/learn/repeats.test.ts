import { InvalidSpecError, learn, loadAnswer, openBackend } from 'espalier'
import { describe, expect, test } from 'vitest'
import { at } from '../../src/core/at.ts'
import { finish } from '../../src/core/steps.ts'
import { judge } from '../../src/learn/judge.ts'
import type { Chosen, Entry, Run } from '../../src/learn/library.ts'
import { dealtAnew, type Problem, readProblem } from '../../src/learn/problem.ts'
import { aroundMean } from '../../src/learn/score/intervals.ts'
import { scoreOf } from '../../src/learn/score/score.ts'
import { numbers, table } from '../prepare/tables.ts'
import { drawFrom } from '../support/random.ts'

const ROWS = 120

/** y = 2 x0 + x1² and noise. */
function sample(seed: number) {
  const random = drawFrom(seed)
  const x0 = Array.from({ length: ROWS }, () => random.normal())
  const x1 = Array.from({ length: ROWS }, () => random.normal())
  const y = x0.map((one, i) => 2 * one + at(x1, i) ** 2 + random.normal())
  return table(numbers('x0', x0), numbers('x1', x1), numbers('y', y))
}

async function learned(options: Partial<Parameters<typeof learn>[2]>) {
  const backend = await openBackend({ prefer: 'wasm' })
  try {
    return await learn(backend, sample(1), { target: 'y', budget: { steps: 1 }, seed: 3, ...options })
  } finally {
    await backend.dispose()
  }
}

describe('learn with repeats', () => {
  test('answers by the models of all deals, the same bits again, and its file keeps how many', { timeout: 240_000 }, async () => {
    const once = await learned({})
    const [twice, again] = [await learned({ repeats: 1 }), await learned({ repeats: 1 })]
    expect(twice.data.ensemble).toStrictEqual(again.data.ensemble)
    expect(twice.data.score).toStrictEqual(again.data.score)
    expect(once.data.learned.repeats).toBeUndefined()
    expect(loadAnswer(twice.save()).data.learned.repeats).toBe(1)
    const folds = (answer: typeof once) => new Set(answer.data.ensemble.models.map(({ fold }) => fold)).size
    expect(folds(twice)).toBe(2 * folds(once))
    expect(twice.data.ensemble.models.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1, 9)
    // The models of the search are in both, with half the weight.
    expect(at(twice.data.ensemble.models, 0).model).toStrictEqual(at(once.data.ensemble.models, 0).model)
    expect(at(twice.data.ensemble.models, 0).weight).toBeCloseTo(at(once.data.ensemble.models, 0).weight / 2, 12)
    expect(twice.card().markdown).toContain('dealt 2 times')
  })

  test('stops once the interval is as narrow as asked, and says so where it is not', { timeout: 240_000 }, async () => {
    const wide = await learned({ repeats: { width: 1e6 } })
    expect(wide.data.learned.repeats).toBeUndefined()
    expect(wide.data.limits.join()).not.toContain('repeats')
    const narrow = await learned({ repeats: { width: 1e-6, most: 1 } })
    expect(narrow.data.learned.repeats).toBe(1)
    expect(narrow.data.limits.join()).toMatch(
      /interval of rootMeanSquaredError is .* wide, not the 0\.000001 that were asked for, after 1 repeats/,
    )
  })

  test('keeps to its seconds', { timeout: 60_000 }, async () => {
    const answer = await learned({ budget: { seconds: 6 }, repeats: 50 })
    expect(answer.data.learned.repeats).toBeGreaterThanOrEqual(1)
    expect(answer.data.learned.repeats).toBeLessThan(50)
  })

  test.each([-1, 1.5, Number.NaN, 'many', { width: 0 }, { width: 1, most: 0 }, {}])('refuses %j', async (repeats) => {
    await expect(learned({ repeats: repeats as number })).rejects.toThrow(InvalidSpecError)
  })
})

/** A run whose predictions are the truth and noise: `shared` of each row, the same in all runs, and `own` of the deal. */
function runOf(problem: Problem, shared: Float64Array, own: () => number): Run {
  const judged = problem.truth.map((truth, row) => truth + at(shared, row) + own())
  const entry: Entry = { kind: 'linear', candidate: 0, settings: {}, predicted: judged, models: [], loss: 0, again: { of: 'linear' } }
  const weights = Float64Array.of(1)
  const chosen: Chosen = {
    entries: [entry],
    weights,
    judged,
    linear: undefined,
    judgedBy: Array.from({ length: problem.judgeCount }, () => weights),
  }
  return { problem, chosen }
}

describe('the interval of repeated folds', () => {
  const widthOf = (runs: readonly Run[]): number => {
    const { low, high } = scoreOf({ judged: finish(judge(runs, 0)).judged }, 'meanAbsoluteError')
    return high - low
  }

  test('narrows by what the deals add, not by the root of their number', () => {
    const problem = readProblem(sample(1), { target: 'y' }, 0)
    const random = drawFrom(7)
    const shared = problem.truth.map(() => random.normal())
    const runs = Array.from({ length: 16 }, (_, deal) => runOf(finish(dealtAnew(problem, deal)), shared, () => 0.5 * random.normal()))
    const [one, all] = [widthOf(runs.slice(0, 1)), widthOf(runs)]
    expect(all).toBeLessThan(one)
    // 16 times the rows would be a quarter; the rows' own scatter stays: 1 of 1.25 of the variance.
    expect(all / one).toBeGreaterThan(0.75)
  })

  test('holds the expected error of fresh rows in 95 of 100, where deals taken for rows hold far fewer', () => {
    const random = drawFrom(11)
    const problem = readProblem(sample(1), { target: 'y' }, 0)
    const deals = Array.from({ length: 5 }, (_, deal) => finish(dealtAnew(problem, deal)))
    // Of means of 5 deals: |N(0, 1 + 0.25 / 5)|.
    const truth = Math.sqrt(2 / Math.PI) * Math.sqrt(1 + 0.25 / 5)
    let [held, naive] = [0, 0]
    const sets = 400
    for (let set = 0; set < sets; set++) {
      const shared = problem.truth.map(() => random.normal())
      const runs = deals.map((deal) => runOf(deal, shared, () => 0.5 * random.normal()))
      const { low, high } = scoreOf({ judged: finish(judge(runs, 0)).judged }, 'meanAbsoluteError')
      held += Number(low <= truth && truth <= high)
      const all = runs.flatMap(({ chosen }) => [...chosen.judged].map((said, row) => Math.abs(said - at(problem.truth, row))))
      const single = aroundMean(Float64Array.from(all), 0.95)
      const own = Math.sqrt(2 / Math.PI) * Math.sqrt(1.25)
      naive += Number(single.low <= own && own <= single.high)
    }
    expect(held / sets).toBeGreaterThan(0.925)
    expect(naive / sets).toBeLessThan(0.8)
  })
})
