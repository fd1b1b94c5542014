// Permutation importance.

import { mean } from 'simple-statistics'
import { StudyRandom } from '../random.ts'
import type { Trial } from '../trial.ts'
import { type ForestOptions, growForest, predict, type Tree } from './forest.ts'
import { type Table, type TableOptions, tableOf } from './table.ts'

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

/**
 * Permutation importance (Breiman, "Random forests", Machine Learning 45, 2001): how much worse a tree predicts the trials that it was not grown from when
 * one parameter's values are shuffled among them. It measures the same as fANOVA from another side: where the trials lie, not over the whole space.
 * @returns from the most important parameter to the least
 * @throws InvalidDataError when fewer than two trials can be used
 */
export function permutationImportance(trials: readonly Trial[], options: PermutationOptions = {}): PermutationImportance[] {
  const { shuffles = 5, seed = 0 } = options
  const table = tableOf(trials, options)
  const centre = mean([...table.targets])
  const variance = mean(Array.from(table.targets, (target) => (target - centre) ** 2))
  const forest = growForest(table, options).map((tree) => ({ tree, left: leftOut(tree) }))
  // Fewer than two left-out trials cannot be shuffled.
  const usable = forest.filter(({ left }) => left.length >= 2)
  const found = table.features.map(({ name, columns }, feature) => {
    const increases = usable.map(({ tree, left }, place) => {
      const random = new StudyRandom(seed, place, STREAM + feature)
      const before = squaredError(table, tree, left, left, columns)
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

/** The mean over the rows, each with the i-th donor's values in these columns. */
function squaredError(table: Table, tree: Tree, rows: readonly number[], donors: readonly number[], columns: readonly number[]): number {
  return mean(
    rows.map((row, i) => {
      const donor = donors[i] ?? row
      const predicted = predict(tree, (column) => table.columns[column]?.[columns.includes(column) ? donor : row] ?? Number.NaN)
      return (predicted - (table.targets[row] ?? Number.NaN)) ** 2
    }),
  )
}
