// What the trials say of each parameter: a slice, its correlation with the sign, its failures.

import { ENOUGH } from '../../../report/study/parameters.ts'
import { objectiveOf, paramText } from '../../../report/study/results.ts'
import { slice } from '../../../study/importance/slice.ts'
import { own } from '../../../study/space/distributions.ts'
import { correlate, type Pair } from '../../../study/statistics/correlation.ts'
import type { Direction, Trial } from '../../../study/trial.ts'
import type { Correlation, Effect, ParamAxis } from '../../evidenceProtocol.ts'

/** Intervals of the page, which are drawn while somebody waits; at their ends they are as good as their trials. */
const RESAMPLES = { resamples: 500 }

/** @param ranked complete trials with finite values */
export function effectOf(axis: ParamAxis, trials: readonly Trial[], ranked: readonly Trial[], direction: Direction): Effect {
  const { name, choices } = axis
  const having = ranked.filter(({ params }) => own(params, name) !== undefined)
  const isEnough = having.length >= ENOUGH && new Set(having.map((trial) => objectiveOf(trial))).size > 1
  return {
    name,
    curve: isEnough ? slice(ranked, name, { trees: 32 }).curve : [],
    correlations: isEnough ? correlationsOf(axis, having, direction) : [],
    failed: failures(name, choices, trials),
  }
}

function correlationsOf({ name, choices }: ParamAxis, trials: readonly Trial[], direction: Direction): Correlation[] {
  const against = (x: (trial: Trial) => number, choice: string | undefined): Correlation[] => {
    const pairs = trials.map((trial): Pair => [x(trial), objectiveOf(trial)])
    const { value, low, high } = correlate(pairs, 'spearman', RESAMPLES)
    // Of a parameter that had one value only there is none.
    return Number.isNaN(value) ? [] : [{ choice, value, low, high, meaning: meaningOf(low, high, direction) }]
  }
  if (choices.length === 0) return against(({ params }) => Number(own(params, name)), undefined)
  return choices.flatMap((choice) => against(({ params }) => Number(paramText(own(params, name) ?? null) === choice), choice))
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
