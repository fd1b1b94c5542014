/** What is to be learned: the rows that can be, their true targets, and the parts they are dealt to, so that what judges a model was never seen by it. */

import { at, missing } from '../core/at.ts'
import { InvalidDataError, InvalidSpecError } from '../core/errors.ts'
import { Purpose, permutation } from '../core/random.ts'
import { finish, type Steps } from '../core/steps.ts'
import type { Task } from '../data/dataset.ts'
import { findColumn, numbersOfRows } from '../prepare/cells.ts'
import type { PrepareOptions } from '../prepare/options.ts'
import { usableRows } from '../prepare/rows.ts'
import { encodeTargets, fitTarget } from '../prepare/target.ts'
import type { Table } from '../table/table.ts'
import { deal, dealGroups } from './deal.ts'
import { type Grouping, groupsUnsaid, LEAST_GROUPS, numberGroups, readGrouping } from './grouping.ts'
import { type LearnLoss, type Loss, readLoss } from './loss.ts'

/** A table with a target, its usable rows dealt to folds. Rows are counted from 0 among the usable ones. */
export interface Problem {
  readonly table: Table
  /** What holds for every preparation: target, task, classNames, ignore, categorical, missing. */
  readonly options: PrepareOptions
  readonly task: Task
  readonly target: string
  readonly classNames: readonly string[]
  /** What is learned, chosen and judged by. */
  readonly loss: Loss
  /** Numbers that a model gives for a row: 1 for a regression and for two classes, else one a class. */
  readonly outputs: number
  /** (rows), places in the table. */
  readonly rows: Uint32Array
  /** (rows), the target: in its own units, or the number of the class. */
  readonly truth: Float64Array
  readonly folds: readonly Fold[]
  /** (rows), the part that judges a row together: whatever is chosen for these rows is chosen by the others. 255 where no fold holds the row out. */
  readonly judges: Uint8Array
  readonly judgeCount: number
  /** Where rows belong together: none of a group is learned from where another judges. */
  readonly grouping?: Grouping
  /** What a person should know of rows that are left out, and of groups that nobody named. */
  readonly said: readonly string[]
}

/** Rows to train on and rows held out, places among the usable rows, ascending. */
interface Fold {
  readonly train: Uint32Array
  readonly held: Uint32Array
}

/** (rows), the fold that holds a row out; of rows that none does the first. */
export function foldsOfRows({ rows, folds }: Pick<Problem, 'rows' | 'folds'>): Uint8Array {
  const foldOf = new Uint8Array(rows.length)
  for (const [fold, { held }] of folds.entries()) for (const row of held) foldOf[row] = fold
  return foldOf
}

/** No judge: the row is only ever trained on. */
export const UNJUDGED = 255

/** How many folds there are, and how many of them are trained: with many rows one part that is held out judges well enough. */
function foldsFor(rows: number, classes: number): { of: number; trained: number } {
  // Trees of many classes are many trees.
  if (rows * Math.max(1, classes / 2) <= 3000) return { of: 8, trained: 8 }
  if (rows <= 20_000) return { of: 5, trained: 5 }
  return rows <= 60_000 ? { of: 6, trained: 2 } : { of: 8, trained: 1 }
}

/** More rows are not learned from: a sample of so many says what a network of this size can learn, and leaves the time to learn it. */
const MOST_ROWS = 200_000

/** Parts that judge, where fewer folds than three are trained. */
const JUDGES_OF_FEW = 5

interface ProblemOptions {
  readonly loss?: LearnLoss | undefined
  readonly classWeight?: 'balanced' | undefined
  /** The column that names what rows are of. */
  readonly by?: string | number | undefined
}

/** @throws InvalidDataError where there is too little to learn from */
export const readProblem = (table: Table, options: PrepareOptions, seed: number, more: ProblemOptions = {}): Problem =>
  finish(problemSteps(table, options, seed, more))

/** The same in pieces. @throws InvalidDataError where there is too little to learn from */
export function* problemSteps(table: Table, options: PrepareOptions, seed: number, more: ProblemOptions = {}): Steps<Problem> {
  const { by, ...lossOptions } = more
  const { rows: usable, said: dropped } = usableRows(table, { ...options, missing: 'median' })
  yield
  const rows = sampleOf(Uint32Array.from(usable), seed)
  yield
  const said =
    rows.length === usable.length ? dropped : [...dropped, `learned from ${rows.length} of ${usable.length} rows, drawn by chance`]
  const { names, task, classNames } = fitTarget(table, rows, { ...options, targets: 'none' })
  const [target] = names
  if (target === undefined || names.length > 1)
    throw new InvalidDataError(`target names ${names.length} columns; learn predicts one: call it once for each`)
  if (rows.length < LEAST_ROWS)
    throw new InvalidDataError(
      `${rows.length} rows have a target; at least ${LEAST_ROWS} are needed to learn from some and judge by others`,
    )
  const truth =
    task === 'regression'
      ? numbersOfRows(table, findColumn(table, target, 'target'), rows)
      : Float64Array.from(encodeTargets(table, rows, { names, task, classNames, units: [] }))
  if (task === 'regression') checkReach(truth, target)
  yield
  const loss = readLoss(lossOptions, { target, classes: classNames.length, truth })
  const grouping = by === undefined ? undefined : readGrouping(table, rows, by)
  if (grouping?.by === target)
    throw new InvalidSpecError(`by is "${target}", which is predicted; name the column that tells what rows are of`)
  const dealt = yield* dealSteps(truth, classNames.length, grouping, seed)
  return {
    table,
    options: {
      ...options,
      // What names groups says nothing of others.
      ...(grouping && { ignore: [...(options.ignore ?? []), grouping.by] }),
      missing: 'median',
      target,
      task,
      classNames: task === 'regression' ? undefined : classNames,
      columns: { ...manyCategories(table), ...extremeNumbers(table) },
    },
    task,
    target,
    classNames,
    loss,
    outputs: task === 'multiclass' ? classNames.length : 1,
    rows,
    truth,
    ...dealt,
    ...(grouping && { grouping }),
    said: grouping === undefined ? [...said, ...groupsUnsaid(table, rows, target)] : said,
  }
}

/** The rows dealt to folds and to judges. */
function* dealSteps(
  truth: Float64Array,
  classes: number,
  grouping: Grouping | undefined,
  seed: number,
): Steps<Pick<Problem, 'folds' | 'judges' | 'judgeCount'>> {
  const rows = truth.length
  const { of, trained } = foldsFor(rows, classes)
  const count = Math.min(of, grouping?.count ?? rows)
  const parts = grouping === undefined ? yield* deal(truth, count, seed) : yield* dealGroups(truth, classes, grouping.groups, count, seed)
  const places = Uint32Array.from({ length: rows }, (_, i) => i)
  const folds: Fold[] = []
  // Where groups are few, those of a few folds could not choose and judge.
  const wanted = grouping === undefined ? trained : Math.max(trained, Math.ceil(LEAST_GROUPS / Math.floor(grouping.count / count)))
  for (let fold = 0; fold < Math.min(wanted, count); fold++) {
    folds.push({ train: places.filter((i) => parts[i] !== fold), held: places.filter((i) => parts[i] === fold) })
    yield
  }
  return {
    folds,
    judges: folds.length > 2 ? parts : judgesOfFew(folds, rows, grouping),
    judgeCount: folds.length > 2 ? folds.length : JUDGES_OF_FEW,
  }
}

/** The same rows, dealt to folds and judges by another seed. */
export function* dealtAnew(problem: Problem, seed: number): Steps<Problem> {
  return { ...problem, ...(yield* dealSteps(problem.truth, problem.classNames.length, problem.grouping, seed)) }
}

const LEAST_ROWS = 20

/** Squares of numbers beyond this are none, and of its reciprocal 0. */
const MOST_REACH = 1e150

/** @throws InvalidDataError for a target whose squared errors float64 cannot hold */
function checkReach(truth: Float64Array, target: string): void {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const value of truth) [low, high] = [Math.min(low, value), Math.max(high, value)]
  const reach = Math.max(Math.abs(low), Math.abs(high))
  const isTooLarge = reach > MOST_REACH
  if (!isTooLarge && (low === high || reach > 1 / MOST_REACH)) return
  throw new InvalidDataError(
    `column "${target}" holds numbers up to ${reach}, whose squared errors are ${isTooLarge ? 'too large' : 'too small'} for a number of 64 bits; ` +
      `give it in other units: ${isTooLarge ? 'divided' : 'multiplied'} by 1e${Math.abs(Math.round(Math.log10(reach)))}`,
  )
}

/** Categories from which on a column is learned by the target's mean for each: as many columns of ones would drown the others. */
const MANY_CATEGORIES = 40

function manyCategories({ columns }: Table): PrepareOptions['columns'] {
  const many = columns.filter((column) => 'codes' in column && column.categories.length > MANY_CATEGORIES)
  return Object.fromEntries(many.map(({ name }) => [name, { categories: 'targetMean' as const }]))
}

/** Numbers beyond what float32 holds are learned by their order, and those so small that it holds none of them in units of their own, by trees as well. */
const EXTREME = 1e30

function extremeNumbers({ columns }: Table): PrepareOptions['columns'] {
  const extreme: Record<string, { readonly numbers: 'quantile' | 'standard' }> = {}
  for (const column of columns) {
    if (column.kind !== 'number') continue
    const most = column.values.reduce((largest, value) => (Number.isNaN(value) ? largest : Math.max(largest, Math.abs(value))), 0)
    if (most > EXTREME) extreme[column.name] = { numbers: 'quantile' }
    else if (most > 0 && most < 1 / EXTREME) extreme[column.name] = { numbers: 'standard' }
  }
  return extreme
}

function sampleOf(rows: Uint32Array, seed: number): Uint32Array {
  if (rows.length <= MOST_ROWS) return rows
  const order = permutation(seed, 1, rows.length, Purpose.split)
  return rows.filter((_, i) => (order[i] ?? missing(order, i)) < MOST_ROWS)
}

/** Of each fold's rows, or groups, one in so many to each judge. */
function judgesOfFew(folds: readonly Fold[], rows: number, grouping: Grouping | undefined): Uint8Array {
  const judges = new Uint8Array(rows).fill(UNJUDGED)
  for (const { held } of folds) {
    const places = grouping && numberGroups(held, (row) => String(at(grouping.groups, row))).groups
    for (const [i, row] of held.entries()) judges[row] = (places === undefined ? i : at(places, i)) % JUDGES_OF_FEW
  }
  return judges
}
