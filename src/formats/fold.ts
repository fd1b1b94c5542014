/** Affine steps beside a dense layer, taken into its kernel and bias, in float64. */
import { at, missing } from '../core/at.ts'

/** Numbers of a kernel or bias: as a file has them, or a float64 fold of them. */
export type Numbers = Float32Array | Float64Array

/** x factor + offset of each column; one number stands for all columns. */
export interface Affine {
  readonly factor: ArrayLike<number>
  readonly offset: ArrayLike<number>
}

/** x kernel + bias. */
export interface Dense {
  readonly inputs: number
  readonly units: number
  /** inputs x units, row-major */
  readonly kernel: Numbers
  /** units */
  readonly bias: Numbers
}

/** The number of column i, of one a column or one for all. */
export function ofColumn(values: ArrayLike<number>, i: number): number {
  const place = values.length === 1 ? 0 : i
  return values[place] ?? missing(values, place)
}

/** Whether all numbers are `value`. */
export function every(values: ArrayLike<number>, value: number): boolean {
  for (let i = 0; i < values.length; i++) if (values[i] !== value) return false
  return true
}

/** How many columns it is for; undefined for all that come. */
export function widthOf({ factor, offset }: Affine): number | undefined {
  const width = Math.max(factor.length, offset.length)
  return width === 1 ? undefined : width
}

/** One after the other, as one. */
export function composeAffine(first: Affine, second: Affine): Affine {
  const length = Math.max(...[first, second].flatMap(({ factor, offset }) => [factor.length, offset.length]))
  return {
    factor: Float64Array.from({ length }, (_, i) => ofColumn(first.factor, i) * ofColumn(second.factor, i)),
    offset: Float64Array.from({ length }, (_, i) => ofColumn(first.offset, i) * ofColumn(second.factor, i) + ofColumn(second.offset, i)),
  }
}

/** The sum of two. */
export function addAffine(a: Affine, b: Affine): Affine {
  const length = Math.max(a.factor.length, a.offset.length, b.factor.length, b.offset.length)
  return {
    factor: Float64Array.from({ length }, (_, i) => ofColumn(a.factor, i) + ofColumn(b.factor, i)),
    offset: Float64Array.from({ length }, (_, i) => ofColumn(a.offset, i) + ofColumn(b.offset, i)),
  }
}

/** (x kernel + bias) factor + offset */
export function foldAfter({ inputs, units, kernel, bias }: Dense, { factor, offset }: Affine): Dense {
  return {
    inputs,
    units,
    kernel: every(factor, 1) ? kernel : Float64Array.from(kernel, (value, i) => value * ofColumn(factor, i % units)),
    bias: Float64Array.from(bias, (value, i) => value * ofColumn(factor, i) + ofColumn(offset, i)),
  }
}

/** (x factor + offset) kernel + bias */
export function foldBefore({ inputs, units, kernel, bias }: Dense, { factor, offset }: Affine): Dense {
  const sums = Float64Array.from(bias)
  if (!every(offset, 0))
    for (let i = 0; i < inputs; i++) for (let j = 0; j < units; j++) sums[j] = at(sums, j) + ofColumn(offset, i) * at(kernel, i * units + j)
  return {
    inputs,
    units,
    kernel: every(factor, 1) ? kernel : Float64Array.from(kernel, (value, i) => value * ofColumn(factor, Math.floor(i / units))),
    bias: sums,
  }
}

/** A dense layer that changes nothing, for steps that have none of their own. */
export function identityLayer(width: number): Dense {
  const kernel = new Float32Array(width * width)
  for (let i = 0; i < width; i++) kernel[i * width + i] = 1
  return { inputs: width, units: width, kernel, bias: new Float32Array(width) }
}

/** What a batch normalization has learnt; gamma and beta may be left out. */
export interface BatchNormalization {
  readonly gamma?: ArrayLike<number> | undefined
  readonly beta?: ArrayLike<number> | undefined
  readonly mean: ArrayLike<number>
  readonly variance: ArrayLike<number>
  readonly epsilon: number
}

/** gamma (x - mean) / sqrt(variance + epsilon) + beta, as it is in prediction. */
export function affineOfBatchNormalization({ gamma, beta, mean, variance, epsilon }: BatchNormalization): Affine {
  const factor = Float64Array.from(variance, (value, i) => (gamma === undefined ? 1 : at(gamma, i)) / Math.sqrt(value + epsilon))
  return { factor, offset: factor.map((value, i) => (beta === undefined ? 0 : at(beta, i)) - at(mean, i) * value) }
}
