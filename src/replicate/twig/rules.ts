// Rules that stop configurations early, at equal cost, played on curves that are known.

import { mean } from 'simple-statistics'
import { at } from '../../core/at.ts'
import { createPruner, type PrunerSpec } from '../../study/pruner/create.ts'
import type { Pruner } from '../../study/pruner/pruner.ts'
import { StudyRandom } from '../../study/random.ts'
import type { Trial } from '../../study/trial.ts'
import { worth } from './curves.ts'
import { twigSpace } from './protocol.ts'

/** What each rule may spend, in full trainings. */
export const BUDGETS = [4, 13, 26] as const
/** In how many orders configurations arrive. */
const ORDERS = 100
const POINTS = 100

export interface Rule {
  readonly name: string
  /** With as many trials as the budget pays for; `hyperband` says its own. */
  readonly pruner: (trials: number, kept: number) => PrunerSpec
  /** The least that go on to the end, where the rule says it. */
  readonly keeps?: number
  /** Brackets follow one another until the budget is spent. */
  readonly brackets?: true
}

const discarding = (epochs: number, keep: number): Rule => ({
  name: `stop after ${epochs}, keep ${keep}`,
  pruner: (trials, kept) => ({ name: 'epochOne', epochs, keep: kept, trials }),
  keeps: keep,
})

export const FULL = 'full training'
export const HYPERBAND = 'Hyperband'
export const EPOCH_ONE = discarding(1, 3).name

/** Egele's rule stops after some epochs; the others are the package's pruners with their factor of 3. */
export const RULES: readonly Rule[] = [
  { name: FULL, pruner: () => 'none' },
  discarding(1, 1),
  discarding(1, 3),
  discarding(2, 3),
  discarding(5, 3),
  discarding(10, 3),
  { name: 'successive halving', pruner: (trials) => ({ name: 'successiveHalving', minResource: 1, reductionFactor: 3, trials }) },
  { name: HYPERBAND, pruner: () => ({ name: 'hyperband' }), brackets: true },
]

/** What a rule comes to on one table, over the orders. */
export interface RuleResult {
  readonly rule: string
  /** In full trainings. */
  readonly budget: number
  /** The best of all configurations less what the rule ends with, in points, the mean over the orders. */
  readonly regret: number
  /** Configurations that it began, and what it spent, in full trainings. */
  readonly begun: number
  readonly spent: number
}

/** Every rule with every budget, each in the same orders of the configurations. */
export function playRules(scores: readonly (readonly number[])[], epochs: number, count = ORDERS): RuleResult[] {
  const best = Math.max(...scores.map((own) => worth(own[epochs - 1] ?? Number.NaN)))
  const orders = Array.from({ length: count }, (_, order) =>
    new StudyRandom(1, order).shuffled(scores).map((own, i) => trialOf(own, i, epochs)),
  )
  return RULES.flatMap((rule) =>
    BUDGETS.map((budget): RuleResult => {
      const plan = planOf(rule, budget * epochs, scores.length, epochs)
      const played = orders.map((trials) =>
        plan.reduce((sum, part) => join(sum, race(part.pruner, trials.slice(part.first, part.end), epochs)), NOTHING),
      )
      return {
        rule: rule.name,
        budget,
        regret: POINTS * mean(played.map(({ value }) => best - value)),
        begun: plan.reduce((sum, { first, end }) => sum + end - first, 0),
        spent: mean(played.map((one) => one.epochs)) / epochs,
      }
    }),
  )
}

/** A configuration as a trial that would report after every epoch. */
function trialOf(own: readonly number[], number: number, epochs: number): Trial {
  return {
    number,
    state: 'running',
    params: {},
    distributions: {},
    values: [own[epochs - 1] ?? Number.NaN],
    intermediateValues: new Map(own.map((score, i) => [i + 1, score])),
    userAttrs: {},
    systemAttrs: {},
    datetimeStart: undefined,
    datetimeComplete: undefined,
  }
}

/** Trials that begin together. */
interface Part {
  readonly pruner: Pruner
  readonly first: number
  readonly end: number
}

/** The most from `low` to `high` for which something holds that holds up to some number; `low` where it never does. */
function mostThat(low: number, high: number, holds: (count: number) => boolean): number {
  let [sure, open] = [low, high]
  while (sure < open) {
    const middle = Math.ceil((sure + open) / 2)
    if (holds(middle)) sure = middle
    else open = middle - 1
  }
  return sure
}

/** What a budget of epochs pays for: as many configurations as there are, at most; then more of them to the end, where the rule leaves that open. */
function planOf(rule: Rule, budget: number, configurations: number, epochs: number): Part[] {
  // None diverges, and the order is the same at all rungs.
  const sound = Array.from({ length: configurations }, (_, i) => trialOf(new Array<number>(epochs).fill(i), i, epochs))
  if (rule.brackets) return bracketsOf(createPruner(rule.pruner(0, 0)), budget, sound, epochs)
  const { keeps = 0 } = rule
  const pays = (trials: number, kept: number): boolean =>
    race(createPruner(rule.pruner(trials, kept)), sound.slice(0, trials), epochs).epochs <= budget
  const end = mostThat(1, configurations, (trials) => pays(trials, keeps))
  const kept = keeps === 0 ? 0 : mostThat(keeps, end, (more) => pays(end, more))
  return [{ pruner: createPruner(rule.pruner(end, kept)), first: 0, end }]
}

/** Whole brackets, and of the first that is too dear as many trials as it may have. */
function bracketsOf(pruner: Pruner, budget: number, trials: readonly Trial[], epochs: number): Part[] {
  const costOf = (first: number, end: number): number => race(pruner, trials.slice(first, end), epochs).epochs
  const parts: Part[] = []
  let left = budget
  let first = 0
  while (first < trials.length) {
    const begin = first
    const end = mostThat(begin, Math.min(trials.length, begin + (pruner.batchSize(begin, epochs) ?? 1)), (to) => costOf(begin, to) <= left)
    if (end === first) break
    left -= costOf(first, end)
    parts.push({ pruner, first, end })
    first = end
  }
  return parts
}

interface Played {
  /** The best of those that ran to the end. */
  readonly value: number
  readonly epochs: number
}

const NOTHING: Played = { value: 0, epochs: 0 }
const join = (a: Played, b: Played): Played => ({ value: Math.max(a.value, b.value), epochs: a.epochs + b.epochs })

/** Trials that begin together, stopped as the pruner says. */
function race(pruner: Pruner, trials: readonly Trial[], epochs: number): Played {
  const view = { space: twigSpace, directions: ['maximize'] as const, seed: 0, trials }
  let left = trials
  let spent = 0
  let before = 0
  for (const rung of pruner.rungs(epochs)) {
    spent += left.length * (rung - before)
    before = rung
    const stopped = new Set(pruner.prune(view, left, rung, epochs))
    left = left.filter(({ number }) => !stopped.has(number))
  }
  spent += left.length * (epochs - before)
  return { value: Math.max(0, ...left.map(({ values }) => worth(at(values ?? [], 0)))), epochs: spent }
}
