// What every kind of layer says about itself: shapes, tensors, state and fields.

import type { Initializer } from '../initializers.ts'
import type { Dialect } from '../names.ts'
import type { FieldRules } from '../rules.ts'

/** The shape of one row, without the batch: [inputs], [steps, features], [rows, columns, channels]. */
export type Shape = readonly number[]

/** Numbers of a layer that belong together. */
export interface Tensor {
  /** Keras's. */
  readonly name: string
  readonly shape: Shape
  /** Whether training moves it. */
  readonly trained: boolean
}

/**
 * Everything about a kind of layer that holds on any backend. People write a layer as one object. `T` is the part that decides shapes, which the
 * members of a population share, and `M` the rest, with all numbers filled in. All functions are pure.
 */
export interface LayerKind<T, M> {
  /** Its number in the ABI, which assembly/names.ts repeats and a test compares. */
  readonly code: number
  /** Fields of `T` as people write them. */
  readonly shapeFields: FieldRules
  /** Fields of `M` as people write them. */
  readonly memberFields: FieldRules
  /** @returns `T`, from parsed fields */
  readonly resolveShape: (given: Readonly<Record<string, unknown>>) => T
  /** @returns `M`, from parsed fields, for a layer whose inputs have the shape `input` */
  readonly resolveMember: (given: Readonly<Record<string, unknown>>, layer: T, input: Shape, dialect: Dialect) => M
  /** Why a layer cannot take rows of this shape; undefined if it can. `inputs` are those of all outputs it reads, `input` the first. */
  readonly refusal?: (layer: T, input: Shape, inputs: readonly Shape[]) => string | undefined
  readonly outputShape: (layer: T, input: Shape, inputs: readonly Shape[]) => Shape
  /** The trained tensors, in Keras's order: the flat order of parameters. */
  readonly tensors: (layer: T, input: Shape) => readonly Tensor[]
  /** Numbers kept beside them, which change in training without a gradient. */
  readonly state: (layer: T, input: Shape) => readonly Tensor[]
  /** Of the tensors, then of the state. */
  readonly initializers: (own: M) => readonly Initializer[]
  /** Whether a mask of the steps goes on with its outputs, given whether its inputs have one; it does not, unless said. */
  readonly carriesMask?: (layer: T, masked: boolean) => boolean
  /** Multiply-adds of a row forwards. */
  readonly multiplyAdds: (layer: T, input: Shape) => number
}

/** The numbers of a shape. */
export const sizeOf = (shape: Shape): number => shape.reduce((product, n) => product * n, 1)

/** The last axis, which most kinds work along, and how many times a row has it. */
export function lastAxis(shape: Shape): { readonly width: number; readonly positions: number } {
  const width = shape.at(-1) ?? 1
  return { width, positions: sizeOf(shape) / width }
}

const none = (): [] => []
/** Of kinds without parameters. */
export const WITHOUT_TENSORS = { tensors: none, state: none, initializers: none, multiplyAdds: () => 0 }

/** How many matrices a tensor is to what factors it (adafactor): of more than two axes the last two are one each. */
export const matricesOf = (tensor: Tensor | undefined): number => sizeOf(tensor?.shape.slice(0, -2) ?? [])

/** Of kinds that have no numbers of a member either. */
export const withoutNumbers = <T extends string>(type: T) => ({ memberFields: {}, resolveMember: () => ({ type }), ...WITHOUT_TENSORS })

/** Of kinds whose outputs have the shape of their inputs, step by step. */
export const KEEPS_SHAPE = {
  outputShape: (_layer: unknown, input: Shape): Shape => input,
  carriesMask: (_layer: unknown, masked: boolean) => masked,
}

/** A kernel, and the bias of its outputs where a layer has one. */
export function kernelAndBias(shape: Shape, outputs: number, layer: { readonly useBias: boolean; readonly trainable: boolean }): Tensor[] {
  const trained = layer.trainable
  const kernel = { name: 'kernel', shape, trained }
  return layer.useBias ? [kernel, { name: 'bias', shape: [outputs], trained }] : [kernel]
}
