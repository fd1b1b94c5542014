// What a reader of layers returns: the steps of a layer, or why it is refused.

import type { Activation } from '../activation.ts'
import type { Affine } from '../fold.ts'
import type { InputStep } from '../inputs.ts'
import type { Tensor } from '../safetensors/tensors.ts'
import type { FieldKind, FieldValue } from './fields.ts'
import type { Shape } from './shape.ts'
import type { ReadLayer } from './topology.ts'

/** What a layer does to a row when a network predicts. Columns are counted as they stand before the layer. */
export type Step =
  /** `kernel` is inputs x units */
  | { readonly kind: 'dense'; readonly kernel: Tensor; readonly bias: Tensor | undefined }
  | { readonly kind: 'activate'; readonly activation: Activation }
  | { readonly kind: 'affine'; readonly affine: Affine }
  /** The number between the two that is nearest. */
  | { readonly kind: 'clip'; readonly low: number; readonly high: number }
  | Extract<InputStep, { kind: 'normalize' }>
  /** The same numbers, seen in another shape. */
  | { readonly kind: 'shape'; readonly shape: Shape }
  /** Likewise as a list, however long it is. */
  | { readonly kind: 'flat' }
  /** Column i after is column `order[i]` before. */
  | { readonly kind: 'move'; readonly order: readonly number[] }

/** What follows the layer's name in the message. */
export interface Refusal {
  readonly refused: string
  /** Whether no program would have written that. */
  readonly damaged: boolean
}

/** The steps of a layer, or why no dense network has it. */
export type Reading = readonly Step[] | Refusal

export const refuse = (refused: string): Refusal => ({ refused, damaged: false })
export const damaged = (refused: string): Refusal => ({ refused, damaged: true })
export const isRefusal = (reading: Reading): reading is Refusal => 'refused' in reading

/** A field of a layer's config; undefined where it is null or absent. Throws InvalidDataError where it is of another form. */
type Field = <K extends FieldKind>(key: string, kind: K) => FieldValue<K> | undefined

/** A layer within another, whose weights it is asked for. */
export interface Inner {
  /** Where its variables are in a `.keras` file, from the layer on: `forward_layer/cell`. */
  readonly path: string
  /** Its name in names of weights; that of the layer itself where left out. */
  readonly name?: string
  /** How many weights of the layer come before its own. */
  readonly first: number
}

/** A layer as its reader sees it. */
export interface LayerToRead {
  readonly layer: ReadLayer
  /** Of what it gets, where the file says it. */
  readonly shape: Shape | undefined
  /** The slope of `hard_sigmoid` in the version that wrote the file. */
  readonly hardSigmoid: number
  readonly field: Field
  /** The same of another config: of a layer that stands in this one's. */
  readonly fieldIn: (layer: ReadLayer) => Field
  /** Its weights by the names of its variables, which are in the order the layer made them. Throws InvalidDataError where they are missing. */
  readonly take: (names: readonly string[], inner?: Inner) => readonly Tensor[]
}

export type LayerReader = (given: LayerToRead) => Reading
