import { InvalidDataError } from 'espalier'
import { expect } from 'vitest'
import { secondsOf } from '../support/seconds.ts'
import { makeModel } from './models.ts'

/** Small files that would hang, fill the memory, or be read as what they are not: each is refused within a second. */

export const model = makeModel({ hidden: 'tanh', output: 'softmax' })

export async function expectRefused(work: () => unknown, message: RegExp): Promise<void> {
  const { seconds, error } = await secondsOf(1, work)
  expect((error as Error | undefined)?.message).toMatch(message)
  expect((error as Error | undefined)?.name).toBe(InvalidDataError.name)
  expect(seconds).toBeLessThan(1)
}

export const deep = (levels: number): string => `${'['.repeat(levels)}${']'.repeat(levels)}`
export const TOO_DEEP = /nests lists and objects more than 256 deep/

/** Shapes that are none, some with the very number of numbers that the file has. */
export const NO_SHAPES = [
  [-6, -16],
  [6.5, 16],
  [2 ** 53, 16],
  [1e308, 1e308],
  [0, 2 ** 53],
  [0, 65537, 65537],
  [null, 16],
  ['6', 16],
  [Number.NaN],
  Array(33).fill(1),
]
