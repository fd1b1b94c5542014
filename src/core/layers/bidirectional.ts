// The layer `bidirectional`: a recurrent layer through a sequence both ways.

import { InvalidSpecError } from '../errors.ts'
import type { Initializer } from '../initializers.ts'
import { type GruMember, type GruShape, type GruSpec, gru } from './gru.ts'
import type { LayerKind, Shape } from './kind.ts'
import { type LstmMember, type LstmShape, type LstmSpec, lstm } from './lstm.ts'
import { type SimpleRnnMember, type SimpleRnnShape, type SimpleRnnSpec, simpleRnn } from './simpleRnn.ts'

export const MERGE_MODES = ['concat', 'sum', 'ave', 'mul'] as const
export type MergeMode = (typeof MERGE_MODES)[number]

const CELLS = { simpleRnn, gru, lstm } as const

/**
 * A recurrent layer from the first step to the last, and another of the same shape from the last to the first (Schuster & Paliwal 1997), merged. Its tensors
 * are those of the first, then those of the second.
 */
export interface BidirectionalShape {
  readonly type: 'bidirectional'
  readonly layer: SimpleRnnShape | GruShape | LstmShape
  readonly mergeMode: MergeMode
  readonly trainable: boolean
}

/** The layer of one member, with all numbers filled in. */
export interface BidirectionalMember {
  readonly type: 'bidirectional'
  readonly layer: SimpleRnnMember | GruMember | LstmMember
}

/** As people write it. */
export interface BidirectionalSpec {
  type: 'bidirectional'
  /** What goes both ways. */
  layer: SimpleRnnSpec | GruSpec | LstmSpec
  /** What becomes of the outputs of both: one behind the other, their sum, mean or product; concat by default. */
  mergeMode?: MergeMode | undefined
}

const cellOf = (type: keyof typeof CELLS) => CELLS[type] as unknown as LayerKind<BidirectionalShape['layer'], BidirectionalMember['layer']>

const isCell = (type: unknown): type is keyof typeof CELLS => typeof type === 'string' && Object.hasOwn(CELLS, type)

const one = ({ layer }: BidirectionalShape) => cellOf(layer.type)
const twice = <T>(items: readonly T[]): T[] => [...items, ...items]

export const bidirectional: LayerKind<BidirectionalShape, BidirectionalMember> = {
  code: 33,
  shapeFields: { layer: { is: 'layer', required: true }, mergeMode: { is: 'oneOf', names: MERGE_MODES } },
  memberFields: { layer: { is: 'layer', required: true } },
  resolveShape(given) {
    const { layer, mergeMode = 'concat' } = given as unknown as { layer?: { type?: string }; mergeMode?: MergeMode }
    // A kind that is described without a layer (test/house) is one of a gru.
    const { type = 'gru' } = layer ?? {}
    if (!isCell(type))
      throw new InvalidSpecError(`bidirectional.layer.type is "${type}"; it must be one of ${Object.keys(CELLS).join(', ')}`)
    const own = cellOf(type).resolveShape((layer ?? given) as Readonly<Record<string, unknown>>)
    if (own.goBackwards) throw new InvalidSpecError('bidirectional.layer.goBackwards is true; the layer goes both ways as it is')
    return { type: 'bidirectional', layer: own, mergeMode, trainable: own.trainable }
  },
  resolveMember: (given, { layer }, input, dialect) => ({
    type: 'bidirectional',
    layer: cellOf(layer.type).resolveMember(given.layer as Readonly<Record<string, unknown>>, layer, input, dialect),
  }),
  refusal: (shape, input) => one(shape).refusal?.(shape.layer, input, [input]),
  outputShape(shape, input) {
    const output: Shape = one(shape).outputShape(shape.layer, input, [input])
    return shape.mergeMode === 'concat' ? [...output.slice(0, -1), 2 * shape.layer.units] : output
  },
  tensors(shape, input) {
    const tensors = one(shape).tensors(shape.layer, input)
    return ['forward', 'backward'].flatMap((way) => tensors.map((tensor) => ({ ...tensor, name: `${way}/${tensor.name}` })))
  },
  state: () => [],
  initializers({ layer }): readonly Initializer[] {
    return twice(layer.initializers)
  },
  multiplyAdds: (shape, input) => 2 * one(shape).multiplyAdds(shape.layer, input),
  carriesMask: ({ layer }, masked) => masked && layer.returnSequences,
}
