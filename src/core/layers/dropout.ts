// The layer `dropout`: sets some of its inputs to 0 while training.

import { KEEPS_SHAPE, type LayerKind, WITHOUT_TENSORS } from './kind.ts'

/** In training, sets a part of its inputs to 0 and divides the others by the part that is kept. Otherwise it does nothing. */
export interface DropoutShape {
  readonly type: 'dropout'
}

/** The layer of one member, with all numbers filled in. */
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
  ...KEEPS_SHAPE,
  ...WITHOUT_TENSORS,
}
