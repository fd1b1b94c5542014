import { describe, expect, it } from 'vitest'
import { evaluateMetrics } from '../../src/core/metrics.ts'
import { aroundFunction, aroundMean, meanOfEstimates, widened, wilson } from '../../src/learn/score/intervals.ts'
import { guessOf, type Judged, type JudgedClasses, type JudgedNumbers } from '../../src/learn/score/judged.ts'
import { differenceOf, SCORE_METRICS, scoreOf } from '../../src/learn/score/score.ts'
import { type FoldModels, gainOf, hitGainOf, spillBetween, spillOf } from '../../src/learn/score/training.ts'
import { scoreAnswer } from '../../src/learn/score/verdict.ts'
import { studentQuantile } from '../../src/study/statistics/student.ts'
import { drawFrom } from '../support/random.ts'

/** Rows of `classes` classes, said with a certainty that `strength` gives; float32, as metrics take them. */
function classRows(rows: number, classes: number, strength: number, seed: number): JudgedClasses {
  const draw = drawFrom(seed)
  const actual = Int32Array.from({ length: rows }, () => draw.index(classes))
  const probabilities = new Float64Array(rows * classes)
  for (const [row, own] of actual.entries()) {
    const scores = Array.from({ length: classes }, (_, i) => Math.exp(draw.normal() + (i === own ? strength : 0)))
    const sum = scores.reduce((a, b) => a + b)
    for (const [i, score] of scores.entries()) probabilities[row * classes + i] = Math.fround(score / sum)
  }
  return { task: 'classes', actual, classes, probabilities }
}

function numberRows(rows: number, noise: number, seed: number): JudgedNumbers {
  const draw = drawFrom(seed)
  const predicted = Float64Array.from({ length: rows }, () => Math.fround(draw.normal()))
  return { task: 'numbers', predicted, actual: predicted.map((value) => Math.fround(value + noise * draw.normal())) }
}

describe('values', () => {
  it.each([2, 3, 5])('are those of the package, of %i classes', (classes) => {
    const judged = classRows(200, classes, 1, classes)
    const topology = {
      inputShape: [1],
      layers: [{ type: 'dense', units: classes }],
      loss: { name: 'categoricalCrossentropy', fromLogits: false },
    } as unknown as Parameters<typeof evaluateMetrics>[3]
    const targets = new Float32Array(200 * classes)
    for (const [row, own] of judged.actual.entries()) targets[row * classes + own] = 1
    const examples = { features: new Float32Array(200), targets, rows: 200 }
    const expected = evaluateMetrics(['logLoss', 'balancedAccuracy', 'auc'], Float32Array.from(judged.probabilities), examples, topology)
    for (const metric of ['logLoss', 'balancedAccuracy', 'auc'] as const)
      expect(scoreOf({ judged }, metric).value, metric).toBeCloseTo(expected[metric] ?? Number.NaN, 6)
  })

  it('are those of numbers', () => {
    const judged: JudgedNumbers = { task: 'numbers', actual: Float64Array.of(1, 2, 3, 6), predicted: Float64Array.of(1, 3, 2, 4) }
    expect(scoreOf({ judged }, 'rootMeanSquaredError').value).toBeCloseTo(Math.sqrt(1.5), 12)
    expect(scoreOf({ judged }, 'meanAbsoluteError').value).toBeCloseTo(1, 12)
    expect(scoreOf({ judged }, 'r2').value).toBeCloseTo(1 - 6 / 14, 12)
  })

  it('lie inside their intervals, and intervals narrow as the root of the rows', () => {
    for (const task of ['classes', 'numbers'] as const) {
      const of = (rows: number): Judged => (task === 'classes' ? classRows(rows, 3, 1, 7) : numberRows(rows, 0.5, 7))
      for (const metric of SCORE_METRICS[task]) {
        const [few, many] = [scoreOf({ judged: of(200) }, metric), scoreOf({ judged: of(3200) }, metric)]
        for (const { value, low, high } of [few, many]) {
          expect(low, metric).toBeLessThan(value)
          expect(high, metric).toBeGreaterThan(value)
        }
        const narrower = (few.high - few.low) / (many.high - many.low)
        expect(narrower, metric).toBeGreaterThan(3)
        expect(narrower, metric).toBeLessThan(6.5)
      }
    }
  })
})

describe('intervals', () => {
  it('of a share are Wilson’s, by Student’s quantile', () => {
    // scipy.stats.t.ppf(0.975, 9) and ppf(0.975, 500)
    expect(studentQuantile(0.95, 9)).toBeCloseTo(2.2621571628, 8)
    expect(studentQuantile(0.95, 500)).toBeCloseTo(1.9647198374, 7)
    const z = studentQuantile(0.95, 19) * Math.sqrt(widened(20))
    const { low, high } = wilson(15, 20, 0.95)
    // Both ends solve |0.75 - p| = z sqrt(p (1 - p) / 20), with three times the variance for so few rows.
    for (const end of [low, high]) expect(Math.abs(0.75 - end)).toBeCloseTo(z * Math.sqrt((end * (1 - end)) / 20), 10)
    expect(widened(20)).toBe(3)
    expect(wilson(15, 20, 0.95, 4000).low).toBeGreaterThan(low + 0.1)
    expect(wilson(20, 20, 0.95).low).toBeLessThan(0.86)
  })

  it('of skewed values reach further to the side where the rare large ones are', () => {
    const draw = drawFrom(3)
    const skewed = Float64Array.from({ length: 100 }, () => draw.normal() ** 4)
    const { value, low, high } = aroundMean(skewed, 0.95)
    expect(high - value).toBeGreaterThan(1.5 * (value - low))
    const mirrored = aroundMean(
      skewed.map((one) => -one),
      0.95,
    )
    expect(mirrored.low).toBeCloseTo(-high, 10)
  })

  it('of a mean add the distances to the ends as squares', () => {
    const { low, high } = meanOfEstimates([
      { value: 0.5, low: 0.2, high: 0.6 },
      { value: 0.7, low: 0.3, high: 0.9 },
    ])
    expect(low).toBeCloseTo(0.6 - Math.hypot(0.3, 0.4) / 2, 12)
    expect(high).toBeCloseTo(0.6 + Math.hypot(0.1, 0.2) / 2, 12)
  })

  it('of an area without an overlap are not a single point', () => {
    const judged: JudgedClasses = {
      task: 'classes',
      classes: 2,
      actual: Int32Array.from({ length: 40 }, (_, i) => i % 2),
      probabilities: Float64Array.from({ length: 80 }, (_, i) => [0.9, 0.1, 0.2, 0.8][i % 4] ?? 0),
    }
    const { value, low, high } = scoreOf({ judged }, 'auc')
    expect(value).toBe(1)
    expect(high).toBe(1)
    expect(low).toBeGreaterThan(0.7)
    expect(low).toBeLessThan(0.95)
  })

  it('of R² of equal targets are the 0 or 1 that it is there, though their mean is a rounding away from them', () => {
    const actual = new Float64Array(3).fill(0.938)
    const of = (predicted: readonly number[], metric: 'r2' | 'rootMeanSquaredError') =>
      scoreOf({ judged: { task: 'numbers', actual, predicted: Float64Array.from(predicted) } }, metric)
    expect(of([0.9, 1, 1.1], 'r2')).toEqual({ value: 0, low: 0, high: 0 })
    expect(of([0.938, 0.938, 0.938], 'r2')).toEqual({ value: 1, low: 1, high: 1 })
    expect(of([0.9, 1, 1.1], 'rootMeanSquaredError').value).toBeCloseTo(Math.sqrt((0.038 ** 2 + 0.062 ** 2 + 0.162 ** 2) / 3), 12)
  })

  it('refuse what does not belong together', () => {
    const judged = numberRows(20, 1, 1)
    expect(() => scoreOf({ judged }, 'auc')).toThrow('metric is auc; of numbers it must be one of rootMeanSquaredError')
    expect(() => differenceOf({ judged }, { judged: numberRows(21, 1, 1) }, 'r2')).toThrow('different rows')
    expect(() => scoreOf({ judged: { ...judged, predicted: new Float64Array(3) } }, 'r2')).toThrow('3 numbers were predicted for 20 rows')
    expect(() => scoreAnswer({ judged }, { level: 95 })).toThrow('level is 95')
  })
})

describe('what folds do', () => {
  it('is nothing to a prediction that is the truth, and all to one of chance', () => {
    const draw = drawFrom(55)
    const true_ = numberRows(4000, 0.3, 5)
    expect(spillOf(true_, guessOf(true_))).toBeLessThan(0.1)
    const chance: JudgedNumbers = { ...true_, predicted: Float64Array.from({ length: 4000 }, () => draw.normal()) }
    expect(spillOf(chance, guessOf(chance))).toBeGreaterThan(1.1)
    // Two that differ by their own chance alone.
    const other: JudgedNumbers = { ...true_, predicted: true_.predicted.map((value) => value + 0.1 * draw.normal()) }
    expect(spillBetween(other, true_, guessOf(true_))).toBeGreaterThan(0.9)
  })

  it('is what the mean of several models gains in squared error', () => {
    const draw = drawFrom(6)
    const rows = 3000
    const expected = Float64Array.from({ length: rows }, () => draw.normal())
    const truth = expected.map((value) => value + 0.5 * draw.normal())
    const folds = Array.from({ length: 5 }, (_, fold) => ({
      said: expected.map((value) => value + 0.5 * draw.normal()),
      unseen: Uint8Array.from({ length: rows }, (_, row) => Number(row % 5 === fold)),
    }))
    const predicted = Float64Array.from({ length: rows }, (_, row) => folds[row % 5]?.said[row] ?? Number.NaN)
    const judged: JudgedNumbers = { task: 'numbers', actual: truth, predicted }
    const bag = truth.map((_, row) => folds.reduce((sum, { said }) => sum + (said[row] ?? Number.NaN) / 5, 0))
    const error = (said: Float64Array): number =>
      said.reduce((sum, value, row) => sum + (value - (truth[row] ?? Number.NaN)) ** 2, 0) / rows
    expect(gainOf({ judged, folds })).toBeCloseTo(0.25 * 0.8, 1.5)
    expect(scoreOf({ judged, bag: { judged, folds } }, 'rootMeanSquaredError').value).toBeCloseTo(Math.sqrt(error(bag)), 1)
    expect(scoreOf({ judged }, 'rootMeanSquaredError').value).toBeCloseTo(Math.sqrt(0.5), 1)
    expect(() => gainOf({ judged, folds: [{ said: new Float64Array(2), unseen: new Uint8Array(2) }] })).toThrow(
      'there must be 1 for each of 3000 rows',
    )
  })
})

describe('the bag of classes', () => {
  /** Five folds' models of two classes whose log odds are what is true and their own chance, as large. */
  function bagOfTwo(rows: number) {
    const draw = drawFrom(9)
    const odds = Float64Array.from({ length: rows }, () => 2 * draw.normal())
    const chances = (z: number): [number, number] => [1 / (1 + Math.exp(z)), 1 / (1 + Math.exp(-z))]
    const actual = Int32Array.from(odds, (z) => Number(draw.uniform() < 1 / (1 + Math.exp(-z))))
    const folds: FoldModels[] = Array.from({ length: 5 }, (_, fold) => ({
      said: Float64Array.from([...odds].flatMap((z) => chances(z + 1.5 * draw.normal()))),
      unseen: Uint8Array.from({ length: rows }, (_, row) => Number(row % 5 === fold)),
    }))
    const saidOf = (value: (place: number) => number): Float64Array => Float64Array.from({ length: 2 * rows }, (_, place) => value(place))
    const own = saidOf((place) => folds[Math.floor(place / 2) % 5]?.said[place] ?? Number.NaN)
    const all = saidOf((place) => folds.reduce((sum, { said }) => sum + (said[place] ?? Number.NaN) / 5, 0))
    const as = (probabilities: Float64Array): JudgedClasses => ({ task: 'classes', actual, classes: 2, probabilities })
    return { judged: as(own), whole: as(all), folds }
  }

  it('has the area, the accuracy and nearly the log loss that are foretold of it', () => {
    const { judged, whole, folds } = bagOfTwo(6000)
    for (const metric of ['auc', 'accuracy', 'balancedAccuracy', 'logLoss'] as const) {
      const [plain, foretold, truth] = [{ judged }, { judged, bag: { judged, folds } }, { judged: whole }].map(
        (one) => scoreOf(one, metric).value,
      )
      if (plain === undefined || foretold === undefined || truth === undefined) throw new Error('there are three')
      // An estimate: to within 40 %.
      expect((foretold - plain) / (truth - plain), metric).toBeGreaterThan(0.6)
      expect((foretold - plain) / (truth - plain), metric).toBeLessThan(1.4)
    }
  })

  it('gains nothing where all say the same', () => {
    const { judged, folds } = bagOfTwo(200)
    const alike = folds.map(({ unseen }) => ({ said: judged.probabilities, unseen }))
    expect(hitGainOf({ judged, folds: alike })).toEqual({ accuracy: 0, balancedAccuracy: 0 })
    for (const metric of ['auc', 'accuracy', 'balancedAccuracy', 'logLoss'] as const)
      expect(scoreOf({ judged, bag: { judged, folds: alike } }, metric)).toEqual(scoreOf({ judged }, metric))
  })
})

describe('the jackknife', () => {
  it('holds a ratio of skewed means as often as it says', () => {
    const draw = drawFrom(21)
    const exponential = () => -Math.log(1 - draw.uniform())
    let held = 0
    for (let set = 0; set < 600; set++) {
      const a = Float64Array.from({ length: 250 }, () => exponential() ** 2)
      const { low, high } = aroundFunction(
        a,
        a.map(() => exponential()),
        (x, y) => Math.log(x / y),
        0.95,
      )
      if (low <= Math.log(2) && Math.log(2) <= high) held++
    }
    // Few rows widen it a little (widened): 94 to 98 %.
    expect(held / 600).toBeGreaterThan(0.935)
    expect(held / 600).toBeLessThan(0.985)
  })

  it('has no width where nothing scatters, and an end where one row has all', () => {
    expect(aroundFunction(Float64Array.of(2, 2, 2), Float64Array.of(1, 1, 1), (x, y) => x / y, 0.95)).toEqual({ value: 2, low: 2, high: 2 })
    const { low, high } = aroundFunction(Float64Array.of(0, 0, 5), Float64Array.of(1, 2, 3), (x, y) => Math.log(x / y), 0.95)
    expect(Number.isFinite(low) && Number.isFinite(high)).toBe(true)
  })
})

describe('verdict', () => {
  it('says that an answer that knows something is better than guessing', () => {
    const judged = classRows(300, 3, 1.5, 11)
    const score = scoreAnswer({ judged })
    expect(score.metric).toBe('logLoss')
    expect(score.baselines.guess.standing).toBe('better')
    expect(score.verdict).toBe('Better than guessing.')
    const line = { judged: classRows(300, 3, 1.5, 11) }
    expect(scoreAnswer({ judged }, { linear: line }).verdict).toBe(
      'Better than guessing; whether better than a straight line, 300 rows cannot tell.',
    )
    const worse: JudgedClasses = { ...judged, probabilities: judged.probabilities.map((p) => 0.3 * p + 0.7 / 3) }
    expect(scoreAnswer({ judged }, { linear: { judged: worse } }).verdict).toBe('Better than guessing, and better than a straight line.')
    expect(scoreAnswer({ judged: worse }, { linear: { judged } }).verdict).toBe(
      'Better than guessing, and worse than a straight line: use that.',
    )
  })

  it('says that one that knows nothing is not', () => {
    expect(scoreAnswer({ judged: classRows(300, 2, 0, 12) }).verdict).toBe('No better than guessing: on 300 rows it was worse.')
    const rows = numberRows(60, 1, 13)
    const { mean } = { mean: rows.actual.reduce((a, b) => a + b, 0) / 60 }
    const judged: JudgedNumbers = { ...rows, predicted: rows.predicted.map((_, row) => mean + (row % 2 === 0 ? 0.01 : -0.01)) }
    expect(scoreAnswer({ judged }).verdict).toBe('No better than guessing, as far as 60 rows can tell.')
  })
})
