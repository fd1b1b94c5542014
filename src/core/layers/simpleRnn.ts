// The layer `simpleRnn`: a recurrence without gates.

import type { LayerKind } from './kind.ts'
import {
  RECURRENT_MEMBER_FIELDS,
  RECURRENT_SHAPE_FIELDS,
  type RecurrentMember,
  type RecurrentShape,
  type RecurrentSpec,
  recurrentKind,
  resolveRecurrentMember,
  resolveRecurrentShape,
} from './recurrent.ts'

/** state = activation(x kernel + state recurrentKernel + bias) (Elman 1990). */
export interface SimpleRnnShape extends RecurrentShape {
  readonly type: 'simpleRnn'
}

/** The layer of one member, with all numbers filled in. */
export interface SimpleRnnMember extends RecurrentMember {
  readonly type: 'simpleRnn'
}

/** As people write it. */
export interface SimpleRnnSpec extends RecurrentSpec {
  type: 'simpleRnn'
}

export const simpleRnn: LayerKind<SimpleRnnShape, SimpleRnnMember> = {
  code: 30,
  shapeFields: RECURRENT_SHAPE_FIELDS,
  memberFields: RECURRENT_MEMBER_FIELDS,
  resolveShape: (given) => ({ type: 'simpleRnn', ...resolveRecurrentShape(given) }),
  resolveMember: (given, layer, input, dialect) => ({ type: 'simpleRnn', ...resolveRecurrentMember(given, layer, input, dialect, 1) }),
  ...recurrentKind('simpleRnn', 1),
}
