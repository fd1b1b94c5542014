// The layer `residual`: adds what a block of layers makes of its inputs to them.

import { type BlockShape, joinRefusal } from './block.ts'
import { KEEPS_SHAPE, type LayerKind, sizeOf, withoutNumbers } from './kind.ts'

/** x + f(x), where f is the layers of the block (He et al. 2016). */
export interface ResidualShape extends BlockShape {
  readonly type: 'residual'
}

/** The layer of one member. */
export interface ResidualMember {
  readonly type: 'residual'
}

/** As people write it; `L` is any layer. */
export interface ResidualSpec<L> {
  type: 'residual'
  /** f, whose outputs have the shape of its inputs. */
  layers: L[]
}

export const residual: LayerKind<ResidualShape, ResidualMember> = {
  code: 50,
  shapeFields: { layers: { is: 'layers', required: true } },
  resolveShape: (given) => ({ type: 'residual', ...(given as unknown as BlockShape) }),
  refusal: (layer, _input, inputs) => joinRefusal('residual', layer, inputs, false),
  ...KEEPS_SHAPE,
  ...withoutNumbers('residual'),
  multiplyAdds: (_, input) => sizeOf(input),
}
