// The layer `flatten`: reshapes a row to one axis.

import { type LayerKind, sizeOf, withoutNumbers } from './kind.ts'

/** A row of any shape as one list of numbers. */
export interface FlattenShape {
  readonly type: 'flatten'
}

/** The layer of one member, with all numbers filled in. */
export interface FlattenMember {
  readonly type: 'flatten'
}

/** As people write it. */
export interface FlattenSpec {
  type: 'flatten'
}

export const flatten: LayerKind<FlattenShape, FlattenMember> = {
  code: 5,
  shapeFields: {},
  resolveShape: () => ({ type: 'flatten' }),
  outputShape: (_, input) => [sizeOf(input)],
  ...withoutNumbers('flatten'),
}
