/** A layer of the oracle as a batch goes through it, and what several kinds share. */

import type { LayerType } from '../../src/core/layers/index.ts'
import type { Shape } from '../../src/core/layers/kind.ts'
import type { LayerLayout } from '../../src/core/layout.ts'
import type { MemberLayer, TopologyLayer } from '../../src/core/population.ts'
import { Purpose, philox4x32 } from '../../src/core/random.ts'
import { at } from './close.ts'

/** Where in training a batch stands; without it nothing is drawn, and nothing is learnt from the batch. */
export interface Moment {
  readonly epoch: number
  readonly step: number
}

/** A layer with its numbers, as a batch goes through it. */
export interface Pass<K extends LayerType = LayerType> {
  readonly layout: LayerLayout
  readonly layer: Extract<TopologyLayer, { readonly type: K }>
  readonly own: Extract<MemberLayer, { readonly type: K }>
  readonly index: number
  readonly seed: number
  readonly moment: Moment | undefined
  /** All of the network's. */
  readonly parameters: Float64Array
  readonly state: Float64Array
  readonly gradient: Float64Array
  /** Of each row the tokens that mask its steps, where they are masked. */
  readonly tokens?: readonly (readonly number[])[] | undefined
  /** (rows, numbers of a row): of what it reads, the first. */
  readonly inputs: readonly (readonly number[])[]
  /** Of all that it reads, with their shapes. */
  readonly all: readonly (readonly (readonly number[])[])[]
  readonly shapes: readonly Shape[]
  /** Before the activation, where the kind has one. */
  logits: readonly (readonly number[])[]
  outputs: readonly (readonly number[])[]
}

export type Rows = readonly (readonly number[])[]

export interface LayerOracle<K extends LayerType> {
  /** Sets `outputs`, and `logits` where it has any. */
  forward(pass: Pass<K>): void
  /**
   * Adds to `gradient`, and returns the derivatives by `inputs` of those by `outputs`; of the last layer's activation, `finished`, the derivatives are by
   * `logits`. A kind that reads several outputs has `backwards`, which returns the derivatives by each.
   */
  backward?(pass: Pass<K>, delta: Rows, finished: boolean): Rows
  backwards?(pass: Pass<K>, delta: Rows): readonly Rows[]
}

/** Which numbers of a row of a batch dropout keeps, each `units` a position. */
export function dropoutKeeps(
  seed: number,
  rate: number,
  layer: number,
  { epoch, step }: Moment,
  position: number,
  units: number,
): boolean[] {
  const threshold = Math.floor(rate * 2 ** 32)
  return Array.from({ length: units }, (_, u) => {
    const block = position * Math.ceil(units / 4) + Math.floor(u / 4)
    return at(philox4x32([block, step, epoch, 0], [seed, Purpose.dropout | (layer << 8)]), u % 4) >= threshold
  })
}

/** The factors of dropout for every number of a batch's rows of `width` numbers a position. */
export function dropoutFactors(
  { seed, index, moment }: Pick<Pass, 'seed' | 'index' | 'moment'>,
  rate: number,
  rows: Rows,
  width: number,
): Rows {
  if (moment === undefined || rate === 0) return rows.map((row) => row.map(() => 1))
  return rows.map((row, b) => {
    const positions = row.length / width
    return Array.from({ length: positions }, (_, p) => dropoutKeeps(seed, rate, index, moment, b * positions + p, width)).flatMap((keeps) =>
      keeps.map((keep) => (keep ? 1 / (1 - rate) : 0)),
    )
  })
}

export const times = (rows: Rows, factors: Rows): Rows => rows.map((row, b) => row.map((x, i) => x * at(factors[b] ?? [], i)))

/** A row cut into positions. */
export const cut = (row: readonly number[], width: number): number[][] =>
  Array.from({ length: row.length / width }, (_, p) => row.slice(p * width, (p + 1) * width))

/** Sums f over the rows of a batch and the positions of each. */
export const positionsOf = (rows: Rows, width: number): number[][] => rows.flatMap((row) => cut(row, width))

export function add(gradient: Float64Array, index: number, value: number): void {
  gradient[index] = at(gradient, index) + value
}

export const tensorAt = ({ layout }: { readonly layout: LayerLayout }, name: string): number | undefined =>
  layout.tensors.find((tensor) => tensor.name === name)?.offset
