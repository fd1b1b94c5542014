/** How categories become features. A category is known by its place among those of the training rows; any other place is none of them. */

import { missing } from '../core/at.ts'
import type { CategoryEncoding } from './preparation.ts'

/** What the means are of: (rows x outputs), row-major. */
export interface Outcomes {
  readonly values: Float64Array
  readonly names: readonly string[]
}

/**
 * The mean outcome of each category, drawn to that of all rows by `smoothing` rows of it: (sum + smoothing x overall) / (rows + smoothing)
 * (Micci-Barreca 2001; scikit-learn's TargetEncoder(smooth=smoothing)).
 */
export function learnMeans(
  codes: Int32Array,
  count: number,
  { values, names }: Outcomes,
  smoothing: number,
): Extract<CategoryEncoding, { kind: 'targetMean' }> {
  const width = names.length
  const rows = new Float64Array(count)
  const sums = new Float64Array(count * width)
  const all = new Float64Array(width)
  codes.forEach((code, i) => {
    if (code >= 0) rows[code] = (rows[code] ?? missing(rows, code)) + 1
    for (let k = 0; k < width; k++) {
      const value = values[i * width + k] ?? missing(values, i * width + k)
      all[k] = (all[k] ?? missing(all, k)) + value
      if (code >= 0) sums[code * width + k] = (sums[code * width + k] ?? missing(sums, code * width + k)) + value
    }
  })
  const overall = Array.from(all, (sum) => sum / codes.length)
  const means = Array.from({ length: count }, (_, code) =>
    overall.map((middle, k) => {
      const weight = (rows[code] ?? missing(rows, code)) + smoothing
      return weight === 0 ? middle : ((sums[code * width + k] ?? missing(sums, code * width + k)) + smoothing * middle) / weight
    }),
  )
  return { kind: 'targetMean', smoothing, means, overall, outputs: [...names] }
}

/** Folds over which the means of training rows are taken, each by the rows of the others. */
const FOLDS = 5

/**
 * The means that the training rows themselves are encoded by, (rows x outputs): of each row's category among the rows of the other folds, so that no
 * row sees its own target; row i is in fold i % 5. Fewer rows than folds see the mean of all.
 */
export function outOfFold(codes: Int32Array, count: number, outcomes: Outcomes, smoothing: number): Float64Array {
  const width = outcomes.names.length
  const result = new Float64Array(codes.length * width)
  for (let fold = 0; fold < FOLDS; fold++) {
    const others = Array.from(codes.keys()).filter((i) => i % FOLDS !== fold)
    const learned = learnMeans(
      Int32Array.from(others, (i) => codes[i] ?? -1),
      count,
      {
        names: outcomes.names,
        values: Float64Array.from({ length: others.length * width }, (_, j) => {
          const row = others[Math.floor(j / width)] ?? missing(others, Math.floor(j / width))
          return outcomes.values[row * width + (j % width)] ?? missing(outcomes.values, row * width + (j % width))
        }),
      },
      smoothing,
    )
    for (let i = fold; i < codes.length; i += FOLDS)
      for (let k = 0; k < width; k++)
        result[i * width + k] =
          (learned.means[codes[i] ?? -1] ?? learned.overall)[k] ?? missing(learned.means[codes[i] ?? -1] ?? learned.overall, k)
  }
  return result
}

/** Whether a missing cell is said by the encoding itself, so that nothing fills it in. */
export const saysMissing = (encoding: CategoryEncoding): boolean =>
  encoding.kind === 'oneHot' ? encoding.missing !== undefined : encoding.kind === 'embedding' && encoding.missing

/** The tokens of an embedded column: none of the categories, each of them, and a missing cell where that is one. */
export const tokensOfColumn = (count: number, missing: boolean): number => 1 + count + Number(missing)

/** The features of a category. @param code its place; -1 where the cell is missing, -2 where it is none of the training rows' */
export function encodeCategory(code: number, count: number, encoding: CategoryEncoding): readonly number[] {
  switch (encoding.kind) {
    case 'oneHot': {
      const { shift, scale } = encoding.scaling ?? {}
      const value = (i: number): number =>
        code === -1 && encoding.missing !== undefined
          ? Math.fround(encoding.missing[i] ?? missing(encoding.missing, i))
          : Number(i === code)
      return Array.from(
        { length: count },
        (_, i) =>
          (value(i) - (shift === undefined ? 0 : (shift[i] ?? missing(shift, i)))) /
          (scale === undefined ? 1 : (scale[i] ?? missing(scale, i))),
      )
    }
    case 'binary':
      return [code < 0 ? 0.5 : code]
    case 'targetMean':
      return encoding.means[code] ?? encoding.overall
    case 'embedding':
      return [encoding.first + (code === -2 ? 0 : code === -1 ? 1 + count : 1 + code)]
    default:
      return encoding satisfies never
  }
}

export function categoryNames(name: string, categories: readonly string[], encoding: CategoryEncoding): string[] {
  switch (encoding.kind) {
    case 'oneHot':
      return categories.map((category) => `${name}=${category}`)
    case 'binary':
      return [`${name}=${categories[1]}`]
    case 'targetMean':
      return encoding.outputs.map((output) => `${name} mean of ${output}`)
    case 'embedding':
      return [name]
    default:
      return encoding satisfies never
  }
}
