/** What predicts rows by an answer's data: the same code, and so the same numbers, in the package and in the entry for pages. */

import { argmax } from '../../core/argmax.ts'
import { missing } from '../../core/at.ts'
import { categoryIndex } from '../../data/categories.ts'
import { type Cells, cellsOfRows, checkRows, type RawRow } from './cells.ts'
import type { AnswerData } from './data.ts'
import { compileEnsemble } from './ensemble.ts'
import { checkIntervals, halfWidth } from './intervals.ts'
import { type Outside, outsideOf } from './outside.ts'

/** What is said of a row whose target is a number. */
export interface NumberPrediction {
  readonly value: number
  /** It holds the truth with the probability of the answer's `intervals.level`; absent where the answer has none. */
  readonly interval?: readonly [low: number, high: number]
  /** What of the row is unlike all that was learned from; empty for most rows. */
  readonly outside: readonly Outside[]
}

/** What is said of a row whose target is a class. */
export interface ClassPrediction {
  /** The likeliest class. */
  readonly value: string
  /** Of every class. */
  readonly probabilities: Readonly<Record<string, number>>
  /** The classes that may be the truth: it is among them with the probability of the answer's `intervals.level`; absent where the answer has none. */
  readonly set?: readonly string[]
  /** What of the row is unlike all that was learned from; empty for most rows. */
  readonly outside: readonly Outside[]
}

export type Prediction = NumberPrediction | ClassPrediction

/** Of an answer's data what predictions need. */
export type PredictorData = Pick<AnswerData, 'ensemble' | 'columns' | 'intervals'>

/** Predicts cells that somebody has read. */
export type PredictCells = (cells: ReadonlyMap<string, Cells>, rows: number) => Prediction[]

/** Probabilities of all classes; one number is that of the second of two. */
const sharesOf = (values: Float64Array): Float64Array => {
  const [second = 0] = values
  return values.length === 1 ? Float64Array.of(1 - second, second) : values
}

/** @throws InvalidDataError where the parts of the data do not fit */
export function compilePredictor({ ensemble, columns, intervals }: PredictorData): PredictCells {
  const compiled = compileEnsemble(ensemble)
  const { outputs } = compiled
  const { task, classNames } = (ensemble.preparations[0] ?? missing(ensemble.preparations, 0)).target
  const isClasses = task !== 'regression'
  if (intervals !== null) checkIntervals(intervals, isClasses)
  return (cells, rows) => {
    const { values, spread } = compiled.predict(cells, rows)
    const outside = outsideOf(columns, cells, categoryIndex)
    return Array.from({ length: rows }, (_, row): Prediction => {
      const own = { outside: outside(row) }
      if (isClasses) {
        const shares = sharesOf(values.subarray(row * outputs, (row + 1) * outputs))
        const best = argmax(shares)
        return {
          value: classNames[best] ?? missing(classNames, best),
          probabilities: Object.fromEntries(classNames.map((name, i) => [name, shares[i] ?? missing(shares, i)])),
          ...(intervals?.kind === 'classes' && {
            set: classNames.filter((_name, i) => i === best || (shares[i] ?? missing(shares, i)) >= intervals.least),
          }),
          ...own,
        }
      }
      const value = values[row] ?? missing(values, row)
      if (intervals?.kind !== 'numbers') return { value, ...own }
      const half = halfWidth(intervals, spread[row] ?? missing(spread, row))
      return { value, interval: [value - half, value + half], ...own }
    })
  }
}

/** Predicts rows as objects. */
export function rowPredictor(data: PredictorData): (rows: readonly RawRow[]) => Prediction[] {
  const predict = compilePredictor(data)
  return (rows) => {
    checkRows(rows)
    return predict(cellsOfRows(rows, data.columns), rows.length)
  }
}
