// The layer `layerNormalization`: normalises each row over some of its axes.

import { type Initializer, type InitializerSpec, resolveInitializer } from '../initializers.ts'
import { FLAG, INITIALIZER } from '../rules.ts'
import { KEEPS_SHAPE, type LayerKind, type Shape, sizeOf, type Tensor } from './kind.ts'

/**
 * gamma (x - mean) / sqrt(variance + epsilon) + beta (Ba, Kiros & Hinton 2016): mean and biased variance of a row over the axes, gamma and beta
 * of the shape of those.
 */
export interface LayerNormalizationShape {
  readonly type: 'layerNormalization'
  /** Counted with the batch as 0, or from the last, -1. */
  readonly axis: readonly number[]
  readonly center: boolean
  readonly scale: boolean
  readonly trainable: boolean
}

/** The layer of one member, with all numbers filled in. */
export interface LayerNormalizationMember {
  readonly type: 'layerNormalization'
  readonly epsilon: number
  /** gamma, beta, as far as the layer has them. */
  readonly initializers: readonly Initializer[]
}

/** As people write it. */
export interface LayerNormalizationSpec {
  type: 'layerNormalization'
  /** One or several, counted with the batch as 0 or from the last; the last, -1, by default. They include the last and lie side by side. */
  axis?: number | number[] | undefined
  /** Whether beta is added; true by default. */
  center?: boolean | undefined
  /** Whether gamma multiplies; true by default. */
  scale?: boolean | undefined
  /** Whether training moves it; true by default. */
  trainable?: boolean | undefined
  /** 0.001 when left out. */
  epsilon?: number | undefined
  gammaInitializer?: InitializerSpec | undefined
  betaInitializer?: InitializerSpec | undefined
}

/** Which axes of a row, counted from 0 without the batch, in order. */
const axesOf = ({ axis }: LayerNormalizationShape, input: Shape): number[] =>
  axis.map((given) => (given < 0 ? input.length + given : given - 1)).sort((a, b) => a - b)

/** How a row is cut: `groups` parts, which are normalised each by itself, of `positions` times the last axis. */
export function groupsOf(layer: LayerNormalizationShape, input: Shape): { readonly groups: number; readonly positions: number } {
  const [first = input.length - 1] = axesOf(layer, input)
  return { groups: sizeOf(input.slice(0, first)), positions: sizeOf(input.slice(first, -1)) }
}

export const layerNormalization: LayerKind<LayerNormalizationShape, LayerNormalizationMember> = {
  code: 55,
  shapeFields: { axis: { is: 'signedAxes' }, center: FLAG, scale: FLAG, trainable: FLAG },
  memberFields: {
    epsilon: { is: 'positive', description: '0.001 when left out' },
    gammaInitializer: INITIALIZER,
    betaInitializer: INITIALIZER,
  },
  resolveShape(given) {
    const { axis = -1, center = true, scale = true, trainable = true } = given as unknown as LayerNormalizationSpec
    return { type: 'layerNormalization', axis: [axis].flat(), center, scale, trainable }
  },
  resolveMember(given, { center, scale }, input) {
    const { epsilon = 0.001, gammaInitializer = 'ones', betaInitializer = 'zeros' } = given as unknown as LayerNormalizationSpec
    const width = input.at(-1) ?? 1
    const resolve = (own: InitializerSpec) => resolveInitializer(own, width, width)
    return {
      type: 'layerNormalization',
      epsilon,
      initializers: [...(scale ? [resolve(gammaInitializer)] : []), ...(center ? [resolve(betaInitializer)] : [])],
    }
  },
  refusal(layer, input) {
    const axes = axesOf(layer, input)
    const adjacent = axes.every((axis, i) => axis === input.length - axes.length + i)
    if (axes.length > 0 && axes.length <= input.length && adjacent) return undefined
    return `layerNormalization over the axes ${layer.axis.join(', ')} of [rows, ${input.join(', ')}]; it must be over the last, or some of the last`
  },
  ...KEEPS_SHAPE,
  tensors(layer, input) {
    const shape = input.slice(axesOf(layer, input)[0])
    const tensor = (name: string): Tensor => ({ name, shape, trained: layer.trainable })
    return [...(layer.scale ? [tensor('gamma')] : []), ...(layer.center ? [tensor('beta')] : [])]
  },
  state: () => [],
  initializers: ({ initializers }) => initializers,
  multiplyAdds: (_, input) => sizeOf(input),
}
