// Recurrent layers and embeddings as operators of ONNX, masks among them.

import type { Activation } from '../../core/activations.ts'
import { at } from '../../core/at.ts'
import type { MemberLayer, TopologyLayer } from '../../core/population.ts'
import { UnsupportedModelError } from '../errors.ts'
import type { Attributes } from './plan.ts'
import type { Nodes, ToWrite } from './written.ts'

type Cell = 'simpleRnn' | 'gru' | 'lstm'
type Of<L extends { readonly type: string }, K> = Extract<L, { readonly type: K }>

/** ONNX's word for an activation within a recurrent layer, and whether it takes its numbers; what is not here has none. */
const WORDS: Readonly<Partial<Record<Activation['kernel'], readonly [word: string, alpha: boolean, beta?: number]>>> = {
  linear: ['Affine', true, 0],
  relu: ['Relu', false],
  leakyRelu: ['LeakyRelu', true],
  elu: ['Elu', true],
  softplus: ['Softplus', false],
  softsign: ['Softsign', false],
  tanh: ['Tanh', false],
  sigmoid: ['Sigmoid', false],
  hardSigmoid: ['HardSigmoid', true, 0.5],
}

function activationsOf(given: readonly Activation[], where: string): Attributes {
  const found = given.map(({ kernel, name, numbers: [alpha] }) => {
    const word = WORDS[kernel]
    if (word === undefined)
      throw new UnsupportedModelError(
        `${where} has the activation "${name}", which ONNX has no word for in a recurrent layer; toSafetensors keeps it`,
      )
    return { word, alpha: kernel === 'linear' ? 1 : alpha }
  })
  const alphas = found.flatMap(({ word: [, takes], alpha }) => (takes ? [alpha] : []))
  const betas = found.flatMap(({ word: [, , beta] }) => (beta === undefined ? [] : [beta]))
  return {
    activations: found.map(({ word: [word] }) => word),
    ...(alphas.length > 0 && { activation_alpha: alphas }),
    ...(betas.length > 0 && { activation_beta: betas }),
  }
}

/** ONNX has an lstm's gates in the order i, o, f, candidate. */
const LSTM_ORDER = [0, 3, 1, 2]

const reversed = (graph: Nodes, x: string): string =>
  graph.op('Slice', [x, graph.shape([-1]), graph.shape([-(2 ** 31)]), graph.shape([1]), graph.shape([-1])])

/** Steps of sequences that are masked by tokens: which of the kept steps each step sees last, as a matrix (rows, steps, kept steps) of 0 and 1, and which steps are kept. */
function maskOf(graph: Nodes, tokens: string, steps: number): { seen: string; kept: string } {
  const kept = graph.op('Cast', [graph.op('Not', [graph.op('Equal', [tokens, graph.number(0)])])], { to: 1 })
  const place = graph.op('Sub', [graph.op('CumSum', [kept, graph.op('Constant', [], { value_int: 1 })]), graph.number(1)])
  const seen = graph.op('Cast', [graph.op('Equal', [graph.op('Unsqueeze', [place, graph.shape([2])]), graph.counted(steps)])], { to: 1 })
  return { seen, kept }
}

interface Run {
  readonly graph: Nodes
  readonly layer: Of<TopologyLayer, Cell>
  readonly own: Of<MemberLayer, Cell>
  readonly weight: (name: string) => string
  readonly steps: number
  readonly where: string
  /** Whether masked steps are 0 and not the output before them. */
  readonly silent?: boolean
}

/** The outputs of all steps, (rows, steps, units), of sequences that go forwards. Masked steps are left out, and then repeat the output before them or are 0. */
function run({ graph, layer, own, weight, steps, where, silent = false }: Run, x: string, tokens: string | undefined): string {
  const { units, useBias } = layer
  const mask = tokens === undefined ? undefined : maskOf(graph, tokens, steps)
  const moved =
    mask && graph.op('Mul', [graph.op('Transpose', [mask.seen], { perm: [0, 2, 1] }), graph.op('Unsqueeze', [mask.kept, graph.shape([1])])])
  const given = moved === undefined ? x : graph.op('MatMul', [moved, x])
  const columns = (name: string, axis: number): string =>
    layer.type === 'lstm'
      ? graph.op(
          'Concat',
          LSTM_ORDER.map((gate) => graph.slice(weight(name), axis, gate * units, (gate + 1) * units)),
          { axis },
        )
      : weight(name)
  const kernel = (name: string): string =>
    graph.op('Unsqueeze', [graph.op('Transpose', [columns(name, 1)], { perm: [1, 0] }), graph.shape([0])])
  const both = layer.type === 'gru' && layer.resetAfter
  const gates = { simpleRnn: 1, gru: 3, lstm: 4 }[layer.type]
  const flat = (): string => (both ? graph.op('Reshape', [weight('bias'), graph.shape([-1])]) : columns('bias', 0))
  const biases = (): string => (both ? flat() : graph.op('Concat', [flat(), graph.zeros(gates * units)], { axis: 0 }))
  const bias = useBias ? [graph.op('Unsqueeze', [biases(), graph.shape([0])])] : []
  const inputs = [graph.op('Transpose', [given], { perm: [1, 0, 2] }), kernel('kernel'), kernel('recurrentKernel'), ...bias]
  const outer = own.activation
  const gating = own.type === 'simpleRnn' ? [] : [own.recurrentActivation]
  const activations = activationsOf([...gating, outer, ...(own.type === 'lstm' ? [outer] : [])], where)
  const after = both ? { linear_before_reset: 1 } : {}
  const operator = { simpleRnn: 'RNN', gru: 'GRU', lstm: 'LSTM' }[layer.type]
  const made = graph.op(operator, inputs, { hidden_size: units, ...activations, ...after })
  const outputs = graph.op('Transpose', [graph.op('Squeeze', [made, graph.shape([1])])], { perm: [1, 0, 2] })
  if (mask === undefined) return outputs
  const kept = graph.op('Unsqueeze', [mask.kept, graph.shape([2])])
  return graph.op('MatMul', [silent ? graph.op('Mul', [mask.seen, kept]) : mask.seen, outputs])
}

const last = (graph: Nodes, outputs: string, steps: number): string =>
  graph.op('Gather', [outputs, graph.op('Constant', [], { value_int: steps - 1 })], { axis: 1 })

function recurrent<K extends Cell>(one: ToWrite<K>): string {
  const given = one as unknown as ToWrite<Cell>
  const { graph, layer, x, tokens, layout } = given
  const steps = at(layout.input, 0)
  const back = layer.goBackwards
  const outputs = run({ ...given, steps }, back ? reversed(graph, x) : x, back && tokens !== undefined ? reversed(graph, tokens) : tokens)
  return layer.returnSequences ? outputs : last(graph, outputs, steps)
}

function bidirectional({ graph, layer, own, x, tokens, layout, weight, where }: ToWrite<'bidirectional'>): string {
  const steps = at(layout.input, 0)
  const cell = { graph, layer: layer.layer, own: own.layer, steps, where, silent: layer.layer.returnSequences }
  const one = run({ ...cell, weight: (name) => weight(`forward/${name}`) }, x, tokens)
  const back = tokens === undefined ? undefined : reversed(graph, tokens)
  const other = run({ ...cell, weight: (name) => weight(`backward/${name}`) }, reversed(graph, x), back)
  const ways = layer.layer.returnSequences ? [one, reversed(graph, other)] : [one, other].map((way) => last(graph, way, steps))
  if (layer.mergeMode === 'concat') return graph.op('Concat', ways, { axis: -1 })
  if (layer.mergeMode === 'mul') return graph.op('Mul', ways)
  const sum = graph.op('Add', ways)
  return layer.mergeMode === 'sum' ? sum : graph.op('Mul', [sum, graph.number(0.5)])
}

export const RECURRENT_OPERATORS = {
  simpleRnn: (given: ToWrite<'simpleRnn'>) => recurrent(given),
  gru: (given: ToWrite<'gru'>) => recurrent(given),
  lstm: (given: ToWrite<'lstm'>) => recurrent(given),
  bidirectional,
  embedding: ({ graph, x, weight }: ToWrite<'embedding'>) =>
    graph.op('Gather', [weight('embeddings'), graph.op('Cast', [x], { to: 7 })], { axis: 0 }),
}

/** The mean of the steps that are not masked. */
export function maskedMean(graph: Nodes, x: string, tokens: string): string {
  const kept = graph.op('Cast', [graph.op('Not', [graph.op('Equal', [tokens, graph.number(0)])])], { to: 1 })
  const weights = graph.op('Unsqueeze', [kept, graph.shape([2])])
  const mean = graph.op('Div', [graph.sum(graph.op('Mul', [x, weights]), 1), graph.sum(weights, 1)])
  return graph.op('Squeeze', [mean, graph.shape([1])])
}
