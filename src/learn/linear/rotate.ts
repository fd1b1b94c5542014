/**
 * Standardised features in the directions of their own spread (principal components), in which a line's penalty stays what it is and its normal equations are
 * diagonal. Constant and collinear columns have no direction of their own, and fall out.
 */

import { missing } from '../../core/at.ts'
import { PIECE, type Steps } from '../../core/steps.ts'
import type { LearningRows } from '../rows.ts'
import { eigenSteps } from './symmetric.ts'

/** Rows as directions. */
export interface Rotated {
  readonly rows: number
  readonly width: number
  /** (rows x width), row-major: the rows' places along the directions */
  readonly places: Float64Array
  /** (width), ascending: the weighted sums of their squares */
  readonly spreads: Float64Array
  /** What coefficients (width) of directions are as coefficients of features in their own units, and what the intercept loses by them. */
  readonly back: (coefficients: ArrayLike<number>) => { coefficients: Float64Array; shift: number }
}

/** Some rows of the data, by their numbers; all with a weight above 0. */
export type Chosen = Uint32Array

/** Directions with less of the largest one's spread are rounding. */
const NOTHING = 1e-12

const get = (array: Float64Array, i: number): number => array[i] ?? missing(array, i)

export const weightOf = ({ sampleWeights }: LearningRows, row: number): number =>
  sampleWeights === undefined ? 1 : Number(sampleWeights[row])

/** Rotates the chosen rows. Costs rows x m^2 and m^3, m the lower of rows and inputs. */
export function* rotateSteps(data: LearningRows, chosen: Chosen): Steps<Rotated> {
  const standard = yield* standardise(data, chosen)
  const { width } = standard
  return chosen.length >= width ? yield* byColumns(data, chosen, standard) : yield* byRows(data, chosen, standard)
}

/** Which features vary, their means, and 1 / their deviations. */
interface Standard {
  readonly columns: Uint32Array
  readonly width: number
  readonly means: Float64Array
  readonly factors: Float64Array
  readonly inputs: number
}

function* standardise({ features, inputs, ...data }: LearningRows, chosen: Chosen): Steps<Standard> {
  const means = new Float64Array(inputs)
  const squares = new Float64Array(inputs)
  const piece = Math.max(1, Math.floor(PIECE / Math.max(1, inputs)))
  let total = 0
  for (const pass of [means, squares]) {
    for (let from = 0; from < chosen.length; from += piece) {
      for (const row of chosen.subarray(from, from + piece)) {
        const weight = weightOf({ features, inputs, ...data }, row)
        if (pass === means) total += weight
        for (let i = 0; i < inputs; i++) {
          const value = features[row * inputs + i] ?? missing(features, row * inputs + i)
          pass[i] = get(pass, i) + weight * (pass === means ? value : (value - get(means, i)) ** 2)
        }
      }
      yield
    }
    for (let i = 0; i < inputs; i++) pass[i] = get(pass, i) / total
  }
  // What is left of a constant is the rounding of its mean.
  const columns = Uint32Array.from({ length: inputs }, (_, i) => i).filter((i) => get(squares, i) > 1e-24 * get(means, i) ** 2)
  return {
    columns,
    width: columns.length,
    means: Float64Array.from(columns, (i) => get(means, i)),
    factors: Float64Array.from(columns, (i) => 1 / Math.sqrt(get(squares, i))),
    inputs,
  }
}

/** A row, standardised, into `to` from a place on. */
function readRow(
  { features }: LearningRows,
  row: number,
  { columns, means, factors, inputs }: Standard,
  to: Float64Array,
  place: number,
): void {
  for (let i = 0; i < columns.length; i++) {
    const k = row * inputs + (columns[i] ?? missing(columns, i))
    to[place + i] = ((features[k] ?? missing(features, k)) - get(means, i)) * get(factors, i)
  }
}

/** By the eigenvectors of Z'WZ, of columns by columns. */
function* byColumns(data: LearningRows, chosen: Chosen, standard: Standard): Steps<Rotated> {
  const { width } = standard
  const products = yield* productsOf(data, chosen, standard)
  const { values, vectors } = yield* eigenSteps(products, width)
  const kept = directions(values)
  const places = new Float64Array(chosen.length * kept.length)
  const own = new Float64Array(width)
  const piece = Math.max(1, Math.floor(PIECE / Math.max(1, width * kept.length)))
  for (let from = 0; from < chosen.length; from += piece) {
    for (let i = from; i < Math.min(chosen.length, from + piece); i++) {
      readRow(data, chosen[i] ?? missing(chosen, i), standard, own, 0)
      project(own, vectors, width, width - kept.length, places, i * kept.length)
    }
    yield
  }
  const back = (coefficients: ArrayLike<number>) =>
    unstandardise(
      standard,
      Float64Array.from({ length: width }, (_, i) => {
        let sum = 0
        for (const [j, from] of kept.entries()) sum += get(vectors, i * width + from) * Number(coefficients[j])
        return sum
      }),
    )
  return { rows: chosen.length, width: kept.length, places, spreads: Float64Array.from(kept, (j) => get(values, j)), back }
}

/** to[place + j - first] = the row along vector j, from the first vector on. */
function project(own: Float64Array, vectors: Float64Array, width: number, first: number, to: Float64Array, place: number): void {
  const start = place - first
  for (let i = 0; i < width; i++) {
    const x = get(own, i)
    for (let j = first; j < width; j++) to[start + j] = get(to, start + j) + x * get(vectors, i * width + j)
  }
}

/** Z'WZ of rows (columns x columns). */
function* productsOf(data: LearningRows, chosen: Chosen, standard: Standard): Steps<Float64Array> {
  const { width } = standard
  const products = new Float64Array(width * width)
  const own = new Float64Array(width)
  const piece = Math.max(1, Math.floor((2 * PIECE) / Math.max(1, width * width)))
  for (let from = 0; from < chosen.length; from += piece) {
    for (const row of chosen.subarray(from, from + piece)) {
      readRow(data, row, standard, own, 0)
      addProducts(own, weightOf(data, row), width, products)
    }
    yield
  }
  for (let i = 0; i < width; i++) for (let j = 0; j < i; j++) products[j * width + i] = get(products, i * width + j)
  return products
}

function addProducts(own: Float64Array, weight: number, width: number, products: Float64Array): void {
  for (let i = 0; i < width; i++) {
    const x = weight * get(own, i)
    const start = i * width
    for (let j = 0; j <= i; j++) products[start + j] = get(products, start + j) + x * get(own, j)
  }
}

/** By the eigenvectors of W^(1/2) ZZ' W^(1/2), of rows by rows, where rows are fewer. */
function* byRows(data: LearningRows, chosen: Chosen, standard: Standard): Steps<Rotated> {
  const rows = chosen.length
  const { width } = standard
  const own = new Float64Array(rows * width)
  const roots = Float64Array.from(chosen, (row) => Math.sqrt(weightOf(data, row)))
  for (let i = 0; i < rows; i++) readRow(data, chosen[i] ?? missing(chosen, i), standard, own, i * width)
  const products = new Float64Array(rows * rows)
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j <= i; j++) {
      const product = dot(own, i * width, own, j * width, width) * get(roots, i) * get(roots, j)
      products[i * rows + j] = product
      products[j * rows + i] = product
    }
    yield
  }
  const { values, vectors } = yield* eigenSteps(products, rows)
  const kept = directions(values)
  const places = new Float64Array(rows * kept.length)
  for (let i = 0; i < rows; i++)
    for (const [j, from] of kept.entries())
      places[i * kept.length + j] = (get(vectors, i * rows + from) * Math.sqrt(get(values, from))) / get(roots, i)
  const back = (coefficients: ArrayLike<number>) => {
    const standardised = new Float64Array(width)
    for (let i = 0; i < rows; i++) {
      let sum = 0
      for (const [j, from] of kept.entries())
        sum += (get(vectors, i * rows + from) * Number(coefficients[j])) / Math.sqrt(get(values, from))
      const weighted = sum * get(roots, i)
      for (let k = 0; k < width; k++) standardised[k] = get(standardised, k) + weighted * get(own, i * width + k)
    }
    return unstandardise(standard, standardised)
  }
  return { rows, width: kept.length, places, spreads: Float64Array.from(kept, (j) => get(values, j)), back }
}

function dot(a: Float64Array, at: number, b: Float64Array, from: number, length: number): number {
  let sum = 0
  for (let i = 0; i < length; i++) sum += get(a, at + i) * get(b, from + i)
  return sum
}

/** The directions with any spread: the last ones, for values ascend. */
function directions(values: Float64Array): number[] {
  const most = values.at(-1) ?? 0
  return Array.from(values, (_, j) => j).filter((j) => get(values, j) > NOTHING * most)
}

function unstandardise(
  { columns, means, factors, inputs }: Standard,
  standardised: Float64Array,
): { coefficients: Float64Array; shift: number } {
  const coefficients = new Float64Array(inputs)
  let shift = 0
  columns.forEach((input, i) => {
    const own = get(standardised, i) * get(factors, i)
    coefficients[input] = own
    shift += own * get(means, i)
  })
  return { coefficients, shift }
}
