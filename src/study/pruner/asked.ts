// Pruning of trials that users run themselves through `ask`.

import type { StudyView, Trial } from '../trial.ts'
import type { Pruner } from './pruner.ts'
import { reportAt } from './reports.ts'

/**
 * Whether a pruner would stop a trial after its last report, if trials report at any step and not at rungs. A rung is judged by a trial's
 * first report at it or between it and the next one, as in Optuna's pruners, and against all trials that have reached it so far, because it is not
 * known which ones started together.
 * @param steps the most steps of a trial; if unknown, those of the longest complete trial, or of this one
 */
export function wouldPrune(pruner: Pruner, view: StudyView, number: number, steps: number | undefined): boolean {
  const trial = view.trials[number]
  const step = lastStep(trial)
  if (trial === undefined || step === undefined || (steps !== undefined && step >= steps)) return false
  const most = steps ?? Math.max(step + 1, longestOf(view))
  const rungs = pruner.rungs(most)
  const place = rungs.findLastIndex((rung) => rung <= step)
  const rung = rungs[place]
  if (rung === undefined || firstReport(trial, rung, Number.POSITIVE_INFINITY) !== step) return false
  const next = rungs[place + 1] ?? Number.POSITIVE_INFINITY
  const trials = view.trials.map((one) => (one === trial ? reportingAt(trial, rung, step) : atRung(one, rung, next)))
  const batch = trials.filter((one) => !Number.isNaN(reportAt(one, rung)) || one.number === number)
  return pruner.prune({ ...view, trials }, batch, rung, most).includes(number)
}

const lastStep = (trial: Trial | undefined): number | undefined =>
  trial === undefined || trial.intermediateValues.size === 0 ? undefined : Math.max(...trial.intermediateValues.keys())

const longestOf = ({ trials }: StudyView): number =>
  trials.reduce((longest, trial) => (trial.state === 'complete' ? Math.max(longest, lastStep(trial) ?? 0) : longest), 0)

/** The first step from `from` on, and before `until`, at which a trial reported. */
function firstReport({ intermediateValues }: Trial, from: number, until: number): number | undefined {
  let first: number | undefined
  for (const step of intermediateValues.keys()) if (step >= from && step < until && (first === undefined || step < first)) first = step
  return first
}

/** The trial, with its first report for a rung moved to that rung. */
function atRung(trial: Trial, rung: number, next: number): Trial {
  if (trial.intermediateValues.has(rung)) return trial
  const step = firstReport(trial, rung, next)
  if (step === undefined) return trial
  return { ...trial, intermediateValues: new Map(trial.intermediateValues).set(rung, reportAt(trial, step)) }
}

/** The same for the trial in question: its last report, at `step`, is that of the rung. */
function reportingAt(trial: Trial, rung: number, step: number): Trial {
  if (rung === step) return trial
  const before = [...trial.intermediateValues].filter(([reported]) => reported < rung)
  return { ...trial, intermediateValues: new Map(before).set(rung, reportAt(trial, step)) }
}
