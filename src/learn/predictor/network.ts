/** A network forwards over a block of rows, as plain loops: what predicts has no backend. */

import { missing } from '../../core/at.ts'
import type { MemberLayer, TopologyLayer } from '../../core/population.ts'
import type { NetworkModel } from '../model.ts'
import { activate, isActivation } from './activations.ts'
import { BLOCK, dense } from './dense.ts'
import { damaged } from './faults.ts'

/** Writes the outputs of rows, (rows x outputs), row-major, to the front of `to`. @param x (BLOCK x inputs), what is behind the rows is anything */
type Forward = (x: Float64Array, rows: number, to: Float64Array) => void

/** A model ready to predict. */
export interface Compiled {
  readonly inputs: number
  readonly outputs: number
  readonly forward: Forward
}

/** What one layer does: it reads its inputs and gives its outputs, perhaps in the same place. */
interface Step {
  readonly outputs: number
  readonly run: (x: Float64Array, rows: number) => Float64Array
}

/** Takes numbers in core's flat order (core/layout.ts). */
class Tensors {
  readonly #values: Float32Array
  #at = 0

  constructor(values: Float32Array) {
    this.#values = values
  }

  take(count: number): Float64Array {
    const taken = Float64Array.from(this.#values.subarray(this.#at, this.#at + count))
    if (taken.length !== count || taken.some((value) => !Number.isFinite(value)))
      throw damaged('has numbers of a network that are missing or not finite')
    this.#at += count
    return taken
  }

  finish(): void {
    if (this.#at !== this.#values.length) throw damaged(`has ${this.#values.length} numbers of a network that has ${this.#at}`)
  }
}

function transposed(kernel: Float64Array, inputs: number, units: number): Float64Array {
  const result = new Float64Array(kernel.length)
  for (let i = 0; i < inputs; i++)
    for (let u = 0; u < units; u++) result[u * inputs + i] = kernel[i * units + u] ?? missing(kernel, i * units + u)
  return result
}

/** x factor + offset by the place in the row, in place. */
function scaled(width: number, factor: Float64Array, offset: Float64Array): Step {
  return {
    outputs: width,
    run(x, rows) {
      for (let at = 0; at < rows * width; at++) {
        const i = at % width
        x[at] = (x[at] ?? missing(x, at)) * (factor[i] ?? missing(factor, i)) + (offset[i] ?? missing(offset, i))
      }
      return x
    },
  }
}

function denseStep(
  shape: Extract<TopologyLayer, { type: 'dense' }>,
  own: Extract<MemberLayer, { type: 'dense' }>,
  width: number,
  tensors: Tensors,
): Step {
  const { units, useBias } = shape
  const kernel = transposed(tensors.take(width * units), width, units)
  const bias = useBias ? tensors.take(units) : new Float64Array(units)
  const out = new Float64Array(BLOCK * units)
  const { activation } = own
  if (!isActivation(activation.kernel)) throw damaged(`has a network with the activation "${String(activation.kernel)}"`)
  return {
    outputs: units,
    run(x, rows) {
      dense(x, rows, width, kernel, bias, out)
      activate(activation, out, rows, units)
      return out
    },
  }
}

function normalizationStep(
  { center, scale }: Extract<TopologyLayer, { type: 'batchNormalization' }>,
  { epsilon }: Extract<MemberLayer, { type: 'batchNormalization' }>,
  width: number,
  tensors: Tensors,
  state: Tensors,
): Step {
  const gamma = scale ? tensors.take(width) : new Float64Array(width).fill(1)
  const beta = center ? tensors.take(width) : new Float64Array(width)
  const [mean, variance] = [state.take(width), state.take(width)]
  const factor = gamma.map((one, i) => one / Math.sqrt((variance[i] ?? missing(variance, i)) + epsilon))
  return scaled(
    width,
    factor,
    beta.map((one, i) => one - (mean[i] ?? missing(mean, i)) * (factor[i] ?? missing(factor, i))),
  )
}

function preluStep(alpha: Float64Array, width: number): Step {
  return {
    outputs: width,
    run(x, rows) {
      for (let at = 0; at < rows * width; at++) {
        const value = x[at] ?? missing(x, at)
        if (value < 0) x[at] = value * (alpha[at % alpha.length] ?? missing(alpha, at % alpha.length))
      }
      return x
    },
  }
}

function gluStep(width: number): Step {
  const half = width / 2
  if (!Number.isInteger(half)) throw damaged(`has a network with glu of ${width} numbers`)
  const out = new Float64Array(BLOCK * half)
  return {
    outputs: half,
    run(x, rows) {
      for (let r = 0; r < rows; r++)
        for (let i = 0; i < half; i++) {
          const at = r * width + i
          out[r * half + i] = (x[at] ?? missing(x, at)) / (1 + Math.exp(-(x[at + half] ?? missing(x, at + half))))
        }
      return out
    },
  }
}

/** @returns undefined for a layer that does nothing in a prediction */
function stepOf(shape: TopologyLayer, own: MemberLayer | undefined, width: number, tensors: Tensors, state: Tensors): Step | undefined {
  if (shape.type === 'dropout' || shape.type === 'flatten') return undefined
  if (shape.type === 'glu') return gluStep(width)
  // One alpha for every number of the row: along its only axis it is shared by none or by all.
  if (shape.type === 'prelu') return preluStep(tensors.take(shape.sharedAxes.length > 0 ? 1 : width), width)
  if (shape.type === 'dense' && own?.type === 'dense') return denseStep(shape, own, width, tensors)
  if (shape.type === 'batchNormalization' && own?.type === 'batchNormalization') return normalizationStep(shape, own, width, tensors, state)
  if (shape.type === 'activation' && own?.type === 'activation' && isActivation(own.activation.kernel)) {
    const { activation } = own
    return {
      outputs: width,
      run(x, rows) {
        activate(activation, x, rows, width)
        return x
      },
    }
  }
  throw damaged(`has a network with a layer of type "${String(shape.type)}" that is none`)
}

/** @throws InvalidDataError where its numbers are not those of its layers */
export function compileNetwork(model: NetworkModel, inputs: number): Compiled {
  const { topology, layers, parameters, state = new Float32Array(0) } = model
  const { inputShape } = topology
  if (inputShape.length !== 1 || inputShape[0] !== inputs)
    throw damaged(`has a network of ${inputShape.join(' x ')} inputs where there are ${inputs}`)
  const [tensors, kept] = [new Tensors(parameters), new Tensors(state)]
  let width = inputs
  const steps: Step[] = []
  for (const [i, shape] of topology.layers.entries()) {
    const step = stepOf(shape, layers[i], width, tensors, kept)
    if (step === undefined) continue
    steps.push(step)
    width = step.outputs
  }
  tensors.finish()
  kept.finish()
  const first = new Float64Array(BLOCK * inputs)
  return {
    inputs,
    outputs: width,
    forward(x, rows, to) {
      // The features are for the other models as well, and steps write over what they read.
      first.set(x.subarray(0, rows * inputs))
      const out = steps.reduce<Float64Array>((values, step) => step.run(values, rows), first)
      to.set(out.subarray(0, rows * width))
    },
  }
}
