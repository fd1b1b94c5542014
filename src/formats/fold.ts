/** Affine steps beside a dense layer, taken into its kernel and bias, in float64. */

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

const at = (values: ArrayLike<number>, i: number): number => values[values.length === 1 ? 0 : i] ?? 0
const every = (values: ArrayLike<number>, value: number): boolean => Array.prototype.every.call(values, (given) => given === value)

/** How many columns it is for; undefined for all that come. */
export function widthOf({ factor, offset }: Affine): number | undefined {
  const width = Math.max(factor.length, offset.length)
  return width === 1 ? undefined : width
}

/** One after the other, as one. */
export function composeAffine(first: Affine, second: Affine): Affine {
  const length = Math.max(...[first, second].flatMap(({ factor, offset }) => [factor.length, offset.length]))
  return {
    factor: Float64Array.from({ length }, (_, i) => at(first.factor, i) * at(second.factor, i)),
    offset: Float64Array.from({ length }, (_, i) => at(first.offset, i) * at(second.factor, i) + at(second.offset, i)),
  }
}

/** (x kernel + bias) factor + offset */
export function foldAfter({ inputs, units, kernel, bias }: Dense, { factor, offset }: Affine): Dense {
  return {
    inputs,
    units,
    kernel: every(factor, 1) ? kernel : Float64Array.from(kernel, (value, i) => value * at(factor, i % units)),
    bias: Float64Array.from(bias, (value, i) => value * at(factor, i) + at(offset, i)),
  }
}

/** (x factor + offset) kernel + bias */
export function foldBefore({ inputs, units, kernel, bias }: Dense, { factor, offset }: Affine): Dense {
  const sums = Float64Array.from(bias)
  if (!every(offset, 0))
    for (let i = 0; i < inputs; i++) for (let j = 0; j < units; j++) sums[j] = (sums[j] ?? 0) + at(offset, i) * (kernel[i * units + j] ?? 0)
  return {
    inputs,
    units,
    kernel: every(factor, 1) ? kernel : Float64Array.from(kernel, (value, i) => value * at(factor, Math.floor(i / units))),
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
  const factor = Float64Array.from(variance, (value, i) => (gamma?.[i] ?? 1) / Math.sqrt(value + epsilon))
  return { factor, offset: factor.map((value, i) => (beta?.[i] ?? 0) - (mean[i] ?? 0) * value) }
}
