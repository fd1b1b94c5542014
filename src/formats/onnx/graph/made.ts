// What is computed in a network of any kinds: which layer gives it, and in which order a node of the file sees its numbers.

import { at } from '../../../core/at.ts'
import { type Shape, sizeOf } from '../../../core/layers/kind.ts'
import type { Size } from '../size.ts'

/** A dimension as a node sees it. The rows, and what has size 1, take no steps. */
export interface Dim {
  readonly size: Size
  /** Numbers of a row between neighbours, as the layer gives it. */
  readonly step: number
}

/** A factor and an offset, the same for all numbers, that no layer has taken yet. */
export interface Pending {
  readonly factor: number
  readonly offset: number
}

export interface Made {
  /** The layer whose outputs it is; -1 is the network's inputs. */
  readonly node: number
  readonly dims: readonly Dim[]
  /** Of the network's inputs: how many steps of theirs it has behind it. */
  readonly scalings?: number
  /** Where its first number is. */
  readonly start: number
  /** Of one dimension whose steps are not alike: where in the layer's row each number is. */
  readonly order?: Int32Array
  readonly pending?: Pending
  /** Of the outputs of an Erf: it is not that of the layer, but Erf of it. */
  readonly erf?: true
  /** Of outputs that no layer gives yet: makes it one that gives every step, or the last alone, and returns its number. */
  readonly steps?: (all: boolean) => number
  /** Of these where there are steps to take: whether the first is the last that is computed. */
  readonly backwards?: boolean
  /** Numbers made whole: tokens, which are looked up and nothing else. */
  readonly tokens?: true
  /** Inputs of whole numbers: looked up, or cast to floats before anything is computed. */
  readonly whole?: true
  /** Put beside one another along a dimension that no layer has: layers of one stack of recurrent ones. */
  readonly stack?: readonly Made[]
}

/** Steps of numbers that lie one behind the other. */
export function contiguous(sizes: readonly Size[]): Dim[] {
  const numbers = sizes.filter((size): size is number => size !== 'rows')
  let place = 0
  return sizes.map((size) => {
    if (size === 'rows') return { size, step: 0 }
    place += 1
    return { size, step: sizeOf(numbers.slice(place)) }
  })
}

/** What no layer gave yet, given by one. */
export const givenBy = ({ steps: _, backwards: __, ...made }: Made, node: number): Made => ({ ...made, node })

export const sizesOf = ({ dims }: Made): Size[] => dims.map(({ size }) => size)
export const numbersOf = ({ dims }: Made): number => dims.reduce((product, { size }) => (size === 'rows' ? product : product * size), 1)

/** Dimensions other than the rows. */
export const ofRow = ({ dims }: Made): Dim[] => dims.filter(({ size }) => size !== 'rows')

/** Whether dimensions, taken in an order, are a row of this shape as it lies in memory. */
export function liesAs(dims: readonly Dim[], shape: Shape): boolean {
  const wanted = contiguous(shape)
  return dims.every(({ size, step }, i) => size === at(wanted, i).size && (size === 1 || step === at(wanted, i).step))
}

/** Dimensions of other sizes over the same numbers, where steps allow it; undefined where they do not. */
export function reshapedDims(dims: readonly Dim[], sizes: readonly number[]): Dim[] | undefined {
  const from = dims.filter(({ size }) => size !== 1) as { size: number; step: number }[]
  const made: Dim[] = []
  let i = 0
  for (let j = 0; j < sizes.length; ) {
    const size = at(sizes, j)
    if (size === 1) {
      made.push({ size, step: 0 })
      j += 1
      continue
    }
    // As few of both as make the same number.
    let [end, last] = [i + 1, j + 1]
    let [before, after] = [from[i]?.size ?? 0, size]
    while (before !== after) {
      if (before === 0) return undefined
      if (before < after) before *= from[end++]?.size ?? 0
      else if (last < sizes.length) after *= at(sizes, last++)
      else return undefined
    }
    for (let k = i; k + 1 < end; k++) if (at(from, k).step !== at(from, k + 1).step * at(from, k + 1).size) return undefined
    let step = at(from, end - 1).step
    const group: Dim[] = []
    for (let k = last - 1; k >= j; k--) {
      group.unshift({ size: at(sizes, k), step })
      step *= at(sizes, k)
    }
    made.push(...group)
    i = end
    j = last
  }
  return i === from.length ? made : undefined
}

/** Where in the layer's row each number is, in the order in which a node sees them. */
export function placesOf(made: Made): Int32Array {
  if (made.order !== undefined) return made.order
  const dims = ofRow(made) as { size: number; step: number }[]
  return Int32Array.from({ length: numbersOf(made) }, (_, i) => {
    let [rest, place] = [i, made.start]
    for (let k = dims.length - 1; k >= 0; k--) {
      const { size, step } = at(dims, k)
      place += (rest % size) * step
      rest = Math.floor(rest / size)
    }
    return place
  })
}
