import type { Optimizer } from './optimizers.ts'

/**
 * The one flat order of a network's parameters outside the kernels: layer by layer, kernel (inputs x units, row-major), then bias
 * (units). State travels between backends, checkpoints and files in this order; a backend may hold it otherwise inside.
 */
interface LayerLayout {
  readonly inputs: number
  readonly units: number
  /** Offset of the kernel in the flat array, in numbers. */
  readonly kernel: number
  /** Offset of the bias. */
  readonly bias: number
}

export interface Layout {
  readonly layers: readonly LayerLayout[]
  /** Numbers in all. */
  readonly parameters: number
}

export function parameterLayout(topology: { readonly inputSize: number; readonly units: readonly number[] }): Layout {
  const layers: LayerLayout[] = []
  let offset = 0
  let inputs = topology.inputSize
  for (const units of topology.units) {
    layers.push({ inputs, units, kernel: offset, bias: offset + inputs * units })
    offset += inputs * units + units
    inputs = units
  }
  return { layers, parameters: offset }
}

/** Per layer: kernel (inputs x units, row-major) and bias (units). */
export type Weights = readonly (readonly [kernel: Float32Array, bias: Float32Array])[]

/** Copies out of the flat order. */
export function splitParameters(flat: Float32Array, layout: Layout): Weights {
  return layout.layers.map(({ kernel, bias, units }) => [flat.slice(kernel, bias), flat.slice(bias, bias + units)] as const)
}

/** Copies into the flat order. */
export function joinParameters(weights: Weights, layout: Layout): Float32Array {
  const flat = new Float32Array(layout.parameters)
  layout.layers.forEach(({ kernel, bias }, i) => {
    const layer = weights[i]
    if (layer === undefined) return
    flat.set(layer[0], kernel)
    flat.set(layer[1], bias)
  })
  return flat
}

/** The most that `slotCount` answers. */
export const MAX_SLOTS = 2

/** How many numbers of state an optimizer keeps per parameter. */
export function slotCount({ name, momentum }: Pick<Optimizer, 'name' | 'momentum'>): 0 | 1 | 2 {
  if (name === 'sgd') return momentum > 0 ? 1 : 0
  return name === 'rmsprop' || name === 'adagrad' ? 1 : 2
}
