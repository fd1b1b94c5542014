// The flat order of a network's parameters: where each tensor lies, and the shapes between layers.

import { kindOf, type TopologyLayer } from './layers/index.ts'
import { type Shape, sizeOf, type Tensor } from './layers/kind.ts'

/** A tensor's place in the flat order. */
export interface TensorLayout extends Tensor {
  /** Numbers. */
  readonly size: number
  /** Offset in the flat array, in numbers. */
  readonly offset: number
}

export interface LayerLayout {
  readonly layer: TopologyLayer
  readonly input: Shape
  readonly output: Shape
  /** The number of the embedding whose tokens mask its inputs. */
  readonly maskedBy: number | undefined
  /** In the flat order of parameters. */
  readonly tensors: readonly TensorLayout[]
  /** In the flat order of state. */
  readonly state: readonly TensorLayout[]
}

/**
 * The one flat order of a network's parameters outside the kernels: layer by layer, each layer's tensors in Keras's order (for a dense layer
 * the kernel, inputs x units, row-major, then the bias); and, separately, the same for the state that is not trained. Both travel between backends, checkpoints and
 * files in this order; a backend may store them differently.
 */
export interface Layout {
  readonly layers: readonly LayerLayout[]
  /** Numbers that are parameters. */
  readonly parameters: number
  /** Numbers that are state. */
  readonly stateSize: number
}

/** What of a topology decides shapes. */
interface Shaped {
  readonly inputShape: Shape
  readonly layers: readonly TopologyLayer[]
}

export function parameterLayout({ inputShape, layers }: Shaped): Layout {
  let parameters = 0
  let stateSize = 0
  let input = inputShape
  let maskedBy: number | undefined
  const placed = layers.map((layer, i): LayerLayout => {
    const kind = kindOf(layer.type)
    const tensors = kind.tensors(layer, input).map((tensor): TensorLayout => {
      const size = sizeOf(tensor.shape)
      parameters += size
      return { ...tensor, size, offset: parameters - size }
    })
    const state = kind.state(layer, input).map((tensor): TensorLayout => {
      const size = sizeOf(tensor.shape)
      stateSize += size
      return { ...tensor, size, offset: stateSize - size }
    })
    const own = { layer, input, output: kind.outputShape(layer, input), maskedBy, tensors, state }
    input = own.output
    maskedBy = kind.carriesMask?.(layer, maskedBy !== undefined) === true ? (maskedBy ?? i) : undefined
    return own
  })
  return { layers: placed, parameters, stateSize }
}

/** The shape of a row of outputs. */
export const outputShapeOf = ({ inputShape, layers }: Shaped): Shape =>
  layers.reduce((shape, layer) => kindOf(layer.type).outputShape(layer, shape), inputShape)

/** Numbers of a row of outputs. */
export const outputSizeOf = (topology: Shaped): number => sizeOf(outputShapeOf(topology))

/** Numbers of a row of features. */
export const inputSizeOf = ({ inputShape }: Pick<Shaped, 'inputShape'>): number => sizeOf(inputShape)

/** Multiply-adds of a training step: those of the forward pass, and the same again for each of the two gradients. */
export function stepWork({ inputShape, layers, batchSize }: Shaped & { readonly batchSize: number }): number {
  let input = inputShape
  let work = 0
  for (const layer of layers) {
    const kind = kindOf(layer.type)
    work += kind.multiplyAdds(layer, input)
    input = kind.outputShape(layer, input)
  }
  return 3 * batchSize * work
}

/** Per layer, its tensors and then its state, each in Keras's order: for a dense layer the kernel (inputs x units, row-major) and bias (units). */
export type Weights = readonly (readonly Float32Array[])[]

/** Copies out of the flat orders. */
export function splitParameters(flat: Float32Array, state: Float32Array, { layers }: Layout): Weights {
  const part =
    (from: Float32Array) =>
    ({ offset, size }: TensorLayout) =>
      from.slice(offset, offset + size)
  return layers.map((layer) => [...layer.tensors.map(part(flat)), ...layer.state.map(part(state))])
}

/** Copies into the flat orders. */
export function joinParameters(
  weights: Weights,
  { layers, parameters, stateSize }: Layout,
): { readonly parameters: Float32Array; readonly state: Float32Array } {
  const flat = new Float32Array(parameters)
  const state = new Float32Array(stateSize)
  layers.forEach((layer, i) => {
    const given = weights[i] ?? []
    layer.tensors.forEach(({ offset }, t) => {
      flat.set(given[t] ?? [], offset)
    })
    layer.state.forEach(({ offset }, s) => {
      state.set(given[layer.tensors.length + s] ?? [], offset)
    })
  })
  return { parameters: flat, state }
}
