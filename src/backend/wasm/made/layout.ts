// What kernels of one small network depend on, and where they keep what.

import type { MadeActivation } from './functions.ts'

/** All that the code depends on. */
export interface MadeNetwork {
  /** Whether the kernels' multiply-adds are fused. */
  readonly fused: boolean
  readonly inputs: number
  /** From the first layer to the last, which has one unit. */
  readonly layers: readonly { readonly units: number; readonly activation: MadeActivation; readonly a: number }[]
  /** Of a batch, and of an epoch's last where that is smaller, or 0. */
  readonly rows: number
  readonly rest: number
  readonly loss: 'binaryCrossentropy' | 'meanSquaredError'
  /** Of the cross-entropy: whether probabilities are clipped. */
  readonly clip: boolean
}

export interface Layer {
  readonly inputs: number
  readonly units: number
  readonly activation: MadeActivation
  readonly a: number
  /** In vectors. */
  readonly width: number
  /** Of its kernel's rows, and of its outputs' and deltas' rows, in bytes. */
  readonly stride: number
  /** From a member's parameters, or the gradient, to its biases; its kernel follows them. */
  readonly offset: number
  readonly outputs: number
  readonly deltas: number
}

export const vectorsOf = (n: number): number => Math.ceil(n / 4)

/** Where everything lies in the scratch memory, from its beginning. */
export interface Scratch {
  readonly inputs: number
  readonly inputStride: number
  readonly targets: number
  readonly lastDeltas: number
  readonly transposed: number
  readonly gradient: number
  readonly bytes: number
}

export function layOut({ inputs, layers, rows }: MadeNetwork): { layers: Layer[]; scratch: Scratch } {
  let top = 0
  const take = (bytes: number): number => {
    const at = top
    top += Math.ceil(bytes / 64) * 64
    return at
  }
  const rowsUp = vectorsOf(rows) * 4
  const inputStride = vectorsOf(inputs) * 16
  const inputsAt = take(rows * inputStride)
  let offset = 0
  let before = inputs
  const placed = layers.map(({ units, activation, a }, l) => {
    const width = vectorsOf(units)
    const height = l > 0 ? vectorsOf(before) * 4 : before
    const layer = {
      inputs: before,
      units,
      activation,
      a,
      width,
      stride: 16 * width,
      offset,
      outputs: take(rowsUp * 16 * width),
      deltas: take(rowsUp * 16 * width),
    }
    offset += (1 + height) * 16 * width
    before = units
    return layer
  })
  const widest = Math.max(...layers.map(({ units }) => vectorsOf(units) * 4))
  const scratch = {
    inputs: inputsAt,
    inputStride,
    targets: take(rowsUp * 4),
    lastDeltas: take(rowsUp * 4),
    transposed: take(widest * widest * 4),
    gradient: take(offset + 32),
  }
  return { layers: placed, scratch: { ...scratch, bytes: top } }
}

/** Bytes of scratch memory that the code needs. */
export const scratchBytes = (network: MadeNetwork): number => layOut(network).scratch.bytes
