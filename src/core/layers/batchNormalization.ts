// The layer `batchNormalization`: normalises each feature over the batch, and keeps running statistics.

import { type Initializer, type InitializerSpec, resolveInitializer } from '../initializers.ts'
import { FLAG, INITIALIZER } from '../rules.ts'
import { type LayerKind, lastAxis, sizeOf, type Tensor } from './kind.ts'

/**
 * gamma (x - mean) / sqrt(variance + epsilon) + beta (Ioffe & Szegedy 2015), separately for each number of the last axis. Training uses the batch's
 * mean and biased variance, and keeps moving averages of them (momentum moving + (1 - momentum) batch). Otherwise, and where the layer is not
 * trainable, the moving averages are used. Steps that are masked are normalised as others are, but do not count in the batch's mean and variance.
 */
export interface BatchNormalizationShape {
  readonly type: 'batchNormalization'
  readonly center: boolean
  readonly scale: boolean
  readonly trainable: boolean
}

/** The layer of one member, with all numbers filled in. */
export interface BatchNormalizationMember {
  readonly type: 'batchNormalization'
  readonly momentum: number
  readonly epsilon: number
  /** gamma, beta, movingMean, movingVariance, as far as the layer has them. */
  readonly initializers: readonly Initializer[]
}

/** As people write it. */
export interface BatchNormalizationSpec {
  type: 'batchNormalization'
  /** The last, -1; no other is known. */
  axis?: -1 | undefined
  /** Whether beta is added; true by default. */
  center?: boolean | undefined
  /** Whether gamma multiplies; true by default. */
  scale?: boolean | undefined
  /** Whether training moves it and its moving numbers; true by default. */
  trainable?: boolean | undefined
  /** 0.99 when left out. */
  momentum?: number | undefined
  /** 0.001 when left out. */
  epsilon?: number | undefined
  gammaInitializer?: InitializerSpec | undefined
  betaInitializer?: InitializerSpec | undefined
  movingMeanInitializer?: InitializerSpec | undefined
  movingVarianceInitializer?: InitializerSpec | undefined
}

const tensor = (name: string, width: number, trained: boolean): Tensor => ({ name, shape: [width], trained })

export const batchNormalization: LayerKind<BatchNormalizationShape, BatchNormalizationMember> = {
  code: 3,
  shapeFields: { axis: { is: 'lastAxis' }, center: FLAG, scale: FLAG, trainable: FLAG },
  memberFields: {
    momentum: { is: 'between', low: 0, high: 1, description: '0.99 when left out' },
    epsilon: { is: 'positive', description: '0.001 when left out' },
    gammaInitializer: INITIALIZER,
    betaInitializer: INITIALIZER,
    movingMeanInitializer: INITIALIZER,
    movingVarianceInitializer: INITIALIZER,
  },
  resolveShape(given) {
    const { center = true, scale = true, trainable = true } = given as unknown as BatchNormalizationSpec
    return { type: 'batchNormalization', center, scale, trainable }
  },
  resolveMember(given, { center, scale }, input) {
    const spec = given as unknown as BatchNormalizationSpec
    const { width } = lastAxis(input)
    const resolve = (own: InitializerSpec | undefined, usual: InitializerSpec) => resolveInitializer(own ?? usual, width, width)
    return {
      type: 'batchNormalization',
      momentum: spec.momentum ?? 0.99,
      epsilon: spec.epsilon ?? 0.001,
      initializers: [
        ...(scale ? [resolve(spec.gammaInitializer, 'ones')] : []),
        ...(center ? [resolve(spec.betaInitializer, 'zeros')] : []),
        resolve(spec.movingMeanInitializer, 'zeros'),
        resolve(spec.movingVarianceInitializer, 'ones'),
      ],
    }
  },
  outputShape: (_, input) => input,
  tensors({ center, scale, trainable }, input) {
    const { width } = lastAxis(input)
    return [...(scale ? [tensor('gamma', width, trainable)] : []), ...(center ? [tensor('beta', width, trainable)] : [])]
  },
  state(_, input) {
    const { width } = lastAxis(input)
    return [tensor('movingMean', width, false), tensor('movingVariance', width, false)]
  },
  initializers: ({ initializers }) => initializers,
  carriesMask: (_, masked) => masked,
  multiplyAdds: (_, input) => sizeOf(input),
}
