// The layer `spatialDropout1d`: sets whole channels of sequences to 0 while training.

import { KEEPS_SHAPE, type LayerKind, WITHOUT_TENSORS } from './kind.ts'
import { wrongForm } from './window.ts'

/** In training, sets some channels of a row, all their positions, to 0 and divides the others by the part that is kept (Tompson et al. 2015). */
export interface SpatialDropout1dShape {
  readonly type: 'spatialDropout1d'
}

/** The layer of one member, with all numbers filled in. */
export interface SpatialDropout1dMember {
  readonly type: 'spatialDropout1d'
  readonly rate: number
}

/** As people write it. */
export interface SpatialDropout1dSpec {
  type: 'spatialDropout1d'
  /** Part of the channels set to 0 in training, from 0 to below 1. */
  rate: number
}

export const spatialDropout1d: LayerKind<SpatialDropout1dShape, SpatialDropout1dMember> = {
  code: 53,
  shapeFields: {},
  memberFields: { rate: { is: 'fraction', required: true } },
  resolveShape: () => ({ type: 'spatialDropout1d' }),
  resolveMember: (given) => ({ type: 'spatialDropout1d', rate: (given as unknown as SpatialDropout1dSpec).rate }),
  refusal: (_, input) => wrongForm('spatialDropout1d', 1, input),
  ...KEEPS_SHAPE,
  ...WITHOUT_TENSORS,
}
