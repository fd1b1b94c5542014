// The layer `dense`: a fully connected layer with bias, activation and dropout.

import { type Activation, type ActivationSpec, resolveActivation } from '../activations.ts'
import { type Initializer, type InitializerSpec, resolveInitializer } from '../initializers.ts'
import { FLAG, MAX_UNITS, NON_NEGATIVE } from '../rules.ts'
import { kernelAndBias, type LayerKind, lastAxis, sizeOf } from './kind.ts'

/** activation(x kernel + bias) along the last axis, then dropout on the outputs. */
export interface DenseShape {
  readonly type: 'dense'
  readonly units: number
  readonly useBias: boolean
  /** Whether training moves it. */
  readonly trainable: boolean
}

/** A dense layer of one member, with all numbers filled in. */
export interface DenseMember {
  readonly type: 'dense'
  readonly activation: Activation
  readonly initializer: Initializer
  readonly biasInitializer: Initializer
  /** Penalties on the kernel, in Keras's form: l1 sum |w| + l2 sum w^2, added to the loss. */
  readonly l1: number
  readonly l2: number
  /** The part of this layer's outputs set to 0 in training; the rest is divided by 1 - dropout. */
  readonly dropout: number
}

/** As people write it. */
export interface DenseSpec {
  type?: 'dense' | undefined
  /** Width of the layer, from 1 to 65535. */
  units: number
  /** true by default. */
  useBias?: boolean | undefined
  /** Whether training moves it; true by default. */
  trainable?: boolean | undefined
  /** A name, or `{ name, …parameters }`; linear by default. */
  activation?: ActivationSpec | undefined
  /** Of the kernel, which is inputs x units; glorotUniform by default. */
  initializer?: InitializerSpec | undefined
  /** zeros when left out. */
  biasInitializer?: InitializerSpec | undefined
  /** Adds l1 sum |w| of the kernel to the loss; 0 by default. */
  l1?: number | undefined
  /** Adds l2 sum w² of the kernel to the loss; 0 by default. */
  l2?: number | undefined
  /** Part of the layer's outputs set to 0 in training, from 0 to below 1; 0 by default. */
  dropout?: number | undefined
}

export const dense: LayerKind<DenseShape, DenseMember> = {
  code: 0,
  shapeFields: {
    units: { is: 'whole', low: 1, high: MAX_UNITS, required: true, description: 'Width of the layer' },
    useBias: FLAG,
    trainable: FLAG,
  },
  memberFields: {
    activation: { is: 'activation', description: 'linear by default' },
    initializer: { is: 'initializer', description: 'glorotUniform by default' },
    biasInitializer: { is: 'initializer', description: 'zeros when left out' },
    l1: NON_NEGATIVE,
    l2: NON_NEGATIVE,
    dropout: { is: 'fraction', description: 'Part of the outputs set to 0 in training' },
  },
  resolveShape(given) {
    const { units, useBias = true, trainable = true } = given as unknown as DenseSpec
    return { type: 'dense', units, useBias, trainable }
  },
  resolveMember(given, { units }, input, dialect) {
    const { activation, initializer, biasInitializer, l1 = 0, l2 = 0, dropout = 0 } = given as unknown as DenseSpec
    return {
      type: 'dense',
      activation: resolveActivation(activation ?? 'linear', dialect),
      initializer: resolveInitializer(initializer ?? 'glorotUniform', lastAxis(input).width, units),
      biasInitializer: resolveInitializer(biasInitializer ?? 'zeros', units, units),
      l1,
      l2,
      dropout,
    }
  },
  outputShape: ({ units }, input) => [...input.slice(0, -1), units],
  tensors: (layer, input) => kernelAndBias([lastAxis(input).width, layer.units], layer.units, layer),
  state: () => [],
  carriesMask: (_, masked) => masked,
  initializers: ({ initializer, biasInitializer }) => [initializer, biasInitializer],
  multiplyAdds: ({ units }, input) => sizeOf(input) * units,
}
