// The flat order of a network's parameters: where each tensor lies, and the shapes between layers.

import { at } from './at.ts'
import { InvalidSpecError } from './errors.ts'
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
  /** The outputs it reads, by the number of their layer; -1 is the network's inputs. */
  readonly from: readonly number[]
  /** Which layer of those that people wrote it belongs to: a block has all of its own. */
  readonly written: number
  /** Of what it reads, the first. */
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

/** Of each layer of the flat list the one that people wrote it in. */
function writtenOf(layers: readonly TopologyLayer[]): number[] {
  if (!layers.some((layer) => 'span' in layer)) return layers.map((_, i) => i)
  const ends: number[] = []
  for (let end = layers.length - 1; end >= 0; ) {
    const last = layers[end]
    ends.push(end)
    end -= last !== undefined && 'span' in last ? last.span : 1
  }
  return layers.map((_, i) => ends.filter((end) => end < i).length)
}

/**
 * Each layer with the outputs it reads and the shapes of all of these.
 * @param check called before a layer's own output is worked out, with its number; it may throw
 */
export function walk(
  { inputShape, layers }: Shaped,
  check?: (layer: TopologyLayer, input: Shape, inputs: readonly Shape[], i: number) => void,
) {
  const outputs: Shape[] = []
  return layers.map((layer, i) => {
    const from = layer.from ?? [i - 1]
    const inputs = from.map((source) => outputs[source] ?? inputShape)
    const input = inputs[0] ?? inputShape
    check?.(layer, input, inputs, i)
    const output = kindOf(layer.type).outputShape(layer, input, inputs)
    outputs.push(output)
    return { layer, from, input, inputs, output }
  })
}

/**
 * The mask of what a layer reads. Of several outputs it is theirs where all have one: in Keras a join takes a step that any of them counts, and an output
 * without a mask counts every step (`base_merge.py`, `concatenate.py`).
 * @param tokensOf the output that an embedding reads
 * @throws InvalidSpecError where the masks are of different tokens
 */
function maskOf(masks: readonly (number | undefined)[], tokensOf: (embedding: number) => number | undefined): number | undefined {
  const [first] = masks
  if (first === undefined || masks.includes(undefined)) return undefined
  if (masks.some((mask) => tokensOf(mask ?? first) !== tokensOf(first)))
    throw new InvalidSpecError('a block joins steps that are masked by different tokens; let one embedding at most have maskZero')
  return first
}

export function parameterLayout(topology: Shaped): Layout {
  let parameters = 0
  let stateSize = 0
  const written = writtenOf(topology.layers)
  /** Of each layer the number of the embedding whose tokens mask its outputs. */
  const masks: (number | undefined)[] = []
  const walked = walk(topology)
  const placed = walked.map(({ layer, from, input, output }, i): LayerLayout => {
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
    const maskedBy = maskOf(
      from.map((source) => masks[source]),
      (embedding) => walked[embedding]?.from[0],
    )
    masks.push(kind.carriesMask?.(layer, maskedBy !== undefined) === true ? (maskedBy ?? i) : undefined)
    return { layer, from, written: written[i] ?? i, input, output, maskedBy, tensors, state }
  })
  return { layers: placed, parameters, stateSize }
}

/** The shape of a row of outputs. */
function outputShapeOf({ inputShape, layers }: Shaped): Shape {
  const outputs: Shape[] = []
  let output = inputShape
  for (const layer of layers) {
    const inputs = layer.from?.map((source) => outputs[source] ?? inputShape) ?? [output]
    output = kindOf(layer.type).outputShape(layer, inputs[0] ?? inputShape, inputs)
    outputs.push(output)
  }
  return output
}

/** Numbers of a row of outputs. */
export const outputSizeOf = (topology: Shaped): number => sizeOf(outputShapeOf(topology))

/** Numbers of a row of features. */
export const inputSizeOf = ({ inputShape }: Pick<Shaped, 'inputShape'>): number => sizeOf(inputShape)

/** Multiply-adds of a training step: those of the forward pass, and the same again for each of the two gradients. */
export function stepWork(topology: Shaped & { readonly batchSize: number }): number {
  return 3 * topology.batchSize * walk(topology).reduce((work, { layer, input }) => work + kindOf(layer.type).multiplyAdds(layer, input), 0)
}

/**
 * Per layer as people wrote it, its tensors and then its state, each in Keras's order: for a dense layer the kernel (inputs x units, row-major) and
 * bias (units), for a block those of its layers.
 */
export type Weights = readonly (readonly Float32Array[])[]

/** One of a layer's weights. */
export interface WeightLayout extends TensorLayout {
  /** Whether it is state, with its place in that flat order. */
  readonly kept: boolean
}

/** Where the numbers of weights are, layer by layer as people wrote them. */
export function weightsLayout({ layers }: Layout): readonly (readonly WeightLayout[])[] {
  const all: WeightLayout[][] = Array.from({ length: (layers.at(-1)?.written ?? -1) + 1 }, () => [])
  for (const { written, tensors, state } of layers) {
    const own = [...tensors.map((tensor) => ({ ...tensor, kept: false })), ...state.map((tensor) => ({ ...tensor, kept: true }))]
    all[written]?.push(...own)
  }
  return all
}

/** Weights of each layer of the flat list: a block's are its layers'. */
export function flatLayers<T>(weights: readonly (readonly T[])[], { layers }: Layout): readonly (readonly T[])[] {
  const taken = layers.map(() => 0)
  return layers.map(({ written, tensors, state }) => {
    const first = at(taken, written)
    const last = first + tensors.length + state.length
    taken[written] = last
    return (weights[written] ?? []).slice(first, last)
  })
}

/** Copies out of the flat orders. */
export function splitParameters(flat: Float32Array, state: Float32Array, layout: Layout): Weights {
  return weightsLayout(layout).map((own) => own.map(({ kept, offset, size }) => (kept ? state : flat).slice(offset, offset + size)))
}

/** Copies into the flat orders. */
export function joinParameters(weights: Weights, layout: Layout): { readonly parameters: Float32Array; readonly state: Float32Array } {
  const flat = new Float32Array(layout.parameters)
  const state = new Float32Array(layout.stateSize)
  weightsLayout(layout).forEach((own, i) => {
    own.forEach(({ kept, offset }, t) => {
      const to = kept ? state : flat
      to.set(weights[i]?.[t] ?? [], offset)
    })
  })
  return { parameters: flat, state }
}
