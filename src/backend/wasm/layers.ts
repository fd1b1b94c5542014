/** What is set in the module for each kind of layer, as calls to make; the module's own table is assembly/kinds.ts. */

import { READS } from '../../core/abi.ts'
import { ACTIVATION_KERNELS, type Activation, readsOf } from '../../core/activations.ts'
import { augmentationOf } from '../../core/layers/augment.ts'
import { MERGE_MODES, type MergeMode } from '../../core/layers/bidirectional.ts'
import type { ConvMember, ConvShape } from '../../core/layers/conv.ts'
import { layerGeometry } from '../../core/layers/geometry.ts'
import { LAYERS, type LayerType } from '../../core/layers/index.ts'
import { lastAxis, matricesOf, sizeOf } from '../../core/layers/kind.ts'
import { groupsOf } from '../../core/layers/layerNormalization.ts'
import type { LayerLayout } from '../../core/layout.ts'
import { isLowered, type LoweredType } from '../../core/lower.ts'
import type { MemberLayer, Topology, TopologyLayer } from '../../core/population.ts'
import type { ModuleCall } from './exports.ts'

/** Of a layer's shape. */
interface Shaped {
  /** Rows of its parameters, where it is not dense. */
  readonly rows: number
  /** Whether it has a bias, or beta, and gamma. */
  readonly bias: boolean
  readonly scale: boolean
  /** Whether training moves it. */
  readonly trained: boolean
}

/** Of a member's layer. */
interface Settings {
  readonly activation: Activation | undefined
  /** Of kinds without an activation, its number and numbers in place of the activation's. */
  readonly code?: number
  readonly numbers?: readonly number[]
  readonly l1: number
  readonly l2: number
  readonly dropout: number
  readonly momentum: number
  readonly epsilon: number
  /** Of the gates of a recurrent layer. */
  readonly gates?: Activation
}

type Of<L extends { readonly type: LayerType }, K extends LayerType> = Extract<L, { readonly type: K }>

const STILL: Shaped = { rows: 0, bias: false, scale: false, trained: false }
const PLAIN: Settings = { activation: undefined, l1: 0, l2: 0, dropout: 0, momentum: 0, epsilon: 0 }

type Cell = 'simpleRnn' | 'gru' | 'lstm'

function recurrentShape({ useBias, trainable }: Of<TopologyLayer, Cell>): Shaped {
  return { rows: 0, bias: useBias, scale: false, trained: trainable }
}

function recurrentSettings({ activation, recurrentActivation, l1, l2 }: Of<MemberLayer, Cell>): Settings {
  return { ...PLAIN, activation, gates: recurrentActivation, l1, l2 }
}

/** @param merge of two ways */
function recurrence(index: number, layer: Of<TopologyLayer, Cell>, merge?: unknown): ModuleCall {
  const { type, units, goBackwards, returnSequences } = layer
  const resetAfter = layer.type === 'gru' && layer.resetAfter
  const mode = MERGE_MODES.indexOf(merge as MergeMode)
  return ['set_recurrence', index, LAYERS[type].code, units, resetAfter, goBackwards, mode >= 0, Math.max(mode, 0), returnSequences]
}

interface Rule<L, M> {
  readonly shape: (layer: L, layout: LayerLayout) => Shaped
  readonly settings: (own: M) => Settings
  /** What else the kind's kernels need. */
  readonly more?: (index: number, layer: L, layout: LayerLayout) => ModuleCall
}

const conv: Rule<ConvShape, ConvMember> = {
  shape: ({ useBias, trainable }) => ({ rows: 0, bias: useBias, scale: false, trained: trainable }),
  settings: ({ activation, l1, l2 }) => ({ ...PLAIN, activation, l1, l2 }),
}
const still: Rule<unknown, unknown> = { shape: () => STILL, settings: () => PLAIN }
const augment: Rule<unknown, Parameters<typeof augmentationOf>[0]> = {
  shape: () => STILL,
  settings(own) {
    const { down, across, value, fill } = augmentationOf(own)
    return { ...PLAIN, code: fill, numbers: [down, across, value] }
  },
}

const dropping = { shape: () => STILL, settings: ({ rate }: { readonly rate: number }) => ({ ...PLAIN, dropout: rate }) }

const TABLE: { readonly [K in LoweredType]: Rule<Of<TopologyLayer, K>, Of<MemberLayer, K>> } = {
  dense: {
    shape: ({ useBias, trainable }) => ({ rows: 0, bias: useBias, scale: false, trained: trainable }),
    settings: ({ activation, l1, l2, dropout }) => ({ ...PLAIN, activation, l1, l2, dropout }),
  },
  dropout: dropping,
  activation: { shape: () => STILL, settings: ({ activation }) => ({ ...PLAIN, activation }) },
  batchNormalization: {
    shape: ({ center, scale, trainable }) => ({ rows: Number(center) + Number(scale), bias: center, scale, trained: trainable }),
    settings: ({ momentum, epsilon }) => ({ ...PLAIN, momentum, epsilon }),
  },
  prelu: {
    // alpha is one for all positions, or one for each.
    shape: ({ trainable }, { tensors, input }) => ({
      rows: (tensors[0]?.size ?? 0) / lastAxis(input).width,
      bias: false,
      scale: false,
      trained: trainable,
    }),
    settings: () => PLAIN,
  },
  flatten: still,
  glu: still,
  conv1d: conv,
  conv2d: conv,
  depthwiseConv2d: {
    shape: ({ size, useBias, trainable }) => ({ rows: sizeOf(size) + Number(useBias), bias: useBias, scale: false, trained: trainable }),
    settings: ({ activation }) => ({ ...PLAIN, activation }),
  },
  maxPooling1d: still,
  maxPooling2d: still,
  averagePooling1d: still,
  averagePooling2d: still,
  globalMaxPooling1d: still,
  globalMaxPooling2d: still,
  globalAveragePooling1d: still,
  globalAveragePooling2d: still,
  reshape: still,
  zeroPadding2d: still,
  cropping2d: still,
  upSampling2d: still,
  simpleRnn: { shape: recurrentShape, settings: recurrentSettings, more: recurrence },
  gru: { shape: recurrentShape, settings: recurrentSettings, more: recurrence },
  lstm: { shape: recurrentShape, settings: recurrentSettings, more: recurrence },
  bidirectional: {
    shape: ({ layer }) => recurrentShape(layer),
    settings: ({ layer }) => recurrentSettings(layer),
    more: (index, { layer, mergeMode }) => recurrence(index, layer, mergeMode),
  },
  embedding: {
    shape: ({ inputDim, trainable }) => ({ rows: inputDim, bias: false, scale: false, trained: trainable }),
    settings: ({ l1, l2 }) => ({ ...PLAIN, l1, l2 }),
  },
  residual: still,
  concatenate: still,
  gaussianNoise: { shape: () => STILL, settings: ({ stddev }) => ({ ...PLAIN, numbers: [stddev] }) },
  spatialDropout1d: dropping,
  spatialDropout2d: dropping,
  randomFlip: augment,
  randomTranslation: augment,
  randomRotation: augment,
  randomZoom: augment,
  randomCrop: augment,
  layerNormalization: {
    shape: ({ center, scale, trainable }, { tensors, output }) => ({
      rows: tensors.reduce((sum, { size }) => sum + size, 0) / lastAxis(output).width,
      bias: center,
      scale,
      trained: trainable,
    }),
    settings: ({ epsilon }) => ({ ...PLAIN, epsilon }),
    more: (index, layer, { input, tensors }) => ['set_groups', index, groupsOf(layer, input).groups, matricesOf(tensors[0])],
  },
}

function ruleOf(type: LayerType): Rule<TopologyLayer, MemberLayer> {
  if (!isLowered(type)) throw new Error(`a ${type} layer was not lowered`)
  return TABLE[type] as unknown as Rule<TopologyLayer, MemberLayer>
}

/** @param keepsSums whether some member's activation has a derivative that is read off the sums */
export function layerCalls(index: number, layout: LayerLayout, keepsSums: boolean): ModuleCall[] {
  const { layer, input, output } = layout
  const rule = ruleOf(layer.type)
  const { rows, bias, scale, trained } = rule.shape(layer, layout)
  const from = lastAxis(input)
  const to = lastAxis(output)
  const { code } = LAYERS[layer.type]
  const calls: ModuleCall[] = [
    ['set_layer', index, code, from.width, from.positions, to.width, to.positions, rows, bias, scale, trained, keepsSums],
  ]
  if (rule.more !== undefined) calls.push(rule.more(index, layer, layout))
  if (layout.maskedBy !== undefined) calls.push(['set_mask', index, layout.maskedBy])
  const window = layerGeometry(layer, input)
  if (window !== undefined) {
    const { columns, outColumns, size, strides, dilation, before } = window
    calls.push(['set_window', index, columns, outColumns, ...size, ...strides, ...dilation, ...before])
  }
  if (layer.from === undefined) return calls
  calls.push(['set_sources', index, layer.from.length])
  for (const [k, source] of layer.from.entries()) calls.push(['set_source', index, k, source])
  return calls
}

/** @param undecayed the tensors that weight decay takes nothing off, a bit each */
export function memberLayerCalls(member: number, index: number, own: MemberLayer, frozen: boolean, undecayed: number): ModuleCall[] {
  const { activation, gates, code = 0, numbers, l1, l2, dropout, momentum, epsilon } = ruleOf(own.type).settings(own)
  const [a = 0, b = 0, c = 0] = activation?.numbers ?? numbers ?? []
  const kernel = activation && ACTIVATION_KERNELS[activation.kernel]
  // A frozen layer's penalty is not in the loss.
  const [by1, by2] = frozen ? [0, 0] : [l1, l2]
  const [does, reads] = [kernel?.code ?? code, READS[kernel?.reads ?? 'output']]
  const call: ModuleCall = ['set_member_layer', member, index, does, reads, a, b, c, by1, by2, dropout, momentum, epsilon, undecayed]
  return gates === undefined ? [call] : [call, ['set_gates', member, index, ACTIVATION_KERNELS[gates.kernel].code, ...gates.numbers]]
}

/** Whether a layer of a member keeps its sums, or its outputs before dropout, for the derivative of its activation. */
export function keepsSums(own: MemberLayer | undefined): boolean {
  if (own === undefined || own.type === 'activation' || !('activation' in own)) return false
  const reads = readsOf(own.activation)
  return reads === 'sum' || (reads === 'row' && own.type === 'dense' && own.dropout > 0)
}

/** The first number of the kinds that only the full builds have (assembly/moreKinds.ts). */
const MORE = 10

/** Whether a topology takes a full build of the module; of images an alpha for each cell does, whose rows are matrices to adafactor (assembly/whole.ts). */
export const needsFullBuild = ({ inputShape, layers }: Topology): boolean =>
  inputShape.length > 2 || layers.some(({ type }) => LAYERS[type].code >= MORE)

/** Whether assembly/small.ts knows what a layer is and does. */
export const isSmallLayer = (layer: TopologyLayer): boolean => layer.type === 'dense' && layer.useBias && layer.trainable
/** @param finished whether the loss finishes its activation */
export const isSmallMemberLayer = (own: MemberLayer, finished: boolean): boolean =>
  own.type === 'dense' && (finished || readsOf(own.activation) === 'output')
