// What the trials say of each parameter: a slice, its correlation with the sign, its failures.

import { ENOUGH } from '../../../report/study/parameters.ts'
import { objectiveOf, paramText } from '../../../report/study/results.ts'
import { slice } from '../../../study/importance/slice.ts'
import { quantile } from '../../../study/sampler/normal.ts'
import { own } from '../../../study/space/distributions.ts'
import { type Pair, spearman } from '../../../study/statistics/correlation.ts'
import type { Direction, Trial } from '../../../study/trial.ts'
import type { Correlation, Effect, ParamAxis } from '../../evidenceProtocol.ts'

/** What all intervals of a study have to be together: of many at 95 % each, some would say by chance that a setting matters. */
const LEVEL = 0.95

/** @param ranked complete trials with finite values */
export function effectsOf(axes: readonly ParamAxis[], trials: readonly Trial[], ranked: readonly Trial[], direction: Direction): Effect[] {
  const tests = axes.reduce((sum, { choices }) => sum + Math.max(1, choices.length), 0)
  return axes.map((axis) => effectOf(axis, trials, ranked, { direction, level: 1 - (1 - LEVEL) / Math.max(1, tests) }))
}

interface Judging {
  readonly direction: Direction
  /** Of each interval. */
  readonly level: number
}

function effectOf(axis: ParamAxis, trials: readonly Trial[], ranked: readonly Trial[], judging: Judging): Effect {
  const { name, choices } = axis
  const having = ranked.filter(({ params }) => own(params, name) !== undefined)
  const isEnough = having.length >= ENOUGH && new Set(having.map((trial) => objectiveOf(trial))).size > 1
  return {
    name,
    curve: isEnough ? slice(ranked, name, { trees: 32 }).curve : [],
    correlations: isEnough ? correlationsOf(axis, having, judging) : [],
    failed: failures(name, choices, trials),
  }
}

function correlationsOf({ name, choices }: ParamAxis, trials: readonly Trial[], { direction, level }: Judging): Correlation[] {
  const against = (x: (trial: Trial) => number, choice: string | undefined): Correlation[] => {
    const pairs = trials.map((trial): Pair => [x(trial), objectiveOf(trial)])
    const value = spearman(pairs)
    const { low, high } = intervalOf(value, pairs.length, level)
    // Of a parameter that had one value only there is none.
    return Number.isNaN(value) ? [] : [{ choice, value, low, high, meaning: meaningOf(low, high, direction) }]
  }
  if (choices.length === 0) return against(({ params }) => Number(own(params, name)), undefined)
  return choices.flatMap((choice) => against(({ params }) => Number(paramText(own(params, name) ?? null) === choice), choice))
}

/** By Fisher's z with the variance of Bonett and Wright, "Sample size requirements for estimating Pearson, Kendall and Spearman correlations", Psychometrika 65, 2000. */
function intervalOf(value: number, count: number, level: number): { readonly low: number; readonly high: number } {
  const half = quantile((1 + level) / 2) * Math.sqrt((1 + value ** 2 / 2) / (count - 3))
  return { low: Math.tanh(Math.atanh(value) - half), high: Math.tanh(Math.atanh(value) + half) }
}

function meaningOf(low: number, high: number, direction: Direction): Correlation['meaning'] {
  const sign = direction === 'minimize' ? -1 : 1
  if (low > 0) return sign > 0 ? 'helps' : 'harms'
  if (high < 0) return sign > 0 ? 'harms' : 'helps'
  return 'cannot be told apart'
}

/** Where trials failed, which no curve of complete ones shows. */
function failures(name: string, choices: readonly string[], trials: readonly Trial[]): Effect['failed'] {
  const ended = trials.filter(({ state, params }) => (state === 'fail' || state === 'complete') && own(params, name) !== undefined)
  const count = (of: string, among: readonly Trial[]) => ({
    of,
    failed: among.filter(({ state }) => state === 'fail').length,
    all: among.length,
  })
  const counts =
    choices.length === 0
      ? [count('', ended)]
      : choices.map((choice) =>
          count(
            choice,
            ended.filter(({ params }) => paramText(own(params, name) ?? null) === choice),
          ),
        )
  return counts.filter(({ failed }) => failed > 0)
}
