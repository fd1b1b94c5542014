// The layer `concatenate`: joins what several branches of layers make of the same inputs.

import { type BlockShape, joinRefusal } from './block.ts'
import { type LayerKind, lastAxis, withoutNumbers } from './kind.ts'

/** The outputs of its branches one behind the other on the last axis; an empty branch is the inputs. */
export interface ConcatenateShape extends BlockShape {
  readonly type: 'concatenate'
}

/** The layer of one member. */
export interface ConcatenateMember {
  readonly type: 'concatenate'
}

/** As people write it; `L` is any layer. */
export interface ConcatenateSpec<L> {
  type: 'concatenate'
  /** Layers in order, a list a branch. Their outputs have one shape but for the last axis. */
  branches: L[][]
}

export const concatenate: LayerKind<ConcatenateShape, ConcatenateMember> = {
  code: 51,
  shapeFields: { branches: { is: 'branches', required: true } },
  resolveShape: (given) => ({ type: 'concatenate', ...(given as unknown as BlockShape) }),
  refusal: (layer, _input, inputs) => joinRefusal('concatenate', layer, inputs, true),
  outputShape: (_, input, inputs) => [...input.slice(0, -1), inputs.reduce((sum, shape) => sum + lastAxis(shape).width, 0)],
  ...withoutNumbers('concatenate'),
  carriesMask: (_, masked) => masked,
}
