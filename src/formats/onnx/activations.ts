// Activations as operators of ONNX.

import type { Activation } from '../../core/activations.ts'
import { graphActivation } from '../activation.ts'
import { stepsOfActivation } from './plan.ts'
import type { Nodes } from './written.ts'

type Compose = (graph: Nodes, x: string, numbers: Activation['numbers']) => string

const clip = (g: Nodes, x: string, low: number, high: number): string => g.op('Clip', [x, g.number(low), g.number(high)])

/** z in descending order; the support is as long as 1 + k z_k is more than the sum of the first k (Martins and Astudillo 2016). */
const sparsemax = (g: Nodes, x: string, units: number): string => {
  const sorted = g.op('TopK', [x, g.shape([units])], { axis: -1 })
  const sums = g.op('CumSum', [sorted, g.op('Constant', [], { value_int: -1 })])
  const places = g.op('Add', [g.counted(units), g.number(1)])
  const reached = g.op('Greater', [g.op('Add', [g.op('Mul', [places, sorted]), g.number(1)]), sums])
  const within = g.op('Cast', [reached], { to: 1 })
  const rest = g.op('Sub', [g.sum(g.op('Mul', [sorted, within]), -1), g.number(1)])
  return g.op('Relu', [g.op('Sub', [x, g.op('Div', [rest, g.sum(within, -1)])])])
}

const COMPOSED: Readonly<Partial<Record<Activation['kernel'], Compose>>> = {
  silu: (g, x) => g.op('Mul', [x, g.op('Sigmoid', [x])]),
  mish: (g, x) => g.op('Mul', [x, g.op('Tanh', [g.op('Softplus', [x])])]),
  gelu: (g, x) => {
    const erf = g.op('Erf', [g.op('Mul', [x, g.number(Math.SQRT1_2)])])
    return g.op('Mul', [g.op('Mul', [x, g.number(0.5)]), g.op('Add', [erf, g.number(1)])])
  },
  tanhGelu: (g, x) => {
    const cube = g.op('Mul', [g.op('Mul', [x, x]), g.op('Mul', [x, g.number(0.044715)])])
    const tanh = g.op('Tanh', [g.op('Mul', [g.op('Add', [x, cube]), g.number(Math.sqrt(2 / Math.PI))])])
    return g.op('Mul', [g.op('Mul', [x, g.number(0.5)]), g.op('Add', [tanh, g.number(1)])])
  },
  relu6: (g, x) => clip(g, x, 0, 6),
  hardTanh: (g, x) => clip(g, x, -1, 1),
  exponential: (g, x) => g.op('Exp', [x]),
  logSigmoid: (g, x) => g.op('Neg', [g.op('Softplus', [g.op('Neg', [x])])]),
  logSoftmax: (g, x) => g.op('LogSoftmax', [x], { axis: -1 }),
  hardSwish: (g, x) => g.op('Mul', [x, g.op('HardSigmoid', [x], { alpha: Math.fround(1 / 6), beta: 0.5 })]),
  celu: (g, x, [alpha]) => g.op('Celu', [x], { alpha }),
  tanhShrink: (g, x) => g.op('Sub', [x, g.op('Tanh', [x])]),
  hardShrink: (g, x, [threshold]) => g.op('Shrink', [x], { lambd: threshold, bias: 0 }),
  softShrink: (g, x, [threshold]) => g.op('Sub', [x, clip(g, x, -threshold, threshold)]),
  sparseSigmoid: (g, x) => clip(g, g.op('Add', [g.op('Mul', [x, g.number(0.5)]), g.number(0.5)]), 0, 1),
  sparsePlus: (g, x) => {
    // From -1 to 1 a parabola, which 0 and z continue.
    const next = g.op('Add', [clip(g, x, -1, 1), g.number(1)])
    const bend = g.op('Mul', [g.op('Mul', [next, next]), g.number(0.25)])
    return g.op('Add', [bend, g.op('Relu', [g.op('Sub', [x, g.number(1)])])])
  },
  squareplus: (g, x, [b]) => {
    const root = g.op('Sqrt', [g.op('Add', [g.op('Mul', [x, x]), g.number(b)])])
    return g.op('Mul', [g.op('Add', [x, root]), g.number(0.5)])
  },
  threshold: (g, x, [threshold, otherwise]) => g.op('Where', [g.op('Greater', [x, g.number(threshold)]), x, g.number(otherwise)]),
  boundedRelu: (g, x, [slope, largest, threshold]) => {
    const below = g.op('Mul', [g.op('Sub', [x, g.number(threshold)]), g.number(slope)])
    const bent = g.op('Where', [g.op('Greater', [x, g.number(threshold)]), x, below])
    return g.op('Min', [bent, g.number(largest)])
  },
}

/** @param units of a row that the activation goes over */
export function activate(graph: Nodes, activation: Activation, x: string, units: number, where: string): string {
  if (activation.kernel === 'sparsemax') return sparsemax(graph, x, units)
  const composed = COMPOSED[activation.kernel]
  if (composed !== undefined) return composed(graph, x, activation.numbers)
  return stepsOfActivation(graphActivation(activation, where)).reduce(
    (value, { operator, attributes }) => graph.op(operator, [value], operator === 'Softmax' ? { axis: -1 } : attributes),
    x,
  )
}
