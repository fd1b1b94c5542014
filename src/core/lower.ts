// Layers that are others one after the other: backends see these.

import { resolveActivation } from './activations.ts'
import type { LayerType, MemberLayer, TopologyLayer } from './layers/index.ts'
import type { Member, Population, Topology } from './population.ts'

/** The kinds that backends know. */
export type LoweredType = Exclude<LayerType, 'separableConv2d'>
export const isLowered = (type: LayerType): type is LoweredType => type !== 'separableConv2d'

function lowerShape(layer: TopologyLayer): readonly TopologyLayer[] {
  if (layer.type !== 'separableConv2d') return [layer]
  const { type: _, filters, useBias, ...depthwise } = layer
  const once = { size: [1, 1], strides: [1, 1], dilation: [1, 1], padding: 'valid' } as const
  return [
    { ...depthwise, type: 'depthwiseConv2d', useBias: false },
    { ...once, type: 'conv2d', filters, useBias, trainable: layer.trainable },
  ]
}

function lowerOwn(own: MemberLayer): readonly MemberLayer[] {
  if (own.type !== 'separableConv2d') return [own]
  const { activation, depthwiseInitializer, pointwiseInitializer, biasInitializer } = own
  const linear = resolveActivation('linear', 'keras3')
  return [
    { type: 'depthwiseConv2d', activation: linear, initializer: depthwiseInitializer, biasInitializer },
    { type: 'conv2d', activation, initializer: pointwiseInitializer, biasInitializer, l1: 0, l2: 0 },
  ]
}

/** A separable convolution's first tensor is the depthwise one's, the others the second's: the flat order stays. */
function lowerMember(member: Member): Member {
  const { layers, initialWeights } = member
  const weights = initialWeights?.flatMap((own, i) => (layers[i]?.type === 'separableConv2d' ? [own.slice(0, 1), own.slice(1)] : [own]))
  return { ...member, layers: layers.flatMap(lowerOwn), initialWeights: weights }
}

const lowerTopology = (topology: Topology): Topology => ({ ...topology, layers: topology.layers.flatMap(lowerShape) })

/** The same networks in the kinds that backends know, with the same flat order of parameters and state. */
export function lower(population: Population): Population {
  const { topology, members } = population
  if (topology.layers.every(({ type }) => isLowered(type))) return population
  return { topology: lowerTopology(topology), members: members.map(lowerMember) }
}
