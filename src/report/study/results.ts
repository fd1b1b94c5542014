// The trials of a study, ranked for a report.

import { repeatsOf } from '../../study/attributes.ts'
import { isFeasible } from '../../study/feasibility.ts'
import type { ParamValue } from '../../study/space/distributions.ts'
import type { Interval } from '../../study/statistics/bootstrap.ts'
import { summarize, within } from '../../study/statistics/summary.ts'
import { type Direction, isBetter, type Trial } from '../../study/trial.ts'
import type { Axis, Spread } from '../model.ts'
import { rangesOf, type StudyResults } from './objectives.ts'

/** What all parts of a study's report are made from. */
export interface Results {
  readonly trials: readonly Trial[]
  /** The first objective's. */
  readonly direction: Direction
  /** One an objective: what it is called. */
  readonly objectives: readonly string[]
  /** One an objective: what it cannot lie beyond. */
  readonly ranges: readonly (Interval | undefined)[]
  /** Complete trials with finite values that meet their outcome constraints, from the best on. */
  readonly ranked: readonly Trial[]
  /** In the order of the trial that has most of them: one that has not all may have them in another. */
  readonly parameters: readonly string[]
  /** What a legend calls a parameter. */
  readonly titleOf: (parameter: string) => string
}

/** @param titleOf what a legend calls a parameter: by default its own name */
export function resultsOf(study: StudyResults, objectives: readonly string[], titleOf = (parameter: string): string => parameter): Results {
  const { trials, directions } = study
  const [direction = 'minimize'] = directions
  const ranked = trials
    .filter((trial) => isRanked(trial))
    .sort((a, b) =>
      isBetter(objectiveOf(a), objectiveOf(b), direction)
        ? -1
        : isBetter(objectiveOf(b), objectiveOf(a), direction)
          ? 1
          : a.number - b.number,
    )
  const names = trials.map(({ params }) => Object.keys(params)).sort((a, b) => b.length - a.length)
  const parameters = [...new Set(names.flat())]
  return { trials, direction, objectives, ranges: rangesOf(study), ranked, parameters, titleOf }
}

/** Whether tables and charts hold the trial: one that came to Infinity would leave no room for the others. */
export const isRanked = (trial: Trial): boolean =>
  trial.state === 'complete' && trial.values?.every(Number.isFinite) === true && isFeasible(trial)

export const objectiveOf = ({ values }: Trial, objective = 0): number => values?.[objective] ?? Number.NaN

/**
 * The mean over a trial's repeats with its interval, as far as it has several that differ.
 * @param range what the objective cannot lie beyond
 */
export function spreadOf(trial: Trial, range: Interval | undefined, objective = 0): number | Spread {
  const repeats = repeatsOf(trial, objective) ?? []
  const { mean, ...interval } = summarize(repeats)
  return Number.isFinite(interval.low) ? { mean, ...within(interval, range) } : objectiveOf(trial, objective)
}

export const trialName = ({ number }: Trial): string => `trial ${number}`
/** Settings that a legend has place for. */
const NAMED = 2

/** What some trials are called in a legend: by their numbers, and by what they differ in, words first. */
export function trialNames(trials: readonly Trial[], titleOf: Results['titleOf'] = (name) => name): readonly string[] {
  const names = [...new Set(trials.flatMap(({ params }) => Object.keys(params)))]
  const textOf = ({ params }: Trial, name: string): string => (Object.hasOwn(params, name) ? paramText(params[name] ?? null) : '')
  const differing = names.filter((name) => new Set(trials.map((trial) => textOf(trial, name))).size > 1)
  const isWord = (name: string): boolean => trials.some(({ params }) => typeof params[name] === 'string')
  const shown = [...differing.filter(isWord), ...differing.filter((name) => !isWord(name))].slice(0, NAMED)
  return trials.map((trial) => {
    const said = shown.flatMap((name) => {
      const value = trial.params[name]
      if (value === undefined) return []
      return [typeof value === 'number' ? `${titleOf(name)} ${Number(value.toPrecision(2))}` : paramText(value)]
    })
    return said.length === 0 ? trialName(trial) : `${trialName(trial)}: ${said.join(', ')}`
  })
}

export const paramText = (value: ParamValue): string => (typeof value === 'string' ? value : JSON.stringify(value))
/** Values below 10, as accuracies and most losses are, have four decimals, so that a column of them can be read down. */
export function objectiveAxis({ objectives, ranked }: Results, objective = 0): Axis {
  const values = ranked.map((trial) => objectiveOf(trial, objective))
  const decimals = values.every((value) => Math.abs(value) < 10) && !values.every(Number.isInteger)
  return { label: objectives[objective] ?? 'value', format: decimals ? { decimals: 4 } : undefined }
}
