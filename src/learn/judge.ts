/** What the rows that judge say of an ensemble: its score beside guessing and a linear model, how sure its probabilities may be, how far single rows may lie. */

import { at, missing } from '../core/at.ts'
import type { Steps } from '../core/steps.ts'
import { crossTempering, temperatureSteps } from './calibration.ts'
import type { Intervals } from './intervals/intervals.ts'
import { intervalSteps } from './intervals/learn.ts'
import type { Run } from './library.ts'
import { isPlain } from './loss.ts'
import { type Problem, UNJUDGED } from './problem.ts'
import type { Judged } from './score/judged.ts'
import { mainMetric, scoreOf } from './score/score.ts'
import type { HeldOut } from './select.ts'

/** Rows that judge, and what was said of them. */
export interface Judgement {
  /** As the answer will say it: probabilities by a temperature that other judges' rows chose. */
  readonly judged: Judged
  /** What a linear model says of the same rows; undefined where none was trained. */
  readonly linear: Judged | undefined
  readonly temperature: number
  /** Of classes: by judge the temperature of its rows, which the others chose. */
  readonly temperatures: ReadonlyMap<number, number>
  readonly intervals: Intervals
  /** Places among the usable rows of those that judge. */
  readonly rows: Uint32Array
}

/** By all runs together: a row is predicted by the mean of the runs that held it out, and judged once, however often it was. */
export function* judge(runs: readonly Run[], seed: number): Steps<Judgement> {
  const { problem } = firstOf(runs)
  const judges = judgesOf(runs)
  const rows = Uint32Array.from(judges.keys()).filter((row) => judges[row] !== UNJUDGED)
  const lines = runs.flatMap(({ chosen }) => chosen.linear?.predicted ?? [])
  const linear = lines.length < runs.length ? undefined : judgedOf(problem, rows, meanOf(lines))
  const said = judgedOf(problem, rows, meanOf(runs.map(({ chosen }) => chosen.judged)))
  if (said.task === 'numbers') {
    const spread = meanOf(runs.map((run) => spreadOf(run, rows)))
    return { judged: said, linear, temperature: 1, temperatures: new Map(), intervals: yield* intervalSteps(said, { spread, seed }), rows }
  }
  const { probabilities, temperatures } = yield* crossTempering(
    said,
    Int32Array.from(rows, (row) => judges[row] ?? missing(judges, row)),
  )
  const judged = { ...said, probabilities }
  return {
    judged,
    linear,
    temperature: yield* temperatureSteps(said),
    temperatures,
    intervals: yield* intervalSteps(judged, { seed }),
    rows,
  }
}

/** How wide the interval of what is judged by would be, by these runs. */
export function* scoreWidth(runs: readonly Run[], seed: number): Steps<number> {
  const { judged } = yield* judge(runs, seed)
  const { low, high } = scoreOf({ judged }, mainMetric(judged))
  return high - low
}

const firstOf = (runs: readonly Run[]): Run => at(runs, 0)

/** (rows), the judge of a row in the first run that has one for it. */
function judgesOf(runs: readonly Run[]): Uint8Array {
  const [{ problem }, ...others] = [firstOf(runs), ...runs.slice(1)]
  return problem.judges.map((own, row) =>
    own === UNJUDGED ? (others.map((run) => at(run.problem.judges, row)).find((judge) => judge !== UNJUDGED) ?? UNJUDGED) : own,
  )
}

/** The mean of lists of the same length, number by number; NaN, of rows that a run did not hold out, counts for nothing. */
function meanOf(lists: readonly Float64Array[]): Float64Array {
  if (lists.length === 1) return at(lists, 0)
  return at(lists, 0).map((_, i) => {
    let [sum, count] = [0, 0]
    for (const list of lists) {
      const value = list[i] ?? missing(list, i)
      if (Number.isNaN(value)) continue
      sum += value
      count++
    }
    return sum / count
  })
}

/** Predictions of rows in the words of the statistics. */
export function judgedOf({ task, outputs, truth, classNames, loss, grouping }: Problem, rows: Uint32Array, predicted: HeldOut): Judged {
  const together = grouping && { groups: Int32Array.from(rows, (row) => at(grouping.groups, row)) }
  if (task === 'regression')
    return {
      task: 'numbers',
      actual: Float64Array.from(rows, (row) => at(truth, row)),
      predicted: Float64Array.from(rows, (row) => at(predicted, row)),
      ...(!isPlain(loss.ofNumbers) && { loss: loss.ofNumbers }),
      ...together,
    }
  const classes = classNames.length
  const probabilities = new Float64Array(rows.length * classes)
  rows.forEach((row, i) => {
    if (outputs === 1) probabilities.set([1 - at(predicted, row), at(predicted, row)], i * 2)
    else {
      const own = predicted.subarray(row * outputs, (row + 1) * outputs)
      const sum = own.reduce((a, b) => a + b, 0)
      probabilities.set(
        own.map((p) => p / sum),
        i * classes,
      )
    }
  })
  return {
    task: 'classes',
    actual: Int32Array.from(rows, (row) => at(truth, row)),
    classes,
    probabilities,
    ...(loss.classWeights !== undefined && { isBalanced: true }),
    ...together,
  }
}

/** (rows), of a regression: the standard deviation among the models that answer for a row, by their weights, with what they say of it themselves; NaN where none is judged. */
function spreadOf({ problem: { judges }, chosen: { entries, judgedBy, judged } }: Run, rows: Uint32Array): Float64Array {
  return Float64Array.from(rows, (row) => {
    const judge = at(judges, row)
    if (judge === UNJUDGED) return Number.NaN
    const weights = at(judgedBy, judge)
    const mean = at(judged, row)
    const variance = entries.reduce(
      (sum, { predicted, variances }, i) =>
        sum + at(weights, i) * ((at(predicted, row) - mean) ** 2 + (variances === undefined ? 0 : at(variances, row))),
      0,
    )
    return Math.sqrt(variance)
  })
}
