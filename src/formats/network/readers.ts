// How each class of layers is read: an entry a class.

import { refuse } from '../layers/step.ts'
import { AUGMENT_READERS } from './augment.ts'
import { activated, fromLast, type KindReader, nothing, one } from './layer.ts'
import { RECURRENT_READERS } from './recurrent.ts'
import { WINDOW_READERS } from './windows.ts'

/** Of a layer that makes every prediction another one. */
const ALWAYS = refuse('is called with training=True, so that every prediction is another one')

const isLayer = (value: unknown): value is { class_name: string; config: Readonly<Record<string, unknown>> } =>
  typeof value === 'object' &&
  value !== null &&
  'class_name' in value &&
  typeof value.class_name === 'string' &&
  'config' in value &&
  typeof value.config === 'object' &&
  value.config !== null

export const READERS: Readonly<Record<string, KindReader>> = {
  Dense: (given) => {
    const useBias = given.field('use_bias', 'flag') ?? true
    const units = given.field('units', 'number') ?? 0
    return activated(given, (activation) =>
      one({ units, activation, ...(useBias ? {} : { useBias }) }, given, useBias ? ['kernel', 'bias'] : ['kernel']),
    )
  },
  Dropout: ({ field, layer }) => {
    if (layer.training) return ALWAYS
    const rate = field('rate', 'number') ?? 0
    return rate === 0 ? nothing : one({ type: 'dropout', rate })
  },
  // These keep the mean and variance of their inputs in training; there is no kind that does, and in prediction they do nothing.
  AlphaDropout: ({ layer }) => (layer.training ? ALWAYS : nothing),
  GaussianDropout: ({ layer }) => (layer.training ? ALWAYS : nothing),
  SpatialDropout1D: ({ field, layer }) => (layer.training ? ALWAYS : one({ type: 'spatialDropout1d', rate: field('rate', 'number') ?? 0 })),
  SpatialDropout2D: ({ field, layer }) => (layer.training ? ALWAYS : one({ type: 'spatialDropout2d', rate: field('rate', 'number') ?? 0 })),
  GaussianNoise: ({ field, layer }) => (layer.training ? ALWAYS : one({ type: 'gaussianNoise', stddev: field('stddev', 'number') ?? 0 })),
  // A dense layer is along the last axis as it is.
  TimeDistributed: (given, shape) => {
    const cell = given.layer.config.layer
    const [className, config] = isLayer(cell) ? [cell.class_name, cell.config] : ['', {}]
    if (className !== 'Dense') return refuse(`goes along the steps by a layer of the class "${className}"; here it is a Dense`)
    const own = { ...given.layer, className, config }
    const inner = { ...given, layer: own, field: given.fieldIn(own) }
    return READERS.Dense?.({ ...inner, take: (names) => given.take(names, { path: 'layer', first: 0 }) }, shape) ?? nothing
  },
  Flatten: ({ field }) =>
    field('data_format', 'text') === 'channels_first' ? refuse('has its channels first; here they are last') : one({ type: 'flatten' }),
  Identity: () => nothing,
  ActivityRegularization: () => nothing,
  BatchNormalization: (given, shape) => {
    const { field } = given
    if (given.layer.training) return refuse('is called with training=True')
    if (fromLast(field('axis', 'axes') ?? [-1], shape.length)?.join() !== '-1') return refuse('is along another axis than the last')
    const [center, scale] = [field('center', 'flag') ?? true, field('scale', 'flag') ?? true]
    const names = [...(scale ? ['gamma'] : []), ...(center ? ['beta'] : []), 'moving_mean', 'moving_variance']
    const flags = { ...(center ? {} : { center }), ...(scale ? {} : { scale }) }
    const [epsilon, momentum] = [field('epsilon', 'number') ?? 1e-3, field('momentum', 'number') ?? 0.99]
    return one({ type: 'batchNormalization', ...flags, epsilon, momentum }, given, names)
  },
  LayerNormalization: (given, shape) => {
    const { field } = given
    if (field('rms_scaling', 'flag') === true) return refuse('has rms_scaling')
    const axis = fromLast(field('axis', 'axes') ?? [-1], shape.length)
    if (axis === undefined) return refuse('is over the rows of a batch')
    const [center, scale] = [field('center', 'flag') ?? true, field('scale', 'flag') ?? true]
    const flags = { ...(center ? {} : { center }), ...(scale ? {} : { scale }) }
    const names = [...(scale ? ['gamma'] : []), ...(center ? ['beta'] : [])]
    return one({ type: 'layerNormalization', axis, ...flags, epsilon: field('epsilon', 'number') ?? 1e-3 }, given, names)
  },
  PReLU: (given) => one({ type: 'prelu', sharedAxes: given.field('shared_axes', 'axes') ?? [] }, given, ['alpha']),
  ...AUGMENT_READERS,
  ...WINDOW_READERS,
  ...RECURRENT_READERS,
}
