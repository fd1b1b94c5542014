// A network's predictions for rows it was not trained on.

/** What a network predicts for rows that it was not trained on. */
export interface Predictions {
  /** binary: `rows` probabilities of class 1. multiclass: `rows x classes`. regression: `rows x targets`. */
  readonly outputs: Float32Array
  /** binary and multiclass: `rows` class numbers. regression: `rows x targets`. */
  readonly targets: ArrayLike<number>
  readonly rows: number
  readonly task: 'binary' | 'multiclass' | 'regression'
  /** In index order; none for regression. */
  readonly classNames: readonly string[]
  /** Of a regression. */
  readonly targetNames: readonly string[]
}

/** The class a network says, and the probability that it gives it: of two classes the second above 0.5, as the metrics have it. */
export interface Answer {
  readonly said: number
  readonly is: number
  /** Of class 1 for two classes; else of the class said. */
  readonly probability: number
}

export function answersOf({ outputs, targets, rows, task, classNames }: Predictions): Answer[] {
  const width = task === 'binary' ? 1 : classNames.length
  return Array.from({ length: rows }, (_, row): Answer => {
    const own = outputs.subarray(row * width, (row + 1) * width)
    const is = targets[row] ?? Number.NaN
    if (task === 'binary') {
      const probability = own[0] ?? Number.NaN
      return { said: probability > 0.5 ? 1 : 0, is, probability }
    }
    const said = own.reduce((best, value, i) => (value > (own[best] ?? Number.NaN) ? i : best), 0)
    return { said, is, probability: own[said] ?? Number.NaN }
  })
}
