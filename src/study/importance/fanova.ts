// fANOVA: how much of the variance each parameter explains.

import { mean } from 'simple-statistics'
import { missing } from '../../core/at.ts'
import { InvalidDataError } from '../../core/errors.ts'
import type { Trial } from '../trial.ts'
import { type ForestOptions, growForest, type Tree } from './forest.ts'
import { type LeafBox, leavesOf, overlap, volume } from './leaves.ts'
import { type Table, type TableOptions, tableOf } from './table.ts'

const at = (values: readonly number[], i: number): number => values[i] ?? missing(values, i)

/** Options of `fanova`: its forest, and whether to assess pairs. */
export interface FanovaOptions extends TableOptions, ForestOptions {
  /** Whether pairs of parameters are assessed as well. */
  readonly pairs?: boolean | undefined
}

/** How much of the values' variance a parameter explains. */
export interface Importance {
  readonly name: string
  /** Its share of what all parameters explain alone: the importances add up to 1, as Optuna's. */
  readonly importance: number
  /** Its share of the variance of the forest's predictions, and how much that scatters (standard deviation) from tree to tree. */
  readonly fraction: number
  readonly sd: number
}

/** How much of the values' variance two parameters explain together. */
export interface PairImportance {
  readonly names: readonly [string, string]
  /** The share of the variance that the two explain together and neither alone. */
  readonly fraction: number
  readonly sd: number
}

/** How much of the variance of the values each parameter explains. */
export interface Fanova {
  /** From the most important parameter to the least. */
  readonly parameters: readonly Importance[]
  /** Likewise; empty unless asked for. */
  readonly pairs: readonly PairImportance[]
}

/** A tree's leaves, the mean taken off their values, with their volumes and the variance over the space. */
interface Prepared {
  readonly leaves: readonly LeafBox[]
  readonly variance: number
}

/**
 * Which parameters the objective hangs on: functional ANOVA over a random forest (Hutter, Hoos, Leyton-Brown, "An efficient approach for assessing
 * hyperparameter importance", ICML 2014), as Optuna's `FanovaImportanceEvaluator`: 64 trees of depth 64, every choice of a categorical
 * parameter a column of its own, numbers measured as they are unless `scale` says otherwise. A parameter's fraction is the variance of
 * the forest's prediction as a function of it, averaged over all values of the others, by the whole variance.
 * @throws InvalidDataError when fewer than two trials can be used, or all of them have the same value
 */
export function fanova(trials: readonly Trial[], options: FanovaOptions = {}): Fanova {
  const table = tableOf(trials, options)
  const prepared = growForest(table, options)
    .map((tree) => prepare(tree, table))
    .filter(({ variance }) => variance > 0)
  if (prepared.length === 0) {
    throw new InvalidDataError(
      `all ${table.trials.length} trials have the same value, or the same parameters; no parameter can be shown to matter`,
    )
  }
  const explained = (columns: readonly number[]): number[] =>
    prepared.map(({ leaves, variance }) => (columns.length === 0 ? 0 : marginalVariance(leaves, columns) / variance))
  const single = table.features.map(({ name, columns }) => ({ name, columns, fractions: explained(columns) }))
  const total = single.reduce((sum, { fractions }) => sum + mean(fractions), 0)
  const parameters = single.map(({ name, fractions }) => ({
    name,
    importance: total === 0 ? 0 : mean(fractions) / total,
    ...spread(fractions),
  }))
  const pairs = (options.pairs === true ? single : []).flatMap((a, i) =>
    single.slice(i + 1).map((b): PairImportance => {
      const both = explained([...a.columns, ...b.columns])
      const interaction = both.map((fraction, tree) => Math.max(0, fraction - at(a.fractions, tree) - at(b.fractions, tree)))
      return { names: [a.name, b.name], ...spread(interaction) }
    }),
  )
  const falling = (a: { fraction: number }, b: { fraction: number }): number => b.fraction - a.fraction
  return { parameters: parameters.sort(falling), pairs: pairs.sort(falling) }
}

function spread(fractions: readonly number[]): { fraction: number; sd: number } {
  const fraction = mean([...fractions])
  return { fraction, sd: Math.sqrt(mean(fractions.map((one) => (one - fraction) ** 2))) }
}

function prepare(tree: Tree, { bounds }: Table): Prepared {
  const leaves = leavesOf(tree.root, bounds)
  const all = [...bounds.keys()]
  const centre = leaves.reduce((sum, leaf) => sum + leaf.value * volume(leaf, all), 0)
  const centred = leaves.map((leaf) => ({ ...leaf, value: leaf.value - centre }))
  return { leaves: centred, variance: centred.reduce((sum, leaf) => sum + leaf.value ** 2 * volume(leaf, all), 0) }
}

/**
 * The variance of the tree's prediction as a function of these columns, the others averaged out. That function is the sum over the leaves of
 * value x (volume in the other columns) where the point lies inside the leaf, so the integral of its square is a sum over pairs of leaves: the
 * same number as by visiting every combination of the splits' midpoints, whose count grows with 2^choices.
 */
function marginalVariance(leaves: readonly LeafBox[], columns: readonly number[]): number {
  const others = Array.from(leaves[0]?.low.keys() ?? []).filter((column) => !columns.includes(column))
  const weighted = leaves.map((leaf) => ({ leaf, weight: leaf.value * volume(leaf, others) }))
  let sum = 0
  for (const [i, { leaf, weight }] of weighted.entries()) {
    sum += weight * weight * volume(leaf, columns)
    for (let j = 0; j < i; j++) {
      const other = weighted[j]
      if (other !== undefined) sum += 2 * weight * other.weight * overlap(leaf, other.leaf, columns)
    }
  }
  return Math.max(0, sum)
}
