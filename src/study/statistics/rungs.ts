// How well early rungs predict the final order.

import { checkWhole } from '../misuse.ts'
import { type Direction, isBetter, type Trial } from '../trial.ts'
import type { BootstrapOptions, Estimate } from './bootstrap.ts'
import { checkBootstrap, checkDirection, checkTrials, checkValues } from './check.ts'
import { correlate, type Pair } from './correlation.ts'

/** How well the values at a step predict the order of the final ones. */
export interface RungCorrelation {
  /** Epochs (or repeats) done. */
  readonly step: number
  /** Trials that reported there and are complete. */
  readonly count: number
  readonly spearman: Estimate
  readonly kendall: Estimate
}

/**
 * How well the order of the trials at each rung predicts their order at the end: rank correlations of the reports with the final values of the first
 * objective. Complete trials only, and those without a finite number at either place left out: where a pruner stopped the rest, these are the survivors.
 * @throws InvalidDataError for what are no trials or steps, InvalidSpecError for options that are wrong
 * @param steps the rungs; by default every step at which at least three complete trials reported
 */
export function rankCorrelation(trials: readonly Trial[], steps?: readonly number[], options?: BootstrapOptions): RungCorrelation[] {
  checkTrials(trials)
  if (steps !== undefined) checkValues(steps, 'steps')
  if (options !== undefined) checkBootstrap(options)
  return (steps ?? reportedSteps(trials)).map((step) => {
    const pairs = pairsAt(trials, step)
    const [spearman, kendall] = [correlate(pairs, 'spearman', options), correlate(pairs, 'kendall', options)]
    return { step, count: pairs.length, spearman, kendall }
  })
}

/**
 * What choosing at a rung costs: the best final value there is less the best final value among the `k` trials that were best at the rung, both of
 * the first objective, as a number of at least 0. 0: the winner was among the best k already. NaN where no complete trial reported.
 * @throws InvalidDataError for what are no trials, InvalidSpecError for a step, k or direction that is none
 */
export function topKRegret(trials: readonly Trial[], step: number, k: number, direction: Direction): number {
  checkTrials(trials)
  checkWhole('step', step, 0)
  checkWhole('k', k, 1)
  checkDirection(direction)
  const pairs = pairsAt(trials, step)
  const inOrder = [...pairs].sort(([a], [b]) => (isBetter(a, b, direction) ? -1 : isBetter(b, a, direction) ? 1 : 0))
  const best = (among: readonly Pair[]): number =>
    among.reduce((found, [, value]) => (isBetter(value, found, direction) ? value : found), Number.NaN)
  return Math.abs(best(pairs) - best(inOrder.slice(0, k)))
}

function pairsAt(trials: readonly Trial[], step: number): Pair[] {
  return trials.flatMap(({ state, values, intermediateValues }): Pair[] => {
    const [reported, final] = [intermediateValues.get(step) ?? Number.NaN, values?.[0] ?? Number.NaN]
    return state !== 'complete' || !Number.isFinite(reported) || !Number.isFinite(final) ? [] : [[reported, final]]
  })
}

function reportedSteps(trials: readonly Trial[]): number[] {
  const steps = new Set(trials.flatMap(({ intermediateValues }) => [...intermediateValues.keys()]))
  return [...steps].filter((step) => pairsAt(trials, step).length >= 3).sort((a, b) => a - b)
}
