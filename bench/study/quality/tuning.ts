// The functions that samplers are tuned on: of the kinds of the five that judge (judges.ts), but others, and with seeds of their own.

import { categorical, float, int } from '../../../src/study/space/space.ts'
import { cube, functions, numbersOf, type TestFunction } from '../functions.ts'

const square = (value: number): number => value * value
const [branin, , rosenbrock, mixed] = functions
const given = [branin, rosenbrock, mixed].flatMap((one) => one ?? [])

function griewank(x: readonly number[]): number {
  const product = x.reduce((all, value, i) => all * Math.cos(value / Math.sqrt(i + 1)), 1)
  return x.reduce((sum, value) => sum + square(value) / 4000, 1) - product
}

export const tuning: readonly TestFunction[] = [
  ...given.map((one) => ({ ...one, trials: 120 })),
  {
    name: 'Griewank-8',
    space: cube(8, -50, 70),
    trials: 150,
    optimum: 0,
    evaluate: (params) => griewank(numbersOf(params, 8)),
  },
  {
    name: 'Styblinski-Tang-7',
    space: cube(7, -5, 5),
    trials: 150,
    optimum: -39.16616570377142 * 7,
    evaluate: (params) => numbersOf(params, 7).reduce((sum, x) => sum + (x ** 4 - 16 * x * x + 5 * x) / 2, 0),
  },
  {
    name: 'Rastrigin-5',
    space: cube(5, -4, 6),
    trials: 150,
    optimum: 0,
    evaluate: (params) => numbersOf(params, 5).reduce((sum, x) => sum + x * x - 10 * Math.cos(2 * Math.PI * x) + 10, 0),
  },
  {
    // Two kinds of models, each with parameters of its own.
    name: 'Kinds',
    space: {
      kind: categorical(['tree', 'line', 'net']),
      depth: int(1, 12, { when: "kind == 'tree'" }),
      leaves: int(2, 256, { log: true, when: "kind == 'tree'" }),
      penalty: float(1e-6, 10, { log: true, when: "kind == 'line'" }),
      rate: float(1e-5, 1, { log: true, when: "kind == 'net'" }),
      width: int(4, 256, { log: true, when: "kind == 'net'" }),
      decay: float(1e-6, 1e-1, { log: true, when: "kind == 'net'" }),
      share: float(0.2, 1),
      bins: int(8, 256, { log: true }),
    },
    trials: 150,
    optimum: 0,
    evaluate({ kind, depth, leaves, penalty, rate, width, decay, share, bins }) {
      const common = square(Number(share) - 0.7) + 0.05 * square(Math.log2(Number(bins) / 64))
      if (kind === 'tree') return 0.05 + common + 0.03 * square(Number(depth) - 6) + 0.05 * square(Math.log2(Number(leaves) / 40))
      if (kind === 'line') return 0.4 + common + 0.1 * square(Math.log10(Number(penalty)) + 1)
      return (
        common +
        square(Math.log10(Number(rate)) + 2.2) +
        0.1 * square(Math.log2(Number(width) / 64)) +
        0.1 * square(Math.log10(Number(decay)) + 3)
      )
    },
  },
  {
    name: 'Branin, noise 2',
    space: branin?.space ?? {},
    trials: 100,
    optimum: branin?.optimum ?? 0,
    noise: 2,
    evaluate: (params) => branin?.evaluate(params) ?? 0,
  },
  {
    name: 'Michalewicz-5, noise 0.3',
    space: cube(5, 0, Math.PI),
    trials: 100,
    optimum: -4.687658179088148,
    noise: 0.3,
    evaluate: (params) => -numbersOf(params, 5).reduce((sum, x, i) => sum + Math.sin(x) * Math.sin(((i + 1) * x * x) / Math.PI) ** 20, 0),
  },
  {
    name: 'Styblinski-Tang-4, noise 8',
    space: cube(4, -5, 5),
    trials: 100,
    optimum: -39.16616570377142 * 4,
    noise: 8,
    evaluate: (params) => numbersOf(params, 4).reduce((sum, x) => sum + (x ** 4 - 16 * x * x + 5 * x) / 2, 0),
  },
  {
    name: 'Griewank-5, noise 0.3',
    space: cube(5, -50, 70),
    trials: 100,
    optimum: 0,
    noise: 0.3,
    evaluate: (params) => griewank(numbersOf(params, 5)),
  },
  {
    name: 'Rosenbrock-4, noise 5',
    space: rosenbrock?.space ?? {},
    trials: 150,
    optimum: 0,
    noise: 5,
    evaluate: (params) => rosenbrock?.evaluate(params) ?? 0,
  },
  {
    // Nothing beyond a curve, and the best right before it.
    name: 'Edge',
    space: { x: float(0, 1), y: float(0, 1), rate: float(1e-4, 1, { log: true }), units: int(1, 32) },
    trials: 120,
    optimum: 0,
    evaluate({ x, y, rate, units }) {
      const room = 1.2 - Number(x) - square(Number(y))
      if (room < 0) return Number.NaN
      return room + square(Number(y) - 0.4) + 0.3 * square(Math.log10(Number(rate)) + 1.5) + 0.002 * square(Number(units) - 20)
    },
  },
]
