/** Features as bins: each value becomes the number of the interval it lies in, at most 255 intervals a feature. */

import { missing } from '../../core/at.ts'
import { Purpose, permutation } from '../../core/random.ts'
import { finish, PIECE, type Steps } from '../../core/steps.ts'
import { checkFinite } from '../rows.ts'
import { type Bundle, bundleFeatures, commonest } from './bundles.ts'

/**
 * Rows in bins. Features that are never away from their commonest bin in the same row (the columns of one-hot categories) share a column of codes, a
 * bundle (Ke et al., "LightGBM", NIPS 2017, section 4), so that a pass over the rows costs one column for all of them.
 */
export interface Bins {
  readonly rows: number
  readonly inputs: number
  /** (rows x bundles), row-major */
  readonly codes: Uint8Array
  readonly bundles: number
  /** (bundles + 1), where the bins of a bundle begin among those of all; the last is how many there are. */
  readonly starts: Uint32Array
  readonly features: readonly BinnedFeature[]
}

/** A feature: its thresholds, ascending, and where its bins are. Bin b holds the values above thresholds[b - 1] and up to thresholds[b]. */
interface BinnedFeature extends Bundle {
  /** (bins - 1); none where all values are the same */
  readonly thresholds: Float32Array
}

/** So that a code fits a byte. */
const MOST_BINS = 255

/** Thresholds are learned of this many rows at most: more change them by less than their distance. */
const SAMPLE = 200_000

/** Bins of features (rows x inputs, row-major, finite), for any number of boosters of these rows. @throws InvalidDataError */
export function binFeatures(features: Float32Array, rows: number, inputs: number, mostBins = MOST_BINS): Bins {
  return finish(binningSteps(features, rows, inputs, mostBins))
}

/** The same in pieces. @throws InvalidDataError */
export function* binningSteps(features: Float32Array, rows: number, inputs: number, mostBins = MOST_BINS): Steps<Bins> {
  checkFinite(features, rows, inputs)
  yield
  const sample = rows > SAMPLE ? permutation(0, 0, rows, Purpose.trees).slice(0, SAMPLE) : undefined
  const thresholds: Float32Array[] = []
  const columns: Uint8Array[] = []
  for (let input = 0; input < inputs; input++) {
    const values = valuesOf(features, rows, inputs, input, sample)
    yield
    values.sort()
    yield
    const own = thresholdsOf(values, mostBins)
    yield
    const column = new Uint8Array(rows)
    for (let from = 0; from < rows; from += PIECE / 8) {
      code(features, inputs, input, own, column, from, Math.min(rows, from + PIECE / 8))
      yield
    }
    thresholds.push(own)
    columns.push(column)
  }
  const common: ReturnType<typeof commonest>[] = []
  for (const [input, column] of columns.entries()) {
    common.push(commonest(column, (thresholds[input]?.length ?? missing(thresholds, input)) + 1))
    yield
  }
  const { bundles, sizes } = yield* bundleFeatures(
    columns,
    common,
    thresholds.map(({ length }) => length + 1),
    rows,
  )
  const starts = new Uint32Array(sizes.length + 1)
  sizes.forEach((size, i) => {
    starts[i + 1] = (starts[i] ?? missing(starts, i)) + size
  })
  const codes = new Uint8Array(rows * sizes.length)
  for (let input = 0; input < inputs; input++) {
    const bundle = bundles[input] ?? missing(bundles, input)
    if (bundle.bins > 1) write(columns[input] ?? missing(columns, input), bundle, codes, sizes.length)
    yield
  }
  const binned = bundles.map((bundle, input) => ({ ...bundle, thresholds: thresholds[input] ?? missing(thresholds, input) }))
  return { rows, inputs, codes, bundles: sizes.length, starts, features: binned }
}

/**
 * Thresholds between neighbouring values: between all of them where they are few; else so that bins hold about as many rows each, and a value that alone
 * has as many keeps a bin to itself.
 * @param sorted (rows), ascending
 */
export function thresholdsOf(sorted: Float32Array, mostBins: number): Float32Array {
  const values: number[] = []
  const counts: number[] = []
  for (let start = 0; start < sorted.length; ) {
    const value = sorted[start] ?? missing(sorted, start)
    let end = start + 1
    while (end < sorted.length && sorted[end] === value) end++
    values.push(value)
    counts.push(end - start)
    start = end
  }
  const found: number[] = []
  const put = (i: number) => found.push(between(values[i] ?? missing(values, i), values[i + 1] ?? missing(values, i + 1)))
  if (values.length <= mostBins) for (let i = 0; i + 1 < values.length; i++) put(i)
  else spread(counts, sorted.length, mostBins, put)
  return Float32Array.from(found)
}

/** Deals out counts of values to bins as LightGBM does: values with a full share have their own bin, the others share what is left evenly. */
function spread(counts: readonly number[], rows: number, mostBins: number, endAfter: (value: number) => void): void {
  const share = rows / mostBins
  const isBig = counts.map((count) => count >= share)
  let binsLeft = mostBins - isBig.filter(Boolean).length
  let rowsLeft = counts.reduce((sum, count, i) => sum + (isBig[i] ? 0 : count), 0)
  let size = rowsLeft / binsLeft
  let inBin = 0
  let bins = 1
  for (let i = 0; i + 1 < counts.length && bins < mostBins; i++) {
    const count = counts[i] ?? missing(counts, i)
    if (!isBig[i]) rowsLeft -= count
    inBin += count
    if (!isBig[i] && inBin < size && !(isBig[i + 1] && inBin >= size / 2)) continue
    endAfter(i)
    bins++
    inBin = 0
    if (!isBig[i]) size = rowsLeft / --binsLeft
  }
}

/** Midway between two float32 numbers, as one: at least the lower and below the higher, so that it parts them. */
function between(low: number, high: number): number {
  const middle = Math.fround(low + (high - low) / 2)
  return middle < high ? middle : low
}

/** The values of a feature, of a sample of the rows or of all. */
function valuesOf(features: Float32Array, rows: number, inputs: number, input: number, sample: Uint32Array | undefined): Float32Array {
  const values = new Float32Array(sample?.length ?? rows)
  for (let i = 0; i < values.length; i++) {
    const row = sample === undefined ? i : (sample[i] ?? missing(sample, i))
    values[i] = features[row * inputs + input] ?? missing(features, row * inputs + input)
  }
  return values
}

/** Writes the bins of rows from..to of one feature. */
function code(
  features: Float32Array,
  inputs: number,
  input: number,
  thresholds: Float32Array,
  column: Uint8Array,
  from: number,
  to: number,
): void {
  for (let row = from; row < to; row++) {
    const value = features[row * inputs + input] ?? missing(features, row * inputs + input)
    let low = 0
    let high = thresholds.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (value <= (thresholds[middle] ?? missing(thresholds, middle))) high = middle
      else low = middle + 1
    }
    column[row] = low
  }
}

/** Writes a feature's bins into the codes of its bundle. */
function write(column: Uint8Array, { bundle, first, common }: Bundle, codes: Uint8Array, bundles: number): void {
  for (let row = 0; row < column.length; row++) {
    const bin = column[row] ?? missing(column, row)
    if (bin !== common) codes[row * bundles + bundle] = first + (bin < common ? bin : bin - 1)
  }
}
