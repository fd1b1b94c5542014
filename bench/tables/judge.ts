// What predictions are worth on test rows: log loss (probabilities clipped at 1e-6), accuracy, balanced accuracy, area under the curve (one against the rest),
// calibration error; or root mean squared error, mean absolute error and R².

export interface Judged {
  readonly task: 'classification' | 'regression'
  readonly target: string
  /** CSV with a header. */
  readonly test: string
  /** As `espalier predict` writes it, a line a row. */
  readonly predictions: string
}

export interface Metrics {
  readonly logLoss?: number
  readonly accuracy?: number
  readonly balancedAccuracy?: number
  readonly auc?: number
  readonly calibration?: number
  readonly rmse?: number
  readonly mae?: number
  readonly r2?: number
  readonly covered?: number
}

const cells = (text: string): string[][] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => line.split(',').map((cell) => cell.replace(/^"(.*)"$/, '$1')))

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length

export function judge({ task, target, test, predictions }: Judged): Metrics {
  const [head = [], ...rows] = cells(test)
  const [names = [], ...said] = cells(predictions)
  const place = head.indexOf(target)
  if (place < 0 || rows.length !== said.length) throw new Error(`${said.length} predictions of ${rows.length} rows`)
  const truth = rows.map((row) => row[place] ?? '')
  const column = (name: string): number[] => said.map((row) => Number(row[names.indexOf(name)]))
  return task === 'regression' ? judgeNumbers(truth.map(Number), column) : judgeClasses(truth, names, said)
}

function judgeNumbers(truth: readonly number[], column: (name: string) => number[]): Metrics {
  const [predicted, low, high] = [column('prediction'), column('low'), column('high')]
  const errors = truth.map((y, i) => y - (predicted[i] ?? Number.NaN))
  const square = mean(errors.map((error) => error ** 2))
  const middle = mean(truth)
  return {
    rmse: Math.sqrt(square),
    mae: mean(errors.map(Math.abs)),
    r2: 1 - square / mean(truth.map((y) => (y - middle) ** 2)),
    covered: mean(truth.map((y, i) => Number(y >= (low[i] ?? Number.NaN) && y <= (high[i] ?? Number.NaN)))),
  }
}

function judgeClasses(truth: readonly string[], names: readonly string[], said: readonly (readonly string[])[]): Metrics {
  const classes = names.flatMap((name) => /^P\((.*)\)$/.exec(name)?.[1] ?? [])
  const chances = said.map((row) => classes.map((name) => Number(row[names.indexOf(`P(${name})`)])))
  const own = truth.map((name) => classes.indexOf(name))
  const best = chances.map((row) => row.indexOf(Math.max(...row)))
  const right = own.map((index, i) => Number(index === best[i]))
  const there = [...new Set(own)]
  const areas = (classes.length === 2 ? [1] : there)
    .map((index) =>
      area(
        own.map((one) => one === index),
        chances.map((row) => row[index] ?? 0),
      ),
    )
    .filter(Number.isFinite)
  return {
    logLoss: mean(own.map((index, i) => -Math.log(Math.min(1 - 1e-6, Math.max(1e-6, chances[i]?.[index] ?? 0))))),
    accuracy: mean(right),
    balancedAccuracy: mean(there.map((index) => mean(right.filter((_, i) => own[i] === index)))),
    auc: mean(areas),
    calibration: calibrationError(
      chances.map((row) => Math.max(...row)),
      right,
    ),
  }
}

/** Mann and Whitney's, ties counted half. */
function area(isOwn: readonly boolean[], scores: readonly number[]): number {
  let [wins, pairs] = [0, 0]
  for (const [i, a] of scores.entries())
    if (isOwn[i])
      for (const [j, b] of scores.entries())
        if (!isOwn[j]) {
          pairs++
          wins += a > b ? 1 : a === b ? 0.5 : 0
        }
  return wins / pairs
}

/** Over 10 bins of the chance of the likeliest class. */
function calibrationError(chance: readonly number[], right: readonly number[]): number {
  const bins = Array.from({ length: 10 }, () => ({ said: 0, right: 0 }))
  for (const [i, p] of chance.entries()) {
    const bin = bins[Math.min(9, Math.floor(p * 10))]
    if (bin === undefined) continue
    bin.said += p
    bin.right += right[i] ?? 0
  }
  return bins.reduce((sum, bin) => sum + Math.abs(bin.said - bin.right), 0) / chance.length
}
