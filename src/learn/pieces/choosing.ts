/** What chooses an ensemble, checked. */

import { at } from '../../core/at.ts'
import { InvalidDataError } from '../../core/errors.ts'
import { isObject, shown } from '../../core/shown.ts'
import type { Choosing, HeldOut } from '../select.ts'
import { checkFloats, checkNumberLoss, checkPlaces, fieldsOf } from './check.ts'

/** Whose task it is, and how many numbers a model says of a row. */
const OUTPUTS: Readonly<Record<string, readonly [fits: (outputs: number) => boolean, allowed: string]>> = {
  regression: [(outputs) => outputs === 1, '1'],
  binary: [(outputs) => outputs === 1 || outputs === 2, '1, the probability of the second class, or 2'],
  multiclass: [(outputs) => outputs >= 2, 'the number of classes, 2 or more'],
}

/** @throws InvalidDataError, InvalidSpecError */
export function checkChoosing(choosing: unknown): asserts choosing is Choosing {
  const { task, outputs, truth, rows, loss } = fieldsOf(choosing, 'what is chosen by', 'an object: { task, outputs, truth, rows }')
  const [fits, allowed] = (typeof task === 'string' && Object.hasOwn(OUTPUTS, task) ? OUTPUTS[task] : undefined) ?? []
  if (fits === undefined || allowed === undefined)
    throw new InvalidDataError(`task is ${shown(task)}; it must be regression, binary or multiclass`)
  if (!(typeof outputs === 'number' && Number.isSafeInteger(outputs) && fits(outputs)))
    throw new InvalidDataError(`outputs is ${shown(outputs)}; of a ${String(task)} task it must be ${allowed}`)
  checkFloats(truth, 'truth')
  checkPlaces(rows, 'rows', truth.length)
  const classes = task === 'regression' ? 0 : Math.max(2, outputs)
  if (classes > 0) {
    const strange = truth.findIndex((own) => !(Number.isInteger(own) && own >= 0 && own < classes))
    if (strange >= 0)
      throw new InvalidDataError(
        `truth holds ${at(truth, strange)} at place ${strange}; with ${classes} classes it must be a whole number from 0 to ${classes - 1}`,
      )
  }
  if (loss === undefined) return
  const { ofNumbers, ofClasses, classWeights } = fieldsOf(loss, 'loss', 'an object: { ofNumbers, ofClasses }')
  checkNumberLoss(ofNumbers, 'loss.ofNumbers')
  if (ofNumbers === undefined || !isObject(ofClasses))
    throw new InvalidDataError(`loss is ${shown(loss)}; it must have ofNumbers and ofClasses`)
  if (classWeights !== undefined) checkFloats(classWeights, 'loss.classWeights', classes)
}

const eachOf = (library: unknown): HeldOut[] => {
  if (!Array.isArray(library) || library.length === 0)
    throw new InvalidDataError(
      `the predictions are ${Array.isArray(library) ? 'an empty array' : shown(library)}; there must be a Float64Array of each model`,
    )
  return Array.from<unknown>(library).map((own, i) => {
    if (own instanceof Float64Array) return own
    throw new InvalidDataError(`the predictions of model ${i} are ${shown(own)}; they must be a Float64Array (Float64Array.from makes one)`)
  })
}

/** What each model said; rows that do not choose may be anything. @throws InvalidDataError */
export function checkLibrary(library: unknown, { task, outputs, truth, rows }: Choosing): void {
  for (const [i, own] of eachOf(library).entries()) {
    if (own.length !== truth.length * outputs)
      throw new InvalidDataError(
        `the predictions of model ${i} are ${own.length}; of ${truth.length} rows there must be ${truth.length * outputs}, ${outputs} a row`,
      )
    for (const row of rows)
      for (let place = row * outputs; place < (row + 1) * outputs; place++) {
        const said = at(own, place)
        if (!Number.isFinite(said) || (task !== 'regression' && (said < 0 || said > 1.001)))
          throw new InvalidDataError(
            `model ${i} says ${said} of row ${row}; it must be ${task === 'regression' ? 'a finite number' : 'a probability, from 0 to 1'}`,
          )
      }
  }
}

/** Models that said as much as each other, and their weights. @throws InvalidDataError */
export function checkWeighted(library: unknown, weights: unknown): void {
  const all = eachOf(library)
  const [first] = all
  const other = all.findIndex(({ length }) => length !== first?.length)
  if (other >= 0)
    throw new InvalidDataError(
      `model ${other} says ${all[other]?.length} numbers and model 0 ${first?.length}; all must be of the same rows`,
    )
  checkFloats(weights, 'weights', all.length)
  const sum = weights.reduce((total, weight) => total + weight, 0)
  if (weights.some((weight) => weight < 0) || Math.abs(sum - 1) > 1e-6)
    throw new InvalidDataError(
      `weights are from ${Math.min(...weights)} on and add up to ${sum}; each must be 0 or more, and all together 1`,
    )
}
