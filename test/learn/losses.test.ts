/** The losses of `learn`: what a row costs, what trees, lines and networks make of each, and what an answer says of itself by them. */

import { type Answer, type Backend, InvalidDataError, InvalidSpecError, type LearnOptions, learn, loadAnswer, openBackend } from 'espalier'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { at } from '../../src/core/at.ts'
import { finish } from '../../src/core/steps.ts'
import { scoreData } from '../../src/learn/describe.ts'
import { linearSteps } from '../../src/learn/linear/fit.ts'
import { linearOutputs } from '../../src/learn/linear/outputs.ts'
import { constantOf, costOf, type NumberLoss, readLoss, slopeOf } from '../../src/learn/loss.ts'
import { guessOf, type Judged } from '../../src/learn/score/judged.ts'
import { metricsOf, scoreOf } from '../../src/learn/score/score.ts'
import { scoreAnswer } from '../../src/learn/score/verdict.ts'
import { Booster } from '../../src/learn/trees/booster.ts'
import { categories, numbers, range, table } from '../prepare/tables.ts'
import { drawFrom } from '../support/random.ts'

const lossOf = (name: NumberLoss['name'], more: Partial<NumberLoss> = {}): NumberLoss => ({ name, quantile: 0.5, delta: 1, ...more })
const OTHERS: readonly NumberLoss[] = [
  lossOf('meanAbsoluteError'),
  lossOf('huber', { delta: 0.7 }),
  lossOf('quantile', { quantile: 0.9 }),
  lossOf('poisson'),
]

describe('what a row costs', () => {
  test("is what scikit-learn's metrics are the mean of, by the examples of its documentation", () => {
    const mean = (loss: NumberLoss, truth: number[], said: number[]) =>
      truth.reduce((sum, own, i) => sum + costOf(loss, own, at(said, i)), 0) / truth.length
    expect(mean(lossOf('poisson'), [2, 0, 1, 4], [0.5, 0.5, 2, 2])).toBeCloseTo(1.426, 4)
    expect(mean(lossOf('quantile', { quantile: 0.1 }), [1, 2, 3], [0, 2, 3])).toBeCloseTo(0.1 / 3, 12)
    expect(mean(lossOf('quantile', { quantile: 0.9 }), [1, 2, 3], [0, 2, 3])).toBeCloseTo(0.3, 12)
  })

  test.each(OTHERS)('has the slope that it says, and the constant that costs least: %j', (loss) => {
    const draw = drawFrom(5)
    for (let i = 0; i < 50; i++) {
      const [truth, said, h] = [4 * draw.uniform(), 0.3 + 4 * draw.uniform(), 1e-6]
      const slope = (costOf(loss, truth, said + h) - costOf(loss, truth, said - h)) / (2 * h)
      expect(slopeOf(loss, truth, said)).toBeCloseTo(slope, 5)
    }
    const values = Float64Array.from({ length: 101 }, () => Math.exp(draw.normal()))
    const total = (constant: number) => values.reduce((sum, value) => sum + costOf(loss, value, constant), 0)
    const least = total(constantOf(loss, values))
    for (let constant = 0.05; constant < 8; constant += 0.01) expect(total(constant)).toBeGreaterThanOrEqual(least - 1e-9)
  })
})

/** Rows of two columns: y = x0 and what is drawn about it, more of it where x1 is large; counts of the rate e^(x0 / 2 + 1). */
function rowsOf(rows: number, seed: number) {
  const draw = drawFrom(seed)
  const features = Float32Array.from({ length: 2 * rows }, () => draw.normal())
  const x = (row: number, column: number) => at(features, 2 * row + column)
  const y = Float64Array.from(range(0, rows), (row) => x(row, 0) + (0.2 + Math.abs(x(row, 1))) * draw.normal())
  const counts = Float64Array.from(range(0, rows), (row) => {
    const rate = Math.exp(x(row, 0) / 2 + 1)
    let [count, part, sum, u] = [0, Math.exp(-rate), Math.exp(-rate), draw.uniform()]
    while (u > sum && count < 1000) {
      part *= rate / ++count
      sum += part
    }
    return count
  })
  return { features, rows, inputs: 2, outputs: 1, task: 'regression', y, counts } as const
}

describe.each(OTHERS)('by $name', (loss) => {
  const [train, fresh] = [rowsOf(600, 1), rowsOf(4000, 2)]
  const isCounts = loss.name === 'poisson'
  const targets = isCounts ? train.counts : train.y
  const costs = (said: ArrayLike<number>) => {
    const truth = isCounts ? fresh.counts : fresh.y
    return truth.reduce((sum, own, i) => sum + costOf(loss, own, isCounts ? Math.exp(Number(said[i])) : Number(said[i])), 0) / truth.length
  }
  const constant = costs(new Float64Array(fresh.rows).fill(isCounts ? Math.log(constantOf(loss, targets)) : constantOf(loss, targets)))

  test('a line costs less on fresh rows than the constant, and than the line of least squares', () => {
    const lineBy = (own: NumberLoss | undefined) => {
      const { model } = finish(linearSteps({ ...train, targets, ...(own && { loss: own }) }, { seed: 0 }))
      return costs(linearOutputs(model, fresh.features, fresh.rows, 'regression'))
    }
    expect(lineBy(loss)).toBeLessThan(0.95 * constant)
    if (!isCounts) expect(lineBy(loss)).toBeLessThan(1.002 * lineBy(undefined))
  })

  test('trees cost less on fresh rows than the constant, and what is a quantile lies where it should', () => {
    const booster = new Booster({ ...train, targets, loss }, { learningRate: 0.1, leaves: 8, minRows: 15 })
    for (let round = 0; round < 60; round++) booster.round()
    const evaluator = booster.evaluator(fresh.features, fresh.rows)
    evaluator.update()
    const said = evaluator.outputs()
    expect(costs(said)).toBeLessThan(0.95 * constant)
    if (loss.name === 'quantile') {
      const below = fresh.y.filter((own, i) => own <= at(said, i)).length / fresh.rows
      expect(below).toBeGreaterThan(0.84)
      expect(below).toBeLessThan(0.93)
    }
  })
})

describe('a score by a loss', () => {
  const draw = drawFrom(3)
  const actual = Float64Array.from({ length: 300 }, () => draw.normal())
  const predicted = actual.map((own) => own + 1.28 + 0.5 * draw.normal())
  const judged: Judged = { task: 'numbers', actual, predicted, loss: lossOf('quantile', { quantile: 0.9 }) }

  test('is judged by its own metric, beside the constant that is best by it', () => {
    expect(metricsOf(judged)).toStrictEqual(['meanPinballLoss'])
    const guess = guessOf(judged)
    expect(guess.task === 'numbers' && guess.predicted[0]).toBeCloseTo(constantOf(lossOf('quantile', { quantile: 0.9 }), actual), 12)
    const { metric, value, low, high, baselines } = scoreAnswer({ judged })
    expect(metric).toBe('meanPinballLoss')
    expect(value).toBeCloseTo(
      actual.reduce((sum, own, i) => sum + costOf(lossOf('quantile', { quantile: 0.9 }), own, at(predicted, i)), 0) / 300,
      12,
    )
    expect(low).toBeLessThan(value)
    expect(high).toBeGreaterThan(value)
    expect(baselines.guess.score.value).toBeGreaterThan(0)
  })

  test('refuses a metric of another loss', () => {
    expect(() => scoreOf({ judged }, 'meanPoissonDeviance')).toThrow(/learned by poisson; these were by quantile/)
    expect(() => scoreOf({ judged: { task: 'numbers', actual, predicted } }, 'meanPinballLoss')).toThrow(
      /learned by quantile; these were by squared errors/,
    )
  })

  test('of balanced classes is the mean over the classes, and a class of few rows widens it', () => {
    const classes = (rare: number): Judged => {
      const own = Int32Array.from({ length: 400 }, (_, i) => Number(i < rare))
      const probabilities = Float64Array.from(
        [...own].flatMap((one) => {
          const p = 0.2 + 0.6 * one + 0.15 * (draw.uniform() - 0.5)
          return [1 - p, p]
        }),
      )
      return { task: 'classes', actual: own, classes: 2, probabilities, isBalanced: true }
    }
    const [few, many] = [classes(20), classes(200)]
    const widthOf = (one: Judged) => {
      const { low, high } = scoreOf({ judged: one }, 'balancedLogLoss')
      return high - low
    }
    expect(scoreAnswer({ judged: few }).metric).toBe('balancedLogLoss')
    expect(widthOf(few)).toBeGreaterThan(1.5 * widthOf(many))
    expect(scoreOf({ judged: guessOf(few) }, 'balancedLogLoss').value).toBeCloseTo(Math.log(2), 12)
  })

  test.each([
    ['a class of one row', [1, 0], 3, 'balancedLogLoss'],
    ['rows of one class alone', [], 2, 'auc'],
  ] as const)('of %s is made of numbers that a file keeps', (_what, [rare], classes, metric) => {
    for (const isBalanced of [true, false]) {
      const own = Int32Array.from({ length: 100 }, (_, i) => (rare === undefined ? 0 : i === 7 ? 2 : i % 2))
      const probabilities = Float64Array.from({ length: 100 * classes }, () => 1 / classes)
      const one: Judged = { task: 'classes', actual: own, classes, probabilities, isBalanced }
      const score = finish(scoreData({ judged: one, linear: one }, {}))
      expect(JSON.parse(JSON.stringify(score))).toEqual(score)
      expect(score.metrics.map(({ name }) => name).includes(metric)).toBe(rare !== undefined && isBalanced)
    }
  })

  test('holds the true pinball loss and deviance of fresh rows as often as it says', () => {
    const held = { quantile: 0, poisson: 0 }
    const sets = 400
    for (let set = 0; set < sets; set++) {
      const own = drawFrom(1000 + set)
      const rows = 120
      const y = Float64Array.from({ length: rows }, () => own.normal())
      const said = y.map(() => 1.2816 + 0.3 * own.normal())
      const rates = y.map(() => Math.exp(own.normal() / 2))
      const counts = rates.map((rate) => {
        let [count, product] = [0, own.uniform()]
        while (product > Math.exp(-rate)) {
          count++
          product *= own.uniform()
        }
        return count
      })
      const among = (one: Judged, metric: 'meanPinballLoss' | 'meanPoissonDeviance', truth: number) => {
        const { low, high } = scoreOf({ judged: one }, metric)
        return Number(low <= truth && truth <= high)
      }
      held.quantile += among(
        { task: 'numbers', actual: y, predicted: said, loss: lossOf('quantile', { quantile: 0.9 }) },
        'meanPinballLoss',
        TRUE_PINBALL,
      )
      held.poisson += among(
        { task: 'numbers', actual: counts, predicted: rates, loss: lossOf('poisson') },
        'meanPoissonDeviance',
        TRUE_DEVIANCE,
      )
    }
    // Rows are independent here, which the intervals do not count on: they are a little wide.
    for (const count of Object.values(held)) expect(count / sets).toBeGreaterThan(0.93)
  })
})

/** Of these very worlds, by numpy, 4,000,000 rows each: 0.9-quantile said with noise of 0.3, and the rate itself of e^(normal / 2). */
const TRUE_PINBALL = 0.1834
const TRUE_DEVIANCE = 1.109

describe('learn', () => {
  let backend: Backend
  beforeAll(async () => {
    backend = await openBackend({ prefer: 'wasm', workers: 2 })
  })
  afterAll(() => backend.dispose())
  const { features, y, counts, rows } = rowsOf(240, 9)
  const column = (k: number) => range(0, rows).map((row) => at(features, 2 * row + k))
  const ill = range(0, rows).map((row) => (at(y, row) > 1.5 ? 'ill' : 'well'))
  const of = (target: ReturnType<typeof numbers>) => table(numbers('a', column(0)), numbers('b', column(1)), target)
  const by = (target: 'number' | 'count' | 'class', options: Partial<LearnOptions>): Promise<Answer> => {
    const own = target === 'class' ? categories('t', ill) : numbers('t', target === 'count' ? counts : y)
    return learn(backend, of(own), {
      target: 't',
      budget: { steps: 1 },
      seed: 1,
      ...(target === 'count' && { task: 'regression' }),
      ...options,
    })
  }

  test('predicts a quantile in units of the target, judged by its pinball loss', { timeout: 120_000 }, async () => {
    const answer = await by('number', { loss: { name: 'quantile', quantile: 0.9 } })
    expect(answer.score.metric).toBe('meanPinballLoss')
    expect(answer.score.value).toBeLessThan(answer.score.baselines.guess)
    expect(answer.data.learned.loss).toBe('quantile 0.9')
    const fresh = rowsOf(1000, 21)
    const said = answer.predict(range(0, 1000).map((row) => ({ a: at(fresh.features, 2 * row), b: at(fresh.features, 2 * row + 1) })))
    const below = said.filter(({ value }, row) => at(fresh.y, row) <= Number(value)).length / 1000
    expect(below).toBeGreaterThan(0.83)
    expect(below).toBeLessThan(0.95)
    // What was saved is what was said, to the bit, the loss included.
    const loaded = loadAnswer(answer.save())
    expect(loaded.data.loss).toStrictEqual({ name: 'quantile', quantile: 0.9, delta: 0 })
    expect(loaded.predict([{ a: 1, b: 0 }])).toStrictEqual(answer.predict([{ a: 1, b: 0 }]))
  })

  test('predicts counts above 0, by their deviance, and nearly the rate that they were drawn by', { timeout: 120_000 }, async () => {
    const answer = await by('count', { loss: 'poisson' })
    expect(answer.score.metric).toBe('meanPoissonDeviance')
    const said = answer.predict([-2, 0, 2].map((a) => ({ a, b: 0 }))).map(({ value }) => Number(value))
    for (const [i, a] of [-2, 0, 2].entries()) {
      expect(at(said, i)).toBeGreaterThan(0)
      expect(Math.abs(Math.log(at(said, i)) - (a / 2 + 1))).toBeLessThan(0.5)
    }
  })

  test('has intervals that follow the variance of a row, by the Gaussian likelihood', { timeout: 120_000 }, async () => {
    const answer = await by('number', { loss: 'gaussianLikelihood' })
    expect(answer.score.metric).toBe('rootMeanSquaredError')
    const widthOf = (...bs: number[]) => {
      const said = answer.predict(bs.flatMap((b) => [-1, -0.5, 0, 0.5, 1].map((a) => ({ a, b }))))
      const widths = said.map((one) => ('interval' in one && one.interval ? one.interval.high - one.interval.low : Number.NaN))
      return widths.reduce((sum, width) => sum + width / widths.length, 0)
    }
    expect(answer.data.intervals).toMatchObject({ scale: { by: 'spread' } })
    // Their deviations are 0.2 to 0.4, and 1.7 to 2.2.
    expect(widthOf(-2, -1.5, 1.5, 2)).toBeGreaterThan(1.5 * widthOf(-0.2, 0, 0.2))
    expect(loadAnswer(answer.save()).predict([{ a: 1, b: 0 }])).toStrictEqual(answer.predict([{ a: 1, b: 0 }]))
  })

  test('lets all classes count alike, and calls more of the rare one', { timeout: 120_000 }, async () => {
    const [plain, balanced] = [await by('class', {}), await by('class', { classWeight: 'balanced' })]
    expect(balanced.score.metric).toBe('balancedLogLoss')
    expect(balanced.score.baselines.guess).toBeCloseTo(Math.log(2), 12)
    const rare = (answer: Answer) => answer.predict(of(categories('t', ill))).filter(({ value }) => value === 'ill').length
    expect(rare(balanced)).toBeGreaterThan(rare(plain))
    const recall = (answer: Answer) => answer.score.metrics.find(({ name }) => name === 'balancedAccuracy')?.value ?? 0
    expect(recall(balanced)).toBeGreaterThan(recall(plain))
  })

  test.each([
    ['class', { loss: 'huber' }, InvalidSpecError, /huber.*is for numbers.*one of 2 classes.*crossentropy/],
    ['number', { loss: 'focalCrossentropy' }, InvalidSpecError, /is for classes.*"t" is a number.*meanSquaredError/],
    ['number', { loss: 'hubber' }, InvalidSpecError, /hubber.*huber/],
    ['number', { loss: { name: 'quantile', quantile: 1 } }, InvalidSpecError, /loss\.quantile is 1; it must be above 0 and below 1/],
    ['number', { loss: { name: 'huber', quantile: 0.5 } }, InvalidSpecError, /huber has delta/],
    ['number', { loss: 'poisson' }, InvalidDataError, /poisson is for counts and rates/],
    ['number', { classWeight: 'balanced' }, InvalidSpecError, /is for classes/],
    ['class', { classWeight: 'even' }, InvalidSpecError, /classWeight is the text "even"; it must be "balanced"/],
    ['number', { loss: 3 }, InvalidSpecError, /loss is 3/],
  ] as const)('refuses a loss that does not fit: %s %j', async (target, options, kind, message) => {
    const learned = by(target, options as unknown as Partial<LearnOptions>)
    await expect(learned).rejects.toThrow(kind)
    await expect(learned).rejects.toThrow(message)
  })
})

test('a delta of huber is by default the deviation of the target', () => {
  const { ofNumbers } = readLoss({ loss: 'huber' }, { target: 'y', classes: 0, truth: Float64Array.of(-3, 3) })
  expect(ofNumbers).toStrictEqual({ name: 'huber', quantile: 0.5, delta: 3 })
})
