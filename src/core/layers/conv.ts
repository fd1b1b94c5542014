// The layers `conv1d` and `conv2d`: the same small dense layer at every place of a sequence or an image.

import { type Activation, type ActivationSpec, resolveActivation } from '../activations.ts'
import { type Initializer, type InitializerSpec, resolveInitializer } from '../initializers.ts'
import { INITIALIZER, MAX_UNITS, NON_NEGATIVE } from '../rules.ts'
import { kernelAndBias, type LayerKind, sizeOf } from './kind.ts'
import { kernelFields, outputOf, type Padding, resolveKernel, type SizeSpec, type Window, windowRefusal } from './window.ts'

export type ConvType = 'conv1d' | 'conv2d'

/** activation(window kernel + bias) for every place of the window; the kernel is (…size, channels, filters). */
export interface ConvShape<T extends ConvType = ConvType> extends Window {
  readonly type: T
  readonly filters: number
  readonly useBias: boolean
  readonly trainable: boolean
}

/** The layer of one member, with all numbers filled in. */
export interface ConvMember<T extends ConvType = ConvType> {
  readonly type: T
  readonly activation: Activation
  readonly initializer: Initializer
  readonly biasInitializer: Initializer
  /** Penalties on the kernel: l1 sum |w| + l2 sum w^2, added to the loss. */
  readonly l1: number
  readonly l2: number
}

/** As people write it. */
export interface ConvSpec<T extends ConvType = ConvType> {
  type: T
  /** Channels of the output. */
  filters: number
  kernelSize: SizeSpec
  /** 1 by default. */
  strides?: SizeSpec | undefined
  /** 'valid' by default. */
  padding?: Padding | undefined
  /** Distance of the window's cells; 1 by default. */
  dilationRate?: SizeSpec | undefined
  /** true by default. */
  useBias?: boolean | undefined
  /** Whether training moves it; true by default. */
  trainable?: boolean | undefined
  /** linear by default. */
  activation?: ActivationSpec | undefined
  /** Of the kernel; glorotUniform by default. */
  initializer?: InitializerSpec | undefined
  /** zeros when left out. */
  biasInitializer?: InitializerSpec | undefined
  /** Adds l1 sum |w| of the kernel to the loss; 0 by default. */
  l1?: number | undefined
  /** Adds l2 sum w² of the kernel to the loss; 0 by default. */
  l2?: number | undefined
}

export const conv = <T extends ConvType>(type: T, axes: number, code: number): LayerKind<ConvShape<T>, ConvMember<T>> => ({
  code,
  shapeFields: {
    filters: { is: 'whole', low: 1, high: MAX_UNITS, required: true, description: 'Channels of the output' },
    ...kernelFields(axes),
  },
  memberFields: {
    activation: { is: 'activation', description: 'linear by default' },
    initializer: INITIALIZER,
    biasInitializer: INITIALIZER,
    l1: NON_NEGATIVE,
    l2: NON_NEGATIVE,
  },
  resolveShape: (given) => ({ type, filters: (given as unknown as ConvSpec).filters, ...resolveKernel(given, axes) }),
  resolveMember(given, { filters, size }, input, dialect) {
    const { activation, initializer, biasInitializer, l1 = 0, l2 = 0 } = given as unknown as ConvSpec
    const cells = sizeOf(size)
    return {
      type,
      activation: resolveActivation(activation ?? 'linear', dialect),
      initializer: resolveInitializer(initializer ?? 'glorotUniform', cells * (input.at(-1) ?? 1), cells * filters),
      biasInitializer: resolveInitializer(biasInitializer ?? 'zeros', filters, filters),
      l1,
      l2,
    }
  },
  refusal: (layer, input) => windowRefusal(type, layer, input),
  outputShape: (layer, input) => outputOf(layer, input, layer.filters),
  tensors: (layer, input) => kernelAndBias([...layer.size, input.at(-1) ?? 1, layer.filters], layer.filters, layer),
  state: () => [],
  initializers: ({ initializer, biasInitializer }) => [initializer, biasInitializer],
  multiplyAdds: (layer, input) => sizeOf(outputOf(layer, input, layer.filters)) * sizeOf(layer.size) * (input.at(-1) ?? 1),
})
