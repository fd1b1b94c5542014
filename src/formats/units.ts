/** A regression's way back to the target's own units, put into the network itself, for programs that know of no preparation. */

import type { TargetUnit } from '../core/units.ts'
import { UnsupportedModelError } from './errors.ts'
import type { Model } from './model.ts'

/**
 * The same function as a model whose last layer says the target in its own units: y = z scale + mean is a linear layer's own doing. Weights change, so a
 * network that is to be trained on is kept by toSafetensors.
 * @throws UnsupportedModelError for a target that is learned by its logarithm, and for a last layer that is not linear
 */
export function inUnitsModel(model: Model): Model {
  const { spec, weights, data } = model
  const { preparation } = data
  const units = preparation?.target.units ?? []
  if (preparation === undefined || units.length === 0) return model
  const refuse = (why: string): never => {
    throw new UnsupportedModelError(
      `${why}, which files of other programs are not written with yet; toSafetensors keeps it, and a network trained with targets: standard can be written`,
    )
  }
  if (units.some(({ log }) => log)) refuse(`the target "${preparation.target.names.join('", "')}" is learned by its logarithm`)
  const last = spec.network.layers.at(-1)
  const [kernel, bias] = weights.at(-1) ?? []
  const activation = last !== undefined && 'units' in last ? (last.activation ?? 'linear') : undefined
  if (activation !== 'linear' || kernel === undefined || bias?.length !== units.length)
    return refuse('the target is standardised and the last layer is not a linear one with a bias')
  return {
    ...model,
    weights: [...weights.slice(0, -1), [unscaledKernel(kernel, units), unscaledBias(bias, units)]],
    data: { ...data, preparation: { ...preparation, target: { ...preparation.target, units: [] } } },
  }
}

// kernel is (inputs, units), bias (units)
const unscaledKernel = (kernel: Float32Array, units: readonly TargetUnit[]): Float32Array =>
  kernel.map((value, i) => value * (units[i % units.length]?.scale ?? 1))

const unscaledBias = (bias: Float32Array, units: readonly TargetUnit[]): Float32Array =>
  bias.map((value, i) => value * (units[i]?.scale ?? 1) + (units[i]?.mean ?? 0))
