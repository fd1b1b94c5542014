import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { constraintsOf, isFeasible, violationOf } from '../../src/study/feasibility.ts'
import { fanova } from '../../src/study/importance/fanova.ts'
import type { JournalEntry } from '../../src/study/journal/journal.ts'
import { parseJson } from '../../src/study/journal/json.ts'
import { MemoryJournal } from '../../src/study/journal/memory.ts'
import { readStudies, type StudyRecord } from '../../src/study/journal/rebuild.ts'
import { paretoFront, toLosses } from '../../src/study/pareto.ts'
import type { SamplerSpec } from '../../src/study/sampler/create.ts'
import { selectElite } from '../../src/study/sampler/nsga2.ts'
import { observe } from '../../src/study/sampler/tpe/observations.ts'
import { split } from '../../src/study/sampler/tpe/split.ts'
import type { Params } from '../../src/study/space/distributions.ts'
import { categorical, float, Space } from '../../src/study/space/space.ts'
import { compareTrials } from '../../src/study/statistics/compare.ts'
import { leftOutText } from '../../src/study/statistics/leftOut.ts'
import { createStudy, type Study } from '../../src/study/study.ts'
import { bestTrial, type Json } from '../../src/study/trial.ts'
import { trialOf } from '../support/trials.ts'

const file = (name: string): string => readFileSync(new URL(`../golden/${name}`, import.meta.url), 'utf8')
interface Case {
  readonly study: string
  readonly best: number | null
  readonly front: readonly number[]
  readonly violations: readonly number[]
  readonly good: Readonly<Record<string, readonly number[]>>
  readonly elite: readonly number[]
  readonly eliteSize: number
}
/** Written by test/support/python/constraints.py. */
const golden: { readonly optuna: string; readonly cases: readonly Case[] } = JSON.parse(file('optuna-constraints.json'))
const entries = file('optuna-constraints.journal').trimEnd().split('\n').map(parseJson) as unknown as JournalEntry[]

describe(`outcome constraints as Optuna ${golden.optuna} wrote them`, () => {
  it.each(golden.cases)(
    'are read, and say what it says: $study',
    async ({ study: name, best, front, violations, good, elite, eliteSize }) => {
      const study = (await readStudies(new MemoryJournal(entries))).find((one) => one.name === name) as StudyRecord
      const { trials, directions } = study
      for (const [number, violation] of violations.entries())
        expect(violationOf(trials[number] ?? trialOf(0, 'fail'))).toBeCloseTo(violation, 14)
      if (best !== null) expect(bestTrial(trials, directions[0] ?? 'minimize')?.number).toBe(best)
      expect(paretoFront(trials, directions).map(({ number }) => number)).toEqual(front)
      const space = new Space({ x: float(0, 1), y: float(0, 1) })
      for (const [count, numbers] of Object.entries(good)) {
        const { observations } = split(observe({ space, directions, seed: 0, trials }, true), Number(count)).good
        expect(observations.map(({ trial }) => trial.number)).toEqual(numbers)
      }
      const individuals = trials.map((trial) => ({
        params: { number: trial.number },
        losses: toLosses(trial.values ?? [], directions),
        violation: violationOf(trial),
      }))
      const numbers = selectElite(individuals, eliteSize).map(({ params }) => Number(params.number))
      expect(numbers.sort((a, b) => a - b)).toEqual(elite)
    },
  )
})

describe('the constraints of a trial', () => {
  const of = (systemAttrs: { readonly [key: string]: Json }) => [...constraintsOf({ systemAttrs })]
  it('are both forms, the named ones last', () => {
    expect(of({ constraints: [1, -1], 'constraints:memory': 2, 'constraints:1': 0.5, constraintsX: 9, 'espalier:reason': 'x' })).toEqual([
      ['0', 1],
      ['1', 0.5],
      ['memory', 2],
    ])
    expect(of({ 'constraints:': -1, 'constraints:constructor': 1, 'constraints:a:b': 0 })).toEqual([
      ['', -1],
      ['constructor', 1],
      ['a:b', 0],
    ])
  })

  it('are met up to 0, and never by what is no number', () => {
    const isMet = (...constraints: Json[]) => isFeasible({ systemAttrs: { constraints } })
    expect([isMet(), isMet(0), isMet(-0), isMet(-1, -2), isMet(Number.NEGATIVE_INFINITY)]).toEqual([true, true, true, true, true])
    expect([isMet(1e-300), isMet(-1, 1), isMet(Number.POSITIVE_INFINITY), isMet(Number.NaN), isMet('x'), isMet(null)]).toEqual(
      Array(6).fill(false),
    )
    expect(isFeasible({ systemAttrs: { constraints: null } })).toBe(true)
    expect(violationOf({ systemAttrs: { constraints: [1, -5], 'constraints:m': 2 } })).toBe(3)
  })
})

/** The best value breaks the constraint: x + y must be at least 1. */
async function studied(sampler: SamplerSpec, seed: number, constrained: boolean): Promise<Study> {
  const study = await createStudy({ space: { x: float(0, 1), y: float(0, 1) }, objective: 'minimize', sampler, seed })
  const objective = async ({ x, y }: Params, { number }: { readonly number: number }) => {
    if (constrained) await study.setConstraint(number, 'sum', 1 - Number(x) - Number(y))
    return Number(x) ** 2 + 2 * Number(y) ** 2
  }
  for await (const _ of study.optimize(objective, { budget: { trials: 60 } }));
  return study
}

describe('a study with an outcome constraint', () => {
  // Half of the space breaks it, and the objective leads there.
  it.each([
    ['tpe', 0.75],
    ['gaussianProcess', 0.7],
    ['cmaEs', 0.75],
    [{ name: 'nsga2', populationSize: 15 }, 0.95],
  ] as const)('finds the best that meets it: %o', async (sampler, most) => {
    for (const seed of [1, 2]) {
      const { trials, best, bestTrials } = await studied(sampler, seed, true)
      expect(best !== undefined && isFeasible(best)).toBe(true)
      // Where a sampler comes back to its best, all of them are.
      expect(bestTrials).toEqual(trials.filter((trial) => isFeasible(trial) && trial.values?.[0] === best?.values?.[0]))
      expect(bestTrials[0]).toEqual(best)
      // The least there is: 2/3 at x = 2/3, y = 1/3.
      expect(best?.values?.[0]).toBeLessThan(most)
      expect(Math.min(...trials.map(({ values }) => values?.[0] ?? 9))).toBeLessThan(best?.values?.[0] ?? 0)
      const free = await studied(sampler, seed, false)
      const broken = (study: Pick<Study, 'trials'>) =>
        study.trials.slice(20).filter(({ params }) => Number(params.x) + Number(params.y) < 1).length
      expect(broken({ trials })).toBeLessThan(broken(free))
    }
  })

  it('has no best where no trial meets it, and goes on', async () => {
    for (const sampler of ['tpe', 'gaussianProcess', 'cmaEs', 'nsga2'] as const) {
      const study = await createStudy({ space: { x: float(0, 1) }, objective: 'minimize', sampler })
      for await (const _ of study.optimize(
        async ({ x }, { number }) => {
          await study.setConstraint(number, 'never', 1 + Number(x))
          return Number(x)
        },
        { budget: { trials: 30 } },
      ));
      expect([study.best, study.bestTrials, study.trials.length]).toEqual([undefined, [], 30])
    }
  })

  it('keeps what was told first, refuses NaN and trials that have ended', async () => {
    const journal = new MemoryJournal()
    const study = await createStudy({ space: { x: float(0, 1) }, objective: 'minimize', journal })
    const [asked] = await study.ask(1)
    const number = asked?.number ?? -1
    await study.setConstraint(number, 'm', 2)
    await study.setConstraint(number, 'm', -2)
    await expect(study.setConstraint(number, 'n', Number.NaN)).rejects.toThrow('the constraint n of trial 0 is NaN')
    await study.tell(number, 1)
    await expect(study.setConstraint(number, 'n', 1)).rejects.toThrow('trial 0 is complete')
    const [record] = await readStudies(journal)
    expect(constraintsOf(record?.trials[0] ?? trialOf(0, 'fail'))).toEqual(new Map([['m', 2]]))
  })
})

describe('what is said of trials', () => {
  const space = { x: float(0, 1), kind: categorical(['a', 'b']) }
  const { parameters } = new Space(space)
  const distributions = Object.fromEntries(parameters.map(({ name, distribution }) => [name, distribution]))
  const repeats = (value: number) => ({ 'espalier:repeats': [[value], [value + 0.1], [value - 0.1]] })
  const trials = Array.from({ length: 20 }, (_, i) =>
    trialOf(i, 'complete', { params: { x: i / 20, kind: 'a' }, distributions, values: [i], userAttrs: repeats(i) }),
  )
  const broken = trialOf(20, 'complete', {
    params: { x: 0.5, kind: 'b' },
    distributions,
    values: [-1e9],
    userAttrs: repeats(-1e9),
    systemAttrs: { 'constraints:m': 1 },
  })
  const infinite = trialOf(21, 'complete', { params: { x: 0.5, kind: 'b' }, distributions, values: [Number.POSITIVE_INFINITY] })
  const failed = trialOf(22, 'fail', { params: { x: 0.5, kind: 'b' }, distributions })

  it('leaves out those that break a constraint, failed, or came to Infinity, and says so', () => {
    const all = [...trials, broken, infinite, failed]
    expect(fanova(all)).toEqual(fanova(trials))
    expect(compareTrials(all, { direction: 'minimize' })).toEqual(compareTrials(trials, { direction: 'minimize' }))
    expect(leftOutText(all)).toBe(' Of the complete ones 1 breaks outcome constraints and 1 gave a value that is not finite: left out.')
    expect(leftOutText([...trials, failed])).toBe('')
  })
})
