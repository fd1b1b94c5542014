/** Layers that are x factor + offset of each column. */

import { at } from '../../core/at.ts'
import { sizeOf } from '../../core/shape.ts'
import { type Affine, affineOfBatchNormalization, ofColumn } from '../fold.ts'
import type { Nested } from './fields.ts'
import { broadcast, flat, type Shape, shapeOfLists } from './shape.ts'
import { damaged, type LayerReader, type Reading, refuse, type Step } from './step.ts'

/** `keras.config.epsilon()`: Normalization divides by at least this. */
const SMALLEST_SCALE = 1e-7

/** Axes of a batch as axes of a row; undefined where one is the batch itself, or there is no such axis, or it is there twice. */
function rowAxes(axes: readonly number[], rank: number): number[] | undefined {
  const of = axes.map((axis) => (axis < 0 ? axis + rank : axis - 1))
  return new Set(of).size === of.length && of.every((axis) => axis >= 0 && axis < rank) ? of : undefined
}

/** Numbers that stand along some axes, one for each column of a row; one number alone is for all. */
function alongAxes(values: readonly number[], axes: readonly number[], shape: Shape): number[] | undefined {
  if (values.length === 1) return [...values]
  const kept = shape.map((size, axis) => (axes.includes(axis) ? size : 1))
  return sizeOf(kept) === values.length ? broadcast(values, kept, shape) : undefined
}

/** The shape of rows, of which a file that does not say it has lists of as many numbers as the layer. */
const shapeFor = (shape: Shape | undefined, length: number): Shape => shape ?? [length]

/** What a config says, as many numbers as `axes` have. */
function givenAlong(values: Nested, axes: readonly number[], shape: Shape): number[] | undefined {
  const from = shapeOfLists(values)
  const kept = axes.toSorted((a, b) => a - b).map((axis) => at(shape, axis))
  return from && (sizeOf(from) === 1 ? flat(values) : broadcast(flat(values), from, kept))
}

/** (x - mean) / sqrt(variance): `keras/src/layers/preprocessing/normalization.py`. */
export const normalization: LayerReader = ({ field, take, shape: said }): Reading => {
  const [saidMean, saidVariance] = [field('mean', 'nested'), field('variance', 'nested')]
  const adapted = saidMean === undefined || saidVariance === undefined
  const [mean, variance] = adapted ? take(['mean', 'variance']).map(({ data }) => [...data]) : [saidMean, saidVariance]
  if (mean === undefined || variance === undefined) return damaged('has no mean and variance')
  const shape = shapeFor(said, Math.max(flat(mean).length, flat(variance).length))
  // No axis at all, null or (): one mean and one variance for everything.
  const axes = rowAxes(field('axis', 'axes') ?? (flat(mean).length > 1 ? [-1] : []), shape.length)
  if (axes === undefined) return refuse('normalizes over the rows of a batch, so that each prediction would depend on the others')
  const along = (values: Nested) => {
    const own = adapted ? flat(values) : givenAlong(values, axes, shape)
    return own && alongAxes(own, axes, shape)
  }
  const [shift, spread] = [along(mean), along(variance)]
  if (shift === undefined || spread === undefined)
    return damaged(`has ${flat(mean).length} means and ${flat(variance).length} variances for rows of shape ${shape.join(' x ')}`)
  const scale = spread.map((value) => Math.max(Math.sqrt(value), SMALLEST_SCALE))
  const length = Math.max(shift.length, scale.length)
  const all = (values: readonly number[]) => Array.from({ length }, (_, i) => ofColumn(values, i))
  const step: Step = { kind: 'normalize', shift: all(shift), scale: all(scale) }
  if (field('invert', 'flag') === true) return [{ kind: 'affine', affine: { factor: step.scale, offset: step.shift } }]
  if (length > 1 || said?.join() === '1') return [step]
  const [[a = 0], [b = 1]] = [shift, scale]
  return [{ kind: 'affine', affine: { factor: [1 / b], offset: [-a / b] } }]
}

/** gamma (x - moving mean) / sqrt(moving variance + epsilon) + beta: as it predicts. */
export const batchNormalization: LayerReader = ({ field, take, shape: said, layer }) => {
  if (layer.training) return refuse('is called with training=True, so that each prediction would depend on the other rows')
  const names = [
    ...(field('scale', 'flag') === false ? [] : ['gamma']),
    ...(field('center', 'flag') === false ? [] : ['beta']),
    'moving_mean',
    'moving_variance',
  ]
  const tensors = new Map(take(names).map(({ data }, i) => [names[i], data]))
  const [mean, variance] = [tensors.get('moving_mean'), tensors.get('moving_variance')]
  if (mean === undefined || variance === undefined || [...tensors.values()].some(({ length }) => length !== mean.length))
    return damaged('has moving means, variances, gammas or betas of different numbers')
  const shape = shapeFor(said, mean.length)
  const axes = rowAxes(field('axis', 'axes') ?? [-1], shape.length)
  const each = affineOfBatchNormalization({
    gamma: tensors.get('gamma'),
    beta: tensors.get('beta'),
    mean,
    variance,
    epsilon: field('epsilon', 'number') ?? 1e-3,
  })
  const along = (values: ArrayLike<number>) => axes && alongAxes(Array.from(values), axes, shape)
  const [factor, offset] = [along(each.factor), along(each.offset)]
  if (factor === undefined || offset === undefined) return damaged(`has ${mean.length} moving means for rows of shape ${shape.join(' x ')}`)
  return [{ kind: 'affine', affine: { factor, offset } satisfies Affine }]
}

/** x scale + offset, each one number or an array that NumPy would broadcast. */
export const rescaling: LayerReader = ({ field, shape: said }) => {
  const [scale, offset] = [field('scale', 'nested') ?? 1, field('offset', 'nested') ?? 0]
  const shape = shapeFor(said, Math.max(flat(scale).length, flat(offset).length))
  const spread = (values: Nested) => {
    const from = shapeOfLists(values)
    return from && (sizeOf(from) === 1 ? flat(values) : broadcast(flat(values), from, shape))
  }
  const [factor, plus] = [spread(scale), spread(offset)]
  if (factor === undefined || plus === undefined)
    return damaged(`has a scale or an offset that does not fit rows of shape ${shape.join(' x ')}`)
  return [{ kind: 'affine', affine: { factor, offset: plus } }]
}
