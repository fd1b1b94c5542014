// Trials as the evidence shows them.

import { rangesOf } from '../../../report/study/objectives.ts'
import { objectiveOf, paramText, spreadOf } from '../../../report/study/results.ts'
import { ATTRIBUTE, recordedHistories, repeatsOf } from '../../../study/attributes.ts'
import type { StudyRecord } from '../../../study/journal/rebuild.ts'
import { type Distribution, own } from '../../../study/space/distributions.ts'
import { bestTrial, type Direction, isBetter, type Json, type Trial } from '../../../study/trial.ts'
import type { ParamAxis, TrialDetail, TrialPoint } from '../../evidenceProtocol.ts'

export const directionOf = ({ directions }: StudyRecord): Direction => directions[0] ?? 'minimize'

export function pointOf({ number, state, params, values, datetimeStart, datetimeComplete, systemAttrs }: Trial): TrialPoint {
  const reason = systemAttrs[ATTRIBUTE.reason]
  return {
    ...{ number, state, params, value: values?.[0] ?? Number.NaN },
    seconds: datetimeStart && datetimeComplete ? (Number(datetimeComplete) - Number(datetimeStart)) / 1000 : undefined,
    reason: reason === undefined ? undefined : String(reason),
  }
}

/** Every parameter that some trial has, over all that it may be. */
export function axesOf(trials: readonly Trial[]): ParamAxis[] {
  const names = [...new Set(trials.flatMap(({ params }) => Object.keys(params)))]
  return names.map((name) => {
    const distributions = trials.flatMap(({ distributions: all }): Distribution[] => {
      const one = own(all, name)
      return one === undefined ? [] : [one]
    })
    const choices = distributions.flatMap((one) => (one.type === 'categorical' ? one.choices.map(paramText) : []))
    const ranges = distributions.flatMap((one) => (one.type === 'categorical' ? [] : [one]))
    if (choices.length > 0 || ranges.length === 0) return { name, range: undefined, choices: [...new Set(choices)] }
    const [lows, highs] = [ranges.map(({ low }) => low), ranges.map(({ high }) => high)]
    return {
      name,
      choices: [],
      range: {
        low: Math.min(...lows),
        high: Math.max(...highs),
        log: ranges.some(({ log }) => log),
        whole: ranges.every(({ type }) => type === 'int'),
      },
    }
  })
}

export function detailOf(study: StudyRecord, trial: Trial): TrialDetail {
  const direction = directionOf(study)
  const spread = spreadOf(trial, rangesOf(study)[0])
  const best = bestTrial(study.trials, direction)
  const complete = study.trials.filter(({ state }) => state === 'complete')
  const better = complete.filter((one) => isBetter(objectiveOf(one), objectiveOf(trial), direction)).length
  const repeats = repeatsOf(trial) ?? []
  return {
    point: pointOf(trial),
    repeats,
    low: typeof spread === 'number' ? Number.NaN : spread.low,
    high: typeof spread === 'number' ? Number.NaN : spread.high,
    curves: curvesOf(trial),
    best: best && pointOf(best),
    rank: trial.state === 'complete' ? better + 1 : undefined,
    complete: complete.length,
  }
}

function curvesOf(trial: Trial): TrialDetail['curves'] {
  const histories = recordedHistories(trial)
  if (!Array.isArray(histories)) return []
  return histories.map((history: Readonly<Record<string, Json>>) => ({
    loss: numbers(history.loss),
    testLoss: numbers(history.testLoss),
    testAccuracy: numbers(history.testAccuracy),
  }))
}

/** JSON has no NaN: it writes null. */
const numbers = (list: Json | undefined): number[] =>
  Array.isArray(list) ? list.map((value) => (typeof value === 'number' ? value : Number.NaN)) : []
