// The layers that put numbers elsewhere: `reshape`, `zeroPadding2d`, `cropping2d` and `upSampling2d`.

import { type LayerKind, type Shape, sizeOf, withoutNumbers } from './kind.ts'
import { type Geometry, geometryOf, oneCell, type SizeSpec, size, sizes, wrongForm } from './window.ts'

/** A row of the same numbers in another shape. */
export interface ReshapeShape {
  readonly type: 'reshape'
  readonly targetShape: Shape
}

/** [[above, below], [left, right]] */
type Sides = readonly [readonly [number, number], readonly [number, number]]

/** Zeros around an image. */
export interface ZeroPadding2dShape {
  readonly type: 'zeroPadding2d'
  readonly sides: Sides
}

/** What is left of an image without its borders. */
export interface Cropping2dShape {
  readonly type: 'cropping2d'
  readonly sides: Sides
}

/** Every cell of an image size[0] x size[1] times. */
export interface UpSampling2dShape {
  readonly type: 'upSampling2d'
  readonly size: readonly number[]
}

/** The layer of one member: it has no numbers of its own. */
export interface ArrangeMember<T extends ArrangeType = ArrangeType> {
  readonly type: T
}
type ArrangeType = 'reshape' | 'zeroPadding2d' | 'cropping2d' | 'upSampling2d'

/** As people write it. */
export interface ReshapeSpec {
  type: 'reshape'
  /** Of a row, without the batch; its numbers must be as many as before. */
  targetShape: number[]
}

/** As people write it. */
export interface ZeroPadding2dSpec {
  type: 'zeroPadding2d'
  /** On every side; [above and below, left and right]; or [[above, below], [left, right]]. 1 by default. */
  padding?: number | [number, number] | [[number, number], [number, number]] | undefined
}

/** As people write it. */
export interface Cropping2dSpec {
  type: 'cropping2d'
  /** Cells taken off: on every side; [above and below, left and right]; or [[above, below], [left, right]]. 0 by default. */
  cropping?: number | [number, number] | [[number, number], [number, number]] | undefined
}

/** As people write it. */
export interface UpSampling2dSpec {
  type: 'upSampling2d'
  /** 2 by default. */
  size?: SizeSpec | undefined
}

export const reshape: LayerKind<ReshapeShape, ArrangeMember<'reshape'>> = {
  ...withoutNumbers('reshape'),
  code: 22,
  shapeFields: { targetShape: { is: 'shape', required: true } },
  resolveShape: (given) => ({ type: 'reshape', targetShape: (given as unknown as ReshapeSpec).targetShape }),
  refusal({ targetShape }, input) {
    if (sizeOf(targetShape) === sizeOf(input)) return undefined
    return `targetShape [${targetShape.join(', ')}] has ${sizeOf(targetShape)} numbers; rows of shape [${input.join(', ')}] have ${sizeOf(input)}`
  },
  outputShape: ({ targetShape }) => targetShape,
}

function sidesOf(given: NonNullable<ZeroPadding2dSpec['padding']>): Sides {
  const [down, across] = typeof given === 'number' ? [given, given] : given
  return [typeof down === 'number' ? [down, down] : down, typeof across === 'number' ? [across, across] : across]
}

export const zeroPadding2d: LayerKind<ZeroPadding2dShape, ArrangeMember<'zeroPadding2d'>> = {
  ...withoutNumbers('zeroPadding2d'),
  code: 23,
  shapeFields: { padding: { is: 'sides', description: '1 by default' } },
  resolveShape: (given) => ({ type: 'zeroPadding2d', sides: sidesOf((given as unknown as ZeroPadding2dSpec).padding ?? 1) }),
  refusal: ({ type }, input) => wrongForm(type, 2, input),
  outputShape(layer, input) {
    const { outRows, outColumns, channels } = paddedGeometry(layer, input)
    return [outRows, outColumns, channels]
  },
}

export const cropping2d: LayerKind<Cropping2dShape, ArrangeMember<'cropping2d'>> = {
  ...(zeroPadding2d as unknown as LayerKind<Cropping2dShape, ArrangeMember<'cropping2d'>>),
  code: 25,
  shapeFields: { cropping: { is: 'sides' } },
  resolveShape: (given) => ({ type: 'cropping2d', sides: sidesOf((given as unknown as Cropping2dSpec).cropping ?? 0) }),
  resolveMember: () => ({ type: 'cropping2d' }),
  refusal: (layer, input) =>
    wrongForm('cropping2d', 2, input) ??
    (cropping2d.outputShape(layer, input, []).some((n) => n < 1) ? `cropping2d leaves nothing of [${input.join(', ')}]` : undefined),
}

/** Where an image lies in one with a border; what is left without one lies before its own first cell. */
export function paddedGeometry({ type, sides }: ZeroPadding2dShape | Cropping2dShape, input: Shape): Geometry {
  const image = geometryOf(oneCell(input), input)
  const { rows, columns } = image
  const [[above, below], [left, right]] = sides
  const sign = type === 'cropping2d' ? -1 : 1
  const [outRows, outColumns] = [rows + sign * (above + below), columns + sign * (left + right)]
  return { ...image, outRows, outColumns, before: [sign * above, sign * left] }
}

/** Where the copies of an image's cells lie: `strides` of each. */
export function sampledGeometry({ size: [down = 1, across = 1] }: UpSampling2dShape, input: Shape): Geometry {
  const image = geometryOf(oneCell(input), input)
  return { ...image, outRows: image.rows * down, outColumns: image.columns * across, strides: [down, across] }
}

export const upSampling2d: LayerKind<UpSampling2dShape, ArrangeMember<'upSampling2d'>> = {
  ...withoutNumbers('upSampling2d'),
  code: 24,
  shapeFields: { size: size(2) },
  resolveShape: (given) => ({ type: 'upSampling2d', size: sizes((given as unknown as UpSampling2dSpec).size ?? 2, 2) }),
  refusal: (_, input) => wrongForm('upSampling2d', 2, input),
  outputShape(layer, input) {
    const { outRows, outColumns, channels } = sampledGeometry(layer, input)
    return [outRows, outColumns, channels]
  },
}
