// The layer `spatialDropout2d`: sets whole channels of images to 0 while training.

import { KEEPS_SHAPE, type LayerKind, WITHOUT_TENSORS } from './kind.ts'
import { wrongForm } from './window.ts'

/** In training, sets some channels of a row, all their positions, to 0 and divides the others by the part that is kept (Tompson et al. 2015). */
export interface SpatialDropout2dShape {
  readonly type: 'spatialDropout2d'
}

/** The layer of one member, with all numbers filled in. */
export interface SpatialDropout2dMember {
  readonly type: 'spatialDropout2d'
  readonly rate: number
}

/** As people write it. */
export interface SpatialDropout2dSpec {
  type: 'spatialDropout2d'
  /** Part of the channels set to 0 in training, from 0 to below 1. */
  rate: number
}

export const spatialDropout2d: LayerKind<SpatialDropout2dShape, SpatialDropout2dMember> = {
  code: 54,
  shapeFields: {},
  memberFields: { rate: { is: 'fraction', required: true } },
  resolveShape: () => ({ type: 'spatialDropout2d' }),
  resolveMember: (given) => ({ type: 'spatialDropout2d', rate: (given as unknown as SpatialDropout2dSpec).rate }),
  refusal: (_, input) => wrongForm('spatialDropout2d', 2, input),
  ...KEEPS_SHAPE,
  ...WITHOUT_TENSORS,
}
