// The layer `dropout`: sets some of its inputs to 0 while training.

import type { LayerKind } from './kind.ts'

/** Sets a part of its inputs to 0 in training and divides the rest by what is left; elsewhere it does nothing. */
export interface DropoutShape {
  readonly type: 'dropout'
}

/** Such a layer of one member, every number said. */
export interface DropoutMember {
  readonly type: 'dropout'
  readonly rate: number
}

/** As people write it. */
export interface DropoutSpec {
  type: 'dropout'
  /** Part of the inputs set to 0 in training, from 0 to below 1. */
  rate: number
}

export const dropout: LayerKind<DropoutShape, DropoutMember> = {
  code: 1,
  shapeFields: {},
  memberFields: { rate: { is: 'fraction', required: true } },
  resolveShape: () => ({ type: 'dropout' }),
  resolveMember: (given) => ({ type: 'dropout', rate: (given as unknown as DropoutSpec).rate }),
  outputShape: (_, input) => input,
  tensors: () => [],
  state: () => [],
  initializers: () => [],
  multiplyAdds: () => 0,
}
