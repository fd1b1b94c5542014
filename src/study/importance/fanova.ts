// fANOVA: how much of the variance each parameter explains.

import { mean } from 'simple-statistics'
import { missing } from '../../core/at.ts'
import { InvalidDataError } from '../../core/errors.ts'
import { checkForest, checkTrials } from '../statistics/check.ts'
import type { Trial } from '../trial.ts'
import type { ForestOptions, Tree } from './forest.ts'
import { type Grown, grown } from './grown.ts'
import { type LeafBox, leavesOf, overlap, volume } from './leaves.ts'
import type { Table, TableOptions } from './table.ts'

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

/**
 * Which parameters the objective hangs on: functional ANOVA over a random forest (Hutter, Hoos, Leyton-Brown, "An efficient approach for assessing
 * hyperparameter importance", ICML 2014), as Optuna's `FanovaImportanceEvaluator`: 64 trees of depth 64, every choice of a categorical
 * parameter a column of its own, numbers measured as they are unless `scale` says otherwise. A parameter's fraction is the variance of
 * the forest's prediction as a function of it, averaged over all values of the others, by the whole variance.
 * @throws InvalidDataError when fewer than two trials can be used, or all of them have the same value; InvalidSpecError for options that are wrong
 */
export function fanova(trials: readonly Trial[], options: FanovaOptions = {}): Fanova {
  checkTrials(trials)
  checkForest(options, 'fanova')
  return fanovaOf(grown(trials, options), options)
}

/** The same of a forest that has been grown. */
export function fanovaOf({ table, forest }: Grown, options: Pick<FanovaOptions, 'pairs'> = {}): Fanova {
  const shares = forest.flatMap((tree) => sharesOf(tree, table, options.pairs === true))
  if (shares.length === 0) {
    throw new InvalidDataError(
      `all ${table.trials.length} trials have the same value, or the same parameters; no parameter can be shown to matter`,
    )
  }
  const single = table.features.map(({ name }, i) => ({ name, fractions: shares.map((tree) => at(tree.single, i)) }))
  const total = single.reduce((sum, { fractions }) => sum + mean(fractions), 0)
  const parameters = single.map(({ name, fractions }) => ({
    name,
    importance: total === 0 ? 0 : mean(fractions) / total,
    ...spread(fractions),
  }))
  const pairs = (shares[0]?.pairs ?? []).map(({ names }, i): PairImportance => {
    return { names, ...spread(shares.map((tree) => tree.pairs[i]?.fraction ?? Number.NaN)) }
  })
  const falling = (a: { fraction: number }, b: { fraction: number }): number => b.fraction - a.fraction
  return { parameters: parameters.sort(falling), pairs: pairs.sort(falling) }
}

function spread(fractions: readonly number[]): { fraction: number; sd: number } {
  const fraction = mean([...fractions])
  return { fraction, sd: Math.sqrt(mean(fractions.map((one) => (one - fraction) ** 2))) }
}

/** What the parameters explain of a tree's variance over the space. */
interface Shares {
  /** One a parameter. */
  readonly single: readonly number[]
  readonly pairs: readonly { readonly names: readonly [string, string]; readonly fraction: number }[]
}

/** One tree after the other: the leaves of all at once would fill the memory. None of a tree that is the same everywhere. */
function sharesOf(tree: Tree, { bounds, features }: Table, withPairs: boolean): Shares[] {
  const all = [...bounds.keys()]
  const raw = leavesOf(tree.root, bounds)
  const centre = raw.reduce((sum, leaf) => sum + leaf.value * volume(leaf, all), 0)
  const leaves = raw.map((leaf) => ({ ...leaf, value: leaf.value - centre }))
  const variance = leaves.reduce((sum, leaf) => sum + leaf.value ** 2 * volume(leaf, all), 0)
  if (!(variance > 0)) return []
  const explained = (columns: readonly number[]): number => (columns.length === 0 ? 0 : marginalVariance(leaves, columns) / variance)
  const single = features.map(({ columns }) => explained(columns))
  const pairs = (withPairs ? features : []).flatMap((a, i) =>
    features.slice(i + 1).map((b, j) => {
      const alone = at(single, i) + at(single, i + 1 + j)
      return { names: [a.name, b.name] as const, fraction: Math.max(0, explained([...a.columns, ...b.columns]) - alone) }
    }),
  )
  return [{ single, pairs }]
}

/**
 * The variance of the tree's prediction as a function of these columns, the others averaged out. That function is the sum over the leaves of
 * value x (volume in the other columns) where the point lies inside the leaf. So the integral of its square is a sum over pairs of boxes, of those that differ
 * in these columns: the same number as by visiting every combination of the splits' midpoints, whose count grows with 2^choices. In one column the function is a
 * row of steps, whose squares are added up from left to right.
 */
function marginalVariance(leaves: readonly LeafBox[], columns: readonly number[]): number {
  const others = Array.from(leaves[0]?.low.keys() ?? []).filter((column) => !columns.includes(column))
  const weights = Float64Array.from(leaves, (leaf) => leaf.value * volume(leaf, others))
  const [column = 0] = columns
  return Math.max(0, columns.length === 1 ? squaredSteps(leaves, weights, column) : squaredBoxes(leaves, weights, columns))
}

/** The integral of the square of what the leaves, each with its weight, add up to along a column. */
function squaredSteps(leaves: readonly LeafBox[], weights: Float64Array, column: number): number {
  const count = leaves.length
  const places = new Float64Array(2 * count)
  for (let i = 0; i < count; i++) {
    const { low, high } = leaves[i] ?? missing(leaves, i)
    places[i] = edge(low, column)
    places[count + i] = edge(high, column)
  }
  places.sort()
  const changes = new Float64Array(places.length)
  const change = (place: number, by: number): void => {
    const i = firstOf(places, place)
    changes[i] = (changes[i] ?? missing(changes, i)) + by
  }
  for (let i = 0; i < count; i++) {
    const { low, high } = leaves[i] ?? missing(leaves, i)
    change(edge(low, column), edge(weights, i))
    change(edge(high, column), -edge(weights, i))
  }
  let sum = 0
  let height = 0
  for (let i = 0; i + 1 < places.length; i++) {
    height += changes[i] ?? missing(changes, i)
    sum += height * height * (edge(places, i + 1) - edge(places, i))
  }
  return sum
}

/** The first place of a value in sorted ones. */
function firstOf(sorted: Float64Array, value: number): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (edge(sorted, middle) < value) low = middle + 1
    else high = middle
  }
  return low
}

const edge = (ends: ArrayLike<number>, i: number): number => ends[i] ?? missing(ends, i)

/** The same in several columns, of which choices have few different boxes. */
function squaredBoxes(leaves: readonly LeafBox[], weights: Float64Array, columns: readonly number[]): number {
  const boxes = new Map<string, { leaf: LeafBox; weight: number }>()
  for (const [i, leaf] of leaves.entries()) {
    const weight = edge(weights, i)
    const key = columns.map((column) => `${leaf.low[column]},${leaf.high[column]}`).join(';')
    const box = boxes.get(key)
    if (box === undefined) boxes.set(key, { leaf, weight })
    else box.weight += weight
  }
  const all = [...boxes.values()]
  let sum = 0
  for (const [i, { leaf, weight }] of all.entries()) {
    sum += weight * weight * volume(leaf, columns)
    for (let j = 0; j < i; j++) {
      const other = all[j]
      if (other !== undefined) sum += 2 * weight * other.weight * overlap(leaf, other.leaf, columns)
    }
  }
  return sum
}
