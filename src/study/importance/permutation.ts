// Permutation importance.

import { mean } from 'simple-statistics'
import { StudyRandom } from '../random.ts'
import { checkForest, checkTrials } from '../statistics/check.ts'
import type { Trial } from '../trial.ts'
import { FlatTree, type ForestOptions, type Tree } from './forest.ts'
import { type Grown, grown } from './grown.ts'
import type { Table, TableOptions } from './table.ts'

/** Options of `permutationImportance`: its forest, and how often to shuffle. */
export interface PermutationOptions extends TableOptions, ForestOptions {
  /** Times a tree's left-out trials are shuffled; 5 by default. */
  readonly shuffles?: number | undefined
}

/** How much worse the forest predicts without a parameter. */
export interface PermutationImportance {
  readonly name: string
  /** Its share of the sum over all parameters, none counted below 0; 0 for each where the forest has learnt nothing. */
  readonly importance: number
  /** By how much the mean squared error of a prediction grows, as a share of the objective's variance. About 0 or below: no use for prediction. */
  readonly increase: number
  /** How much that scatters from tree to tree (standard deviation). */
  readonly sd: number
}

const STREAM = 0x7065726d
/** As many of a tree's left-out trials are asked at most: of more, the trees differ by far more than the trials do. */
const MOST_LEFT = 1000

/**
 * Permutation importance (Breiman, "Random forests", Machine Learning 45, 2001): how much worse a tree predicts the trials that it was not grown from when
 * one parameter's values are shuffled among them. It measures the same as fANOVA from another side: where the trials lie, not over the whole space.
 * @returns from the most important parameter to the least
 * @throws InvalidDataError when fewer than two trials can be used; InvalidSpecError for options that are wrong
 */
export function permutationImportance(trials: readonly Trial[], options: PermutationOptions = {}): PermutationImportance[] {
  checkTrials(trials)
  checkForest(options, 'permutationImportance')
  return permutationOf(grown(trials, options), options)
}

/** The same of a forest that has been grown. */
export function permutationOf(
  { table, forest: trees }: Grown,
  { shuffles = 5, seed = 0 }: PermutationOptions = {},
): PermutationImportance[] {
  const centre = mean([...table.targets])
  const variance = mean(Array.from(table.targets, (target) => (target - centre) ** 2))
  // Fewer than two left-out trials cannot be shuffled.
  const usable = trees
    .map((tree) => ({ tree: new FlatTree(tree), left: evenly(leftOut(tree), MOST_LEFT) }))
    .filter(({ left }) => left.length >= 2)
    .map(({ tree, left }) => ({ tree, left, before: squaredError(table, tree, left, left, []) }))
  const found = table.features.map(({ name, columns }, feature) => {
    const increases = usable.map(({ tree, left, before }, place) => {
      const random = new StudyRandom(seed, place, STREAM + feature)
      return (
        mean(Array.from({ length: shuffles }, () => squaredError(table, tree, left, random.shuffled(left), columns) - before)) / variance
      )
    })
    const known = variance > 0 && increases.length > 0
    const increase = known ? mean(increases) : 0
    return { name, increase, sd: known ? Math.sqrt(mean(increases.map((one) => (one - increase) ** 2))) : 0 }
  })
  const total = found.reduce((sum, { increase }) => sum + Math.max(0, increase), 0)
  return found
    .map((one) => ({ ...one, importance: total > 0 ? Math.max(0, one.increase) / total : 0 }))
    .sort((a, b) => b.increase - a.increase)
}

const leftOut = ({ counts }: Tree): number[] => [...counts.keys()].filter((row) => counts[row] === 0)

/** At most so many of them, evenly spread. */
const evenly = (rows: readonly number[], most: number): readonly number[] =>
  rows.length <= most ? rows : rows.filter((_, i) => Math.floor(((i + 1) * most) / rows.length) > Math.floor((i * most) / rows.length))

/** The mean over the rows, each with the i-th donor's values in these columns. */
function squaredError(
  table: Table,
  tree: FlatTree,
  rows: readonly number[],
  donors: readonly number[],
  columns: readonly number[],
): number {
  const swapped = Uint8Array.from(table.columns, (_, column) => Number(columns.includes(column)))
  let sum = 0
  for (const [i, row] of rows.entries())
    sum += (tree.predict(table.columns, row, donors[i] ?? row, swapped) - (table.targets[row] ?? Number.NaN)) ** 2
  return sum / rows.length
}
