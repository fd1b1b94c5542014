// The table of layer kinds.

import { type ActivationLayerSpec, type ActivationMember, type ActivationShape, activation } from './activation.ts'
import {
  type BatchNormalizationMember,
  type BatchNormalizationShape,
  type BatchNormalizationSpec,
  batchNormalization,
} from './batchNormalization.ts'
import { type BidirectionalMember, type BidirectionalShape, type BidirectionalSpec, bidirectional } from './bidirectional.ts'
import type { Reads } from './block.ts'
import { type ConcatenateMember, type ConcatenateShape, type ConcatenateSpec, concatenate } from './concatenate.ts'
import { type DenseMember, type DenseShape, type DenseSpec, dense } from './dense.ts'
import { type DropoutMember, type DropoutShape, type DropoutSpec, dropout } from './dropout.ts'
import { type EmbeddingMember, type EmbeddingShape, type EmbeddingSpec, embedding } from './embedding.ts'
import { type FlattenMember, type FlattenShape, type FlattenSpec, flatten } from './flatten.ts'
import { type GaussianNoiseMember, type GaussianNoiseShape, type GaussianNoiseSpec, gaussianNoise } from './gaussianNoise.ts'
import { type GluMember, type GluShape, type GluSpec, glu } from './glu.ts'
import { type GruMember, type GruShape, type GruSpec, gru } from './gru.ts'
import type { LayerKind } from './kind.ts'
import { type LstmMember, type LstmShape, type LstmSpec, lstm } from './lstm.ts'
import { type SimpleRnnMember, type SimpleRnnShape, type SimpleRnnSpec, simpleRnn } from './simpleRnn.ts'
import {
  type LayerNormalizationMember,
  type LayerNormalizationShape,
  type LayerNormalizationSpec,
  layerNormalization,
} from './layerNormalization.ts'
import { type PreluMember, type PreluShape, type PreluSpec, prelu } from './prelu.ts'
import { type ResidualMember, type ResidualShape, type ResidualSpec, residual } from './residual.ts'
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
} as const
export type LayerType = keyof typeof LAYERS
export const LAYER_TYPES = Object.keys(LAYERS) as LayerType[]

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

/** The fields of recurrent layers that decide shapes. */
type RecurrentFields = 'units' | 'useBias' | 'returnSequences' | 'goBackwards' | 'resetAfter' | 'trainable'
type ShapeOf<S> = S extends { type: string } ? Pick<S, Extract<keyof S, 'type' | RecurrentFields>> : never
type MemberOf<S> = S extends { type: string } ? Omit<S, RecurrentFields> : never
type Recurrent = SimpleRnnSpec | GruSpec | LstmSpec

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
