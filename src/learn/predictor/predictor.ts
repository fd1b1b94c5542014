/** What predicts rows by an answer's data: the same code, and so the same numbers, in the package and in the entry for pages. */

import { argmax } from '../../core/argmax.ts'
import { missing } from '../../core/at.ts'
import { InvalidSpecError } from '../../core/errors.ts'
import { isObject, shown } from '../../core/shown.ts'
import { categoryIndex } from '../../data/categories.ts'
import { classesOf, type Intervals, intervalOf, type PredictionInterval } from '../intervals/intervals.ts'
import { type Cells, cellsOfRows, checkRows, type RawRow } from './cells.ts'
import type { AnswerData } from './data.ts'
import { compileEnsemble } from './ensemble.ts'
import { damaged } from './faults.ts'
import { type Outside, outsideOf } from './outside.ts'

/** What is said of a row whose target is a number. */
export interface NumberPrediction {
  readonly value: number
  /** It holds the truth with the probability of the asked level; absent where the answer has no intervals. */
  readonly interval?: PredictionInterval
  /** What of the row is unlike all that was learned from; empty for most rows. */
  readonly outside: readonly Outside[]
}

/** What is said of a row whose target is a class. */
export interface ClassPrediction {
  /** The likeliest class. */
  readonly value: string
  /** Of every class. */
  readonly probabilities: Readonly<Record<string, number>>
  /** The classes that may be the truth, the likeliest first: it is among them with the probability of the asked level; absent where the answer has no intervals. */
  readonly set?: readonly string[]
  /** What of the row is unlike all that was learned from; empty for most rows. */
  readonly outside: readonly Outside[]
}

export type Prediction = NumberPrediction | ClassPrediction

/** Of an answer's data what predictions need. */
export type PredictorData = Pick<AnswerData, 'ensemble' | 'columns' | 'intervals'>

export interface PredictOptions {
  /** With which probability an interval holds the truth, or a set of classes: 0.95 by default. */
  readonly level?: number | undefined
}

/** Predicts cells that somebody has read. */
export type PredictCells = (cells: ReadonlyMap<string, Cells>, rows: number, options?: PredictOptions) => Prediction[]

/** Probabilities of all classes; one number is that of the second of two. */
const sharesOf = (values: Float64Array): Float64Array => {
  const [second = 0] = values
  return values.length === 1 ? Float64Array.of(1 - second, second) : values
}

/** With the prediction itself: the mean of a few huge numbers, or an outer quantile, may lie beyond nearly all residuals. What is wider holds no less. */
const around = (value: number, { low, high }: PredictionInterval): PredictionInterval => ({
  low: Math.min(low, value),
  high: Math.max(high, value),
})

function levelOf(options: PredictOptions = {}): number {
  if (!isObject(options))
    throw new InvalidSpecError(`the options of predict are ${shown(options)}; they must be an object such as { level: 0.9 }`)
  const { level = 0.95 }: PredictOptions = options
  if (typeof level === 'number' && level > 0 && level < 1) return level
  throw new InvalidSpecError(`level is ${shown(level)}; it must be a number above 0 and below 1`)
}

function checkIntervals(intervals: Intervals | null, isClasses: boolean): void {
  if (intervals === null) return
  const kept = intervals.kind === 'classes' ? intervals.chances : intervals.residuals
  const scale = intervals.kind === 'numbers' ? intervals.scale : undefined
  const fits =
    kept.length > 0 && (scale === undefined || (scale.sizes.length === scale.edges.length + 1 && scale.sizes.every((size) => size > 0)))
  if ((intervals.kind === 'classes') !== isClasses || !fits) throw damaged('has intervals that do not fit what it predicts')
}

/** @throws InvalidDataError where the parts of the data do not fit */
export function compilePredictor({ ensemble, columns, intervals }: PredictorData): PredictCells {
  const compiled = compileEnsemble(ensemble)
  const { outputs } = compiled
  const { task, classNames } = (ensemble.preparations[0] ?? missing(ensemble.preparations, 0)).target
  const isClasses = task !== 'regression'
  checkIntervals(intervals, isClasses)
  return (cells, rows, options) => {
    const level = levelOf(options)
    const { values, spread } = compiled.predict(cells, rows)
    const outside = outsideOf(columns, cells, categoryIndex)
    return Array.from({ length: rows }, (_, row): Prediction => {
      if (isClasses) {
        const shares = sharesOf(values.subarray(row * outputs, (row + 1) * outputs))
        const name = (place: number): string => classNames[place] ?? missing(classNames, place)
        return {
          value: name(argmax(shares)),
          probabilities: Object.fromEntries(classNames.map((own, i) => [own, shares[i] ?? missing(shares, i)])),
          ...(intervals?.kind === 'classes' && { set: classesOf(intervals, shares, level).map(name) }),
          outside: outside(row),
        }
      }
      const value = values[row] ?? missing(values, row)
      return {
        value,
        ...(intervals?.kind === 'numbers' && {
          interval: around(value, intervalOf(intervals, value, spread[row] ?? missing(spread, row), level)),
        }),
        outside: outside(row),
      }
    })
  }
}

/** Predicts rows as objects. */
export function rowPredictor(data: PredictorData): (rows: readonly RawRow[], options?: PredictOptions) => Prediction[] {
  const predict = compilePredictor(data)
  return (rows, options) => {
    checkRows(rows)
    return predict(cellsOfRows(rows, data.columns), rows.length, options)
  }
}
