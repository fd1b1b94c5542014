// Helpers that pruners share: reports at a step, rungs, and halving.

import { type Direction, isBetter, type StudyView, type Trial } from '../trial.ts'

/** Pruners work on the first objective. */
export const directionOf = (view: StudyView): Direction => view.directions[0] ?? 'minimize'

/** What the trial reported at the step; NaN where it reported nothing. */
export const reportAt = (trial: Trial, step: number): number => trial.intermediateValues.get(step) ?? Number.NaN

/** The best of the numbers; NaN if there are only NaNs (numpy's nanmin and nanmax). */
export function bestOf(values: Iterable<number>, direction: Direction): number {
  let best = Number.NaN
  for (const value of values) if (isBetter(value, best, direction)) best = value
  return best
}

/** warmup, warmup + interval, … below `steps`; with no warm-up the first is `interval`. */
export function intervalRungs(steps: number, warmup: number, interval: number): number[] {
  const first = warmup > 0 ? warmup : interval
  return Array.from({ length: Math.max(0, Math.ceil((steps - first) / interval)) }, (_, i) => first + i * interval)
}

/** resource, resource x factor, resource x factor^2, … below `steps`. */
export function geometricRungs(steps: number, resource: number, factor: number): number[] {
  const rungs: number[] = []
  for (let step = resource; step < steps; step *= factor) rungs.push(step)
  return rungs
}

/**
 * Whether the step is the trial's first report since the last multiple of `interval` after the warm-up, so that a check that falls between two
 * reports happens at the next one (`_is_first_in_interval_step` of `optuna/pruners/_percentile.py`).
 */
export function isFirstInInterval(trial: Trial, step: number, warmup: number, interval: number): boolean {
  const start = Math.floor((step - warmup) / interval) * interval + warmup
  return [...trial.intermediateValues.keys()].every((reported) => reported === step || reported < start)
}

/** Numbers of the batch's trials for which `stops` says so. */
export const numbersOf = (batch: readonly Trial[], stops: (trial: Trial) => boolean): number[] =>
  batch.filter(stops).map(({ number }) => number)

/** The trials of a rung that stop when the best 1/factor of them continue, at least one: see `keepBest`. */
export const halve = (batch: readonly Trial[], step: number, factor: number, direction: Direction): number[] =>
  keepBest(batch, step, Math.max(1, Math.floor(batch.length / factor)), direction)

/** The trials of a rung that stop when so many of them continue; of equal ones the earlier continues. One that reported NaN never does. */
export function keepBest(batch: readonly Trial[], step: number, kept: number, direction: Direction): number[] {
  const ranked = batch
    .map((trial) => ({ number: trial.number, value: reportAt(trial, step) }))
    .sort((a, b) => (isBetter(a.value, b.value, direction) ? -1 : isBetter(b.value, a.value, direction) ? 1 : a.number - b.number))
  const stopped = new Set(ranked.filter(({ value }, place) => place >= kept || Number.isNaN(value)).map(({ number }) => number))
  return numbersOf(batch, ({ number }) => stopped.has(number))
}
