// Test functions for samplers.

import type { Params } from '../../src/study/space/distributions.ts'
import { categorical, float, int, type SpaceSpec } from '../../src/study/space/space.ts'

/** A function to be minimised. */
export interface TestFunction {
  readonly name: string
  readonly space: SpaceSpec
  readonly trials: number
  /** The least value there is. */
  readonly optimum: number
  /** NaN where a training would diverge. */
  evaluate(params: Params): number
  /** The standard deviation of what a study sees around that; 0 if it is not said. */
  readonly noise?: number
}

const HARTMANN_SHARE = [1, 1.2, 3, 3.2]
const HARTMANN_SCALE = [
  [10, 3, 17, 3.5, 1.7, 8],
  [0.05, 10, 17, 0.1, 8, 14],
  [3, 3.5, 1.7, 10, 17, 8],
  [17, 8, 0.05, 10, 0.1, 14],
]
const HARTMANN_CENTRE = [
  [0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886],
  [0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991],
  [0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.665],
  [0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381],
]

const names = (count: number): string[] => Array.from({ length: count }, (_, i) => `x${i}`)
export const cube = (count: number, low: number, high: number): SpaceSpec =>
  Object.fromEntries(names(count).map((name) => [name, float(low, high)]))
export const numbersOf = (params: Params, count: number): number[] => names(count).map((name) => Number(params[name]))

export function hartmann6(params: Params): number {
  const x = numbersOf(params, 6)
  return -HARTMANN_SHARE.reduce((sum, share, i) => {
    const exponent = x.reduce((total, value, j) => total + (HARTMANN_SCALE[i]?.[j] ?? 0) * (value - (HARTMANN_CENTRE[i]?.[j] ?? 0)) ** 2, 0)
    return sum + share * Math.exp(-exponent)
  }, 0)
}

/** Branin, Hartmann-6 and Rosenbrock-4 as in Surjanovic and Bingham's Virtual Library of Simulation Experiments. */
export const functions: readonly TestFunction[] = [
  {
    name: 'Branin',
    space: { x0: float(-5, 10), x1: float(0, 15) },
    trials: 60,
    optimum: 0.397887357729738,
    evaluate(params) {
      const [x = 0, y = 0] = numbersOf(params, 2)
      return (y - (5.1 * x * x) / (4 * Math.PI ** 2) + (5 * x) / Math.PI - 6) ** 2 + 10 * (1 - 1 / (8 * Math.PI)) * Math.cos(x) + 10
    },
  },
  {
    name: 'Hartmann-6',
    space: cube(6, 0, 1),
    trials: 100,
    optimum: -3.322368011391339,
    evaluate: hartmann6,
  },
  {
    name: 'Rosenbrock-4',
    space: cube(4, -5, 10),
    trials: 100,
    optimum: 0,
    evaluate(params) {
      const x = numbersOf(params, 4)
      return x.slice(1).reduce((sum, next, i) => sum + 100 * (next - (x[i] ?? 0) ** 2) ** 2 + (1 - (x[i] ?? 0)) ** 2, 0)
    },
  },
  {
    // What tuning a network is like: an optimizer that decides where the best learning rate lies, a width in logarithmic whole numbers, a
    // dropout in steps, an activation that matters a little. The best is 0.
    name: 'Mixed',
    space: {
      optimizer: categorical(['sgd', 'adam', 'rmsprop', 'adagrad']),
      activation: categorical(['relu', 'tanh', 'selu', 'sigmoid', 'elu', 'softplus']),
      learningRate: float(1e-5, 1, { log: true }),
      units: int(4, 512, { log: true }),
      layers: int(1, 5),
      dropout: float(0, 0.5, { step: 0.1 }),
    },
    trials: 100,
    optimum: 0,
    evaluate({ optimizer, activation, learningRate, units, layers, dropout }) {
      const best = { sgd: -1, adam: -3, rmsprop: -3.5, adagrad: -2 }[String(optimizer)] ?? 0
      const cost = { sgd: 0.3, adam: 0, rmsprop: 0.1, adagrad: 0.6 }[String(optimizer)] ?? 0
      const activationCost = { relu: 0.1, tanh: 0.3, selu: 0, sigmoid: 0.8, elu: 0.05, softplus: 0.4 }[String(activation)] ?? 0
      const width = Math.log2(Number(units) / 128)
      const depth = Number(layers) - 3
      const rate = Math.log10(Number(learningRate)) - best + 0.2 * depth
      return cost + activationCost + rate ** 2 + 0.1 * width ** 2 + 0.15 * depth ** 2 + 4 * (Number(dropout) - 0.2) ** 2
    },
  },
]
