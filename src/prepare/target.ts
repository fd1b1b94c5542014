/** The target columns of a table: what is to be predicted, and how its numbers are changed for training. */

import { missing } from '../core/at.ts'
import { InvalidDataError, InvalidSpecError } from '../core/errors.ts'
import { excerpt, listed } from '../core/excerpt.ts'
import { shown } from '../core/shown.ts'
import { suggest } from '../core/suggest.ts'
import { inUnits, type TargetUnit, toLearned } from '../core/units.ts'
import type { Dataset, Task } from '../data/dataset.ts'
import { areClasses } from '../table/classNumbers.ts'
import type { Column, Table } from '../table/table.ts'
import { writeNumber } from '../table/written.ts'
import { allRows, categoriesOfColumn, codesOfRows, findColumn, isMissing, numbersOfRows, placeOf, type Rows, wordOf } from './cells.ts'
import { deviation, isStraightened, mean } from './numbers/statistics.ts'
import type { TreeTarget } from './numbers/tree.ts'
import type { PrepareOptions } from './options.ts'
import { type Preparation, preparationFromJSON, type TargetPreparation } from './preparation.ts'

const isList = <T>(value: T | readonly T[]): value is readonly T[] => Array.isArray(value)

/** The columns that are to be predicted: by default the last one that is neither ignored, nor free text, nor an id. @throws InvalidDataError */
export function targetColumns(table: Table, { target, ignore = [], task }: PrepareOptions): Column[] {
  const ignored = new Set(ignore.map((column) => findColumn(table, column, 'ignore')))
  const left = table.columns.filter((column) => !ignored.has(column))
  const usual = left.findLast(({ kind }) => kind !== 'text' && kind !== 'id') ?? left.at(-1)
  const wanted = target ?? usual?.name ?? -1
  const columns = (isList(wanted) ? wanted : [wanted]).map((reference) => findColumn(table, reference, 'target'))
  if (columns.length === 0) throw new InvalidDataError('target is an empty list; name at least one column')
  const both = columns.find((column) => ignored.has(column))
  if (both) throw new InvalidDataError(`column "${both.name}" is both a target and under ignore`)
  if (columns.length > 1 && (task ?? 'regression') !== 'regression')
    throw new InvalidDataError(`target names ${columns.length} columns; a ${task} task has one`)
  return columns
}

/** Which task a target column sets, and its classes: those of the whole table, for they are what is asked, not what is learned. */
export function taskOf(table: Table, columns: readonly Column[], options: PrepareOptions): { task: Task; classNames: readonly string[] } {
  const [column] = columns
  if (column === undefined || columns.length > 1) return { task: 'regression', classNames: [] }
  if (options.task === 'regression') return { task: 'regression', classNames: [] }
  const isGuessed = options.task === undefined && options.classNames === undefined
  const numeric = column.kind === 'number' || column.kind === 'date'
  if (isGuessed && numeric && !(options.scaling === undefined ? areClasses(column.name, column.values) : areZeroAndOne(column.values)))
    return { task: 'regression', classNames: [] }
  const found =
    options.classNames ?? ('codes' in column ? column.categories : asWritten(column, categoriesOfColumn(column, allRows(table))))
  const task = options.task ?? (found.length === 2 ? 'binary' : 'multiclass')
  if (found.length === 0 && options.classNames === undefined)
    throw new InvalidDataError(
      `column "${column.name}" has no value in any of the ${table.rows} rows, and nothing can be learned of it; give rows in which it is known`,
    )
  if (column.kind === 'id' && isGuessed && found.every((name) => Number.isFinite(Number(name))))
    throw new InvalidDataError(
      `column "${column.name}" is taken for an id: ${column.why}; name another target, or say task: regression if it is a number to predict`,
    )
  if ((column.kind === 'id' || column.kind === 'text') && isGuessed)
    throw new InvalidDataError(
      `column "${column.name}" has ${found.length} different texts, which are no classes; name another target, or say task: multiclass`,
    )
  if (found.length < 2 || (task === 'binary' && found.length !== 2))
    throw new InvalidDataError(
      `column "${column.name}" has ${found.length} ${found.length === 1 ? 'class' : 'classes'} (${listed(found.slice(0, 5))}); ` +
        `a ${task} target needs ${task === 'binary' ? '2' : '2 or more'}` +
        (column.missing > 0 && found.length < 2 && options.classNames === undefined
          ? `; ${column.missing} cells are read as missing: if they name a class, as None or NA may, say by missingMarkers what means missing`
          : ''),
    )
  return { task, classNames: found }
}

/** Numbers as the file writes them: `1.0` where all have a decimal, `01`, `+1`. */
function asWritten(column: Column, numbers: readonly string[]): readonly string[] {
  const written = column.kind === 'number' ? column.written : undefined
  if (written === undefined) return numbers
  const texts = numbers.map((number) => writeNumber(Number(number), written))
  return texts.every((text, i) => Number(text) === Number(numbers[i])) ? texts : numbers
}

/** What version 0.1.0 took for classes. */
const areZeroAndOne = (values: Float64Array): boolean =>
  values.includes(0) && values.includes(1) && values.every((value) => Number.isNaN(value) || value === 0 || value === 1)

/** From this skewness on, a positive target is learned by its logarithm, where that is less skewed. */
const SKEWED = 1

/**
 * How the numbers of a target are learned: standardised by the training rows, of their logarithms where all are positive, their skewness is above 1 and
 * that of their logarithms is nearer to 0.
 */
function learnUnit(values: Float64Array, name: string, how: 'auto' | 'standard' | 'logStandard'): TargetUnit {
  const positive = values.every((value) => value > 0)
  if (how === 'logStandard' && !positive)
    throw new InvalidSpecError(
      `targets is logStandard; column "${name}" has values of 0 or less, which have no logarithm: say standard, or auto`,
    )
  const log = how === 'logStandard' || (how === 'auto' && positive && isStraightened(values, SKEWED, Math.log))
  const learned = log ? values.map(Math.log) : values
  const middle = mean(learned)
  return { log, mean: middle, scale: deviation(learned, middle) || 1 }
}

/** @throws InvalidDataError, InvalidSpecError */
export function fitTarget(table: Table, rows: Rows, options: PrepareOptions): TargetPreparation {
  const columns = targetColumns(table, options)
  const { task, classNames } = taskOf(table, columns, options)
  const { targets = 'auto' } = options
  const names = columns.map(({ name }) => name)
  if (task !== 'regression' && (targets === 'standard' || targets === 'logStandard'))
    throw new InvalidSpecError(`targets is ${targets}; "${names[0]}" is of classes, which are not scaled: leave it out`)
  const units =
    task !== 'regression' || targets === 'none'
      ? []
      : columns.map((column) => learnUnit(presentNumbers(table, column, rows), column.name, targets))
  return { names, task, classNames: [...classNames], units }
}

function missingTarget(table: Table, column: Column, row: number): InvalidDataError {
  return new InvalidDataError(
    `${placeOf(table, column.name, row)}: the value is missing; a row without a target cannot be trained on: fill it in, or leave such rows out by missing: drop, mean, median or mode`,
  )
}

function presentNumbers(table: Table, column: Column, rows: Rows): Float64Array {
  const values = numbersOfRows(table, column, rows)
  const first = values.findIndex(Number.isNaN)
  if (first >= 0) throw missingTarget(table, column, rows[first] ?? missing(rows, first))
  return values
}

/** The targets of rows as they are learned. @throws InvalidDataError for a missing one, or a class that training did not know */
export function encodeTargets(table: Table, rows: Rows, { names, task, classNames, units }: TargetPreparation): Dataset['targets'] {
  const columns = names.map((name) => findColumn(table, name, 'target'))
  if (task === 'regression') {
    const targets = new Float32Array(rows.length * columns.length)
    columns.forEach((column, t) => {
      const unit = units[t]
      presentNumbers(table, column, rows).forEach((value, i) => {
        const learned = Math.fround(unit === undefined ? value : toLearned(value, unit))
        if (!Number.isFinite(learned)) throw notFinite(placeOf(table, column.name, rows[i] ?? missing(rows, i)), value, unit)
        targets[i * columns.length + t] = learned
      })
    })
    return targets
  }
  const [column] = columns
  if (column === undefined) throw new InvalidDataError('there is no target')
  const codes = codesOfRows(column, classNames, rows)
  const bad = codes.findIndex((code) => code < 0)
  if (bad >= 0) {
    const row = rows[bad] ?? missing(rows, bad)
    if (isMissing(column, row)) throw missingTarget(table, column, row)
    const word = wordOf(column, row) ?? ''
    throw new InvalidDataError(
      `${placeOf(table, column.name, row)}: "${excerpt(word)}" is not among the classes${suggest(word, classNames) || ` ${listed(classNames)}`}`,
    )
  }
  return task === 'multiclass' ? codes : Float32Array.from(codes)
}

function notFinite(place: string, value: number, unit: TargetUnit | undefined): InvalidDataError {
  if (unit?.log && value <= 0)
    return new InvalidDataError(
      `${place}: ${value} has no logarithm, by which the target is learned, for all training rows are above 0; say targets: standard`,
    )
  return new InvalidDataError(`${place}: ${value} is not finite in float32; correct it`)
}

/** Targets as a decision tree and means of categories see them: numbers as they are learned, classes by number. */
export function treeTargetOf(targets: Dataset['targets'], { task, names, classNames }: TargetPreparation): TreeTarget {
  return task === 'regression' ? { outputs: names.length, values: targets } : { classes: classNames.length, labels: targets }
}

/**
 * What a network predicts (rows x outputs, row-major) in the target's own units: the way back from what `prepare` made of targets. Classes, and
 * targets that were not scaled, stay as they are.
 */
export function unprepareTargets(preparation: Preparation, predictions: Float32Array): Float32Array {
  if (!(predictions instanceof Float32Array))
    throw new InvalidDataError(`predictions is ${shown(predictions)}; it must be a Float32Array, as predict gives it`)
  return inUnits(predictions, preparationFromJSON(preparation).target.units)
}
