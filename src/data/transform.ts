// Scaling and imputation: fitted on training rows, applied to any rows.

import { median, mode } from 'simple-statistics'
import * as z from 'zod/mini'
import { missing } from '../core/at.ts'
import { InvalidDataError } from '../core/errors.ts'
import { isObject, shown } from '../core/shown.ts'
import { parseStored } from '../core/stored.ts'
import { assertFinite } from './arrays.ts'
import { checkFeatures } from './check.ts'
import { type ColumnStatistics, columnStatistics } from './columns.ts'
import { featureColumn } from './dataset.ts'

/** What a transform reads: a Dataset, or features on their way to `predict`. */
export interface Features {
  readonly features: Float32Array | Uint8Array
  readonly scale?: number
  readonly rows: number
  readonly inputSize: number
  readonly featureNames: readonly string[]
}

/** What `fitImputer` fills a column's missing values with; of several equally frequent values, 'mode' takes the smallest. */
export type ImputeStrategy = 'mean' | 'median' | 'mode'

const numbers = z.readonly(z.array(z.number()).check(z.minLength(1)))
const transformNumbers = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('standardize'), mean: numbers, scale: numbers }),
  z.strictObject({ kind: z.literal('minMax'), min: numbers, scale: numbers }),
  z.strictObject({ kind: z.literal('impute'), value: numbers }),
])

/**
 * The numbers a transform learned, one per feature. standardize: (x - mean) / scale; minMax: (x - min) / scale; impute: `value` where x is NaN.
 * @useDeclaredType
 */
export type TransformNumbers = z.infer<typeof transformNumbers>

/** A fitted change of features. `JSON.stringify` keeps its numbers, and `transformFromJSON` restores it. */
export type Transform<N extends TransformNumbers = TransformNumbers> = N & {
  /** The same rows with changed Float32Array features; the argument is left as it was. Throws InvalidDataError if widths differ. */
  apply<T extends Features>(data: T): Omit<T, 'features' | 'scale'> & { readonly features: Float32Array }
}

/** standardize: (x - mean) / scale; minMax: (x - min) / scale; impute: x, or `value` where x is NaN. Computed in float64. */
function formula(fitted: TransformNumbers): (value: number, column: number) => number {
  if (fitted.kind === 'impute') return (value, column) => (Number.isNaN(value) ? (fitted.value[column] ?? value) : value)
  const shift = Float64Array.from(fitted.kind === 'standardize' ? fitted.mean : fitted.min)
  const scale = Float64Array.from(fitted.scale)
  return (value, column) => (value - (shift[column] ?? missing(shift, column))) / (scale[column] ?? missing(scale, column))
}

function transform<N extends TransformNumbers>(fitted: N): Transform<N> {
  const change = formula(fitted)
  const width = fitted.kind === 'impute' ? fitted.value.length : fitted.scale.length
  return {
    ...fitted,
    apply(data) {
      checkFeatures(data)
      const { features, scale = 1, ...rest } = data
      if (data.inputSize !== width)
        throw new InvalidDataError(`the data has ${data.inputSize} features; this ${fitted.kind} transform was fitted on ${width}`)
      const changed = new Float32Array(features.length)
      for (let i = 0; i < features.length; i++) changed[i] = change((features[i] ?? Number.NaN) * scale, i % width)
      return { ...rest, features: changed }
    },
  }
}

function statisticsOf(train: Features): ColumnStatistics {
  if (train.rows === 0) throw new InvalidDataError('a transform cannot be fitted on no rows')
  return columnStatistics({ values: train.features, scale: train.scale ?? 1, width: train.inputSize })
}

/** A column that never changes has nothing to scale by: dividing by 1 leaves it at 0. */
function scaleOf(spread: number): number {
  return spread === 0 ? 1 : spread
}

/**
 * Learns each feature's mean and standard deviation (of the population: divided by n), for mean 0 and deviation 1.
 * Fit on the training part only and apply to both. Throws InvalidDataError where a value is missing.
 */
export function fitStandardizer(train: Features): Transform<Extract<TransformNumbers, { kind: 'standardize' }>> {
  checkFeatures(train)
  assertFinite('features', train.features, train.inputSize, train.featureNames)
  const { mean, deviation } = statisticsOf(train)
  return transform({ kind: 'standardize', mean: [...mean], scale: Array.from(deviation, scaleOf) })
}

/** Learns each feature's range, for values from 0 to 1 on the part it was fitted on; other rows may fall outside. Errors as fitStandardizer. */
export function fitMinMax(train: Features): Transform<Extract<TransformNumbers, { kind: 'minMax' }>> {
  checkFeatures(train)
  assertFinite('features', train.features, train.inputSize, train.featureNames)
  const { min, max } = statisticsOf(train)
  return transform({
    kind: 'minMax',
    min: [...min],
    scale: Array.from(max, (top, column) => scaleOf(top - (min[column] ?? missing(min, column)))),
  })
}

/** Learns what to fill each feature's missing values (NaN) with. Throws InvalidDataError for a feature with no value at all. */
export function fitImputer(train: Features, strategy: ImputeStrategy = 'mean'): Transform<Extract<TransformNumbers, { kind: 'impute' }>> {
  checkFeatures(train)
  if (!['mean', 'median', 'mode'].includes(strategy))
    throw new InvalidDataError(`strategy is ${shown(strategy)}; it must be mean, median or mode`)
  const { count, mean } = statisticsOf(train)
  const empty = count.indexOf(0)
  if (empty >= 0)
    throw new InvalidDataError(
      `column "${train.featureNames[empty]}" has no value in any of the ${train.rows} rows: leave it out with ignore`,
    )
  if (strategy === 'mean') return transform({ kind: 'impute', value: [...mean] })
  const centre = { median, mode }[strategy]
  const present = (column: number) => featureColumn(train, column).filter((value) => !Number.isNaN(value))
  return transform({ kind: 'impute', value: Array.from({ length: train.inputSize }, (_, column) => centre(present(column))) })
}

/** With plain arrays of numbers, because JSON has no typed ones and zod cannot freeze them. */
function plainArrays(json: unknown): unknown {
  if (!isObject(json) || Array.isArray(json)) return json
  return Object.fromEntries(
    Object.entries(json).map(([name, value]) => [name, ArrayBuffer.isView(value) ? Array.from(value as Float32Array) : value]),
  )
}

/** A transform from what `JSON.stringify` made of one. Throws InvalidDataError for anything else. */
export function transformFromJSON(json: unknown): Transform {
  const data = parseStored(transformNumbers, plainArrays(json), (reason) => new InvalidDataError(`this is no transform: ${reason}`))
  const shift = data.kind === 'standardize' ? data.mean : data.kind === 'minMax' ? data.min : undefined
  if (data.kind !== 'impute' && (shift?.length !== data.scale.length || data.scale.includes(0)))
    throw new InvalidDataError(`this is no ${data.kind} transform: it needs as many scales as there are features, none of them 0`)
  return transform(data)
}

/** @throws InvalidDataError */
function checkSplit(split: unknown): void {
  if (!isObject(split)) throw new InvalidDataError(`the split is ${shown(split)}; it must be { train, test }, as trainTestSplit gives one`)
  checkFeatures(split.train)
  checkFeatures(split.test)
}

/** Standardises a split by the statistics of its training part alone. See fitStandardizer. */
export function standardize<T extends Features>(split: { readonly train: T; readonly test: T }) {
  checkSplit(split)
  const fitted = fitStandardizer(split.train)
  return { train: fitted.apply(split.train), test: fitted.apply(split.test), transform: fitted }
}

/** Scales a split to 0 … 1 by the ranges of its training part alone. See fitMinMax. */
export function minMaxScale<T extends Features>(split: { readonly train: T; readonly test: T }) {
  checkSplit(split)
  const fitted = fitMinMax(split.train)
  return { train: fitted.apply(split.train), test: fitted.apply(split.test), transform: fitted }
}
