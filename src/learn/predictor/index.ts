/**
 * Predicts by an answer's file, and nothing else: for pages that learned nothing themselves.
 * @module espalier/predict
 */

import { InvalidDataError } from '../../core/errors.ts'
import type { RawRow } from './cells.ts'
import type { AnswerData } from './data.ts'
import { damaged } from './faults.ts'
import { decodeAnswer } from './file.ts'
import { type Prediction, type PredictOptions, rowPredictor } from './predictor.ts'

export type { Cell, RawRow } from './cells.ts'
export type { AnswerColumn, Outside } from './outside.ts'
export type { ClassPrediction, NumberPrediction, Prediction, PredictOptions } from './predictor.ts'

/** What predicts, made of an answer's file. */
export interface Predictor {
  /** What is predicted: the name of the target's column. */
  readonly target: string
  /** The classes in the order of the file; empty of a number. */
  readonly classNames: readonly string[]
  /** The columns that a row must have, with the range or the categories of training. */
  readonly columns: AnswerData['columns']
  /** @throws InvalidDataError naming row and column of what cannot be read */
  predict(rows: readonly RawRow[], options?: PredictOptions): Prediction[]
}

/**
 * Reads the bytes of an answer's file and makes ready to predict; `loadAnswer` of the package checks them through and through.
 * @throws InvalidDataError for another file, or one that is damaged
 */
export function loadPredictor(bytes: Uint8Array): Predictor {
  const data = decodeAnswer(bytes) as AnswerData
  try {
    const predict = rowPredictor(data)
    const { columns, ensemble } = data
    const { names, classNames } = (ensemble.preparations[0] as AnswerData['ensemble']['preparations'][number]).target
    return { target: String(names[0]), classNames, columns, predict }
  } catch (cause) {
    if (cause instanceof InvalidDataError) throw cause
    // A header with the right checksum that is not of this shape was written by another program.
    throw new InvalidDataError(damaged('lacks what an answer has').message, { cause })
  }
}
