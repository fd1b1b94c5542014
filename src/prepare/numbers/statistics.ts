/** Statistics of a column's training values (no NaN among them), in float64. */

/** Rising, as a copy. */
export const sorted = (values: Float64Array): Float64Array => Float64Array.from(values).sort()

export function mean(values: Float64Array): number {
  const sum = values.reduce((total, value) => total + value, 0)
  // Of numbers near the largest there are the sum is none, and the mean is one.
  return Number.isFinite(sum) ? sum / values.length : values.reduce((total, value) => total + value / values.length, 0)
}

/** Of the population: divided by n; exactly 0 where all values are the same. */
export function deviation(values: Float64Array, middle: number): number {
  if (values.every((value) => value === values[0])) return 0
  const square = values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / values.length
  if (square >= LEAST_SQUARE && square <= MOST_SQUARE) return Math.sqrt(square)
  // Squares of distances beyond 1e150, or below 1e-150, are no numbers, or 0: they are taken in units of the largest.
  const most = values.reduce((largest, value) => Math.max(largest, Math.abs(value - middle)), 0)
  if (!(most > 0 && Number.isFinite(most))) return Math.sqrt(square)
  return most * Math.sqrt(values.reduce((sum, value) => sum + ((value - middle) / most) ** 2, 0) / values.length)
}

const LEAST_SQUARE = 1e-280
const MOST_SQUARE = 1e290

/** The quantile at `share` of rising values, between its two neighbours in proportion: numpy's method `linear`, with its rounding. */
export function quantile(rising: Float64Array, share: number): number {
  const place = share * (rising.length - 1)
  const below = Math.floor(place)
  const low = rising[below] ?? Number.NaN
  const high = rising[Math.min(below + 1, rising.length - 1)] ?? low
  const part = place - below
  return part < 0.5 ? low + (high - low) * part : high - (high - low) * (1 - part)
}

/** The most frequent value; of several equally frequent ones the smallest. */
export function mostFrequent(values: Float64Array): number {
  const rising = sorted(values)
  let [best, count] = [Number.NaN, 0]
  for (let start = 0; start < rising.length; ) {
    let end = start
    while (end < rising.length && rising[end] === rising[start]) end++
    if (end - start > count) [best, count] = [rising[start] ?? Number.NaN, end - start]
    start = end
  }
  return best
}

/** (m3 / n) / (m2 / n)^1.5, Fisher and Pearson's skewness, as scipy.stats.skew; 0 where all values are the same. */
export function skewness(values: Float64Array): number {
  const middle = mean(values)
  const spread = deviation(values, middle)
  if (spread === 0) return 0
  return values.reduce((sum, value) => sum + ((value - middle) / spread) ** 3, 0) / values.length
}

/** Whether numbers are skewed to the right, by more than this, and what is made of them is less so. */
export function isStraightened(values: Float64Array, skewed: number, made: (x: number) => number): boolean {
  const plain = skewness(values)
  return plain > skewed && Math.abs(skewness(values.map(made))) < plain
}
