// Splits a dataset into training and test parts, or into folds.

import { at, missing } from '../core/at.ts'
import { InvalidDataError, InvalidSpecError } from '../core/errors.ts'
import { Purpose, permutation } from '../core/random.ts'
import { shown } from '../core/shown.ts'
import { checkDataset, checkOptions } from './check.ts'
import { classOfRows, type Dataset, takeRows } from './dataset.ts'

/** Two parts of one dataset that share no row. */
export interface Split {
  readonly train: Dataset
  readonly test: Dataset
}

/** How rows are dealt to training and test. */
export interface SplitOptions {
  /** The share of rows to test on, over 0 and under 1; rounded to whole rows. Default 0.2. */
  readonly testFraction?: number
  /** The number of rows to test on, instead of testFraction. */
  readonly testRows?: number
  /** A whole number from 0 to 2^32 - 1; the same seed gives the same split. Default 0. */
  readonly seed?: number
  /** Give both parts the same share of every class, to the nearest row. Default false. */
  readonly stratify?: boolean
  /** false: no shuffling; the last rows are the test part. Default true. */
  readonly shuffle?: boolean
}

/** How rows are dealt to folds. */
export interface FoldOptions {
  /** From 2 to the number of rows. Default 5. */
  readonly folds?: number
  readonly seed?: number
  /** Every class is dealt out evenly over the folds. Default false. */
  readonly stratify?: boolean
}

function shuffled(rows: number, seed: number): Uint32Array {
  if (!Number.isInteger(seed) || seed < 0 || seed > 0xffffffff)
    throw new InvalidSpecError(`seed is ${shown(seed)}; it must be a whole number from 0 to 4294967295`)
  return permutation(seed, 0, rows, Purpose.split)
}

/** The rows of each class, by class index, each list in the order in which `order` visits them. */
function byClass({ labels, classNames }: Classes, order: Uint32Array): number[][] {
  const groups: number[][] = classNames.map(() => [])
  for (const row of order) groups[labels[row] ?? missing(labels, row)]?.push(row)
  return groups
}

/** Deals `total` out in proportion to `sizes`, in whole rows: rounded down, the rest to the largest remainders (Hamilton's method). */
function proportions(sizes: readonly number[], total: number): number[] {
  const sum = sizes.reduce((a, b) => a + b, 0)
  const exact = sizes.map((size) => (size * total) / sum)
  const shares = exact.map(Math.floor)
  const left = total - shares.reduce((a, b) => a + b, 0)
  const byRemainder = exact
    .map((share, i) => ({ i, remainder: share - Math.floor(share) }))
    .sort((a, b) => b.remainder - a.remainder || a.i - b.i)
  for (const { i } of byRemainder.slice(0, left)) shares[i] = at(shares, i) + 1
  return shares
}

/** The class of every row, by its place among the classes' names. */
interface Classes {
  readonly labels: ArrayLike<number>
  readonly classNames: readonly string[]
}

/** Numbers of rows, from 0. */
export interface RowSplit {
  readonly train: Uint32Array
  readonly test: Uint32Array
}

const classesOf = (dataset: Dataset): Classes => ({ labels: classOfRows(dataset), classNames: dataset.classNames })

/** Both parts keep the order of `order`, so no part comes out sorted by class. */
function part(order: Uint32Array, testRows: ReadonlySet<number>): RowSplit {
  return { train: order.filter((row) => !testRows.has(row)), test: order.filter((row) => testRows.has(row)) }
}

const taken = (dataset: Dataset, { train, test }: RowSplit): Split => ({ train: takeRows(dataset, train), test: takeRows(dataset, test) })

function countTestRows({ testFraction, testRows }: SplitOptions, rows: number): number {
  if (testFraction !== undefined && testRows !== undefined)
    throw new InvalidSpecError('testFraction and testRows are both given; give one of them')
  if (testFraction !== undefined && !(typeof testFraction === 'number' && testFraction > 0 && testFraction < 1))
    throw new InvalidSpecError(`testFraction is ${shown(testFraction)}; it must be over 0 and under 1`)
  const count = testRows ?? Math.round(rows * (testFraction ?? 0.2))
  if (rows < 2)
    throw new InvalidSpecError(
      `there ${rows === 1 ? 'is 1 row' : `are ${rows} rows`}; a part to train on and a part to test on need a row each`,
    )
  if (typeof count !== 'number' || !Number.isInteger(count) || count < 1 || count >= rows)
    throw new InvalidSpecError(
      `${testRows === undefined ? `testFraction of ${rows} rows` : 'testRows'} is ${shown(count)}; both parts need a row: it must be a whole number from 1 to ${rows - 1}`,
    )
  return count
}

/**
 * Splits a dataset into a part to train on and a part to test on; rows come in shuffled order.
 * Throws InvalidSpecError for an option out of range, InvalidDataError when stratifying real-valued targets.
 */
export function trainTestSplit(dataset: Dataset, options: SplitOptions = {}): Split {
  checkDataset(dataset)
  checkOptions(options, 'trainTestSplit')
  return taken(
    dataset,
    splitRows(dataset.rows, options, () => classesOf(dataset)),
  )
}

/** The same of the numbers of rows alone. @param classes asked for when stratifying */
export function splitRows(rows: number, options: SplitOptions, classes: () => Classes): RowSplit {
  const { seed = 0, stratify = false, shuffle = true } = options
  const count = countTestRows(options, rows)
  if (!shuffle) {
    if (stratify) throw new InvalidSpecError('stratify and shuffle: false are both given; stratifying picks rows at random')
    const order = Uint32Array.from({ length: rows }, (_, row) => row)
    return part(order, new Set(order.subarray(rows - count)))
  }
  const order = shuffled(rows, seed)
  if (!stratify) return part(order, new Set(order.subarray(0, count)))
  const groups = byClass(classes(), order)
  const shares = proportions(
    groups.map((group) => group.length),
    count,
  )
  return part(order, new Set(groups.flatMap((group, i) => group.slice(0, shares[i]))))
}

/**
 * Cuts a dataset into folds whose sizes differ by one row at most; entry f tests on fold f and trains on the others.
 * Errors as trainTestSplit; stratified, also InvalidDataError for a class with fewer rows than there are folds.
 */
export function kFolds(dataset: Dataset, options: FoldOptions = {}): Split[] {
  checkDataset(dataset)
  checkOptions(options, 'kFolds')
  return foldRows(dataset.rows, options, () => classesOf(dataset)).map((rows) => taken(dataset, rows))
}

/** The same of the numbers of rows alone. @param classes asked for when stratifying */
export function foldRows(rows: number, { folds = 5, seed = 0, stratify = false }: FoldOptions, classes: () => Classes): RowSplit[] {
  if (!Number.isInteger(folds) || folds < 2 || folds > rows)
    throw new InvalidSpecError(`folds is ${shown(folds)}; it must be a whole number from 2 to the ${rows} rows`)
  const order = shuffled(rows, seed)
  const known = stratify ? classes() : undefined
  const groups = known ? byClass(known, order) : [[...order]]
  groups.forEach((group, i) => {
    if (known && group.length < folds)
      throw new InvalidDataError(
        `class "${known.classNames[i]}" has ${group.length} rows, fewer than the ${folds} folds; use fewer folds, or stratify: false`,
      )
  })
  // Dealing the classes out one after another, like cards, keeps every class and every fold even to one row.
  const dealt = groups.flat()
  return Array.from({ length: folds }, (_, fold) => part(order, new Set(dealt.filter((_row, i) => i % folds === fold))))
}
