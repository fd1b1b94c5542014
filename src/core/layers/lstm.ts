// The layer `lstm`: a long short-term memory.

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

/** cells = f cells + i candidate, state = o activation(cells) (Hochreiter & Schmidhuber 1997; Gers et al. 2000), the gates in the order i, f, candidate, o. */
export interface LstmShape extends RecurrentShape {
  readonly type: 'lstm'
}

/** The layer of one member, with all numbers filled in. */
export interface LstmMember extends RecurrentMember {
  readonly type: 'lstm'
}

/** As people write it. */
export interface LstmSpec extends GatedSpec {
  type: 'lstm'
  /** Whether the bias of the forget gate starts at 1, whatever the others do; true by default. */
  unitForgetBias?: boolean | undefined
}

export const lstm: LayerKind<LstmShape, LstmMember> = {
  code: 32,
  shapeFields: RECURRENT_SHAPE_FIELDS,
  memberFields: { ...GATED_MEMBER_FIELDS, unitForgetBias: FLAG },
  resolveShape: (given) => ({ type: 'lstm', ...resolveRecurrentShape(given) }),
  resolveMember(given, layer, input, dialect) {
    const { unitForgetBias = true } = given as unknown as LstmSpec
    const own = resolveRecurrentMember(given, layer, input, dialect, 4)
    const [kernel, recurrent, bias] = own.initializers
    if (!unitForgetBias || kernel === undefined || recurrent === undefined || bias === undefined) return { type: 'lstm', ...own }
    const patched = { kind: 'patched', whole: bias, first: layer.units, last: 2 * layer.units, value: 1 } as const
    return { type: 'lstm', ...own, initializers: [kernel, recurrent, patched] }
  },
  ...recurrentKind('lstm', 4),
}
