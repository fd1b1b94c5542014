// The layers that change images while training: `randomFlip`, `randomTranslation`, `randomRotation`, `randomZoom` and `randomCrop`.

import { FINITE, type FieldRule, type FieldRules, MAX_UNITS } from '../rules.ts'
import { type LayerKind, type Shape, WITHOUT_TENSORS } from './kind.ts'
import { type Geometry, geometryOf, oneCell, wrongForm } from './window.ts'

/** What lies outside of an image, by Keras's words. Their numbers are the kernels'. */
export const FILL_MODES = { constant: 0, nearest: 1, reflect: 2, wrap: 3 } as const
export type FillMode = keyof typeof FILL_MODES

/** Which ways `randomFlip` flips. */
export const FLIP_MODES = ['horizontalAndVertical', 'horizontal', 'vertical'] as const
export type FlipMode = (typeof FLIP_MODES)[number]

/** Layers that move whole images: their outputs have the shape of their inputs. */
export type MovingType = 'randomFlip' | 'randomTranslation' | 'randomRotation' | 'randomZoom'

/** In training, moves each image of a batch by numbers of its own. Otherwise it does nothing. */
export interface RandomMoveShape<T extends MovingType = MovingType> {
  readonly type: T
}

/** In training, a part of each image, cut out where chance will; otherwise the middle. */
export interface RandomCropShape {
  readonly type: 'randomCrop'
  readonly height: number
  readonly width: number
}

/** Of one member, with all numbers filled in. */
export interface RandomFlipMember {
  readonly type: 'randomFlip'
  readonly mode: FlipMode
}
interface Filling {
  readonly fillMode: FillMode
  readonly fillValue: number
}
/** Of one member, with all numbers filled in. */
export interface RandomTranslationMember extends Filling {
  readonly type: 'randomTranslation'
  readonly heightFactor: number
  readonly widthFactor: number
}
/** Of one member, with all numbers filled in. */
export interface RandomRotationMember extends Filling {
  readonly type: 'randomRotation'
  readonly factor: number
}
/** Of one member, with all numbers filled in. */
export interface RandomZoomMember extends Filling {
  readonly type: 'randomZoom'
  readonly heightFactor: number
  /** Undefined: as much as the height. */
  readonly widthFactor: number | undefined
}
/** Of one member: it has no numbers of its own. */
export interface RandomCropMember {
  readonly type: 'randomCrop'
}

/** As people write it. */
export interface RandomFlipSpec {
  type: 'randomFlip'
  /** 'horizontalAndVertical' by default: each with a chance of one half. */
  mode?: FlipMode | undefined
}
interface FillingSpec {
  /** What lies outside: the image mirrored ('reflect', the default), repeated ('wrap'), its border ('nearest'), or `fillValue` ('constant'). */
  fillMode?: FillMode | undefined
  /** 0 by default. */
  fillValue?: number | undefined
}
/** As people write it. */
export interface RandomTranslationSpec extends FillingSpec {
  type: 'randomTranslation'
  /** The most that an image is moved up or down, as a part of its height. */
  heightFactor: number
  /** The same across, as a part of its width. */
  widthFactor: number
}
/** As people write it. */
export interface RandomRotationSpec extends FillingSpec {
  type: 'randomRotation'
  /** The most that an image is turned either way, as a part of a whole turn. */
  factor: number
}
/** As people write it. */
export interface RandomZoomSpec extends FillingSpec {
  type: 'randomZoom'
  /** 0.2: what is seen is 0.8 to 1.2 times as high. */
  heightFactor: number
  /** The same across; without it the proportions stay. */
  widthFactor?: number | undefined
}
/** As people write it. */
export interface RandomCropSpec {
  type: 'randomCrop'
  /** Rows of what is cut out. */
  height: number
  /** Columns of it. */
  width: number
}

const part = (high: number): FieldRule => ({ is: 'between', low: 0, high, required: true })
const FILLING: FieldRules = { fillMode: { is: 'oneOf', names: Object.keys(FILL_MODES) }, fillValue: FINITE }

type Given = Readonly<Record<string, unknown>>

/** Of layers that move whole images: a member has what is given, and the defaults. */
const moving = <T extends MovingType, M>(
  type: T,
  code: number,
  memberFields: FieldRules,
  defaults: Given = { fillMode: 'reflect', fillValue: 0 },
): LayerKind<RandomMoveShape<T>, M> => ({
  ...WITHOUT_TENSORS,
  code,
  shapeFields: {},
  memberFields,
  resolveShape: () => ({ type }),
  resolveMember: (given: Given) =>
    ({ type, ...Object.fromEntries(Object.keys(memberFields).map((name) => [name, given[name] ?? defaults[name]])) }) as M,
  refusal: (_, input) => wrongForm(type, 2, input),
  outputShape: (_, input) => input,
})

export const randomFlip = moving<'randomFlip', RandomFlipMember>(
  'randomFlip',
  60,
  { mode: { is: 'oneOf', names: FLIP_MODES } },
  { mode: FLIP_MODES[0] },
)
export const randomTranslation = moving<'randomTranslation', RandomTranslationMember>('randomTranslation', 61, {
  heightFactor: part(1),
  widthFactor: part(1),
  ...FILLING,
})
export const randomRotation = moving<'randomRotation', RandomRotationMember>('randomRotation', 62, { factor: part(1), ...FILLING })
export const randomZoom = moving<'randomZoom', RandomZoomMember>('randomZoom', 63, {
  heightFactor: part(0.99),
  widthFactor: { is: 'between', low: 0, high: 0.99 },
  ...FILLING,
})

const cells: FieldRule = { is: 'whole', low: 1, high: MAX_UNITS, required: true }

export const randomCrop: LayerKind<RandomCropShape, RandomCropMember> = {
  ...WITHOUT_TENSORS,
  code: 64,
  shapeFields: { height: cells, width: cells },
  memberFields: {},
  resolveShape(given) {
    const { height, width } = given as unknown as RandomCropSpec
    return { type: 'randomCrop', height, width }
  },
  resolveMember: () => ({ type: 'randomCrop' }),
  refusal({ height, width }, input) {
    const form = wrongForm('randomCrop', 2, input)
    const [rows = 0, columns = 0] = input
    if (form !== undefined || (height <= rows && width <= columns)) return form
    return `randomCrop cuts ${height} x ${width} out of an image; images here are ${rows} x ${columns}`
  },
  outputShape: ({ height, width }, input) => [height, width, input.at(-1) ?? 1],
}

/** Where the part of an image lies that is cut out where nothing is drawn: in the middle. `before` are the cells above it and left of it. */
export function croppedGeometry({ height, width }: RandomCropShape, input: Shape): Geometry {
  const image = geometryOf(oneCell(input), input)
  const before = [Math.floor((image.rows - height) / 2), Math.floor((image.columns - width) / 2)] as const
  return { ...image, outRows: height, outColumns: width, before }
}

/** What the kernels know of a member's layer: two numbers, and what lies outside of images. */
export interface Augmentation {
  readonly down: number
  readonly across: number
  readonly value: number
  /** Of `FILL_MODES`. */
  readonly fill: number
}

type AugmentMember = RandomFlipMember | RandomTranslationMember | RandomRotationMember | RandomZoomMember | RandomCropMember

/** `down` and `across` of a flip are 1 where it flips that way; of a zoom `across` is -1 where the proportions stay. */
export function augmentationOf(own: AugmentMember): Augmentation {
  const { fillMode = 'constant', fillValue: value = 0 } = 'fillMode' in own ? own : {}
  const common = { value, fill: FILL_MODES[fillMode] }
  switch (own.type) {
    case 'randomFlip':
      return { ...common, down: Number(own.mode !== 'horizontal'), across: Number(own.mode !== 'vertical') }
    case 'randomRotation':
      return { ...common, down: own.factor, across: 0 }
    case 'randomCrop':
      return { ...common, down: 0, across: 0 }
    default:
      return { ...common, down: own.heightFactor, across: own.widthFactor ?? -1 }
  }
}
