// Recurrent layers and embeddings as a spec that resolves to them.

import type { LayerSpec } from '../core/layers/index.ts'
import type { MemberLayer, TopologyLayer } from '../core/population.ts'
import type { Writers } from './windows.ts'

type Cell = 'simpleRnn' | 'gru' | 'lstm'
type Of<L extends { readonly type: string }, K> = Extract<L, { readonly type: K }>

function cellSpec(layer: Of<TopologyLayer, Cell>, own: Of<MemberLayer, Cell>, to: Writers): LayerSpec {
  const { type, units, useBias, returnSequences, goBackwards, trainable } = layer
  const [kernel, recurrent, bias] = own.initializers.map(to.initializer)
  return {
    ...{ type, units, useBias, returnSequences, goBackwards, trainable },
    activation: to.activation(own.activation),
    ...(own.type !== 'simpleRnn' && { recurrentActivation: to.activation(own.recurrentActivation) }),
    ...(layer.type === 'gru' && { resetAfter: layer.resetAfter }),
    ...(own.type === 'lstm' && { unitForgetBias: own.initializers[2]?.kind === 'patched' }),
    ...{ l1: own.l1, l2: own.l2, initializer: kernel, recurrentInitializer: recurrent },
    ...(bias !== undefined && { biasInitializer: bias }),
  } as LayerSpec
}

const isCell = <L extends { readonly type: string }>(layer: L): layer is L & Of<L, Cell> =>
  layer.type === 'simpleRnn' || layer.type === 'gru' || layer.type === 'lstm'

/** The halves of a layer as one; undefined for other kinds. */
export function recurrentSpec(layer: TopologyLayer, own: MemberLayer, to: Writers): LayerSpec | undefined {
  if (layer.type === 'embedding' && own.type === 'embedding') {
    const { type, inputDim, outputDim, maskZero, trainable } = layer
    return { type, inputDim, outputDim, maskZero, trainable, initializer: to.initializer(own.initializer), l1: own.l1, l2: own.l2 }
  }
  if (layer.type === 'bidirectional' && own.type === 'bidirectional')
    return { type: 'bidirectional', layer: cellSpec(layer.layer, own.layer, to), mergeMode: layer.mergeMode } as LayerSpec
  return isCell(layer) && isCell(own) ? cellSpec(layer as Of<TopologyLayer, Cell>, own as Of<MemberLayer, Cell>, to) : undefined
}
