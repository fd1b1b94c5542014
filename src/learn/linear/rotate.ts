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

/** to[place + j - first] += the row along vector j, from the first vector on; four features at a time, so that `to` is read and written a quarter as often. */
function project(own: Float64Array, vectors: Float64Array, width: number, first: number, to: Float64Array, place: number): void {
  const start = place - first
  for (let i = 0; i < width; i += 4) {
    // Behind the last feature the first of the four stands in, times 0.
    const [b, c, d] = [i + 1 < width ? i + 1 : i, i + 2 < width ? i + 2 : i, i + 3 < width ? i + 3 : i]
    const [wa, wb, wc, wd] = [get(own, i), b > i ? get(own, b) : 0, c > i ? get(own, c) : 0, d > i ? get(own, d) : 0]
    const [va, vb, vc, vd] = [i * width, b * width, c * width, d * width]
    for (let j = first; j < width; j++)
      to[start + j] =
        get(to, start + j) + wa * get(vectors, va + j) + wb * get(vectors, vb + j) + wc * get(vectors, vc + j) + wd * get(vectors, vd + j)
  }
}

/** Z'WZ of rows (columns x columns). */
function* productsOf(data: LearningRows, chosen: Chosen, standard: Standard): Steps<Float64Array> {
  const { width } = standard
  const products = new Float64Array(width * width)
  // (4 x columns)
  const own = new Float64Array(4 * width)
  const weights = new Float64Array(4)
  let work = 0
  for (let from = 0; from < chosen.length; from += 4) {
    for (let lane = 0; lane < 4; lane++) {
      const row = chosen[from + lane]
      // Behind the last row nothing is added.
      weights[lane] = row === undefined ? 0 : weightOf(data, row)
      if (row !== undefined) readRow(data, row, standard, own, lane * width)
    }
    addProducts(own, weights, width, products)
    work += 2 * width * width
    if (work > 2 * PIECE) {
      work = 0
      yield
    }
  }
  for (let i = 0; i < width; i++) for (let j = 0; j < i; j++) products[j * width + i] = get(products, i * width + j)
  return products
}

/** Adds the products of four rows at a time, so that the sums are read and written a quarter as often. */
function addProducts(own: Float64Array, weights: Float64Array, width: number, products: Float64Array): void {
  const [a, b, c, d] = [get(weights, 0), get(weights, 1), get(weights, 2), get(weights, 3)]
  for (let i = 0; i < width; i++) {
    const [xa, xb] = [a * get(own, i), b * get(own, width + i)]
    const [xc, xd] = [c * get(own, 2 * width + i), d * get(own, 3 * width + i)]
    const start = i * width
    for (let j = 0; j <= i; j++)
      products[start + j] =
        get(products, start + j) + xa * get(own, j) + xb * get(own, width + j) + xc * get(own, 2 * width + j) + xd * get(own, 3 * width + j)
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
