// The layer `prelu`: relu with a trained slope for negative inputs.

import { type Initializer, type InitializerSpec, resolveInitializer } from '../initializers.ts'
import { FLAG, INITIALIZER } from '../rules.ts'
import { KEEPS_SHAPE, type LayerKind, lastAxis, type Shape, sizeOf } from './kind.ts'

/** x, or alpha x below 0 (He et al. 2015), with one alpha for every number of a row, or for every number of the last axis. */
export interface PreluShape {
  readonly type: 'prelu'
  /** Axes, counted with the batch as 0, along which alpha is shared: all but the last, or none. */
  readonly sharedAxes: readonly number[]
  readonly trainable: boolean
}

/** The layer of one member, with all numbers filled in. */
export interface PreluMember {
  readonly type: 'prelu'
  readonly initializer: Initializer
}

/** As people write it. */
export interface PreluSpec {
  type: 'prelu'
  /** Axes, counted with the batch as 0, along which alpha is shared: none by default, or all but the last. */
  sharedAxes?: number[] | undefined
  trainable?: boolean | undefined
  /** zeros when left out. */
  initializer?: InitializerSpec | undefined
}

const alphaShape = ({ sharedAxes }: PreluShape, input: Shape): Shape => input.map((n, i) => (sharedAxes.includes(i + 1) ? 1 : n))

export const prelu: LayerKind<PreluShape, PreluMember> = {
  code: 4,
  shapeFields: { sharedAxes: { is: 'axes' }, trainable: FLAG },
  memberFields: { initializer: INITIALIZER },
  resolveShape(given) {
    const { sharedAxes = [], trainable = true } = given as unknown as PreluSpec
    return { type: 'prelu', sharedAxes, trainable }
  },
  resolveMember(given, layer, input) {
    const count = sizeOf(alphaShape(layer, input))
    return { type: 'prelu', initializer: resolveInitializer((given as unknown as PreluSpec).initializer ?? 'zeros', count, count) }
  },
  refusal(layer, input) {
    const shared = sizeOf(alphaShape(layer, input))
    if (shared === sizeOf(input) || shared === lastAxis(input).width) return undefined
    return `prelu shares alpha along the axes ${layer.sharedAxes.join(', ')} of [rows, ${input.join(', ')}]; it can be shared along all but the last, or none`
  },
  ...KEEPS_SHAPE,
  tensors: (layer, input) => [{ name: 'alpha', shape: alphaShape(layer, input), trained: layer.trainable }],
  state: () => [],
  initializers: ({ initializer }) => [initializer],
  multiplyAdds: () => 0,
}
