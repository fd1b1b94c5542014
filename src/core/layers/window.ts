// Windows that move over images and sequences: sizes, strides, dilation and padding, and what becomes of a shape.

import { type FieldRule, type FieldRules, FLAG } from '../rules.ts'
import type { Shape } from './kind.ts'

/** What happens at the borders: windows that fit ('valid'), or ceil(size / stride) of them, on a border that is not there ('same'). */
export type Padding = 'valid' | 'same'

/** One number for every direction, or one for each: [rows, columns] of an image, [steps] of a sequence. */
export type SizeSpec = number | number[]

/** A window and how it moves, a number for each direction. */
export interface Window {
  readonly size: readonly number[]
  readonly strides: readonly number[]
  readonly dilation: readonly number[]
  readonly padding: Padding
}

export const size = (axes: number, required?: true): FieldRule => ({ is: 'sizes', axes, ...(required ? { required } : {}) })
export const PADDING: FieldRules = { padding: { is: 'oneOf', names: ['valid', 'same'] } }

/** Of `axes` directions. */
export const sizes = (
  given: SizeSpec | undefined,
  axes: number,
  usual: readonly number[] = Array<number>(axes).fill(1),
): readonly number[] => (given === undefined ? usual : typeof given === 'number' ? Array<number>(axes).fill(given) : given)

/** The fields of a kernel that moves over `axes` directions. */
export const kernelFields = (axes: number): FieldRules => ({
  kernelSize: size(axes, true),
  strides: size(axes),
  ...PADDING,
  dilationRate: size(axes),
  useBias: FLAG,
  trainable: FLAG,
})

interface KernelSpec {
  kernelSize: SizeSpec
  strides?: SizeSpec | undefined
  padding?: Padding | undefined
  dilationRate?: SizeSpec | undefined
  useBias?: boolean | undefined
  trainable?: boolean | undefined
}

/** These fields with their defaults. @param given parsed */
export function resolveKernel(given: Readonly<Record<string, unknown>>, axes: number) {
  const { kernelSize, strides, padding = 'valid', dilationRate, useBias = true, trainable = true } = given as unknown as KernelSpec
  const window: Window = { size: sizes(kernelSize, axes), strides: sizes(strides, axes), dilation: sizes(dilationRate, axes), padding }
  return { ...window, useBias, trainable }
}

/** Where windows lie in images: a sequence is an image of one row. */
export interface Geometry {
  readonly rows: number
  readonly columns: number
  readonly channels: number
  readonly outRows: number
  readonly outColumns: number
  /** Each [in rows, in columns]. */
  readonly size: readonly [number, number]
  readonly strides: readonly [number, number]
  readonly dilation: readonly [number, number]
  /** Cells of padding before the first; below 0, cells taken off. */
  readonly before: readonly [number, number]
}

const both = (values: readonly number[]): readonly [number, number] => {
  const [first = 1, second] = values
  return second === undefined ? [1, first] : [first, second]
}

function alongAxis(n: number, window: number, stride: number, dilation: number, padding: Padding): { count: number; before: number } {
  const reach = (window - 1) * dilation + 1
  if (padding === 'valid') return { count: Math.floor((n - reach) / stride) + 1, before: 0 }
  const count = Math.ceil(n / stride)
  return { count, before: Math.floor(Math.max((count - 1) * stride + reach - n, 0) / 2) }
}

export function geometryOf({ size, strides, dilation, padding }: Window, input: Shape): Geometry {
  const channels = input.at(-1) ?? 1
  const [rows, columns] = both(input.slice(0, -1))
  const [window, stride, dilated] = [both(size), both(strides), both(dilation)]
  const down = alongAxis(rows, window[0], stride[0], dilated[0], padding)
  const across = alongAxis(columns, window[1], stride[1], dilated[1], padding)
  return {
    rows,
    columns,
    channels,
    outRows: down.count,
    outColumns: across.count,
    size: window,
    strides: stride,
    dilation: dilated,
    before: [down.before, across.before],
  }
}

const still = (size: readonly number[]): Window => {
  const ones = size.map(() => 1)
  return { size, strides: ones, dilation: ones, padding: 'valid' }
}
/** One window, of everything. */
export const wholeImage = (input: Shape): Window => still(input.slice(0, -1))
/** A window for every cell. */
export const oneCell = (input: Shape): Window => still(input.slice(0, -1).map(() => 1))

/** The directions of the outputs, `channels` each. */
export function outputOf(window: Window, input: Shape, channels = input.at(-1) ?? 1): Shape {
  const { outRows, outColumns } = geometryOf(window, input)
  return input.length === 2 ? [outColumns, channels] : [outRows, outColumns, channels]
}

const FORMS = ['', 'a sequence: [steps, channels]', 'an image: [rows, columns, channels]']

/** Why a kind of `axes` directions cannot take rows of a shape; undefined if it can. */
export const wrongForm = (type: string, axes: number, input: Shape): string | undefined =>
  input.length === axes + 1 ? undefined : `${type} takes ${FORMS[axes]}; rows here have the shape [${input.join(', ')}]`

/** The same of a window, which must fit, and which strides or dilates, not both. */
export function windowRefusal(type: string, window: Window, input: Shape): string | undefined {
  const form = wrongForm(type, window.size.length, input)
  if (form !== undefined) return form
  if (window.strides.some((n) => n > 1) && window.dilation.some((n) => n > 1))
    return `${type} has strides and a dilationRate above 1; one of them must be 1`
  if (outputOf(window, input).every((n) => n > 0)) return undefined
  return `the window of ${type} is larger than rows of shape [${input.join(', ')}]; make it smaller, or let padding be "same"`
}
