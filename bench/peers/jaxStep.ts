/** A training step in jax-js's terms: pure functions to be jitted. An operation consumes its arrays; `.ref` keeps one for another. */

import { type Array as JaxArray, nn, numpy as np, tree, valueAndGrad } from '@jax-js/jax'
import type { Trial } from '../workloads.ts'

export type Layer = { readonly kernel: JaxArray; readonly bias: JaxArray }
/** Layers, and as many times the same shapes as the optimizer keeps. */
export type State = { readonly layers: Layer[]; readonly slots: Layer[][] }
/** For each name but the first, which member of a population goes by it: true or false, a scalar. */
export type Masks = { readonly activation: JaxArray[]; readonly optimizer: JaxArray[] }
export type TrainStep = (state: State, masks: Masks, rate: JaxArray, x: JaxArray, y: JaxArray) => [State, JaxArray]

/** What a step computes; where there are several names, all of them, and the masks choose. */
export interface Kind {
  readonly activations: readonly Trial['activation'][]
  readonly optimizers: readonly Trial['optimizer'][]
  readonly outputs: number
}

const BETA1 = 0.9
const BETA2 = 0.999
const RHO = 0.9
const EPSILON = 1e-7

/** The optimizer's factor at step t, from 1: what changes from step to step is computed outside. */
export function rateAt({ optimizer, learningRate }: Trial, t: number): number {
  if (optimizer === 'adam') return (learningRate * Math.sqrt(1 - BETA2 ** t)) / (1 - BETA1 ** t)
  return optimizer === 'adamax' ? learningRate / (1 - BETA1 ** t) : learningRate
}

export const slotsOf = ({ optimizers }: Kind): number => (optimizers.every((name) => name === 'sgd') ? 0 : 2)

function activate(name: Trial['activation'], z: JaxArray): JaxArray {
  switch (name) {
    case 'linear':
      return z
    case 'tanh':
      return np.tanh(z)
    default:
      return nn[name](z)
  }
}

/** Of equal shapes, the first, or that whose mask is true. */
function choose(masks: readonly JaxArray[], [first, ...others]: readonly JaxArray[]): JaxArray {
  if (first === undefined) throw new Error('there is nothing to choose from')
  return others.reduce((chosen, other, i) => np.where((masks[i] as JaxArray).ref, other, chosen), first)
}

export function logitsOf({ activations }: Kind, layers: readonly Layer[], masks: readonly JaxArray[], x: JaxArray): JaxArray {
  return layers.reduce((input, { kernel, bias }, layer) => {
    const sum = np.dot(input, kernel).add(bias)
    if (layer === layers.length - 1) return sum
    const results = activations.map((name) => activate(name, sum.ref))
    sum.dispose()
    return choose(masks, results)
  }, x)
}

/** @param y (rows, outputs): one-hot classes, or the one output's own */
function lossOf(logits: JaxArray, y: JaxArray, outputs: number): JaxArray {
  if (outputs > 1) return nn.logSoftmax(logits).mul(y).sum(-1).mean().mul(-1)
  const positive = np.maximum(logits.ref, 0).sub(logits.ref.mul(y))
  return positive.add(np.log1p(np.exp(np.absolute(logits).mul(-1)))).mean()
}

/** The parameter after an update, and its slots: a mean of gradients, and one of their squares or sizes. */
function updated(
  name: Trial['optimizer'],
  parameter: JaxArray,
  slots: readonly JaxArray[],
  gradient: JaxArray,
  rate: JaxArray,
): JaxArray[] {
  const [first, second] = slots
  if (first === undefined || second === undefined || name === 'sgd') return [parameter.sub(gradient.mul(rate)), ...slots]
  if (name === 'rmsprop') {
    const squares = second.mul(RHO).add(np.square(gradient.ref).mul(1 - RHO))
    return [parameter.sub(gradient.mul(rate).div(np.sqrt(squares.ref.add(EPSILON)))), first, squares]
  }
  const mean = first.mul(BETA1).add(gradient.ref.mul(1 - BETA1))
  if (name === 'adamax') {
    const sizes = np.maximum(second.mul(BETA2), np.absolute(gradient))
    return [parameter.sub(mean.ref.mul(rate).div(sizes.ref.add(EPSILON))), mean, sizes]
  }
  const squares = second.mul(BETA2).add(np.square(gradient).mul(1 - BETA2))
  return [parameter.sub(mean.ref.mul(rate).div(np.sqrt(squares.ref).add(EPSILON))), mean, squares]
}

export function stepOf(kind: Kind): TrainStep {
  const loss = (layers: Layer[], masks: JaxArray[], x: JaxArray, y: JaxArray): JaxArray =>
    lossOf(logitsOf(kind, layers, masks, x), y, kind.outputs)
  return ({ layers, slots }, masks, rate, x, y) => {
    const [value, gradients] = valueAndGrad(loss)(tree.ref(layers), masks.activation, x, y) as [JaxArray, Layer[]]
    const update = (i: number, part: keyof Layer): JaxArray[] => {
      const own = [layers, ...slots].map((own) => (own[i] as Layer)[part])
      const gradient = (gradients[i] as Layer)[part]
      const results = kind.optimizers.map((name) => {
        const [parameter, ...kept] = own.map((one) => one.ref)
        return updated(name, parameter as JaxArray, kept, gradient.ref, rate.ref)
      })
      tree.dispose([...own, gradient])
      return own.map((_, slot) =>
        choose(
          masks.optimizer,
          results.map((result) => result[slot] as JaxArray),
        ),
      )
    }
    const parts = layers.map((_, i) => ({ kernel: update(i, 'kernel'), bias: update(i, 'bias') }))
    tree.dispose([rate, masks.optimizer])
    const state = [layers, ...slots].map((_, slot) =>
      parts.map(({ kernel, bias }) => ({ kernel: kernel[slot] as JaxArray, bias: bias[slot] as JaxArray })),
    )
    return [{ layers: state[0] as Layer[], slots: state.slice(1) }, value]
  }
}
