/** How well an answer predicts rows whose targets are known: the metrics that it was judged by, on rows that it has perhaps never seen. */

import { categoryIndex } from '../data/categories.ts'
import type { Answer } from '../learn/answer.ts'
import { numberGroups } from '../learn/grouping.ts'
import type { Prediction } from '../learn/predictor/predictor.ts'
import type { Judged } from '../learn/score/judged.ts'
import { metricsOf, scoreOf } from '../learn/score/score.ts'
import { wordOf } from '../prepare/cells.ts'
import type { Column, Table } from '../table/table.ts'

/** A metric of some rows, and where it lies for all rows like them; which share of the rows their intervals, or sets, held. */
export interface AnswerScores {
  readonly rows: number
  readonly metrics: readonly { readonly name: string; readonly value: number; readonly interval: readonly [low: number, high: number] }[]
  readonly inside?: number
}

/** Of the rows that have a target; undefined where the table has none, or fewer than two rows have one that it knows. */
export function scoresOfAnswer(answer: Answer, table: Table, predictions: readonly Prediction[]): AnswerScores | undefined {
  const column = table.columns.find(({ name }) => name === answer.target)
  if (column === undefined) return undefined
  const truths = truthsOf(answer, column)
  const rows = predictions.flatMap((_, row) => (Number.isNaN(truths[row] ?? Number.NaN) ? [] : [row]))
  if (rows.length < 2) return undefined
  const targets = Float64Array.from(rows, (row) => truths[row] ?? Number.NaN)
  const judged = { ...judgedOf(answer, rows, targets, predictions), ...groupsIn(answer, table, rows) }
  const metrics = metricsOf(judged).map((name) => {
    const { value, low, high } = scoreOf({ judged }, name)
    return { name, value, interval: [low, high] as const }
  })
  const inside = rows.map((row, i) => isInside(answer, predictions[row], Number(targets[i]))).filter((held) => held !== undefined)
  return { rows: rows.length, metrics, ...(inside.length > 0 && { inside: inside.filter(Boolean).length / inside.length }) }
}

/** Which rows belong together, where the answer was learned by whole groups and the table names them. */
function groupsIn({ data }: Answer, table: Table, rows: readonly number[]): { readonly groups?: Int32Array } {
  const column = table.columns.find(({ name }) => name === data.learned.by?.column)
  if (column === undefined) return {}
  // A row of no group is one of its own.
  return { groups: numberGroups(rows, (row) => wordOf(column, row) ?? `row ${row}`).groups }
}

/** (rows), the number, or that of the class; NaN where it is missing, no number, or a class that the answer does not know. */
function truthsOf({ classNames }: Answer, column: Column): Float64Array {
  const isNumber = 'values' in column
  if (classNames.length === 0) return isNumber ? column.values : new Float64Array()
  const place = categoryIndex(classNames)
  const count = isNumber ? column.values.length : 'codes' in column ? column.codes.length : column.texts.length
  return Float64Array.from({ length: count }, (_, row) => place(wordOf(column, row) ?? '') ?? Number.NaN)
}

function judgedOf({ classNames, data }: Answer, rows: readonly number[], actual: Float64Array, predictions: readonly Prediction[]): Judged {
  if (classNames.length === 0) {
    const predicted = Float64Array.from(rows, (row) => Number(predictions[row]?.value))
    return { task: 'numbers', actual, predicted, ...(data.loss && { loss: data.loss }) }
  }
  const probabilities = rows.flatMap((row) => {
    const one = predictions[row]
    return classNames.map((name) => Number(one !== undefined && 'probabilities' in one ? one.probabilities[name] : undefined))
  })
  return {
    ...{ task: 'classes', actual: Int32Array.from(actual), classes: classNames.length, probabilities: Float64Array.from(probabilities) },
    ...(data.score.metric === 'balancedLogLoss' && { isBalanced: true }),
  }
}

function isInside({ classNames }: Answer, one: Prediction | undefined, truth: number): boolean | undefined {
  if (one === undefined) return undefined
  if ('probabilities' in one) return one.set?.includes(classNames[truth] ?? '')
  return one.interval && one.interval.low <= truth && truth <= one.interval.high
}

const short = (value: number): string => String(Number(value.toPrecision(4)))

/** `rootMeanSquaredError 2.35 (2.1 to 2.7), …; 95.3 % of rows within their intervals`. */
export function answerScoresText({ rows, metrics, inside }: AnswerScores): string {
  // Of rows of one class there is no area, and of equal numbers no r2.
  const each = metrics.flatMap(({ name, value, interval: [low, high] }) =>
    Number.isNaN(value) ? [] : [`${name} ${short(value)} (${short(low)} to ${short(high)})`],
  )
  return [
    `on ${rows} rows whose target is known: ${each.join(', ')}`,
    ...(inside === undefined ? [] : [`${short(100 * inside)} % of them within their intervals`]),
  ].join('; ')
}
