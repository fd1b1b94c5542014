// Shows how well a network's probabilities match what happens.

import type { Block, SeriesPoint } from '../model.ts'
import { type Answer, answersOf, type Predictions } from './predictions.ts'

const BINS = 10
/** How many points a scatter plot can show; of more rows only every nth is drawn. */
const POINTS = 1000

/** How well a network's probabilities match what happens; for a regression, predictions against true values. */
export function calibrationBlocks(predictions: Predictions): Block[] {
  if (predictions.rows === 0) return []
  return predictions.task === 'regression' ? [againstTruth(predictions)] : [reliability(predictions)]
}

/**
 * The reliability diagram of ten bins of equal width, with Wilson's intervals; the expected calibration error is the mean distance from the
 * diagonal, weighted by rows. Guo, Pleiss, Sun, Weinberger, "On calibration of modern neural networks", ICML 2017, sections 2 and 3.
 */
function reliability(predictions: Predictions): Block {
  const binary = predictions.task === 'binary'
  const predicted = answersOf(predictions).filter(({ probability }) => Number.isFinite(probability))
  const isTrue = ({ is, said }: Answer): boolean => (binary ? is === 1 : is === said)
  const binOf = ({ probability }: Answer): number => Math.min(BINS - 1, Math.floor(probability * BINS))
  const bins = Array.from({ length: BINS }, (_, bin) => predicted.filter((one) => binOf(one) === bin)).filter(({ length }) => length > 0)
  const points = bins.map((bin): SeriesPoint => {
    const [hits, count] = [bin.filter(isTrue).length, bin.length]
    return { x: bin.reduce((sum, { probability }) => sum + probability, 0) / count, mean: hits / count, ...wilson(hits, count) }
  })
  const error = points.reduce((sum, { x, mean }, i) => sum + Math.abs(x - mean) * ((bins[i]?.length ?? 0) / predicted.length), 0)
  const [, second = ''] = predictions.classNames
  const said = binary ? `the probability of ${second} that the network gives` : 'the probability that the network gives the class it says'
  return {
    kind: 'lineChart',
    name: 'calibration',
    caption:
      `Test rows in ${bins.length} groups by ${said}, and how often it came true, with 95 % intervals. ` +
      `On the dashed line, probabilities mean what they say; the mean distance from it is ${error.toFixed(3)} (expected calibration error).`,
    x: { label: 'probability given' },
    y: { label: 'part that came true' },
    series: [
      { name: 'network', points },
      {
        name: 'perfect',
        dashed: true,
        points: [
          { x: 0, mean: 0 },
          { x: 1, mean: 1 },
        ],
      },
    ],
  }
}

/** The 95 % score interval of a proportion: Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22, 1927. */
export function wilson(hits: number, count: number): { low: number; high: number } {
  const z = 1.959964
  const [share, spread] = [hits / count, z ** 2 / count]
  const middle = (share + spread / 2) / (1 + spread)
  const half = (z * Math.sqrt((share * (1 - share)) / count + spread / (4 * count))) / (1 + spread)
  return { low: Math.max(0, middle - half), high: Math.min(1, middle + half) }
}

function againstTruth({ outputs, targets, rows, targetNames }: Predictions): Block {
  const width = targetNames.length
  const [name = 'value'] = targetNames
  const pairs = Array.from({ length: rows }, (_, row) => ({
    is: targets[row * width] ?? Number.NaN,
    said: outputs[row * width] ?? Number.NaN,
  }))
  const mean = pairs.reduce((sum, { is }) => sum + is, 0) / rows
  const residual = pairs.reduce((sum, { is, said }) => sum + (is - said) ** 2, 0)
  const scatter = pairs.reduce((sum, { is }) => sum + (is - mean) ** 2, 0)
  const step = Math.ceil(rows / POINTS)
  const shown = step === 1 ? `All ${rows} test rows` : `Every ${step}th of ${rows} test rows`
  return {
    kind: 'scatter',
    name: 'calibration',
    caption:
      `${shown}: what the network says against what is so; on the dashed line it is right. ` +
      `Root mean squared error ${Math.sqrt(residual / rows).toPrecision(4)}, R² ${(1 - residual / scatter).toFixed(3)}.`,
    x: { label: `${name}, true` },
    y: { label: `${name}, said` },
    points: pairs.filter((_, row) => row % step === 0).map(({ is, said }, i) => ({ x: is, y: said, name: `test row ${i * step + 1}` })),
    diagonal: true,
  }
}
