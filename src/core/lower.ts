// Layers that are others one after the other: backends see these.

import { resolveActivation } from './activations.ts'
import type { LayerType, MemberLayer, TopologyLayer } from './layers/index.ts'
import { parameterLayout } from './layout.ts'
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

/**
 * A separable convolution's first tensor is the depthwise one's, the others the second's: the flat order stays. Within a block they are in its one list.
 * @param alone of each layer that people wrote, whether it is a separable convolution, not a block with one
 */
function lowerMember(member: Member, alone: readonly boolean[]): Member {
  const { layers, initialWeights } = member
  const weights = initialWeights?.flatMap((own, i) => (alone[i] === true ? [own.slice(0, 1), own.slice(1)] : [own]))
  return { ...member, layers: layers.flatMap(lowerOwn), initialWeights: weights }
}

export function lowerTopology(topology: Topology): Topology {
  const lowered: TopologyLayer[] = []
  /** Of each layer, the last one that it became. */
  const ends: number[] = []
  for (const [i, layer] of topology.layers.entries()) {
    const from = layer.from?.map((source) => ends[source] ?? source)
    const first = 'span' in layer ? (ends[i - layer.span] ?? -1) + 1 : 0
    const place = { ...(from && { from }), ...('span' in layer && { span: lowered.length - first + 1 }) }
    lowerShape(layer).forEach((one, part) => {
      const { from: _, ...shape } = one
      lowered.push((part === 0 ? { ...one, ...place } : shape) as TopologyLayer)
    })
    ends.push(lowered.length - 1)
  }
  return { ...topology, layers: lowered }
}

const isAlone = (topology: Topology): boolean[] => {
  const { layers } = parameterLayout(topology)
  return layers.flatMap(({ layer, written }, i) => (layers[i + 1]?.written === written ? [] : [layer.type === 'separableConv2d']))
}

/** The same networks in the kinds that backends know, with the same flat order of parameters and state. */
export function lower(population: Population): Population {
  const { topology, members } = population
  if (topology.layers.every(({ type }) => isLowered(type))) return population
  const alone = isAlone(topology)
  return { topology: lowerTopology(topology), members: members.map((member) => lowerMember(member, alone)) }
}
