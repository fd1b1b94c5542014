/** What a program says of its rows, checked before any statistic is made of it. Inside the package it is made right, and goes unchecked. */

import { at } from '../../core/at.ts'
import { InvalidDataError, InvalidSpecError } from '../../core/errors.ts'
import { isObject, shown } from '../../core/shown.ts'
import type { ClassSets, NumberIntervals } from '../intervals/intervals.ts'
import { NAMES_OF_NUMBERS } from '../loss.ts'
import type { JudgedClasses } from '../score/judged.ts'
import type { Predictions } from '../score/score.ts'

type Fields = Readonly<Record<string, unknown>>

/** Chances of a row, computed in float32 of some hundred classes, add up to 1 so nearly. */
const NEARLY = 1e-3

export const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value)
const isWhole = (value: unknown, least: number): value is number => Number.isSafeInteger(value) && Number(value) >= least

/** @throws InvalidDataError for anything but an object */
export function fieldsOf(value: unknown, name: string, what: string): Fields {
  if (isObject(value) && !Array.isArray(value)) return value
  throw new InvalidDataError(`${name} is ${shown(value)}; it must be ${what}`)
}

/** @throws InvalidSpecError for options that are not an object */
export function optionsOf(value: unknown, of: string): Fields {
  if (isObject(value) && !Array.isArray(value)) return value
  throw new InvalidSpecError(`the options of ${of} are ${shown(value)}; they must be an object`)
}

/** @throws InvalidSpecError */
export function checkLevel(level: unknown): void {
  if (!(isNumber(level) && level > 0 && level < 1))
    throw new InvalidSpecError(`level is ${shown(level)}; it must lie between 0 and 1, as 0.95 does`)
}

/** @throws InvalidDataError for anything but a Float64Array of so many finite numbers */
export function checkFloats(value: unknown, name: string, length?: number): asserts value is Float64Array {
  if (!(value instanceof Float64Array))
    throw new InvalidDataError(`${name} is ${shown(value)}; it must be a Float64Array (Float64Array.from makes one)`)
  if (length !== undefined && value.length !== length)
    throw new InvalidDataError(`${name} holds ${value.length} numbers; there must be ${length}`)
  const bad = value.findIndex((one) => !Number.isFinite(one))
  if (bad >= 0) throw new InvalidDataError(`${name} holds ${at(value, bad)} at place ${bad}; every number must be finite`)
}

/** @throws InvalidDataError for what are no chances of classes: each 0 or more, together 1 */
export function checkChances(row: ArrayLike<number>, name: string): void {
  let sum = 0
  for (let c = 0; c < row.length; c++) {
    const chance = row[c]
    if (!(isNumber(chance) && chance >= 0))
      throw new InvalidDataError(`${name} holds ${shown(chance)} for class ${c}; a probability is a number from 0 to 1`)
    sum += chance
  }
  if (Math.abs(sum - 1) > NEARLY)
    throw new InvalidDataError(`${name} add up to ${Number(sum.toPrecision(6))}; those of all classes must add up to 1`)
}

/** @param probabilities (rows x classes) @throws InvalidDataError */
export function checkRowsOfChances(probabilities: Float64Array, classes: number): void {
  for (let row = 0; row < probabilities.length / classes; row++)
    checkChances(probabilities.subarray(row * classes, (row + 1) * classes), `the probabilities of row ${row}`)
}

/** @throws InvalidDataError */
export function checkClassCount(classes: unknown, name: string): asserts classes is number {
  if (!isWhole(classes, 2)) throw new InvalidDataError(`${name} is ${shown(classes)}; it must be a whole number of classes, 2 or more`)
}

/** Rows with a class each. @throws InvalidDataError */
export function checkSaid(said: unknown, name: string): asserts said is Omit<JudgedClasses, 'task'> {
  const { actual, classes, probabilities, isBalanced } = fieldsOf(said, name, 'an object: { actual, classes, probabilities }')
  checkClassCount(classes, `${name}.classes`)
  if (!(actual instanceof Int32Array))
    throw new InvalidDataError(
      `${name}.actual is ${shown(actual)}; it must be an Int32Array of the numbers of classes (Int32Array.from makes one)`,
    )
  const strange = actual.findIndex((own) => own < 0 || own >= classes)
  if (strange >= 0)
    throw new InvalidDataError(
      `${name}.actual holds ${at(actual, strange)} at place ${strange}; with ${classes} classes it must be from 0 to ${classes - 1}`,
    )
  checkFloats(probabilities, `${name}.probabilities`, actual.length * classes)
  checkRowsOfChances(probabilities, classes)
  if (isBalanced !== undefined && typeof isBalanced !== 'boolean')
    throw new InvalidDataError(`${name}.isBalanced is ${shown(isBalanced)}; it must be true or false, or left out`)
}

/** (rows), which rows belong together. @throws InvalidDataError */
function checkGroups(groups: unknown, name: string, rows: number): void {
  if (groups === undefined) return
  if (!(groups instanceof Int32Array && groups.length === rows))
    throw new InvalidDataError(`${name} is ${shown(groups)}; it must be an Int32Array of ${rows}, the number of each row's group`)
  const bad = groups.findIndex((group) => group < 0 || group >= rows)
  if (bad >= 0) throw new InvalidDataError(`${name} holds ${at(groups, bad)} at place ${bad}; groups are counted from 0`)
}

/** The loss that numbers were learned by. @throws InvalidSpecError */
export function checkNumberLoss(loss: unknown, name: string): void {
  if (loss === undefined) return
  const { name: own, quantile, delta } = isObject(loss) ? loss : {}
  const isLoss = NAMES_OF_NUMBERS.some((one) => one === own)
  if (isLoss && isNumber(quantile) && quantile > 0 && quantile < 1 && isNumber(delta) && (delta > 0 || (delta === 0 && own !== 'huber')))
    return
  throw new InvalidSpecError(
    `${name} is ${shown(loss)}; it must be { name, quantile, delta }: one of ${NAMES_OF_NUMBERS.join(', ')}, a quantile between 0 and 1, and of huber a delta above 0`,
  )
}

/** Rows that judge, of classes or numbers. @throws InvalidDataError */
export function checkJudging(judged: unknown, name: string): void {
  const fields = fieldsOf(judged, name, 'an object: { task: "classes" or "numbers", actual, … }')
  const { task, actual, predicted, loss } = fields
  if (task === 'classes') checkSaid(fields, name)
  else if (task === 'numbers') {
    checkFloats(actual, `${name}.actual`)
    checkFloats(predicted, `${name}.predicted`, actual.length)
    checkNumberLoss(loss, `${name}.loss`)
  } else throw new InvalidDataError(`${name}.task is ${shown(task)}; it must be classes or numbers`)
  const { length } = fields.actual as ArrayLike<number>
  checkGroups(fields.groups, `${name}.groups`, length)
  if (length < 2) throw new InvalidDataError(`${length} rows judge; an interval takes at least 2`)
}

/** @throws InvalidDataError */
export function checkPredictions(predictions: unknown, name: string): asserts predictions is Predictions {
  const { judged, bag } = fieldsOf(predictions, name, 'an object: { judged }, what was said of rows that judge')
  checkJudging(judged, `${name}.judged`)
  if (bag === undefined) return
  const own = fieldsOf(bag, `${name}.bag`, 'an object: { judged, folds }')
  checkJudging(own.judged, `${name}.bag.judged`)
  const { task, actual, classes } = own.judged as Fields & { readonly actual: ArrayLike<number> }
  if (task !== (judged as Fields).task || classes !== (judged as Fields).classes)
    throw new InvalidDataError(`${name}.bag is of other classes, or of another task, than ${name}.judged`)
  if (!Array.isArray(own.folds))
    throw new InvalidDataError(`${name}.bag.folds is ${shown(own.folds)}; it must be an array of { said, unseen }`)
  for (const [i, fold] of Array.from<unknown>(own.folds).entries()) {
    const { said, unseen } = fieldsOf(fold, `${name}.bag.folds[${i}]`, 'an object: { said, unseen }')
    checkFloats(said, `${name}.bag.folds[${i}].said`, actual.length * (typeof classes === 'number' ? classes : 1))
    if (!(unseen instanceof Uint8Array && unseen.length === actual.length))
      throw new InvalidDataError(
        `${name}.bag.folds[${i}].unseen is ${shown(unseen)}; it must be a Uint8Array of ${actual.length}, 1 where the models had not seen the row`,
      )
  }
}

const MADE = 'it must be what fitIntervals gives'

/** Not every residual: they are asked for by every row. @throws InvalidDataError */
export function checkNumberIntervals(data: unknown): asserts data is NumberIntervals {
  const { kind, rows, residuals, scale } = fieldsOf(data, 'the intervals', 'an object, as fitIntervals gives it')
  if (kind === 'classes') throw new InvalidDataError('the intervals are of classes; predictSet is for those')
  if (kind !== 'numbers' || !isWhole(rows, 1) || !Array.isArray(residuals) || residuals.length < 1 || residuals.length > rows)
    throw new InvalidDataError(`the intervals are no intervals of numbers; ${MADE} of numbers`)
  if (scale === undefined) return
  const { by, edges, sizes } = fieldsOf(scale, "the intervals' scale", 'an object')
  const areNumbers = (values: unknown): values is number[] => Array.isArray(values) && Array.from<unknown>(values).every(isNumber)
  if (!((by === 'spread' || by === 'prediction') && areNumbers(edges) && areNumbers(sizes) && sizes.length === edges.length + 1))
    throw new InvalidDataError(`the intervals' scale is none; ${MADE}`)
}

/** @throws InvalidDataError */
export function checkClassSets(data: unknown): asserts data is ClassSets {
  const { kind, rows, chances } = fieldsOf(data, 'the intervals', 'an object, as fitIntervals gives it')
  if (kind === 'numbers') throw new InvalidDataError('the intervals are of numbers; predictInterval is for those')
  if (kind !== 'classes' || !isWhole(rows, 1) || !Array.isArray(chances) || chances.length < 1 || chances.length > rows)
    throw new InvalidDataError(`the intervals are no sets of classes; ${MADE} of classes`)
}

/** @param count there must be numbers from 0 below it @throws InvalidDataError */
export function checkPlaces(rows: unknown, name: string, count: number): asserts rows is ArrayLike<number> {
  if (!(Array.isArray(rows) || (ArrayBuffer.isView(rows) && !(rows instanceof DataView))))
    throw new InvalidDataError(`${name} is ${shown(rows)}; it must be an array of places of rows, from 0`)
  const places = rows as ArrayLike<unknown>
  if (places.length === 0) throw new InvalidDataError(`${name} is empty; at least one row must choose`)
  for (let i = 0; i < places.length; i++)
    if (!(isWhole(places[i], 0) && Number(places[i]) < count))
      throw new InvalidDataError(`${name} holds ${shown(places[i])} at place ${i}; of ${count} rows it must be a whole number below that`)
}
