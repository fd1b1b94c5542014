// What a reader of one class of layers gives.

import type { ActivationSpec } from '../../core/activations.ts'
import type { LayerSpec } from '../../core/layers/index.ts'
import type { Shape } from '../../core/layers/kind.ts'
import type { LayerToRead, Refusal } from '../layers/step.ts'
import { activationOf, isActivation } from './activations.ts'

/** A layer of a network with its weights; a layer that does nothing here is none. */
export interface Read {
  readonly layers: readonly { readonly spec: LayerSpec; readonly weights: readonly Float32Array[] }[]
}

export const one = (spec: LayerSpec, given?: LayerToRead, names: readonly string[] = []): Read => ({
  layers: [{ spec, weights: names.length === 0 ? [] : (given?.take(names) ?? []).map(({ data }) => data) }],
})
export const nothing: Read = { layers: [] }

/** Which of the last axes these are, counted from the last, -1; undefined where an axis is the batch or there is no such one. */
export function fromLast(axes: readonly number[], rank: number): number[] | undefined {
  const counted = axes.map((axis) => (axis < 0 ? axis : axis - rank - 1)).sort((a, b) => a - b)
  return counted.every((axis) => axis < 0 && axis >= -rank) ? counted : undefined
}

export const activated = (given: LayerToRead, make: (activation: ActivationSpec) => Read): Read | Refusal => {
  const activation = activationOf(given)
  return isActivation(activation) ? make(activation) : activation
}

/** `shape` is that of a row it gets, always known. */
export type KindReader = (given: LayerToRead, shape: Shape) => Read | Refusal
