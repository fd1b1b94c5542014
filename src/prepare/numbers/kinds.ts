/** How a number becomes features: a line a kind says what is learned of the training values, and what is made of a number. */

import * as z from 'zod/mini'
import { flag, positive, whole } from '../../core/fields.ts'
import { logarithmOf, logarithmUnit } from './logarithm.ts'
import { drawFrequencies } from './periodic.ts'
import { quantileEdges, targetEdges } from './piecewise.ts'
import { learnQuantiles } from './quantile.ts'
import { deviation, mean, quantile, sorted } from './statistics.ts'
import type { TreeTarget } from './tree.ts'

const optional = <T extends z.ZodMiniType>(field: T, description: string) => z.optional(field).check(z.describe(description))

/** What a person may say of each kind: its name, or an object with these fields. */
export const numbersSchemas = [
  z.strictObject({ name: z.literal('none') }),
  z.strictObject({ name: z.literal('standard') }),
  z.strictObject({ name: z.literal('minMax') }),
  z.strictObject({
    name: z.literal('robust'),
    smoothClip: optional(flag(), 'Whether x becomes x / sqrt(1 + (x / 3)²) afterwards: true by default'),
    logarithm: optional(flag(), 'Whether columns of skewed numbers, none below 0, go by their logarithms first: false by default'),
  }),
  z.strictObject({
    name: z.literal('quantile'),
    quantiles: optional(whole(2, 100_000), 'Quantiles that are kept at most: 1000 by default'),
  }),
  z.strictObject({
    name: z.literal('piecewiseLinear'),
    bins: optional(whole(2, 1000), 'Bins of a column at most: 48 by default'),
    edges: optional(z.enum(['quantile', 'target']), 'Bins of as many rows each, or where a decision tree would cut: quantile by default'),
    minSamplesLeaf: optional(whole(1, 1_000_000), 'Training rows of a bin at least, of edges by the target: 64 by default'),
    minImpurityDecrease: optional(
      z.number().check(z.minimum(0)),
      'By how much a cut must lower the impurity, of edges by the target: 1e-4 by default',
    ),
  }),
  z.strictObject({
    name: z.literal('periodic'),
    frequencies: optional(whole(1, 1000), 'Waves of a column: 8 by default'),
    sigma: optional(positive(), 'Standard deviation of their frequencies, by a standard deviation of the column: 0.3 by default'),
    seed: optional(whole(0, 2 ** 32 - 1), 'Which frequencies they are: 0 by default'),
  }),
] as const
export type NumbersOptions = z.infer<(typeof numbersSchemas)[number]>

const numbers = z.array(z.number()).check(z.minLength(1))

/** What was learned of a column, as plain data: x is a number of it. */
export const numberEncodingSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('none') }),
  /** (x - mean) / scale */
  z.strictObject({ kind: z.literal('standard'), mean: z.number(), scale: z.number() }),
  /** (x - min) / scale */
  z.strictObject({ kind: z.literal('minMax'), min: z.number(), scale: z.number() }),
  /** (x - median) * factor, then clipped smoothly; with `unit`, of log(1 + x / unit) in place of x. */
  z.strictObject({
    kind: z.literal('robust'),
    median: z.number(),
    factor: z.number(),
    smoothClip: z.boolean(),
    unit: z.optional(z.number().check(z.positive())),
  }),
  z.strictObject({ kind: z.literal('quantile'), quantiles: numbers.check(z.minLength(2)) }),
  z.strictObject({ kind: z.literal('piecewiseLinear'), edges: numbers.check(z.minLength(2)) }),
  /** Of (x - mean) / scale. */
  z.strictObject({ kind: z.literal('periodic'), mean: z.number(), scale: z.number(), frequencies: numbers }),
])
export type NumberEncoding = z.infer<typeof numberEncodingSchema>

/** What there is to learn from: one column of the training rows, no value missing. */
export interface NumberSample {
  readonly values: Float64Array
  /** The column's place among the features. */
  readonly place: number
  /** Of the same rows. */
  readonly target: TreeTarget
}

/** A column that never changes has nothing to scale by: dividing by 1 leaves it at 0. */
const scaleOf = (spread: number): number => (spread === 0 ? 1 : spread)

function standard(values: Float64Array): { mean: number; scale: number } {
  const middle = mean(values)
  return { mean: middle, scale: scaleOf(deviation(values, middle)) }
}

/** RealMLP's scaling: by the distance of the quartiles; where they are equal by half the range; a column that never changes becomes 0. */
function robustFactor(rising: Float64Array): number {
  const quartiles = quantile(rising, 0.75) - quantile(rising, 0.25)
  if (quartiles !== 0) return 1 / quartiles
  const [low = 0] = rising
  const range = (rising.at(-1) ?? low) - low
  return range === 0 ? 0 : 2 / range
}

/** What is learned of a column. One whose training values are all the same is standardised, to 0, whatever was asked for. */
export function learnNumber(options: NumbersOptions, { values, place, target }: NumberSample): NumberEncoding {
  const constant = values.every((value) => value === values[0])
  if (constant && options.name !== 'none' && options.name !== 'minMax') return { kind: 'standard', ...standard(values) }
  switch (options.name) {
    case 'none':
      return { kind: 'none' }
    case 'standard':
      return { kind: 'standard', ...standard(values) }
    case 'minMax': {
      const [least, greatest] = [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))]
      return { kind: 'minMax', min: least, scale: scaleOf(greatest - least) }
    }
    case 'robust': {
      const { smoothClip = true, logarithm = false } = options
      const plain = sorted(values)
      const unit = logarithm ? logarithmUnit(plain) : undefined
      const rising = unit === undefined ? plain : plain.map((x) => logarithmOf(x, unit))
      const learned = { kind: 'robust', median: quantile(rising, 0.5), factor: robustFactor(rising), smoothClip } as const
      return unit === undefined ? learned : { ...learned, unit }
    }
    case 'quantile':
      return { kind: 'quantile', quantiles: learnQuantiles(sorted(values), options.quantiles ?? 1000) }
    case 'piecewiseLinear': {
      const { bins = 48, edges = 'quantile', minSamplesLeaf = 64, minImpurityDecrease = 1e-4 } = options
      if (edges === 'quantile') return { kind: 'piecewiseLinear', edges: quantileEdges(sorted(values), bins) }
      return { kind: 'piecewiseLinear', edges: targetEdges(values, target, { maxLeafNodes: bins, minSamplesLeaf, minImpurityDecrease }) }
    }
    case 'periodic': {
      const { frequencies = 8, sigma = 0.3, seed = 0 } = options
      return { kind: 'periodic', ...standard(values), frequencies: drawFrequencies(frequencies, sigma, seed, place) }
    }
    default:
      return options satisfies never
  }
}
