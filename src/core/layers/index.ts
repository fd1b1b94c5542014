// The table of layer kinds.

import { type ActivationLayerSpec, type ActivationMember, type ActivationShape, activation } from './activation.ts'
import {
  type ArrangeMember,
  type Cropping2dShape,
  type Cropping2dSpec,
  cropping2d,
  type ReshapeShape,
  type ReshapeSpec,
  reshape,
  type UpSampling2dShape,
  type UpSampling2dSpec,
  upSampling2d,
  type ZeroPadding2dShape,
  type ZeroPadding2dSpec,
  zeroPadding2d,
} from './arrange.ts'
import {
  type MovingType,
  type RandomCropMember,
  type RandomCropShape,
  type RandomCropSpec,
  type RandomFlipMember,
  type RandomFlipSpec,
  type RandomMoveShape,
  type RandomRotationMember,
  type RandomRotationSpec,
  type RandomTranslationMember,
  type RandomTranslationSpec,
  type RandomZoomMember,
  type RandomZoomSpec,
  randomCrop,
  randomFlip,
  randomRotation,
  randomTranslation,
  randomZoom,
} from './augment.ts'
import {
  type BatchNormalizationMember,
  type BatchNormalizationShape,
  type BatchNormalizationSpec,
  batchNormalization,
} from './batchNormalization.ts'
import { type BidirectionalMember, type BidirectionalShape, type BidirectionalSpec, bidirectional } from './bidirectional.ts'
import type { Reads } from './block.ts'
import { type ConcatenateMember, type ConcatenateShape, type ConcatenateSpec, concatenate } from './concatenate.ts'
import { type ConvMember, type ConvShape, type ConvSpec, conv } from './conv.ts'
import { type DenseMember, type DenseShape, type DenseSpec, dense } from './dense.ts'
import {
  type DepthwiseConv2dMember,
  type DepthwiseConv2dShape,
  type DepthwiseConv2dSpec,
  depthwiseConv2d,
  type SeparableConv2dMember,
  type SeparableConv2dShape,
  type SeparableConv2dSpec,
  separableConv2d,
} from './depthwise.ts'
import { type DropoutMember, type DropoutShape, type DropoutSpec, dropout } from './dropout.ts'
import { type EmbeddingMember, type EmbeddingShape, type EmbeddingSpec, embedding } from './embedding.ts'
import { type FlattenMember, type FlattenShape, type FlattenSpec, flatten } from './flatten.ts'
import { type GaussianNoiseMember, type GaussianNoiseShape, type GaussianNoiseSpec, gaussianNoise } from './gaussianNoise.ts'
import { type GluMember, type GluShape, type GluSpec, glu } from './glu.ts'
import { type GruMember, type GruShape, type GruSpec, gru } from './gru.ts'
import type { LayerKind } from './kind.ts'
import {
  type LayerNormalizationMember,
  type LayerNormalizationShape,
  type LayerNormalizationSpec,
  layerNormalization,
} from './layerNormalization.ts'
import { type LstmMember, type LstmShape, type LstmSpec, lstm } from './lstm.ts'
import {
  type GlobalPoolingShape,
  type GlobalPoolingSpec,
  type GlobalPoolingType,
  globalPooling,
  type PoolingMember,
  type PoolingShape,
  type PoolingSpec,
  type PoolingType,
  pooling,
} from './pooling.ts'
import { type PreluMember, type PreluShape, type PreluSpec, prelu } from './prelu.ts'
import { type ResidualMember, type ResidualShape, type ResidualSpec, residual } from './residual.ts'
import { type SimpleRnnMember, type SimpleRnnShape, type SimpleRnnSpec, simpleRnn } from './simpleRnn.ts'
import { type SpatialDropout1dMember, type SpatialDropout1dShape, type SpatialDropout1dSpec, spatialDropout1d } from './spatialDropout1d.ts'
import { type SpatialDropout2dMember, type SpatialDropout2dShape, type SpatialDropout2dSpec, spatialDropout2d } from './spatialDropout2d.ts'

/** Every kind of layer. Whatever else a kind needs, on each backend and in files, is keyed by these names, so the compiler reports what is missing. */
export const LAYERS = {
  dense,
  dropout,
  activation,
  batchNormalization,
  prelu,
  flatten,
  glu,
  conv1d: conv('conv1d', 1, 10),
  conv2d: conv('conv2d', 2, 11),
  depthwiseConv2d,
  separableConv2d,
  maxPooling1d: pooling('maxPooling1d', 1, 14),
  maxPooling2d: pooling('maxPooling2d', 2, 15),
  averagePooling1d: pooling('averagePooling1d', 1, 16),
  averagePooling2d: pooling('averagePooling2d', 2, 17),
  globalMaxPooling1d: globalPooling('globalMaxPooling1d', 1, 18),
  globalMaxPooling2d: globalPooling('globalMaxPooling2d', 2, 19),
  globalAveragePooling1d: globalPooling('globalAveragePooling1d', 1, 20),
  globalAveragePooling2d: globalPooling('globalAveragePooling2d', 2, 21),
  reshape,
  zeroPadding2d,
  cropping2d,
  upSampling2d,
  simpleRnn,
  gru,
  lstm,
  bidirectional,
  embedding,
  residual,
  concatenate,
  gaussianNoise,
  spatialDropout1d,
  spatialDropout2d,
  layerNormalization,
  randomFlip,
  randomTranslation,
  randomRotation,
  randomZoom,
  randomCrop,
} as const
export type LayerType = keyof typeof LAYERS
export const LAYER_TYPES = Object.keys(LAYERS) as LayerType[]

type PoolingShapes =
  | { [T in PoolingType]: PoolingShape<T> }[PoolingType]
  | { [T in GlobalPoolingType]: GlobalPoolingShape<T> }[GlobalPoolingType]
type PoolingMembers = { [T in PoolingType | GlobalPoolingType]: PoolingMember<T> }[PoolingType | GlobalPoolingType]
type PoolingSpecs =
  | { [T in PoolingType]: PoolingSpec<T> }[PoolingType]
  | { [T in GlobalPoolingType]: GlobalPoolingSpec<T> }[GlobalPoolingType]

/** What decides the shapes of a layer in the flat list of a network, and which outputs it reads. */
export type TopologyLayer = Reads &
  (
    | DenseShape
    | DropoutShape
    | ActivationShape
    | BatchNormalizationShape
    | PreluShape
    | FlattenShape
    | GluShape
    | SimpleRnnShape
    | GruShape
    | LstmShape
    | BidirectionalShape
    | EmbeddingShape
    | ResidualShape
    | ConcatenateShape
    | GaussianNoiseShape
    | SpatialDropout1dShape
    | SpatialDropout2dShape
    | LayerNormalizationShape
    | ConvShape<'conv1d'>
    | ConvShape<'conv2d'>
    | DepthwiseConv2dShape
    | SeparableConv2dShape
    | PoolingShapes
    | ReshapeShape
    | ZeroPadding2dShape
    | Cropping2dShape
    | UpSampling2dShape
    | { [T in MovingType]: RandomMoveShape<T> }[MovingType]
    | RandomCropShape
  )
/** A layer of one member, with all numbers filled in. */
export type MemberLayer =
  | DenseMember
  | DropoutMember
  | ActivationMember
  | BatchNormalizationMember
  | PreluMember
  | FlattenMember
  | GluMember
  | ConvMember<'conv1d'>
  | ConvMember<'conv2d'>
  | DepthwiseConv2dMember
  | SeparableConv2dMember
  | PoolingMembers
  | ArrangeMember<'reshape'>
  | ArrangeMember<'zeroPadding2d'>
  | ArrangeMember<'cropping2d'>
  | ArrangeMember<'upSampling2d'>
  | SimpleRnnMember
  | GruMember
  | LstmMember
  | BidirectionalMember
  | EmbeddingMember
  | ResidualMember
  | ConcatenateMember
  | GaussianNoiseMember
  | SpatialDropout1dMember
  | SpatialDropout2dMember
  | LayerNormalizationMember
  | RandomFlipMember
  | RandomTranslationMember
  | RandomRotationMember
  | RandomZoomMember
  | RandomCropMember
/** A layer as people write it; without a `type` it is dense. */
export type LayerSpec =
  | DenseSpec
  | DropoutSpec
  | ActivationLayerSpec
  | BatchNormalizationSpec
  | PreluSpec
  | FlattenSpec
  | GluSpec
  | SimpleRnnSpec
  | GruSpec
  | LstmSpec
  | BidirectionalSpec
  | EmbeddingSpec
  | ResidualSpec<LayerSpec>
  | ConcatenateSpec<LayerSpec>
  | GaussianNoiseSpec
  | SpatialDropout1dSpec
  | SpatialDropout2dSpec
  | LayerNormalizationSpec
  | ConvSpec<'conv1d'>
  | ConvSpec<'conv2d'>
  | DepthwiseConv2dSpec
  | SeparableConv2dSpec
  | PoolingSpecs
  | ReshapeSpec
  | ZeroPadding2dSpec
  | Cropping2dSpec
  | UpSampling2dSpec
  | RandomFlipSpec
  | RandomTranslationSpec
  | RandomRotationSpec
  | RandomZoomSpec
  | RandomCropSpec

/** The fields of recurrent layers that decide shapes. */
type RecurrentFields = 'units' | 'useBias' | 'returnSequences' | 'goBackwards' | 'resetAfter' | 'trainable'
type ShapeOf<S> = S extends { type: string } ? Pick<S, Extract<keyof S, 'type' | RecurrentFields>> : never
type MemberOf<S> = S extends { type: string } ? Omit<S, RecurrentFields> : never
type Recurrent = SimpleRnnSpec | GruSpec | LstmSpec

type ConvFields = 'filters' | 'kernelSize' | 'strides' | 'padding' | 'dilationRate' | 'useBias' | 'trainable'
type DepthwiseFields = Exclude<ConvFields, 'filters'> | 'depthMultiplier'

/** The fields of a layer that decide shapes, as people write them. */
export type ShapeSpec =
  | Pick<DenseSpec, 'type' | 'units' | 'useBias' | 'trainable'>
  | Pick<BatchNormalizationSpec, 'type' | 'axis' | 'center' | 'scale' | 'trainable'>
  | Pick<PreluSpec, 'type' | 'sharedAxes' | 'trainable'>
  | ShapeOf<Recurrent>
  | (Pick<BidirectionalSpec, 'type' | 'mergeMode'> & { layer: ShapeOf<Recurrent> })
  | Pick<EmbeddingSpec, 'type' | 'inputDim' | 'outputDim' | 'maskZero' | 'trainable'>
  | ResidualSpec<ShapeSpec>
  | ConcatenateSpec<ShapeSpec>
  | Pick<LayerNormalizationSpec, 'type' | 'axis' | 'center' | 'scale' | 'trainable'>
  | Pick<ConvSpec<'conv1d'>, 'type' | ConvFields>
  | Pick<ConvSpec<'conv2d'>, 'type' | ConvFields>
  | Pick<DepthwiseConv2dSpec, 'type' | DepthwiseFields>
  | Pick<SeparableConv2dSpec, 'type' | 'filters' | DepthwiseFields>
  | PoolingSpecs
  | ReshapeSpec
  | ZeroPadding2dSpec
  | Cropping2dSpec
  | UpSampling2dSpec
  | RandomCropSpec
  | { type: MovingType }
  | { type: 'dropout' | 'activation' | 'flatten' | 'glu' | 'gaussianNoise' | 'spatialDropout1d' | 'spatialDropout2d' }

/** The other fields of a layer, as people write them. */
export type MemberLayerSpec =
  | Omit<DenseSpec, 'units' | 'useBias' | 'trainable'>
  | Omit<BatchNormalizationSpec, 'axis' | 'center' | 'scale' | 'trainable'>
  | Omit<PreluSpec, 'sharedAxes' | 'trainable'>
  | DropoutSpec
  | ActivationLayerSpec
  | FlattenSpec
  | GluSpec
  | MemberOf<Recurrent>
  | (Pick<BidirectionalSpec, 'type'> & { layer: MemberOf<Recurrent> })
  | Omit<EmbeddingSpec, 'inputDim' | 'outputDim' | 'maskZero' | 'trainable'>
  | ResidualSpec<MemberLayerSpec>
  | ConcatenateSpec<MemberLayerSpec>
  | GaussianNoiseSpec
  | SpatialDropout1dSpec
  | SpatialDropout2dSpec
  | Omit<LayerNormalizationSpec, 'axis' | 'center' | 'scale' | 'trainable'>
  | Omit<ConvSpec<'conv1d'>, ConvFields>
  | Omit<ConvSpec<'conv2d'>, ConvFields>
  | Omit<DepthwiseConv2dSpec, DepthwiseFields>
  | Omit<SeparableConv2dSpec, 'filters' | DepthwiseFields>
  | RandomFlipSpec
  | RandomTranslationSpec
  | RandomRotationSpec
  | RandomZoomSpec
  | { type: PoolingType | GlobalPoolingType | 'randomCrop' | 'reshape' | 'zeroPadding2d' | 'cropping2d' | 'upSampling2d' }

/** The description of a layer's kind. Its functions take layers of that kind only. */
export const kindOf = (type: LayerType): LayerKind<TopologyLayer, MemberLayer> =>
  LAYERS[type] as unknown as LayerKind<TopologyLayer, MemberLayer>

interface Halves {
  readonly shape: ShapeSpec
  readonly own: MemberLayerSpec
}

/** Splits a layer into what decides shapes and the rest; a block's layers each by themselves. */
export function splitLayer(layer: LayerSpec): Halves {
  if (layer.type === 'bidirectional') {
    const { layer: inner, ...rest } = layer
    const { shape, own } = splitLayer(inner)
    return { shape: { ...rest, layer: shape } as ShapeSpec, own: { type: layer.type, layer: own } as MemberLayerSpec }
  }
  if (layer.type === 'residual') {
    const halves = layer.layers.map(splitLayer)
    return { shape: { type: layer.type, layers: shapes(halves) }, own: { type: layer.type, layers: owns(halves) } }
  }
  if (layer.type === 'concatenate') {
    const branches = layer.branches.map((branch) => branch.map(splitLayer))
    return { shape: { type: layer.type, branches: branches.map(shapes) }, own: { type: layer.type, branches: branches.map(owns) } }
  }
  const { type = 'dense', ...fields } = layer
  const { shapeFields } = kindOf(type)
  const entries = Object.entries(fields)
  const pick = (ofShape: boolean) => Object.fromEntries(entries.filter(([name]) => Object.hasOwn(shapeFields, name) === ofShape))
  const named = type === 'dense' ? {} : { type }
  return { shape: { ...named, ...pick(true) } as ShapeSpec, own: { ...named, ...pick(false) } as MemberLayerSpec }
}

const shapes = (halves: readonly Halves[]): ShapeSpec[] => halves.map(({ shape }) => shape)
const owns = (halves: readonly Halves[]): MemberLayerSpec[] => halves.map(({ own }) => own)
