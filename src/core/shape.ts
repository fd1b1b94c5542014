// Checks the shapes that files declare, so that none of them takes more memory than the bound.

import * as z from 'zod/mini'
import { InvalidDataError } from './errors.ts'

/** The most numbers that an array of a file may have: 16 GiB of float32, more than a typed array holds in most engines. */
const MAX_NUMBERS = 2 ** 32
/** Arrays of one file. The largest models that people pass around have some thousands. */
const MAX_ARRAYS = 65536
/** As many dimensions as any of the formats' own programs take. */
export const MAX_DIMENSIONS = 32

const ALLOWED = `a shape is at most ${MAX_DIMENSIONS} whole numbers from 0, for at most ${MAX_NUMBERS} numbers in all`

/** Dimensions of 0 count as 1 here, because what is created for each of the others must stay within the bound as well. */
const isShape = (value: unknown): value is readonly number[] =>
  Array.isArray(value) &&
  value.length <= MAX_DIMENSIONS &&
  value.every((size) => Number.isInteger(size) && size >= 0) &&
  value.reduce((product, size) => product * Math.max(size, 1), 1) <= MAX_NUMBERS

/** The shape of an array, as any file may declare it. One sentence covers everything that can be wrong with it. */
export const shapeSchema = z.custom<readonly number[]>(isShape, { error: ALLOWED })

/** The same for a shape with unknown sizes: null, or -1. */
export const openShapeSchema = z.custom<readonly (number | null)[]>(
  (value) => Array.isArray(value) && isShape(value.map((size) => (size === null || size === -1 ? 1 : size))),
  { error: ALLOWED },
)

/** A list or an object with no more arrays than a file may name; another schema checks each of them. */
export const arraysSchema = z.custom<object>(
  (value) => typeof value === 'object' && value !== null && Object.keys(value).length <= MAX_ARRAYS,
  { error: `a file has at most ${MAX_ARRAYS} arrays` },
)

/** How many numbers an array of this shape has; one if it has no dimensions. */
export const sizeOf = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1)

/** As people write it: `28 x 28`. */
export const shapeText = (shape: readonly unknown[]): string => (shape.length === 0 ? 'of no dimension' : shape.slice(0, 40).join(' x '))

/**
 * Like `sizeOf`, for a shape that a file declares, before anything is allocated for it. `where` opens the message.
 * @throws InvalidDataError if it is not a shape
 */
export function checkedSize(shape: readonly number[], where: string): number {
  if (!isShape(shape)) throw new InvalidDataError(`${where} has the shape ${shapeText(shape)}; ${ALLOWED}; the file is damaged`)
  return sizeOf(shape)
}

/**
 * Like `checkedSize`, where the file has `held` numbers for it.
 * @throws InvalidDataError also if the shape needs another number of them
 */
export function fittingSize(shape: readonly number[], held: number, where: string): number {
  const size = checkedSize(shape, where)
  if (size !== held)
    throw new InvalidDataError(`${where} has ${held} numbers; its shape needs ${size} (${shapeText(shape)}); the file is damaged`)
  return size
}
