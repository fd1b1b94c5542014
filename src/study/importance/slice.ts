// Slices and contours: the forest's prediction along one or two parameters.

import { mean } from 'simple-statistics'
import { missing } from '../../core/at.ts'
import { InvalidDataError, InvalidSpecError } from '../../core/errors.ts'
import { cardinality, type Distribution, intervalOf, own, type ParamValue, valueAt } from '../space/distributions.ts'
import { checkForest, checkName, checkTrials } from '../statistics/check.ts'
import type { Trial } from '../trial.ts'
import { type ForestOptions, growForest } from './forest.ts'
import { type LeafBox, leavesOf, shareOf, volume } from './leaves.ts'
import { encode, type Feature, type Table, type TableOptions, tableOf } from './table.ts'

const at = (values: readonly number[], i: number): number => values[i] ?? missing(values, i)

/** Options of `slice` and `contour`: their forest, and how fine the curve is. */
export interface SliceOptions extends TableOptions, ForestOptions {
  /** Places along a range of numbers; every choice of a categorical parameter, every value of a range with fewer. 30 by default. */
  readonly grid?: number | undefined
}

/** One parameter against the objective. */
export interface Slice {
  readonly name: string
  readonly distribution: Distribution
  /** The complete trials that have the parameter. */
  readonly points: readonly { readonly number: number; readonly x: ParamValue; readonly value: number }[]
  /** What a forest predicts, averaged over all values of the other parameters, and its standard deviation from tree to tree. */
  readonly curve: readonly { readonly x: ParamValue; readonly mean: number; readonly sd: number }[]
}

/** Two parameters against the objective. */
export interface Contour {
  readonly names: readonly [string, string]
  readonly distributions: readonly [Distribution, Distribution]
  readonly points: readonly { readonly number: number; readonly x: ParamValue; readonly y: ParamValue; readonly value: number }[]
  readonly x: readonly ParamValue[]
  readonly y: readonly ParamValue[]
  /** What a forest predicts, averaged over all values of the other parameters: one row for each of y, one number in it for each of x. */
  readonly z: readonly (readonly number[])[]
}

/**
 * One parameter against an objective (the first by default): the trials, and what a forest makes of them.
 * @throws InvalidDataError when no complete trial has the parameter, or fewer than two have a finite value; InvalidSpecError for options that are wrong
 */
export function slice(trials: readonly Trial[], name: string, options: SliceOptions = {}): Slice {
  checkTrials(trials)
  checkName(name)
  checkForest(options, 'slice')
  const table = tableOf(trials, { ...options, scale: options.scale ?? 'declared' })
  const feature = featureOf(table, name)
  const predicted = marginal(table, [feature], options)
  const points = table.trials.flatMap(({ number, params, values }) => {
    const x = own(params, name)
    return x === undefined ? [] : [{ number, x, value: values?.[options.objective ?? 0] ?? Number.NaN }]
  })
  const curve = gridOf(feature, options).map((x) => {
    const predictions = predicted([x])
    const centre = mean(predictions)
    return { x, mean: centre, sd: Math.sqrt(mean(predictions.map((one) => (one - centre) ** 2))) }
  })
  return { name, distribution: feature.distribution, points, curve }
}

/**
 * Two parameters against an objective (the first by default): the trials, and what a forest makes of them.
 * @throws InvalidDataError as `slice`; InvalidSpecError when both are the same parameter
 */
export function contour(trials: readonly Trial[], nameX: string, nameY: string, options: SliceOptions = {}): Contour {
  checkTrials(trials)
  checkName(nameX)
  checkName(nameY)
  checkForest(options, 'contour')
  if (nameX === nameY) throw new InvalidSpecError(`both axes are ${nameX}; a contour takes two parameters, and slice shows one`)
  const table = tableOf(trials, { ...options, scale: options.scale ?? 'declared' })
  const [featureX, featureY] = [featureOf(table, nameX), featureOf(table, nameY)]
  const predicted = marginal(table, [featureX, featureY], options)
  const points = table.trials.flatMap(({ number, params, values }) => {
    const [x, y] = [own(params, nameX), own(params, nameY)]
    return x === undefined || y === undefined ? [] : [{ number, x, y, value: values?.[options.objective ?? 0] ?? Number.NaN }]
  })
  const [x, y] = [gridOf(featureX, options), gridOf(featureY, options)]
  return {
    names: [nameX, nameY],
    distributions: [featureX.distribution, featureY.distribution],
    points,
    x,
    y,
    z: y.map((rowOf) => x.map((columnOf) => mean(predicted([columnOf, rowOf])))),
  }
}

function featureOf({ features }: Table, name: string): Feature {
  const feature = features.find((one) => one.name === name)
  if (feature !== undefined) return feature
  throw new InvalidDataError(`no complete trial has the parameter ${name}; they have ${features.map((one) => one.name).join(', ')}`)
}

function gridOf({ distribution }: Feature, { grid = 30 }: SliceOptions): ParamValue[] {
  const count = cardinality(distribution)
  if (count <= grid || distribution.type === 'categorical') return Array.from({ length: count }, (_, i) => valueAt(distribution, i))
  const { low, high, fromInterval } = intervalOf(distribution)
  const values = Array.from({ length: grid }, (_, i) => fromInterval(low + ((high - low) * i) / (grid - 1)))
  return [...new Set(values)]
}

/** Every tree's prediction for values of these features, averaged over the space of all others. */
function marginal(table: Table, features: readonly Feature[], options: ForestOptions): (values: readonly ParamValue[]) => number[] {
  const columns = features.flatMap((feature) => feature.columns)
  const others = [...table.bounds.keys()].filter((column) => !columns.includes(column))
  const trees = growForest(table, options).map(({ root }) =>
    leavesOf(root, table.bounds).map((leaf) => ({ leaf, weighted: leaf.value * volume(leaf, others) })),
  )
  return (values) => {
    const place = new Map<number, number>()
    for (const [i, { distribution, columns }] of features.entries()) {
      const encoded = columns.length === 0 ? [] : encode(distribution, values[i], table.scale)
      for (const [j, column] of columns.entries()) place.set(column, shareOf(table.bounds[column], encoded[j] ?? Number.NaN))
    }
    return trees.map((leaves) => leaves.reduce((sum, { leaf, weighted }) => (holds(leaf, place) ? sum + weighted : sum), 0))
  }
}

/** Whether the point lies in the box: above its low end, or at the low end of the range; at most its high end. */
const holds = (leaf: LeafBox, point: ReadonlyMap<number, number>): boolean =>
  [...point].every(([column, share]) => (share > at(leaf.low, column) || leaf.low[column] === 0) && share <= at(leaf.high, column))
