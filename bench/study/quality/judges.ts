// The five functions that samplers are judged on. Nothing is tuned on them: see tuning.ts.

import type { Params } from '../../../src/study/space/distributions.ts'
import { categorical, float, int } from '../../../src/study/space/space.ts'
import { cube, hartmann6, numbersOf, type TestFunction } from '../functions.ts'

const TRIALS = 100

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
const square = (value: number): number => value * value

/** Ackley, Levy and Hartmann as in Surjanovic and Bingham's Virtual Library of Simulation Experiments. */
export const judges: readonly TestFunction[] = [
  {
    name: 'Ackley-10',
    space: cube(10, -32.768, 32.768),
    trials: TRIALS,
    optimum: 0,
    evaluate(params) {
      const x = numbersOf(params, 10)
      const waves = mean(x.map((value) => Math.cos(2 * Math.PI * value)))
      return -20 * Math.exp(-0.2 * Math.sqrt(mean(x.map(square)))) - Math.exp(waves) + 20 + Math.E
    },
  },
  {
    name: 'Levy-6',
    space: cube(6, -10, 10),
    trials: TRIALS,
    optimum: 0,
    evaluate(params) {
      const w = numbersOf(params, 6).map((value) => 1 + (value - 1) / 4)
      const [first = 1, last = 1] = [w[0], w.at(-1)]
      const middle = w.slice(0, -1).reduce((sum, value) => sum + square(value - 1) * (1 + 10 * square(Math.sin(Math.PI * value + 1))), 0)
      return square(Math.sin(Math.PI * first)) + middle + square(last - 1) * (1 + square(Math.sin(2 * Math.PI * last)))
    },
  },
  {
    // An optimizer that has parameters of its own, and layers each with a width: what is active hangs on what was chosen. The best is 0.
    name: 'Conditional',
    space: {
      optimizer: categorical(['sgd', 'adam', 'rmsprop']),
      sgdRate: float(1e-4, 1, { log: true, when: "optimizer == 'sgd'" }),
      momentum: float(0, 0.99, { when: "optimizer == 'sgd'" }),
      adamRate: float(1e-5, 1e-1, { log: true, when: "optimizer == 'adam'" }),
      beta2: float(0.9, 0.9999, { when: "optimizer == 'adam'" }),
      rmspropRate: float(1e-5, 1e-1, { log: true, when: "optimizer == 'rmsprop'" }),
      layers: int(1, 4),
      units1: int(4, 512, { log: true }),
      units2: int(4, 512, { log: true, when: 'layers >= 2' }),
      units3: int(4, 512, { log: true, when: 'layers >= 3' }),
      units4: int(4, 512, { log: true, when: 'layers >= 4' }),
      dropout: float(0, 0.6),
    },
    trials: TRIALS,
    optimum: 0,
    evaluate: (params) => optimizerCost(params) + layersCost(params) + 3 * square(Number(params.dropout) - 0.15),
  },
  { name: 'Hartmann-6, noise 0.2', space: cube(6, 0, 1), trials: TRIALS, optimum: -3.322368011391339, noise: 0.2, evaluate: hartmann6 },
  {
    // The faster, the better, up to the rate at which training diverges: the best lies on the edge. Momentum multiplies the rate, width lowers the edge.
    name: 'Cliff',
    space: {
      learningRate: float(1e-5, 10, { log: true }),
      momentum: float(0, 0.99),
      units: int(8, 512, { log: true }),
      l2: float(1e-7, 1e-1, { log: true }),
      warmup: float(0, 0.5),
    },
    trials: TRIALS,
    optimum: 0,
    evaluate({ learningRate, momentum, units, l2, warmup }) {
      const speed = Math.log10(Number(learningRate) / (1 - Number(momentum)))
      const edge = 0.5 - 0.3 * Math.log10(Number(units) / 64) + 0.6 * Number(warmup)
      if (speed > edge) return Number.NaN
      const late = 0.25 * square(edge - speed)
      return late + 0.2 * square(Math.log2(Number(units) / 128)) + 0.05 * square(Math.log10(Number(l2)) + 4) + square(Number(warmup) - 0.1)
    },
  },
]

function optimizerCost({ optimizer, sgdRate, momentum, adamRate, beta2, rmspropRate }: Params): number {
  if (optimizer === 'sgd')
    return 0.1 + square(Math.log10(Number(sgdRate) / (1 - Number(momentum))) + 0.5) + 0.2 * square(Number(momentum) - 0.9)
  if (optimizer === 'adam') return square(Math.log10(Number(adamRate)) + 2.7) + 0.1 * square(Math.log10(1 - Number(beta2)) + 2.5)
  return 0.2 + square(Math.log10(Number(rmspropRate)) + 3.2)
}

function layersCost({ layers, units1, units2, units3, units4 }: Params): number {
  const widths = [units1, units2, units3, units4].flatMap((units) => (units === undefined ? [] : [Math.log2(Number(units))]))
  const wanted = [7, 6, 5, 4]
  return 0.3 * square(Number(layers) - 3) + 0.08 * widths.reduce((sum, width, i) => sum + square(width - (wanted[i] ?? 0)), 0)
}
