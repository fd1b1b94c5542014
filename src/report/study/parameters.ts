// The sections on parameters and their importance.

import { isFeasible } from '../../study/feasibility.ts'
import { fanovaOf } from '../../study/importance/fanova.ts'
import { grown } from '../../study/importance/grown.ts'
import { permutationOf } from '../../study/importance/permutation.ts'
import { type Distribution, own } from '../../study/space/distributions.ts'
import type { Trial } from '../../study/trial.ts'
import type { Block, ParameterAxis, Section } from '../model.ts'
import { objectiveAxis, objectiveOf, paramText, type Results, trialName } from './results.ts'

/** From fewer trials a forest learns next to nothing. */
export const ENOUGH = 10

/** Which parameters the values hang on. */
export function parametersSection(results: Results): Section[] {
  const blocks = [...parallelBlocks(results), ...importanceBlocks(results)]
  return blocks.length === 0 ? [] : [{ title: 'Parameters', paragraphs: [], blocks }]
}

/** None of fewer than two complete trials. */
export function parallelBlocks(results: Results): Block[] {
  const { ranked, parameters, trials } = results
  if (ranked.length < 2 || parameters.length === 0) return []
  const axes = parameters.map((name) =>
    axisOf(
      name,
      trials.flatMap(({ distributions }) => own(distributions, name) ?? []),
    ),
  )
  const parallel: Block = {
    kind: 'parallelCoordinates',
    name: 'parameters',
    caption: `All ${ranked.length} complete trials: where lines of one colour meet on an axis, its parameter decides.`,
    axes,
    value: objectiveAxis(results),
    direction: results.direction,
    lines: ranked.map((trial) => ({
      name: trialName(trial),
      at: axes.map(({ name, choices }) => {
        const value = own(trial.params, name)
        return value === undefined ? null : choices === undefined && typeof value === 'number' ? value : paramText(value)
      }),
      value: objectiveOf(trial),
    })),
  }
  return [parallel]
}

/** A parameter of several distributions, of a study that was resumed with another space, has the choices of all. */
function axisOf(name: string, distributions: readonly Distribution[]): ParameterAxis {
  const choices = distributions.flatMap((one) => (one.type === 'categorical' ? one.choices.map(paramText) : []))
  if (choices.length > 0) return { name, choices: [...new Set(choices)] }
  return { name, log: distributions.some((one) => one.type !== 'categorical' && one.log) }
}

/**
 * Where a pruner stopped most early, of the last step that half of all reached. None of too few trials, nor where all came to the same value, which nothing
 * explains. A trial that failed, or came to no finite value, counts as the worst of the others: a setting that makes trainings fail matters.
 */
export function importanceBlocks(results: Results): Block[] {
  const early = results.ranked.length < ENOUGH ? earlyResults(results) : undefined
  const { parameters: names } = results
  const { ranked } = early ?? results
  if (ranked.length < ENOUGH || names.length === 0) return []
  const failed = failedTrials({ ...results, ranked })
  const trials = [...ranked, ...failed]
  if (new Set(trials.map((trial) => objectiveOf(trial))).size === 1) return []
  const forest = grown(trials)
  const { parameters } = fanovaOf(forest)
  const permuted = permutationOf(forest)
  const counted = failed.length === 0 ? '' : ` The ${failed.length} that failed count as the worst of the others.`
  return [
    {
      kind: 'bars',
      name: 'importances',
      caption:
        `What part of the scatter of ${trials.length} values each parameter explains alone (fANOVA over a random forest); lines: one standard deviation ` +
        `from tree to tree. What no bar explains, parameters do together.${counted}${early?.said ?? ''}`,
      value: { label: 'share of the variance', format: { percent: 1 } },
      label: 'parameter',
      bars: parameters.map(({ name, fraction, sd }) => ({ name, value: fraction, low: Math.max(0, fraction - sd), high: fraction + sd })),
    },
    {
      kind: 'table',
      name: 'importances-compared',
      caption: 'The same from two sides, each summing to 1: fANOVA looks at the whole space, permutation where the trials lie.',
      columns: [{ name: 'parameter' }, { name: 'fANOVA', format: { decimals: 3 } }, { name: 'permutation', format: { decimals: 3 } }],
      rows: parameters.map(({ name, importance }) => [name, importance, permuted.find((one) => one.name === name)?.importance ?? null]),
    },
  ]
}

/** The values of all trials, those that were stopped early as well, at the last step that half of them reported: later ones are of the best alone. */
function earlyResults({ trials, ranked, direction }: Results): { readonly ranked: readonly Trial[]; readonly said: string } | undefined {
  if (!trials.some(({ state }) => state === 'pruned')) return undefined
  const reported = trials.filter((trial) => (trial.state === 'complete' || trial.state === 'pruned') && isFeasible(trial))
  const steps = [...new Set(reported.flatMap(({ intermediateValues }) => [...intermediateValues.keys()]))].sort((a, b) => b - a)
  const at = (step: number): Trial[] =>
    reported.flatMap((trial) => {
      const value = trial.intermediateValues.get(step)
      return value === undefined || !Number.isFinite(value) ? [] : [{ ...trial, state: 'complete' as const, values: [value] }]
    })
  const enough = Math.max(ENOUGH, reported.length / 2)
  const step = steps.find((one) => at(one).length >= enough)
  if (step === undefined) return undefined
  const sign = direction === 'minimize' ? 1 : -1
  return {
    ranked: at(step).sort((a, b) => sign * (objectiveOf(a) - objectiveOf(b))),
    said: ` Only ${ranked.length} trials were trained to their end, so the values are those after step ${step}, the last that half of all trials reached.`,
  }
}

/** Trials that failed or came to no finite value, as complete ones with the worst value of those that are ranked. */
function failedTrials({ trials, ranked }: Results): Trial[] {
  const worst = ranked.at(-1)?.values
  const isFailure = ({ state, values, params }: Trial): boolean =>
    Object.keys(params).length > 0 && (state === 'fail' || (state === 'complete' && values?.every(Number.isFinite) !== true))
  return worst === undefined ? [] : trials.filter(isFailure).map((trial) => ({ ...trial, state: 'complete', values: worst }))
}
