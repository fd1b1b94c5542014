// Convolutions, pooling, and what moves cells of images: how they are written and read.

import type { LayerSpec } from '../../core/layers/index.ts'
import { type Shape, sizeOf } from '../../core/layers/kind.ts'
import type { Window } from '../../core/layers/window.ts'
import type { LayerToRead, Refusal } from '../layers/step.ts'
import { refuse } from '../layers/step.ts'
import type { Part } from '../layers/write.ts'
import { activationParts } from './activations.ts'
import { activated, type KindReader, one, type Read } from './layer.ts'
import { kerasOnly, part, type ToWrite, variables } from './part.ts'

type ConvType = 'conv1d' | 'conv2d' | 'depthwiseConv2d' | 'separableConv2d'
type PoolingType = 'maxPooling1d' | 'maxPooling2d' | 'averagePooling1d' | 'averagePooling2d'
type GlobalType = 'globalMaxPooling1d' | 'globalMaxPooling2d' | 'globalAveragePooling1d' | 'globalAveragePooling2d'
type ArrangeType = 'reshape' | 'zeroPadding2d' | 'cropping2d' | 'upSampling2d'

const CHANNELS = { data_format: 'channels_last' }

/** Keras's class of a kind: conv2d -> Conv2D. */
const classOf = (type: string): string => `${type.charAt(0).toUpperCase()}${type.slice(1)}`.replace(/d$/, 'D')

const windowConfig = ({ size, strides, dilation, padding }: Window) => ({
  ...{ kernel_size: [...size], strides: [...strides], padding, dilation_rate: [...dilation], ...CHANNELS },
})

function convParts({ layer, own, weights, convention, where }: ToWrite<ConvType>): Part[] {
  const { word, after } = activationParts(own.activation, convention, where)
  const config = { ...windowConfig(layer), use_bias: layer.useBias, activation: word }
  const filters = 'filters' in layer ? { filters: layer.filters } : {}
  const multiplier = 'depthMultiplier' in layer ? { depth_multiplier: layer.depthMultiplier } : {}
  // A depthwise convolution calls its kernel so, and TensorFlow.js goes by names.
  const own1 = variables(weights).map(
    ([name, tensor]) => [layer.type === 'depthwiseConv2d' && name === 'kernel' ? 'depthwise_kernel' : name, tensor] as const,
  )
  return [part(classOf(layer.type), { ...filters, ...multiplier, ...config }, own1), ...after]
}

const poolingParts = ({ layer }: ToWrite<PoolingType>): Part[] => [
  part(classOf(layer.type), { pool_size: [...layer.size], strides: [...layer.strides], padding: layer.padding, ...CHANNELS }),
]
const globalParts = ({ layer }: ToWrite<GlobalType>): Part[] => [part(classOf(layer.type), CHANNELS)]

export const WINDOW_WRITERS: { readonly [K in ConvType | PoolingType | GlobalType | ArrangeType]: (given: ToWrite<K>) => readonly Part[] } =
  {
    conv1d: (given) => convParts(given as ToWrite<ConvType>),
    conv2d: (given) => convParts(given as ToWrite<ConvType>),
    depthwiseConv2d: (given) => convParts(given as ToWrite<ConvType>),
    separableConv2d: (given) => convParts(given as ToWrite<ConvType>),
    maxPooling1d: (given) => poolingParts(given as ToWrite<PoolingType>),
    maxPooling2d: (given) => poolingParts(given as ToWrite<PoolingType>),
    averagePooling1d: (given) => poolingParts(given as ToWrite<PoolingType>),
    averagePooling2d: (given) => poolingParts(given as ToWrite<PoolingType>),
    globalMaxPooling1d: (given) => globalParts(given as ToWrite<GlobalType>),
    globalMaxPooling2d: (given) => globalParts(given as ToWrite<GlobalType>),
    globalAveragePooling1d: (given) => globalParts(given as ToWrite<GlobalType>),
    globalAveragePooling2d: (given) => globalParts(given as ToWrite<GlobalType>),
    reshape: ({ layer }) => [part('Reshape', { target_shape: [...layer.targetShape] })],
    zeroPadding2d: ({ layer }) => [part('ZeroPadding2D', { padding: layer.sides.map((side) => [...side]), ...CHANNELS })],
    cropping2d: ({ layer }) => [part('Cropping2D', { cropping: layer.sides.map((side) => [...side]), ...CHANNELS })],
    upSampling2d: (given) => {
      kerasOnly(given, 'an upSampling2d')
      return [part('UpSampling2D', { size: [...given.layer.size], interpolation: 'nearest', ...CHANNELS })]
    },
  }

/** Why a layer of these cannot be read; undefined if it can. */
function refusalOf({ field, layer }: LayerToRead): Refusal | undefined {
  if (field('data_format', 'text') === 'channels_first') return refuse('has its channels first; here they are last')
  if ((field('groups', 'number') ?? 1) !== 1) return refuse('has groups of channels')
  if (field('keepdims', 'flag') === true) return refuse('keeps axes of size 1 (keepdims)')
  const interpolation = field('interpolation', 'text') ?? 'nearest'
  if (interpolation !== 'nearest') return refuse(`fills in by ${interpolation}; here the nearest cell counts`)
  return layer.training ? refuse('is called with training=True') : undefined
}

/** Sizes for every direction. */
const sizesOf = ({ field }: LayerToRead, key: string): number[] | undefined => field(key, 'axes')

/** A border before the first step, of so many steps of 0, by kinds that are here: as an image of one row. */
function paddedBefore(steps: number, [length = 1, channels = 1]: Shape): LayerSpec[] {
  return [
    { type: 'reshape', targetShape: [1, length, channels] },
    {
      type: 'zeroPadding2d',
      padding: [
        [0, 0],
        [steps, 0],
      ],
    },
    { type: 'reshape', targetShape: [length + steps, channels] },
  ]
}

const convReader =
  (type: ConvType): KindReader =>
  (given, shape) => {
    const refused = refusalOf(given)
    if (refused !== undefined) return refused
    const { field } = given
    const useBias = field('use_bias', 'flag') ?? true
    const kernelSize = sizesOf(given, 'kernel_size') ?? []
    const dilationRate = sizesOf(given, 'dilation_rate')
    const padding = field('padding', 'text') ?? 'valid'
    if (padding !== 'valid' && padding !== 'same' && padding !== 'causal') return refuse(`has the padding "${padding}"`)
    const multiplier =
      type === 'depthwiseConv2d' || type === 'separableConv2d' ? { depthMultiplier: field('depth_multiplier', 'number') ?? 1 } : {}
    const filters = type === 'depthwiseConv2d' ? {} : { filters: field('filters', 'number') ?? 0 }
    const strides = sizesOf(given, 'strides')
    const names =
      type === 'separableConv2d' ? ['depthwise_kernel', 'pointwise_kernel'] : [type === 'depthwiseConv2d' ? 'depthwise_kernel' : 'kernel']
    return activated(given, (activation) => {
      const [size = 1] = kernelSize
      const [dilation = 1] = dilationRate ?? []
      const before = padding === 'causal' ? paddedBefore((size - 1) * dilation, shape) : []
      const spec = {
        ...{ type, ...filters, ...multiplier, kernelSize, padding: padding === 'causal' ? 'valid' : padding, activation },
        ...(strides && { strides }),
        ...(dilationRate && { dilationRate }),
        ...(useBias ? {} : { useBias }),
      } as LayerSpec
      const { layers } = one(spec, given, useBias ? [...names, 'bias'] : names)
      return { layers: [...before.map((layer) => ({ spec: layer, weights: [] })), ...layers] }
    })
  }

const poolingReader =
  (type: PoolingType): KindReader =>
  (given) => {
    const padding = given.field('padding', 'text') ?? 'valid'
    if (padding !== 'valid' && padding !== 'same') return refuse(`has the padding "${padding}"`)
    const [poolSize, strides] = [sizesOf(given, 'pool_size') ?? 2, sizesOf(given, 'strides')]
    return refusalOf(given) ?? one({ type, poolSize, padding, ...(strides && { strides }) } as LayerSpec)
  }

const globalReader =
  (type: GlobalType): KindReader =>
  (given) =>
    refusalOf(given) ?? one({ type })

function reshape(given: LayerToRead, shape: Shape): Read | Refusal {
  const target = given.field('target_shape', 'shape')
  if (target === undefined) return refuse('has no target_shape: it is no layer but an operation')
  const rest = target.reduce<number>((product, size) => (size === null || size < 0 ? product : product * size), 1)
  return one({ type: 'reshape', targetShape: target.map((size) => (size === null || size < 0 ? sizeOf(shape) / rest : size)) })
}

/** How many cells of the borders, as people write it. */
const sidesReader =
  (field: 'padding' | 'cropping', layerOf: (sides: number) => LayerSpec): KindReader =>
  (given) => {
    const sides = given.layer.config[field]
    const known = JSON.stringify(sides) ?? ''
    if (!/^(\d+|\[\d+,\d+\]|\[\[\d+,\d+\],\[\d+,\d+\]\])$/.test(known)) return refuse(`has the ${field} ${known}`)
    return refusalOf(given) ?? one(layerOf(sides as number))
  }

export const WINDOW_READERS: Readonly<Record<string, KindReader>> = {
  Conv1D: convReader('conv1d'),
  Conv2D: convReader('conv2d'),
  DepthwiseConv2D: convReader('depthwiseConv2d'),
  SeparableConv2D: convReader('separableConv2d'),
  MaxPooling1D: poolingReader('maxPooling1d'),
  MaxPooling2D: poolingReader('maxPooling2d'),
  AveragePooling1D: poolingReader('averagePooling1d'),
  AveragePooling2D: poolingReader('averagePooling2d'),
  GlobalMaxPooling1D: globalReader('globalMaxPooling1d'),
  GlobalMaxPooling2D: globalReader('globalMaxPooling2d'),
  GlobalAveragePooling1D: globalReader('globalAveragePooling1d'),
  GlobalAveragePooling2D: globalReader('globalAveragePooling2d'),
  Reshape: reshape,
  ZeroPadding2D: sidesReader('padding', (padding) => ({ type: 'zeroPadding2d', padding })),
  Cropping2D: sidesReader('cropping', (cropping) => ({ type: 'cropping2d', cropping })),
  UpSampling2D: (given) => refusalOf(given) ?? one({ type: 'upSampling2d', size: sizesOf(given, 'size') ?? 2 }),
}
