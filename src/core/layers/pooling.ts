// The layers that pool: the maximum or the average of a window, or of all that a channel has.

import { type LayerKind, withoutNumbers } from './kind.ts'
import { outputOf, PADDING, type Padding, type SizeSpec, size, sizes, type Window, windowRefusal, wrongForm } from './window.ts'

export type PoolingType = 'maxPooling1d' | 'maxPooling2d' | 'averagePooling1d' | 'averagePooling2d'
export type GlobalPoolingType = 'globalMaxPooling1d' | 'globalMaxPooling2d' | 'globalAveragePooling1d' | 'globalAveragePooling2d'

/** The maximum or the average of a window of each channel. What padding adds is neither a maximum nor counted. */
export interface PoolingShape<T extends PoolingType = PoolingType> extends Window {
  readonly type: T
}

/** The maximum or the average of each channel: a list of as many numbers. */
export interface GlobalPoolingShape<T extends GlobalPoolingType = GlobalPoolingType> {
  readonly type: T
}

/** The layer of one member: it has no numbers of its own. */
export interface PoolingMember<T extends PoolingType | GlobalPoolingType = PoolingType | GlobalPoolingType> {
  readonly type: T
}

/** As people write it. */
export interface PoolingSpec<T extends PoolingType = PoolingType> {
  type: T
  /** 2 by default. */
  poolSize?: SizeSpec | undefined
  /** As poolSize by default. */
  strides?: SizeSpec | undefined
  /** 'valid' by default. */
  padding?: Padding | undefined
}

/** As people write it. */
export interface GlobalPoolingSpec<T extends GlobalPoolingType = GlobalPoolingType> {
  type: T
}

export const pooling = <T extends PoolingType>(type: T, axes: number, code: number): LayerKind<PoolingShape<T>, PoolingMember<T>> => ({
  code,
  shapeFields: { poolSize: size(axes), strides: size(axes), ...PADDING },
  resolveShape(given) {
    const { poolSize = 2, strides, padding = 'valid' } = given as unknown as PoolingSpec
    const pool = sizes(poolSize, axes)
    return { type, size: pool, strides: sizes(strides, axes, pool), dilation: sizes(1, axes), padding }
  },
  refusal: (layer, input) => windowRefusal(type, layer, input),
  outputShape: (layer, input) => outputOf(layer, input),
  ...withoutNumbers(type),
})

export const globalPooling = <T extends GlobalPoolingType>(
  type: T,
  axes: number,
  code: number,
): LayerKind<GlobalPoolingShape<T>, PoolingMember<T>> => ({
  code,
  shapeFields: {},
  resolveShape: () => ({ type }),
  refusal: (_, input) => wrongForm(type, axes, input),
  outputShape: (_, input) => [input.at(-1) ?? 1],
  ...withoutNumbers(type),
})
