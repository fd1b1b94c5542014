/** The rows that trees and lines learn from, and what must be true of them. */

import { InvalidDataError } from '../core/errors.ts'
import type { Task } from '../data/dataset.ts'
import type { NumberLoss } from './loss.ts'

/** Rows of features with their targets. */
export interface LearningRows {
  /** (rows x inputs), row-major, finite */
  readonly features: Float32Array
  readonly rows: number
  readonly inputs: number
  /** Of a regression (rows x outputs) numbers, of two classes (rows) zeros and ones, of more (rows) the number of each row's class, below `outputs`. */
  readonly targets: ArrayLike<number>
  /** Numbers that the model gives a row: 1, or as many as there are classes if there are more than two; of a regression as many as there are target columns. */
  readonly outputs: number
  readonly task: Task
  /** Of a regression: what is learned by, in units of the targets; squared errors by default. Of poisson the model says the logarithm. */
  readonly loss?: NumberLoss | undefined
  /** (rows), 0 or more: how much a row counts; 1 each where they are left out. A row of weight 0 is as if it were not there. */
  readonly sampleWeights?: ArrayLike<number> | undefined
}

/** @throws InvalidDataError where lengths do not fit, or a number is not what it must be */
export function checkLearningRows(data: LearningRows): void {
  const { features, rows, inputs, targets, outputs, task, sampleWeights } = data
  if (!(rows >= 1)) throw new InvalidDataError('there are no rows to learn from')
  if (features.length !== rows * inputs)
    throw new InvalidDataError(`features has ${features.length} numbers; ${rows} rows of ${inputs} inputs are ${rows * inputs}`)
  const wanted = task === 'regression' ? rows * outputs : rows
  if (targets.length !== wanted)
    throw new InvalidDataError(
      `targets has ${targets.length} numbers; ${rows} rows of a ${task} task with ${outputs} outputs have ${wanted}`,
    )
  if (task === 'binary' && outputs !== 1)
    throw new InvalidDataError(`outputs is ${outputs}; a binary task has one, the probability of class 1`)
  if (task === 'multiclass' && outputs < 2)
    throw new InvalidDataError(`outputs is ${outputs}; a multiclass task has one for each class, 2 or more`)
  const classes = task === 'binary' ? 2 : outputs
  for (let i = 0; i < targets.length; i++) {
    const target = targets[i]
    const fits =
      task === 'regression' ? Number.isFinite(target) : Number.isInteger(target) && Number(target) >= 0 && Number(target) < classes
    if (!fits)
      throw new InvalidDataError(
        `target ${i} is ${target}; it must be ${task === 'regression' ? 'finite' : `a class from 0 to ${classes - 1}`}`,
      )
  }
  if (sampleWeights === undefined) return
  if (sampleWeights.length !== rows) throw new InvalidDataError(`sampleWeights has ${sampleWeights.length} numbers; there are ${rows} rows`)
  let above = false
  for (let i = 0; i < rows; i++) {
    const weight = Number(sampleWeights[i])
    if (!(weight >= 0 && Number.isFinite(weight)))
      throw new InvalidDataError(`sampleWeights[${i}] is ${weight}; it must be finite and 0 or more`)
    above ||= weight > 0
  }
  if (!above) throw new InvalidDataError('all sampleWeights are 0: there is nothing to learn from; give at least one row a weight above 0')
}

/** @throws InvalidDataError for the first feature that is not finite */
export function checkFinite(features: Float32Array, rows: number, inputs: number): void {
  if (features.length !== rows * inputs)
    throw new InvalidDataError(`features has ${features.length} numbers; ${rows} rows of ${inputs} inputs are ${rows * inputs}`)
  for (let i = 0; i < features.length; i++) {
    const value = Number(features[i])
    // Finite numbers minus themselves are 0.
    if (value - value !== 0)
      throw new InvalidDataError(
        `feature ${i % inputs} of row ${Math.floor(i / inputs)} is ${value}; trees and lines need finite numbers: fill it in`,
      )
  }
}
