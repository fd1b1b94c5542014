// Networks of any kinds as the nodes of an ONNX graph. Weights are constants as core has them, and the graph turns them as its operators want: a reader finds
// them by name, and runtimes turn constants once, when they load the file.

import { at } from '../../core/at.ts'
import { croppedGeometry } from '../../core/layers/augment.ts'
import { layerGeometry } from '../../core/layers/geometry.ts'
import type { LayerType } from '../../core/layers/index.ts'
import type { Shape } from '../../core/layers/kind.ts'
import type { Geometry } from '../../core/layers/window.ts'
import { flatLayers, type LayerLayout, parameterLayout } from '../../core/layout.ts'
import { type LoweredType, lower } from '../../core/lower.ts'
import { resolveMember, resolveTopology, splitSpec, TRAIN_SPEC_NAMES } from '../../core/resolve.ts'
import type { Model } from '../model.ts'
import { inUnitsModel } from '../units.ts'
import { activate } from './activations.ts'
import type { GraphPlan } from './plan.ts'
import { maskedMean, RECURRENT_OPERATORS } from './recurrent.ts'
import { Nodes, type ToWrite } from './written.ts'

/** (rows, spatial…, channels) to (rows, channels, spatial…), and back. */
const toFirst = (rank: number): number[] => [0, rank - 1, ...Array.from({ length: rank - 2 }, (_, i) => i + 1)]
const toLast = (rank: number): number[] => [0, ...Array.from({ length: rank - 2 }, (_, i) => i + 2), 1]

/** The attributes of a window over images of `axes` directions; pads are those before and behind. */
function windowAttributes({ rows, columns, outRows, outColumns, size, strides, dilation, before }: Geometry, axes: number) {
  const behind = [rows, columns].map((n, i) => {
    const reach = (at(size, i) - 1) * at(dilation, i) + 1
    return Math.max((at([outRows, outColumns], i) - 1) * at(strides, i) + reach - n - at(before, i), 0)
  })
  const last = (values: readonly number[]): readonly number[] => values.slice(-axes)
  return { kernel_shape: last(size), strides: last(strides), pads: [...last(before), ...last(behind)], dilations: last(dilation) }
}

/** An operator of images with their channels first. */
function overImages({ graph, x, layout }: ToWrite<LayerType>, operator: (turned: string) => string): string {
  const rank = layout.input.length + 1
  return graph.op('Transpose', [operator(graph.op('Transpose', [x], { perm: toFirst(rank) }))], { perm: toLast(rank) })
}

function geometry({ layer, layout }: ToWrite<LayerType>) {
  const found = layerGeometry(layer, layout.input)
  if (found === undefined) throw new Error(`a ${layer.type} layer has no window`)
  return windowAttributes(found, layout.input.length - 1)
}

type ConvType = 'conv1d' | 'conv2d' | 'depthwiseConv2d'

function convolution<K extends ConvType>(one: ToWrite<K>): string {
  const given = one as unknown as ToWrite<ConvType>
  const { graph, layer, own, layout, weight, where } = given
  const axes = layout.input.length - 1
  const channels = layout.input.at(-1) ?? 1
  let kernel = weight('kernel')
  if (layer.type === 'depthwiseConv2d')
    kernel = graph.op('Reshape', [kernel, graph.shape([...layer.size, 1, channels * layer.depthMultiplier])])
  // (h, w, in, out) to (out, in, h, w)
  const turned = graph.op('Transpose', [kernel], { perm: [axes + 1, axes, ...Array.from({ length: axes }, (_, i) => i)] })
  const group = layer.type === 'depthwiseConv2d' ? channels : 1
  const inputs = layer.useBias ? [turned, weight('bias')] : [turned]
  const y = overImages(given as ToWrite<LayerType>, (x) =>
    graph.op('Conv', [x, ...inputs], { ...geometry(given as ToWrite<LayerType>), group }),
  )
  return activate(graph, own.activation, y, layout.output.at(-1) ?? 1, where)
}

const pooling =
  (operator: 'MaxPool' | 'AveragePool') =>
  <K extends LayerType>(one: ToWrite<K>): string => {
    const given = one as unknown as ToWrite<LayerType>
    const { dilations: _, ...window } = geometry(given)
    return overImages(given, (x) =>
      given.graph.op(operator, [x], operator === 'AveragePool' ? { ...window, count_include_pad: 0 } : window),
    )
  }

const overAll =
  (operator: 'ReduceMax' | 'ReduceMean') =>
  <K extends LayerType>({ graph, x, layout }: ToWrite<K>): string =>
    graph.op(operator, [x], { axes: layout.input.slice(0, -1).map((_, i) => i + 1), keepdims: 0 })

const same = ({ x }: { readonly x: string }): string => x

/** Each kind as operators. */
const WRITERS: { readonly [K in LoweredType]: (given: ToWrite<K>) => string } = {
  dense: ({ graph, layer, own, x, weight, where }) => {
    const product = graph.op('MatMul', [x, weight('kernel')])
    return activate(graph, own.activation, layer.useBias ? graph.op('Add', [product, weight('bias')]) : product, layer.units, where)
  },
  dropout: same,
  gaussianNoise: same,
  spatialDropout1d: same,
  spatialDropout2d: same,
  randomFlip: same,
  randomTranslation: same,
  randomRotation: same,
  randomZoom: same,
  randomCrop: ({ graph, x, layer, layout }) => {
    const [top, left] = croppedGeometry(layer, layout.input).before
    return graph.op('Slice', [x, graph.shape([top, left]), graph.shape([top + layer.height, left + layer.width]), graph.shape([1, 2])])
  },
  activation: ({ graph, own, x, layout, where }) => activate(graph, own.activation, x, layout.input.at(-1) ?? 1, where),
  batchNormalization: ({ graph, layer, own, x, weight }) => {
    const root = graph.op('Sqrt', [graph.op('Add', [weight('movingVariance'), graph.number(own.epsilon)])])
    const normalized = graph.op('Div', [graph.op('Sub', [x, weight('movingMean')]), root])
    const scaled = layer.scale ? graph.op('Mul', [normalized, weight('gamma')]) : normalized
    return layer.center ? graph.op('Add', [scaled, weight('beta')]) : scaled
  },
  layerNormalization: ({ graph, layer, own, x, weight, layout }) => {
    const axes = layout.input.map((_, i) => i + 1).slice(-layer.axis.length)
    const mean = (of: string) => graph.op('ReduceMean', [of], { axes, keepdims: 1 })
    const left = graph.op('Sub', [x, mean(x)])
    const root = graph.op('Sqrt', [graph.op('Add', [mean(graph.op('Mul', [left, left])), graph.number(own.epsilon)])])
    const normalized = graph.op('Div', [left, root])
    const scaled = layer.scale ? graph.op('Mul', [normalized, weight('gamma')]) : normalized
    return layer.center ? graph.op('Add', [scaled, weight('beta')]) : scaled
  },
  prelu: ({ graph, x, weight }) => graph.op('PRelu', [x, weight('alpha')]),
  flatten: ({ graph, x }) => graph.op('Flatten', [x], { axis: 1 }),
  reshape: ({ graph, x, layer }) => graph.op('Reshape', [x, graph.shape([0, ...layer.targetShape])]),
  glu: ({ graph, x, layout }) => {
    const half = (layout.input.at(-1) ?? 0) / 2
    const part = (first: number) => graph.op('Slice', [x, graph.shape([first]), graph.shape([first + half]), graph.shape([-1])])
    return graph.op('Mul', [part(0), graph.op('Sigmoid', [part(half)])])
  },
  residual: ({ graph, all }) => graph.op('Add', all),
  concatenate: ({ graph, all }) => graph.op('Concat', all, { axis: -1 }),
  conv1d: convolution,
  conv2d: convolution,
  depthwiseConv2d: convolution,
  maxPooling1d: pooling('MaxPool'),
  maxPooling2d: pooling('MaxPool'),
  averagePooling1d: pooling('AveragePool'),
  averagePooling2d: pooling('AveragePool'),
  globalMaxPooling1d: overAll('ReduceMax'),
  globalMaxPooling2d: overAll('ReduceMax'),
  globalAveragePooling1d: (given) =>
    given.tokens === undefined ? overAll('ReduceMean')(given) : maskedMean(given.graph, given.x, given.tokens),
  globalAveragePooling2d: overAll('ReduceMean'),
  zeroPadding2d: ({ graph, x, layer }) => {
    const [[top, bottom], [left, right]] = layer.sides
    return graph.op('Pad', [x, graph.shape([0, top, left, 0, 0, bottom, right, 0])])
  },
  cropping2d: ({ graph, x, layer, layout }) => {
    const [[top, bottom], [left, right]] = layer.sides
    const [rows = 1, columns = 1] = layout.input
    const [starts, ends] = [graph.shape([top, left]), graph.shape([rows - bottom, columns - right])]
    return graph.op('Slice', [x, starts, ends, graph.shape([1, 2])])
  },
  upSampling2d: (given) => {
    const { graph, layer } = given
    const [down = 1, across = 1] = layer.size
    const scales = graph.op('Constant', [], { value_floats: [1, 1, down, across] })
    const nearest = { mode: 'nearest', coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' }
    return overImages(given as unknown as ToWrite<LayerType>, (x) => graph.op('Resize', [x, '', scales], nearest))
  },
  ...RECURRENT_OPERATORS,
}

/**
 * The nodes of a model after `input`, which the steps of its inputs gave.
 * @throws UnsupportedModelError for an activation of a recurrent layer that ONNX has no word for
 */
export function networkGraph(model: Model, input: string): GraphPlan {
  const { spec, weights } = inUnitsModel(model)
  const split = splitSpec(spec)
  const given = resolveTopology(split.topology, TRAIN_SPEC_NAMES)
  const whole = lower({ topology: given, members: [resolveMember(split.member, given, weights, TRAIN_SPEC_NAMES)] })
  const { topology } = whole
  const member = at(whole.members, 0)
  const layout = parameterLayout(topology)
  const flat = flatLayers(member.initialWeights ?? [], layout)
  const graph = new Nodes()
  const outputs: string[] = []
  for (const [i, placed] of layout.layers.entries()) {
    const own = at(member.layers, i)
    const write = WRITERS[own.type as LoweredType] as (given: ToWrite<LayerType>) => string
    const masking = placed.maskedBy === undefined ? undefined : layout.layers[placed.maskedBy]
    const names = [...placed.tensors, ...placed.state].map(({ name, shape }, t) => {
      graph.constants.set(`layers.${i}.${name}`, { shape, data: flat[i]?.[t] ?? new Float32Array() })
      return name
    })
    const weight = (name: string): string => {
      if (!names.includes(name)) throw new Error(`a ${own.type} layer has no ${name}`)
      return `layers.${i}.${name}`
    }
    const all = placed.from.map((source) => outputs[source] ?? input)
    const common = {
      layer: placed.layer,
      own,
      layout: placed,
      graph,
      x: at(all, 0),
      all,
      tokens: masking && (outputs[masking.from[0] ?? -1] ?? input),
      weight,
      where: `network.layers[${placed.written}]`,
    }
    outputs.push(write(common as ToWrite<LayerType>))
  }
  const output = at(outputs, outputs.length - 1)
  return { nodes: graph.nodes, constants: graph.constants, output, inputShape: topology.inputShape, outputShape: outputOf(layout.layers) }
}

const outputOf = (layers: readonly LayerLayout[]): Shape => layers.at(-1)?.output ?? []
