// The layer `gaussianNoise`: adds random numbers to its inputs while training.

import { NON_NEGATIVE } from '../rules.ts'
import { KEEPS_SHAPE, type LayerKind, WITHOUT_TENSORS } from './kind.ts'

/** In training, adds numbers of a normal distribution around 0. Otherwise it does nothing. */
export interface GaussianNoiseShape {
  readonly type: 'gaussianNoise'
}

/** The layer of one member, with all numbers filled in. */
export interface GaussianNoiseMember {
  readonly type: 'gaussianNoise'
  readonly stddev: number
}

/** As people write it. */
export interface GaussianNoiseSpec {
  type: 'gaussianNoise'
  /** Standard deviation of the noise. */
  stddev: number
}

export const gaussianNoise: LayerKind<GaussianNoiseShape, GaussianNoiseMember> = {
  code: 52,
  shapeFields: {},
  memberFields: { stddev: { ...NON_NEGATIVE, required: true } },
  resolveShape: () => ({ type: 'gaussianNoise' }),
  resolveMember: (given) => ({ type: 'gaussianNoise', stddev: (given as unknown as GaussianNoiseSpec).stddev }),
  ...KEEPS_SHAPE,
  ...WITHOUT_TENSORS,
}
