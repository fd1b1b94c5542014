/** Networks, trees and lines in ONNX: features in, what the model says out. */

import { at, missing } from '../../core/at.ts'
import { parameterLayout, splitParameters } from '../../core/layout.ts'
import type { LinearModel, Model, NetworkModel, TreesModel } from '../model.ts'
import { writeActivation } from './activations.ts'
import type { OnnxGraph, Value } from './graph.ts'

function writeNetwork(
  graph: OnnxGraph,
  { topology, layers, parameters, state = new Float32Array(0) }: NetworkModel,
  features: Value,
): Value {
  const layout = parameterLayout(topology)
  const weights = splitParameters(parameters, state, layout)
  return layout.layers.reduce<Value>((x, { layer, input, output }, i) => {
    const own = layers[i]
    const tensors = weights[i] ?? []
    const [width, units] = [at(input, 0), at(output, 0)]
    if (own?.type === 'dense') {
      const kernel = graph.constant('float', tensors[0] ?? missing(tensors, 0), [width, units])
      const product = graph.op('MatMul', [x, kernel])
      const sums = tensors[1] === undefined ? product : graph.op('Add', [product, graph.constant('float', tensors[1])])
      return writeActivation(graph, own.activation, sums, units)
    }
    if (own?.type === 'activation') return writeActivation(graph, own.activation, x, width)
    if (own?.type === 'batchNormalization' && layer.type === 'batchNormalization') {
      const kept = [...tensors]
      const ones = new Float32Array(width).fill(1)
      const gamma = (layer.scale ? kept.shift() : undefined) ?? ones
      const beta = (layer.center ? kept.shift() : undefined) ?? new Float32Array(width)
      const [mean = missing(kept, 0), variance = missing(kept, 1)] = kept
      const factor = Array.from(gamma, (one, k) => one / Math.sqrt(at(variance, k) + own.epsilon))
      const offset = Array.from(beta, (one, k) => one - at(mean, k) * at(factor, k))
      return graph.op('Add', [graph.op('Mul', [x, graph.constant('float', factor)]), graph.constant('float', offset)])
    }
    if (own?.type === 'prelu') return graph.op('PRelu', [x, graph.constant('float', tensors[0] ?? missing(tensors, 0))])
    if (own?.type === 'glu') {
      const part = (from: number, to: number): Value =>
        graph.op('Slice', [x, graph.constant('int64', [from]), graph.constant('int64', [to]), graph.constant('int64', [1])])
      return graph.op('Mul', [part(0, units), graph.op('Sigmoid', [part(units, width)])])
    }
    return x
  }, features)
}

/** Nodes are numbered within each tree. */
function writeTrees(graph: OnnxGraph, { outputs, base, roots, feature, threshold, left, value }: TreesModel, features: Value): Value {
  const list = {
    trees: [] as number[],
    nodes: [] as number[],
    features: [] as number[],
    thresholds: [] as number[],
    modes: [] as string[],
    yes: [] as number[],
    no: [] as number[],
  }
  const leaves = { trees: [] as number[], nodes: [] as number[], targets: [] as number[], weights: [] as number[] }
  for (const [tree, root] of roots.entries()) {
    const places = new Map([[root, 0]])
    for (const node of places.keys()) {
      const asked = at(feature, node)
      const isLeaf = asked < 0
      if (!isLeaf) for (const next of [at(left, node), at(left, node) + 1]) places.set(next, places.size)
      const place = places.get(node) ?? 0
      const placeOf = (next: number): number => places.get(next) ?? 0
      list.trees.push(tree)
      list.nodes.push(place)
      list.features.push(isLeaf ? 0 : asked)
      list.thresholds.push(isLeaf ? 0 : at(threshold, node))
      list.modes.push(isLeaf ? 'LEAF' : 'BRANCH_LEQ')
      list.yes.push(isLeaf ? 0 : placeOf(at(left, node)))
      list.no.push(isLeaf ? 0 : placeOf(at(left, node) + 1))
      if (!isLeaf) continue
      leaves.trees.push(tree)
      leaves.nodes.push(place)
      leaves.targets.push(tree % outputs)
      leaves.weights.push(at(value, node))
    }
  }
  return graph.op(
    'TreeEnsembleRegressor',
    [features],
    {
      n_targets: { int: outputs },
      base_values: { floats: [...base] },
      nodes_treeids: { ints: list.trees },
      nodes_nodeids: { ints: list.nodes },
      nodes_featureids: { ints: list.features },
      nodes_values: { floats: list.thresholds },
      nodes_modes: list.modes,
      nodes_truenodeids: { ints: list.yes },
      nodes_falsenodeids: { ints: list.no },
      target_treeids: { ints: leaves.trees },
      target_nodeids: { ints: leaves.nodes },
      target_ids: { ints: leaves.targets },
      target_weights: { floats: leaves.weights },
    },
    'ai.onnx.ml',
  )
}

function writeLinear(graph: OnnxGraph, { outputs, coefficients, intercepts }: LinearModel, features: Value): Value {
  const product = graph.op('MatMul', [features, graph.constant('float', coefficients, [coefficients.length / outputs, outputs])])
  return graph.op('Add', [product, graph.constant('float', intercepts)])
}

/** What a model says, (rows x outputs) of float32: of a regression the target as it was learned, of classes probabilities. */
export function writeModel(graph: OnnxGraph, model: Model, features: Value, isClasses: boolean): Value {
  if (model.kind === 'network') {
    const said = writeNetwork(graph, model, features)
    const last = model.topology.layers.at(-1)
    // Of a number a network may say a variance beside it, which is for intervals.
    const isWide = !isClasses && last?.type === 'dense' && last.units === 2
    return isWide ? graph.op('Slice', [said, ...[0, 1, 1].map((one) => graph.constant('int64', [one]))]) : said
  }
  const scores = model.kind === 'trees' ? writeTrees(graph, model, features) : writeLinear(graph, model, features)
  if (!isClasses) return scores
  return model.outputs === 1 ? graph.op('Sigmoid', [scores]) : graph.op('Softmax', [scores], { axis: { int: 1 } })
}
