// The layer `glu`: a gated linear unit over the last axis.

import { type LayerKind, lastAxis, withoutNumbers } from './kind.ts'

/** The first half of the last axis times the sigmoid of the second (Dauphin et al. 2017): half as many outputs as inputs. */
export interface GluShape {
  readonly type: 'glu'
}

/** The layer of one member, with all numbers filled in. */
export interface GluMember {
  readonly type: 'glu'
}

/** As people write it; Keras's activation named glu is this layer. */
export interface GluSpec {
  type: 'glu'
}

export const glu: LayerKind<GluShape, GluMember> = {
  code: 6,
  shapeFields: {},
  resolveShape: () => ({ type: 'glu' }),
  refusal(_, input) {
    const { width } = lastAxis(input)
    return width % 2 === 0 ? undefined : `glu halves its inputs, and they are ${width}`
  },
  outputShape: (_, input) => [...input.slice(0, -1), lastAxis(input).width / 2],
  ...withoutNumbers('glu'),
  carriesMask: (_, masked) => masked,
}
