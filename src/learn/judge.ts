/** What the rows that judge say of an ensemble: its score beside guessing and a linear model, how sure its probabilities may be, how far single rows may lie. */

import { at, missing } from '../core/at.ts'
import type { Steps } from '../core/steps.ts'
import { crossTempering, temperatureSteps } from './calibration.ts'
import type { Intervals } from './intervals/intervals.ts'
import { intervalSteps } from './intervals/learn.ts'
import type { Chosen } from './library.ts'
import { type Problem, UNJUDGED } from './problem.ts'
import type { Judged } from './score/judged.ts'
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

export function* judge(problem: Problem, chosen: Chosen, seed: number): Steps<Judgement> {
  const rows = Uint32Array.from(problem.judges.keys()).filter((row) => problem.judges[row] !== UNJUDGED)
  const linear = chosen.linear === undefined ? undefined : judgedOf(problem, rows, chosen.linear.predicted)
  const said = judgedOf(problem, rows, chosen.judged)
  if (said.task === 'numbers') {
    const intervals = yield* intervalSteps(said, { spread: spreadOf(problem, rows, chosen), seed })
    return { judged: said, linear, temperature: 1, temperatures: new Map(), intervals, rows }
  }
  const folds = Int32Array.from(rows, (row) => problem.judges[row] ?? missing(problem.judges, row))
  const { probabilities, temperatures } = yield* crossTempering(said, folds)
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

/** Predictions of rows in the words of the statistics. */
export function judgedOf({ task, outputs, truth, classNames }: Problem, rows: Uint32Array, predicted: HeldOut): Judged {
  if (task === 'regression')
    return {
      task: 'numbers',
      actual: Float64Array.from(rows, (row) => at(truth, row)),
      predicted: Float64Array.from(rows, (row) => at(predicted, row)),
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
  return { task: 'classes', actual: Int32Array.from(rows, (row) => at(truth, row)), classes, probabilities }
}

/** (rows), of a regression: the standard deviation among the models that answer for a row, by their weights. */
function spreadOf({ judges }: Problem, rows: Uint32Array, { entries, judgedBy, judged }: Chosen): Float64Array {
  return Float64Array.from(rows, (row) => {
    const weights = at(judgedBy, at(judges, row))
    const mean = at(judged, row)
    const variance = entries.reduce((sum, { predicted }, i) => sum + at(weights, i) * (at(predicted, row) - mean) ** 2, 0)
    return Math.sqrt(variance)
  })
}
