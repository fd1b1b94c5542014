// What a writer of one kind of layer is given, and gives.

import type { LayerType } from '../../core/layers/index.ts'
import type { LayerLayout } from '../../core/layout.ts'
import type { MemberLayer, TopologyLayer } from '../../core/population.ts'
import { UnsupportedModelError } from '../errors.ts'
import { type Convention, TFJS } from '../layers/convention.ts'
import type { LayerPart, Part } from '../layers/write.ts'
import type { Tensor } from '../safetensors/tensors.ts'

/** What an entry of the table is given. */
export interface ToWrite<K extends LayerType> {
  readonly layer: Extract<TopologyLayer, { readonly type: K }>
  readonly own: Extract<MemberLayer, { readonly type: K }>
  readonly layout: LayerLayout
  /** Its weights by core's names, in core's order. */
  readonly weights: ReadonlyMap<string, Tensor>
  readonly convention: Convention
  /** Opens messages. */
  readonly where: string
}

/** Its weights by the names of Keras's variables, in their order. */
export const variables = (weights: ReadonlyMap<string, Tensor>): LayerPart['weights'] =>
  [...weights].map(([name, tensor]) => [name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`), tensor])

export const part = (className: string, config: Part['config'] = {}, weights: LayerPart['weights'] = []): Part => ({
  className,
  config,
  weights,
})

/** The word of Keras alone. */
export function kerasOnly({ convention, where }: { convention: Convention; where: string }, what: string): void {
  if (convention === TFJS)
    throw new UnsupportedModelError(`${where} is ${what}, which TensorFlow.js has no layer for; toSafetensors keeps it`)
}
