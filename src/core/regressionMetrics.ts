/** Metrics of predicted numbers (rows x outputs) against targets, by scikit-learn's names: each the mean over outputs. */

const METRICS_OF_NUMBERS = ['meanAbsoluteError', 'rootMeanSquaredError', 'r2'] as const
type NumberMetric = (typeof METRICS_OF_NUMBERS)[number]

export const isOfNumbers = (metric: string): metric is NumberMetric => METRICS_OF_NUMBERS.some((name) => name === metric)

/** @param targetOf the target of a row and output, both from 0 */
export function numberMetric(
  name: NumberMetric,
  predictions: ArrayLike<number>,
  targetOf: (row: number, output: number) => number,
  outputs: number,
): number {
  const rows = predictions.length / outputs
  if (name === 'meanAbsoluteError') return absoluteError(predictions, targetOf, outputs)
  let total = 0
  for (let output = 0; output < outputs; output++) {
    let [squared, sum] = [0, 0]
    for (let row = 0; row < rows; row++) {
      const target = targetOf(row, output)
      const error = target - (predictions[row * outputs + output] ?? Number.NaN)
      squared += error * error
      sum += target
    }
    if (name === 'rootMeanSquaredError') total += Math.sqrt(squared / rows)
    else total += determination(squared, sum / rows, rows, (row) => targetOf(row, output))
  }
  return total / outputs
}

function absoluteError(predictions: ArrayLike<number>, targetOf: (row: number, output: number) => number, outputs: number): number {
  let total = 0
  for (let i = 0; i < predictions.length; i++)
    total += Math.abs(targetOf(Math.floor(i / outputs), i % outputs) - (predictions[i] ?? Number.NaN))
  return total / predictions.length
}

/** 1 - sum of e² / sum of (y - mean of y)²; where all targets are equal 1 for a perfect prediction and 0 for any other, and of one row NaN, as in scikit-learn. */
function determination(squared: number, mean: number, rows: number, targetOf: (row: number) => number): number {
  if (rows < 2) return Number.NaN
  const first = targetOf(0)
  let [spread, differ] = [0, false]
  for (let row = 0; row < rows; row++) {
    spread += (targetOf(row) - mean) ** 2
    differ ||= targetOf(row) !== first
  }
  // The mean of equal numbers is not always that number: three times 0.938 over three is 0.9380000000000001.
  if (!differ || spread === 0) return squared === 0 ? 1 : 0
  return 1 - squared / spread
}
