// The table of layer kinds.

import { type ActivationLayerSpec, type ActivationMember, type ActivationShape, activation } from './activation.ts'
import {
  type BatchNormalizationMember,
  type BatchNormalizationShape,
  type BatchNormalizationSpec,
  batchNormalization,
} from './batchNormalization.ts'
import { type BidirectionalMember, type BidirectionalShape, type BidirectionalSpec, bidirectional } from './bidirectional.ts'
import { type DenseMember, type DenseShape, type DenseSpec, dense } from './dense.ts'
import { type DropoutMember, type DropoutShape, type DropoutSpec, dropout } from './dropout.ts'
import { type EmbeddingMember, type EmbeddingShape, type EmbeddingSpec, embedding } from './embedding.ts'
import { type FlattenMember, type FlattenShape, type FlattenSpec, flatten } from './flatten.ts'
import { type GluMember, type GluShape, type GluSpec, glu } from './glu.ts'
import { type GruMember, type GruShape, type GruSpec, gru } from './gru.ts'
import type { LayerKind } from './kind.ts'
import { type LstmMember, type LstmShape, type LstmSpec, lstm } from './lstm.ts'
import { type PreluMember, type PreluShape, type PreluSpec, prelu } from './prelu.ts'
import { type SimpleRnnMember, type SimpleRnnShape, type SimpleRnnSpec, simpleRnn } from './simpleRnn.ts'

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
} as const
export type LayerType = keyof typeof LAYERS
export const LAYER_TYPES = Object.keys(LAYERS) as LayerType[]

/** What decides the shapes of a layer. */
export type TopologyLayer =
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
  | { type: 'dropout' | 'activation' | 'flatten' | 'glu' }

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

/** The description of a layer's kind. Its functions take layers of that kind only. */
export const kindOf = (type: LayerType): LayerKind<TopologyLayer, MemberLayer> =>
  LAYERS[type] as unknown as LayerKind<TopologyLayer, MemberLayer>

/** Splits a layer into what decides shapes and the rest; one within it likewise. */
export function splitLayer(layer: LayerSpec): { readonly shape: ShapeSpec; readonly own: MemberLayerSpec } {
  if (layer.type === 'bidirectional') {
    const { layer: inner, ...rest } = layer
    const { shape, own } = splitLayer(inner)
    return { shape: { ...rest, layer: shape } as ShapeSpec, own: { type: layer.type, layer: own } as MemberLayerSpec }
  }
  const { type = 'dense', ...fields } = layer
  const { shapeFields } = kindOf(type)
  const entries = Object.entries(fields)
  const pick = (ofShape: boolean) => Object.fromEntries(entries.filter(([name]) => Object.hasOwn(shapeFields, name) === ofShape))
  const named = type === 'dense' ? {} : { type }
  return { shape: { ...named, ...pick(true) } as ShapeSpec, own: { ...named, ...pick(false) } as MemberLayerSpec }
}
