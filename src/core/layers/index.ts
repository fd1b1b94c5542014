// The table of layer kinds.

import { type ActivationLayerSpec, type ActivationMember, type ActivationShape, activation } from './activation.ts'
import {
  type BatchNormalizationMember,
  type BatchNormalizationShape,
  type BatchNormalizationSpec,
  batchNormalization,
} from './batchNormalization.ts'
import { type DenseMember, type DenseShape, type DenseSpec, dense } from './dense.ts'
import { type DropoutMember, type DropoutShape, type DropoutSpec, dropout } from './dropout.ts'
import { type FlattenMember, type FlattenShape, type FlattenSpec, flatten } from './flatten.ts'
import { type GluMember, type GluShape, type GluSpec, glu } from './glu.ts'
import type { LayerKind } from './kind.ts'
import { type PreluMember, type PreluShape, type PreluSpec, prelu } from './prelu.ts'

/** Every kind of layer. Whatever else a kind needs, on each backend and in files, is keyed by these names, so the compiler reports what is missing. */
export const LAYERS = { dense, dropout, activation, batchNormalization, prelu, flatten, glu } as const
export type LayerType = keyof typeof LAYERS
export const LAYER_TYPES = Object.keys(LAYERS) as LayerType[]

/** What decides the shapes of a layer. */
export type TopologyLayer = DenseShape | DropoutShape | ActivationShape | BatchNormalizationShape | PreluShape | FlattenShape | GluShape
/** A layer of one member, with all numbers filled in. */
export type MemberLayer =
  | DenseMember
  | DropoutMember
  | ActivationMember
  | BatchNormalizationMember
  | PreluMember
  | FlattenMember
  | GluMember
/** A layer as people write it; without a `type` it is dense. */
export type LayerSpec = DenseSpec | DropoutSpec | ActivationLayerSpec | BatchNormalizationSpec | PreluSpec | FlattenSpec | GluSpec

/** The fields of a layer that decide shapes, as people write them. */
export type ShapeSpec =
  | Pick<DenseSpec, 'type' | 'units' | 'useBias' | 'trainable'>
  | Pick<BatchNormalizationSpec, 'type' | 'axis' | 'center' | 'scale' | 'trainable'>
  | Pick<PreluSpec, 'type' | 'sharedAxes' | 'trainable'>
  | { type: Exclude<LayerType, 'dense' | 'batchNormalization' | 'prelu'> }

/** The other fields of a layer, as people write them. */
export type MemberLayerSpec =
  | Omit<DenseSpec, 'units' | 'useBias' | 'trainable'>
  | Omit<BatchNormalizationSpec, 'axis' | 'center' | 'scale' | 'trainable'>
  | Omit<PreluSpec, 'sharedAxes' | 'trainable'>
  | DropoutSpec
  | ActivationLayerSpec
  | FlattenSpec
  | GluSpec

/** The description of a layer's kind. Its functions take layers of that kind only. */
export const kindOf = (type: LayerType): LayerKind<TopologyLayer, MemberLayer> =>
  LAYERS[type] as unknown as LayerKind<TopologyLayer, MemberLayer>

/** Splits a layer into what decides shapes and the rest. */
export function splitLayer(layer: LayerSpec): { readonly shape: ShapeSpec; readonly own: MemberLayerSpec } {
  const { type = 'dense', ...fields } = layer
  const { shapeFields } = kindOf(type)
  const entries = Object.entries(fields)
  const pick = (ofShape: boolean) => Object.fromEntries(entries.filter(([name]) => Object.hasOwn(shapeFields, name) === ofShape))
  const named = type === 'dense' ? {} : { type }
  return { shape: { ...named, ...pick(true) } as ShapeSpec, own: { ...named, ...pick(false) } as MemberLayerSpec }
}
