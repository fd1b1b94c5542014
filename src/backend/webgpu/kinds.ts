// The table from the kind of a layer to what WebGPU dispatches for it, and is told of it. The step loop (general.ts) knows no kind.

import { ACTIVATION_KERNELS, type Activation } from '../../core/activations.ts'
import { augmentationOf } from '../../core/layers/augment.ts'
import type { ConvMember } from '../../core/layers/conv.ts'
import type { LayerType } from '../../core/layers/index.ts'
import { lastAxis } from '../../core/layers/kind.ts'
import { groupsOf } from '../../core/layers/layerNormalization.ts'
import type { RecurrentMember } from '../../core/layers/recurrent.ts'
import type { LayerLayout } from '../../core/layout.ts'
import { takesSums } from '../../core/losses.ts'
import type { LoweredType } from '../../core/lower.ts'
import type { Member, MemberLayer, Topology } from '../../core/population.ts'
import type { KernelName } from './kernels.ts'
import type { Products } from './products.ts'

/** What the size of a dispatch hangs on. */
interface Sizes {
  readonly inputs4: number
  readonly units4: number
  readonly inputPositions: number
  readonly positions: number
  readonly rows: number
  readonly groups: number
  readonly ways: number
  readonly way4: number
}

/** A kernel over a layer and the `rows` of a batch. */
export interface Pass {
  readonly kernel: KernelName
  readonly constants?: Readonly<Record<string, number>>
  readonly groups: (layer: Sizes, rows: number) => readonly [x: number, y: number]
}

/** A member's numbers of a layer: fields of shaders/lib/shapes.wgsl's MemberLayer, 0 where left out. */
type Settings = Readonly<Record<string, number>>

interface Kind<M> {
  /** Outputs from inputs. */
  readonly forward: (products: Products) => Pass
  /** What makes the outputs of what it leaves. */
  readonly after?: Pass
  /** What its deltas go through before its gradient and the deltas of the layer below. */
  readonly before?: Pass
  /** Deltas of the layer below, from its own. */
  readonly inputGradient: (products: Products) => Pass
  /** Gradients of its parameters, before the input gradient; `grouped`: one dispatch of products.ts forms those of all layers of the kind. */
  readonly gradient: Pass | 'grouped' | undefined
  /** Numbers that it keeps for each column, from forwards to backwards. */
  readonly statistics: number
  /** Of a layer normalization: parts of a row, of each of which it keeps two numbers; of others, groups of four numbers that a row keeps. */
  readonly groups?: (layer: LayerLayout) => number
  /** @param finished whether the loss finishes the layer's activation */
  readonly settings: (own: M, finished: boolean) => Settings
}

/** A dispatch of many workgroups in two dimensions, of which one holds at most 65,535. Those past the end do nothing. */
export function wide(groups: number): readonly [x: number, y: number] {
  const across = Math.min(groups, 32768)
  return [across, Math.ceil(groups / across)]
}

const tiles = ({ tile4 }: Products, blocks: number, rows: number) => [Math.ceil(blocks / tile4), Math.ceil(rows / (4 * tile4))] as const

/** A kernel of as many workgroups of 64 as there are pieces of work. */
const over =
  (pieces: (layer: Sizes, rows: number) => number, size = 64) =>
  (kernel: KernelName): Pass => ({ kernel, groups: (layer, rows) => wide(Math.ceil(pieces(layer, rows) / size)) })

const overOutputs = over(({ units4, positions }, rows) => rows * positions * units4)
const overInputs = over(({ inputs4, inputPositions }, rows) => rows * inputPositions * inputs4)
/** A piece for four channels of an image. */
const overImages = over(({ inputs4 }, rows) => rows * inputs4)
const overWayParameters = over(({ ways, way4 }) => ways * way4)
const overParameters = over(({ rows, units4 }) => rows * units4)
const overGroups = over(({ groups }, rows) => rows * groups, 1)
const overWays = over(({ ways }, rows) => rows * ways, 1)
/** A workgroup for four columns of a row of a kernel, or of the bias behind it. */
const overKernel = over(({ rows, units4 }) => (rows + 1) * units4, 1)
const overColumns = (kernel: KernelName): Pass => ({ kernel, groups: ({ units4 }) => [units4, 1] })

/** What finishes layers whose activation the kernels of products leave, of single numbers or of whole rows; and the deltas of the latter. */
export const FINISH = { cells: overOutputs('finishCells'), rows: over(({ positions }, rows) => rows * positions)('finishRows') }
export const FINISH_BACKWARDS: Pass = { ...FINISH.rows, constants: { BACKWARDS: 1 } }

/** Adds up deltas of outputs that several layers read. */
export const addDeltas = (last: boolean): Pass => ({ ...overInputs('addDeltas'), constants: { LAST: Number(last) } })

/** What becomes of a layer's sums: nothing. */
const PLAIN: Settings = { keep: 1 }
const activating = ({ kernel, numbers: [parameter, second, third] }: Activation): Settings => ({
  activation: ACTIVATION_KERNELS[kernel].code,
  ...{ parameter, second, third },
})
const dropping = (rate: number): Settings => ({ keep: 1 - rate, threshold: Math.floor(rate * 2 ** 32) })

const PASSING = {
  forward: () => overOutputs('passForward'),
  inputGradient: () => overInputs('passInputGradient'),
  gradient: undefined,
  statistics: 0,
} as const

/** Of recurrent layers: all steps of a row in a workgroup. */
const RECURRENT = {
  forward: () => overWays('recurrent'),
  after: overOutputs('recurrentMerge'),
  before: overWays('recurrentBackward'),
  inputGradient: () => overInputs('recurrentInputGradient'),
  gradient: overWayParameters('recurrentGradient'),
  statistics: 0,
} as const

const recurring = ({ activation, recurrentActivation, l1, l2 }: RecurrentMember): Settings => {
  const [liftParameter = 0] = activation.numbers
  const [gateParameter = 0] = recurrentActivation.numbers
  const [lift, gates] = [activation, recurrentActivation].map(({ kernel }) => ACTIVATION_KERNELS[kernel].code)
  return { ...PLAIN, lift: lift ?? 0, liftParameter, gates: gates ?? 0, gateParameter, l1, l2 }
}

/** Kernels over the outputs, and over the inputs for their gradient; without parameters or numbers of its own, where nothing else is said. */
const elementwise = (
  name: 'conv' | 'depthwise' | 'prelu' | 'glu' | 'flatten' | 'arrange' | 'pooling' | 'join' | 'embedding',
  constants?: Pass['constants'],
) => ({
  forward: (): Pass => ({ ...overOutputs(name), ...(constants && { constants }) }),
  inputGradient: (): Pass => ({ ...overInputs(`${name}InputGradient`), ...(constants && { constants }) }),
  gradient: undefined,
  statistics: 0,
  settings: () => PLAIN,
})

const CONV: Kind<ConvMember> = {
  ...elementwise('conv'),
  gradient: overKernel('convGradient'),
  settings: ({ activation, l1, l2 }) => ({ ...PLAIN, ...activating(activation), l1, l2 }),
}
/** Its groups are an image's numbers, which its deltas are added up in. */
const AUGMENT: Kind<Parameters<typeof augmentationOf>[0]> = {
  forward: () => overOutputs('augment'),
  inputGradient: () => overImages('augmentInputGradient'),
  gradient: undefined,
  statistics: 0,
  groups: ({ input }) => lastAxis(input).positions * Math.ceil(lastAxis(input).width / 4),
  settings(own) {
    const { down, across, value, fill } = augmentationOf(own)
    return { ...PLAIN, parameter: down, second: across, third: value, lift: fill }
  },
}
const joining = (ADDS: number): Pass => ({ ...overOutputs('join'), constants: { ADDS } })
const MAXIMUM = elementwise('pooling', { MAXIMUM: 1 })
const AVERAGE = elementwise('pooling', {})
const RESHAPING = elementwise('flatten')
const ARRANGING = elementwise('arrange')

export const KINDS: { readonly [K in LoweredType]: Kind<Extract<MemberLayer, { readonly type: K }>> } = {
  dense: {
    forward: (products) => ({
      kernel: products.forward,
      constants: products.constants,
      groups: ({ units4, positions }, rows) => tiles(products, units4, rows * positions),
    }),
    inputGradient: (products) => ({
      kernel: products.inputGradient,
      constants: products.constants,
      groups: ({ inputs4, positions }, rows) => tiles(products, inputs4, rows * positions),
    }),
    gradient: 'grouped',
    statistics: 0,
    settings: ({ activation, l1, l2, dropout }, finished) => ({
      ...(finished ? {} : activating(activation)),
      ...dropping(dropout),
      l1,
      l2,
    }),
  },
  // Both pass their inputs as if these were sums: the same is made of them as of a dense layer's.
  dropout: { ...PASSING, settings: ({ rate }) => dropping(rate) },
  activation: { ...PASSING, settings: ({ activation }, finished) => (finished ? PLAIN : { ...PLAIN, ...activating(activation) }) },
  batchNormalization: {
    forward: () => overColumns('batchNormalization'),
    inputGradient: () => overInputs('batchNormalizationInputGradient'),
    gradient: overColumns('batchNormalizationGradient'),
    statistics: 4,
    settings: ({ momentum, epsilon }) => ({ ...PLAIN, momentum, epsilon }),
  },
  prelu: { ...elementwise('prelu'), gradient: overParameters('preluGradient') },
  flatten: RESHAPING,
  glu: elementwise('glu'),
  conv1d: CONV,
  conv2d: CONV,
  depthwiseConv2d: {
    ...elementwise('depthwise'),
    gradient: overKernel('depthwiseGradient'),
    settings: ({ activation }) => ({ ...PLAIN, ...activating(activation) }),
  },
  maxPooling1d: MAXIMUM,
  maxPooling2d: MAXIMUM,
  averagePooling1d: AVERAGE,
  averagePooling2d: AVERAGE,
  globalMaxPooling1d: MAXIMUM,
  globalMaxPooling2d: MAXIMUM,
  globalAveragePooling1d: AVERAGE,
  globalAveragePooling2d: AVERAGE,
  reshape: RESHAPING,
  zeroPadding2d: ARRANGING,
  cropping2d: ARRANGING,
  upSampling2d: ARRANGING,
  // Each way of a block is dispatched.
  residual: { ...elementwise('join'), forward: () => joining(1) },
  concatenate: { ...elementwise('join'), forward: () => joining(0) },
  gaussianNoise: { ...PASSING, forward: () => overOutputs('gaussianNoise'), settings: ({ stddev }) => ({ ...PLAIN, parameter: stddev }) },
  spatialDropout1d: { ...PASSING, settings: ({ rate }) => ({ ...dropping(rate), spatial: 1 }) },
  spatialDropout2d: { ...PASSING, settings: ({ rate }) => ({ ...dropping(rate), spatial: 1 }) },
  randomFlip: AUGMENT,
  randomTranslation: AUGMENT,
  randomRotation: AUGMENT,
  randomZoom: AUGMENT,
  randomCrop: AUGMENT,
  simpleRnn: { ...RECURRENT, settings: recurring },
  gru: { ...RECURRENT, settings: recurring },
  lstm: { ...RECURRENT, settings: recurring },
  bidirectional: { ...RECURRENT, settings: ({ layer }) => recurring(layer) },
  embedding: {
    ...elementwise('embedding'),
    gradient: overParameters('embeddingGradient'),
    settings: ({ l1, l2 }) => ({ ...PLAIN, l1, l2 }),
  },
  layerNormalization: {
    forward: () => overGroups('layerNormalization'),
    inputGradient: () => overGroups('layerNormalizationInputGradient'),
    gradient: overParameters('layerNormalizationGradient'),
    statistics: 0,
    groups: ({ layer, input }) => (layer.type === 'layerNormalization' ? groupsOf(layer, input).groups : 0),
    settings: ({ epsilon }) => ({ ...PLAIN, epsilon }),
  },
}

export const kindOf = (type: LayerType): Kind<MemberLayer> => KINDS[type as keyof typeof KINDS] as unknown as Kind<MemberLayer>

/** What the kernels are told of a member's layer. */
export function settingsOf(member: Member, l: number, { layers, loss }: Topology): Settings {
  const own = member.layers[l]
  if (own === undefined) throw new RangeError(`a member has no layer ${l}`)
  return kindOf(own.type).settings(own, l === layers.length - 1 && takesSums(loss))
}

/** What the kernels of products leave to another of a layer's activation: shaders/lib/activation.wgsl. */
export function finishedLater({ activation = 0 }: Settings): keyof typeof FINISH | undefined {
  if (activation <= ACTIVATION_KERNELS.hardSigmoid.code) return undefined
  return Object.values(ACTIVATION_KERNELS).some(({ code, reads }) => code === activation && reads === 'row') ? 'rows' : 'cells'
}
