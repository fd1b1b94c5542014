// The layer `gru`: a gated recurrent unit.

import { FLAG } from '../rules.ts'
import type { LayerKind } from './kind.ts'
import {
  GATED_MEMBER_FIELDS,
  type GatedSpec,
  RECURRENT_SHAPE_FIELDS,
  type RecurrentMember,
  type RecurrentShape,
  recurrentKind,
  resolveRecurrentMember,
  resolveRecurrentShape,
} from './recurrent.ts'

/**
 * state = z state + (1 - z) candidate (Cho et al. 2014), the gates in the order z, r, candidate. With `resetAfter` r multiplies what the recurrent
 * kernel makes of the state, with a bias of its own; without, the state.
 */
export interface GruShape extends RecurrentShape {
  readonly type: 'gru'
  readonly resetAfter: boolean
}

/** The layer of one member, with all numbers filled in. */
export interface GruMember extends RecurrentMember {
  readonly type: 'gru'
}

/** As people write it. */
export interface GruSpec extends GatedSpec {
  type: 'gru'
  /** Whether the reset gate comes after the product with the state; true by default. */
  resetAfter?: boolean | undefined
}

export const gru: LayerKind<GruShape, GruMember> = {
  code: 31,
  shapeFields: { ...RECURRENT_SHAPE_FIELDS, resetAfter: FLAG },
  memberFields: GATED_MEMBER_FIELDS,
  resolveShape(given) {
    const { resetAfter = true } = given as unknown as GruSpec
    return { type: 'gru', ...resolveRecurrentShape(given), resetAfter }
  },
  resolveMember: (given, layer, input, dialect) => ({ type: 'gru', ...resolveRecurrentMember(given, layer, input, dialect, 3) }),
  ...recurrentKind('gru', 3, ({ resetAfter }) => (resetAfter ? 2 : 1)),
}
