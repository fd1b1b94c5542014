// The layer `activation`: an activation as a layer of its own.

import { type Activation, type ActivationSpec, resolveActivation } from '../activations.ts'
import { KEEPS_SHAPE, type LayerKind, WITHOUT_TENSORS } from './kind.ts'

/** An activation as a layer of its own. */
export interface ActivationShape {
  readonly type: 'activation'
}

/** The layer of one member, with all numbers filled in. */
export interface ActivationMember {
  readonly type: 'activation'
  readonly activation: Activation
}

/** As people write it. */
export interface ActivationLayerSpec {
  type: 'activation'
  /** A name, or `{ name, …parameters }`. */
  activation: ActivationSpec
}

export const activation: LayerKind<ActivationShape, ActivationMember> = {
  code: 2,
  shapeFields: {},
  memberFields: { activation: { is: 'activation', required: true } },
  resolveShape: () => ({ type: 'activation' }),
  resolveMember: (given, _layer, _input, dialect) => ({
    type: 'activation',
    activation: resolveActivation((given as unknown as ActivationLayerSpec).activation, dialect),
  }),
  ...KEEPS_SHAPE,
  ...WITHOUT_TENSORS,
}
