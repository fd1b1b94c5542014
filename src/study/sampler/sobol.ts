// Points of a scrambled Sobol sequence.

import { at } from '../../core/at.ts'
import type { StudyRandom } from '../random.ts'
import { DIRECTIONS } from './sobolDirections.ts'

const BITS = 32

/** One dimension of a Sobol sequence: the binary digits of its points, 32 digits as a word. */
interface SobolDimension {
  /** directions is (32): the words that the digits of a point's place switch on. */
  readonly directions: Uint32Array
  /** The shift of every point, digit by digit. */
  readonly shift: number
}

export const MAX_DIMENSIONS = DIRECTIONS.length + 1

/**
 * A dimension of the sequence as Joe and Kuo (2008) give it; its points' places count in Gray code (Antonov and Saleev, 1979), as
 * usual. @param index 0 … MAX_DIMENSIONS - 1
 */
export function sobolDimension(index: number): SobolDimension {
  const [polynomial = 1, ...initial] = DIRECTIONS[index - 1] ?? []
  const degree = initial.length
  const directions = new Uint32Array(BITS)
  const word = (i: number): number => at(directions, i)
  for (let i = 0; i < BITS; i++) {
    if (degree === 0) directions[i] = 1 << (BITS - 1 - i)
    else if (i < degree) directions[i] = at(initial, i) << (BITS - 1 - i)
    else {
      let next = word(i - degree) ^ (word(i - degree) >>> degree)
      for (let k = 1; k < degree; k++) if ((polynomial >>> (degree - k)) & 1) next ^= word(i - k)
      directions[i] = next
    }
  }
  return { directions, shift: 0 }
}

/**
 * The dimension with its digits scrambled by a random lower-triangular matrix and a random shift (J. Matousek: "On the L2-discrepancy for
 * anchored boxes", Journal of Complexity 14, 1998), which keeps the evenness of every net in it; scipy's `qmc.Sobol` does the same.
 */
export function scrambled({ directions }: SobolDimension, random: StudyRandom): SobolDimension {
  const word = (): number => random.integer(2 ** BITS)
  // rows is (32): row r gives digit r, from itself and the digits before it.
  const rows = Uint32Array.from({ length: BITS }, (_, r) => ((word() & ~(0xffffffff >>> r)) | (1 << (BITS - 1 - r))) >>> 0)
  const mixed = directions.map((direction) => rows.reduce((digits, row) => (digits << 1) | parity(row & direction), 0))
  return { directions: mixed, shift: word() }
}

function parity(word: number): number {
  let folded = word
  for (let half = BITS / 2; half > 0; half >>>= 1) folded ^= folded >>> half
  return folded & 1
}

/** The coordinate, in [0, 1), of the point at a place from 0 to 2^32 - 1. */
export function sobolCoordinate({ directions, shift }: SobolDimension, place: number): number {
  let word = shift
  for (let gray = (place ^ (place >>> 1)) >>> 0, digit = 0; gray > 0; gray >>>= 1, digit++) {
    if (gray & 1) word ^= at(directions, digit)
  }
  return (word >>> 0) / 2 ** BITS
}
