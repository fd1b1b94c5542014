// Shapes of rows: broadcasting, and moving axes.

import { at } from '../../core/at.ts'
import { sizeOf } from '../../core/shape.ts'
import type { Nested } from './fields.ts'

/** Shapes of a row (of a batch without its first dimension), whose numbers are flat, row-major. */
export type Shape = readonly number[]

/** The shape of lists in lists; undefined where lists side by side differ. */
export function shapeOfLists(values: Nested): number[] | undefined {
  if (typeof values === 'number') return []
  const [first, ...others] = values.map(shapeOfLists)
  if (first === undefined) return values.length === 0 ? [0] : undefined
  return others.every((other) => other?.join() === first.join()) ? [values.length, ...first] : undefined
}

export const flat = (values: Nested): number[] => (typeof values === 'number' ? [values] : values.flatMap(flat))

/** Where in a flat list each number of `shape` stands, the list being that shape with its dimensions in the order `axes`. */
function positions(shape: Shape, strides: readonly number[]): number[] {
  return shape.reduce<number[]>(
    (before, size, axis) => before.flatMap((place) => Array.from({ length: size }, (_, i) => place + i * at(strides, axis))),
    [0],
  )
}

const stridesOf = (shape: Shape): number[] => shape.map((_, axis) => sizeOf(shape.slice(axis + 1)))

/** Numbers of one shape repeated to another, as NumPy does it: the last dimensions are aligned. Undefined where they do not fit. */
export function broadcast(values: readonly number[], from: Shape, to: Shape): number[] | undefined {
  const aligned = [...Array<number>(Math.max(0, to.length - from.length)).fill(1), ...from]
  if (aligned.length !== to.length || aligned.some((size, axis) => size !== 1 && size !== to[axis])) return undefined
  const strides = stridesOf(aligned).map((stride, axis) => (aligned[axis] === 1 ? 0 : stride))
  return positions(to, strides).map((at) => values[at] ?? Number.NaN)
}

/** Number i after the dimensions were put in the order `axes` is number `order[i]` before. */
export function moved(shape: Shape, axes: readonly number[]): number[] {
  const strides = stridesOf(shape)
  return positions(
    axes.map((axis) => at(shape, axis)),
    axes.map((axis) => at(strides, axis)),
  )
}
