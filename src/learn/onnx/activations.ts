/** Activations in ONNX's operators, of set 13: those it has no word for are put together by their formulas (core/activations.ts). */

import type { Activation, ActivationKernel } from '../../core/activations.ts'
import type { OnnxGraph, Value } from './graph.ts'

type Write = (graph: OnnxGraph, z: Value, numbers: Activation['numbers'], width: number) => Value

const one = (graph: OnnxGraph, value: number): Value => graph.constant('float', [value])
const clip = (graph: OnnxGraph, z: Value, low: number, high: number): Value =>
  graph.op('Clip', [z, graph.constant('float', [low], []), graph.constant('float', [high], [])])
const times = (graph: OnnxGraph, z: Value, factor: number): Value => graph.op('Mul', [z, one(graph, factor)])
const plus = (graph: OnnxGraph, z: Value, offset: number): Value => graph.op('Add', [z, one(graph, offset)])

/** z / 2 (1 + x) */
const halfWith = (graph: OnnxGraph, z: Value, x: Value): Value => graph.op('Mul', [times(graph, z, 0.5), plus(graph, x, 1)])

/** The threshold above which probabilities add up to 1, by the sorted sums (Martins & Astudillo 2016, algorithm 1). */
function sparsemax(graph: OnnxGraph, z: Value, width: number): Value {
  const sorted = graph.firstOf('TopK', [z, graph.constant('int64', [width])])
  const sums = graph.op('CumSum', [sorted, graph.constant('int64', [1], [])])
  const places = graph.constant(
    'float',
    Array.from({ length: width }, (_, i) => i + 1),
  )
  const isIn = graph.op('Greater', [plus(graph, graph.op('Mul', [sorted, places]), 1), sums])
  const inside = graph.cast(isIn, 'float')
  const total = (value: Value): Value => graph.op('ReduceSum', [value, graph.constant('int64', [1])], { keepdims: { int: 1 } })
  const threshold = graph.op('Div', [plus(graph, total(graph.op('Mul', [sorted, inside])), -1), total(inside)])
  return graph.op('Relu', [graph.op('Sub', [z, threshold])])
}

const plain =
  (operator: string): Write =>
  (graph, z) =>
    graph.op(operator, [z])

const WRITERS: Readonly<Record<ActivationKernel, Write>> = {
  linear: (_graph, z) => z,
  relu: plain('Relu'),
  leakyRelu: (graph, z, [alpha]) => graph.op('LeakyRelu', [z], { alpha }),
  elu: (graph, z, [alpha]) => graph.op('Elu', [z], { alpha }),
  selu: plain('Selu'),
  softplus: plain('Softplus'),
  softsign: plain('Softsign'),
  tanh: plain('Tanh'),
  sigmoid: plain('Sigmoid'),
  hardSigmoid: (graph, z, [alpha]) => graph.op('HardSigmoid', [z], { alpha, beta: 0.5 }),
  softmax: (graph, z) => graph.op('Softmax', [z], { axis: { int: 1 } }),
  boundedRelu: (graph, z, [slope, largest, threshold]) =>
    graph.op('Min', [
      graph.op('Where', [graph.op('Greater', [z, one(graph, threshold)]), z, times(graph, plus(graph, z, -threshold), slope)]),
      one(graph, largest),
    ]),
  relu6: (graph, z) => clip(graph, z, 0, 6),
  celu: (graph, z, [alpha]) => times(graph, graph.op('Elu', [times(graph, z, 1 / alpha)], { alpha: 1 }), alpha),
  exponential: plain('Exp'),
  hardTanh: (graph, z) => clip(graph, z, -1, 1),
  hardShrink: (graph, z, [lambd]) => graph.op('Shrink', [z], { lambd, bias: 0 }),
  softShrink: (graph, z, [lambd]) => graph.op('Shrink', [z], { lambd, bias: lambd }),
  logSigmoid: (graph, z) => graph.op('Neg', [graph.op('Softplus', [graph.op('Neg', [z])])]),
  sparseSigmoid: (graph, z) => graph.op('HardSigmoid', [z], { alpha: 0.5, beta: 0.5 }),
  silu: (graph, z) => graph.op('Mul', [z, graph.op('Sigmoid', [z])]),
  hardSwish: (graph, z) => graph.op('Mul', [z, graph.op('HardSigmoid', [z], { alpha: 1 / 6, beta: 0.5 })]),
  gelu: (graph, z) => halfWith(graph, z, graph.op('Erf', [times(graph, z, Math.SQRT1_2)])),
  tanhGelu: (graph, z) => {
    const cube = graph.op('Mul', [graph.op('Mul', [z, z]), z])
    const inner = times(graph, graph.op('Add', [z, times(graph, cube, 0.044715)]), Math.sqrt(2 / Math.PI))
    return halfWith(graph, z, graph.op('Tanh', [inner]))
  },
  mish: (graph, z) => graph.op('Mul', [z, graph.op('Tanh', [graph.op('Softplus', [z])])]),
  tanhShrink: (graph, z) => graph.op('Sub', [z, graph.op('Tanh', [z])]),
  squareplus: (graph, z, [b]) => times(graph, graph.op('Add', [z, graph.op('Sqrt', [plus(graph, graph.op('Mul', [z, z]), b)])]), 0.5),
  sparsePlus: (graph, z) => {
    const within = plus(graph, clip(graph, z, -1, 1), 1)
    const curve = times(graph, graph.op('Mul', [within, within]), 0.25)
    return graph.op('Where', [graph.op('Greater', [z, one(graph, 1)]), z, curve])
  },
  threshold: (graph, z, [least, otherwise]) => graph.op('Where', [graph.op('Greater', [z, one(graph, least)]), z, one(graph, otherwise)]),
  logSoftmax: (graph, z) => graph.op('LogSoftmax', [z], { axis: { int: 1 } }),
  sparsemax: (graph, z, _numbers, width) => sparsemax(graph, z, width),
}

export const writeActivation = (
  graph: OnnxGraph,
  { kernel, numbers }: Pick<Activation, 'kernel' | 'numbers'>,
  z: Value,
  width: number,
): Value => WRITERS[kernel](graph, z, numbers, width)
