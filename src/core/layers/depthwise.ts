// The layers `depthwiseConv2d` and `separableConv2d`: a window for each channel, and the latter's mixture of them.

import { type Activation, type ActivationSpec, resolveActivation } from '../activations.ts'
import { type Initializer, type InitializerSpec, resolveInitializer } from '../initializers.ts'
import { type FieldRules, INITIALIZER, MAX_UNITS } from '../rules.ts'
import { kernelAndBias, type LayerKind, type Shape, sizeOf } from './kind.ts'
import { kernelFields, outputOf, type Padding, resolveKernel, type SizeSpec, type Window, windowRefusal } from './window.ts'

interface Depthwise extends Window {
  /** Outputs of each channel. */
  readonly depthMultiplier: number
  readonly useBias: boolean
  readonly trainable: boolean
}

/** activation(window kernel + bias), each channel by itself: channel c's output m is output c depthMultiplier + m. */
export interface DepthwiseConv2dShape extends Depthwise {
  readonly type: 'depthwiseConv2d'
}

/** A depthwise convolution, then one of 1 x 1 with bias and activation, which mixes its channels. Backends see it as these two (lower.ts). */
export interface SeparableConv2dShape extends Depthwise {
  readonly type: 'separableConv2d'
  readonly filters: number
}

/** The layer of one member, with all numbers filled in. */
export interface DepthwiseConv2dMember {
  readonly type: 'depthwiseConv2d'
  readonly activation: Activation
  readonly initializer: Initializer
  readonly biasInitializer: Initializer
}

/** The layer of one member, with all numbers filled in. */
export interface SeparableConv2dMember {
  readonly type: 'separableConv2d'
  readonly activation: Activation
  readonly depthwiseInitializer: Initializer
  readonly pointwiseInitializer: Initializer
  readonly biasInitializer: Initializer
}

interface DepthwiseSpec {
  kernelSize: SizeSpec
  /** 1 by default. */
  strides?: SizeSpec | undefined
  /** 'valid' by default. */
  padding?: Padding | undefined
  /** Distance of the window's cells; 1 by default. */
  dilationRate?: SizeSpec | undefined
  /** Outputs of each channel; 1 by default. */
  depthMultiplier?: number | undefined
  /** true by default. */
  useBias?: boolean | undefined
  /** Whether training moves it; true by default. */
  trainable?: boolean | undefined
  /** linear by default. */
  activation?: ActivationSpec | undefined
  /** zeros when left out. */
  biasInitializer?: InitializerSpec | undefined
}

/** As people write it. */
export interface DepthwiseConv2dSpec extends DepthwiseSpec {
  type: 'depthwiseConv2d'
  /** Of the kernel; glorotUniform by default. */
  initializer?: InitializerSpec | undefined
}

/** As people write it. */
export interface SeparableConv2dSpec extends DepthwiseSpec {
  type: 'separableConv2d'
  /** Channels of the output. */
  filters: number
  /** glorotUniform by default. */
  depthwiseInitializer?: InitializerSpec | undefined
  /** glorotUniform by default. */
  pointwiseInitializer?: InitializerSpec | undefined
}

const WHOLE = { is: 'whole', low: 1, high: MAX_UNITS } as const

const SHAPE_FIELDS: FieldRules = {
  ...kernelFields(2),
  depthMultiplier: { ...WHOLE, description: '1 by default' },
}

const resolve = (given: Readonly<Record<string, unknown>>): Depthwise => ({
  ...resolveKernel(given, 2),
  depthMultiplier: (given as unknown as DepthwiseSpec).depthMultiplier ?? 1,
})

const channelsOf = (input: Shape): number => input.at(-1) ?? 1
const kernelShape = ({ size, depthMultiplier }: Depthwise, input: Shape): Shape => [...size, channelsOf(input), depthMultiplier]

/** Keras's: the window's cells times the last two axes. */
const kernelInitializer = (given: InitializerSpec | undefined, { size, depthMultiplier }: Depthwise, input: Shape): Initializer =>
  resolveInitializer(given ?? 'glorotUniform', sizeOf(size) * channelsOf(input), sizeOf(size) * depthMultiplier)

export const depthwiseConv2d: LayerKind<DepthwiseConv2dShape, DepthwiseConv2dMember> = {
  code: 12,
  shapeFields: SHAPE_FIELDS,
  memberFields: { activation: { is: 'activation' }, initializer: INITIALIZER, biasInitializer: INITIALIZER },
  resolveShape: (given) => ({ type: 'depthwiseConv2d', ...resolve(given) }),
  resolveMember(given, layer, input, dialect) {
    const { activation, initializer, biasInitializer } = given as unknown as DepthwiseConv2dSpec
    const units = channelsOf(input) * layer.depthMultiplier
    return {
      type: 'depthwiseConv2d',
      activation: resolveActivation(activation ?? 'linear', dialect),
      initializer: kernelInitializer(initializer, layer, input),
      biasInitializer: resolveInitializer(biasInitializer ?? 'zeros', units, units),
    }
  },
  refusal: (layer, input) => windowRefusal('depthwiseConv2d', layer, input),
  outputShape: (layer, input) => outputOf(layer, input, channelsOf(input) * layer.depthMultiplier),
  tensors: (layer, input) => kernelAndBias(kernelShape(layer, input), channelsOf(input) * layer.depthMultiplier, layer),
  state: () => [],
  initializers: ({ initializer, biasInitializer }) => [initializer, biasInitializer],
  multiplyAdds: (layer, input) => sizeOf(outputOf(layer, input, channelsOf(input) * layer.depthMultiplier)) * sizeOf(layer.size),
}

export const separableConv2d: LayerKind<SeparableConv2dShape, SeparableConv2dMember> = {
  code: 13,
  shapeFields: { filters: { ...WHOLE, required: true, description: 'Channels of the output' }, ...SHAPE_FIELDS },
  memberFields: {
    activation: { is: 'activation' },
    depthwiseInitializer: INITIALIZER,
    pointwiseInitializer: INITIALIZER,
    biasInitializer: INITIALIZER,
  },
  resolveShape: (given) => ({ type: 'separableConv2d', filters: (given as unknown as SeparableConv2dSpec).filters, ...resolve(given) }),
  resolveMember(given, layer, input, dialect) {
    const { activation, depthwiseInitializer, pointwiseInitializer, biasInitializer } = given as unknown as SeparableConv2dSpec
    const { filters } = layer
    return {
      type: 'separableConv2d',
      activation: resolveActivation(activation ?? 'linear', dialect),
      depthwiseInitializer: kernelInitializer(depthwiseInitializer, layer, input),
      pointwiseInitializer: resolveInitializer(pointwiseInitializer ?? 'glorotUniform', channelsOf(input) * layer.depthMultiplier, filters),
      biasInitializer: resolveInitializer(biasInitializer ?? 'zeros', filters, filters),
    }
  },
  refusal: (layer, input) => windowRefusal('separableConv2d', layer, input),
  outputShape: (layer, input) => outputOf(layer, input, layer.filters),
  tensors(layer, input) {
    const { useBias, trainable: trained, depthMultiplier, filters } = layer
    const kernels = [
      { name: 'depthwiseKernel', shape: kernelShape(layer, input), trained },
      { name: 'pointwiseKernel', shape: [1, 1, channelsOf(input) * depthMultiplier, filters], trained },
    ]
    return useBias ? [...kernels, { name: 'bias', shape: [filters], trained }] : kernels
  },
  state: () => [],
  initializers: ({ depthwiseInitializer, pointwiseInitializer, biasInitializer }) => [
    depthwiseInitializer,
    pointwiseInitializer,
    biasInitializer,
  ],
  multiplyAdds: (layer, input) =>
    sizeOf(outputOf(layer, input, channelsOf(input) * layer.depthMultiplier)) * (sizeOf(layer.size) + layer.filters),
}
