/** What the pieces of `learn` say to arguments that people get wrong. That nothing else is thrown is in test/misuse. */

import {
  applyTemperature,
  combinePredictions,
  fitIntervals,
  fitTemperature,
  InvalidDataError,
  InvalidSpecError,
  predictInterval,
  predictSet,
  scorePredictions,
  selectEnsemble,
} from 'espalier'
import { describe, expect, it } from 'vitest'

const said = (probabilities: readonly number[], actual: readonly number[]) => ({
  task: 'classes' as const,
  actual: Int32Array.from(actual),
  classes: 2,
  probabilities: Float64Array.from(probabilities),
})
const right = said([0.5, 0.5, 0.2, 0.8, 0.9, 0.1], [0, 1, 0])
const numbers = (count: number) => ({
  task: 'numbers' as const,
  actual: Float64Array.from({ length: count }, (_, i) => i),
  predicted: Float64Array.from({ length: count }, (_, i) => i + Math.sin(i)),
})
const choosing = { task: 'regression' as const, outputs: 1, truth: Float64Array.of(1, 2, 3), rows: Uint32Array.of(0, 1) }

describe('pieces of an answer refuse', () => {
  it.each([
    [
      'lengths that differ',
      () => scorePredictions({ judged: said([0.5, 0.5], [0, 1]) }),
      'predictions.judged.probabilities holds 2 numbers; there must be 4',
    ],
    [
      'chances that are too many',
      () => scorePredictions({ judged: said([0.5, 0.6, 0.5, 0.5], [0, 1]) }),
      'the probabilities of row 0 add up to 1.1',
    ],
    ['a chance below 0', () => fitTemperature(said([1.2, -0.2, 0.5, 0.5], [0, 1])), 'holds -0.2 for class 1'],
    [
      'a class beyond',
      () => scorePredictions({ judged: said([0.5, 0.5, 0.5, 0.5], [0, 2]) }),
      'actual holds 2 at place 1; with 2 classes it must be from 0 to 1',
    ],
    ['one row', () => fitIntervals(said([0.5, 0.5], [0])), '1 rows judge'],
    ['NaN', () => fitIntervals({ ...numbers(3), predicted: Float64Array.of(1, Number.NaN, 2) }), 'judged.predicted holds NaN at place 1'],
    ['a spread below 0', () => fitIntervals(numbers(3), { spread: Float64Array.of(1, 1, -1) }), 'spread holds a number below 0'],
    ['numbers for classes', () => predictSet(fitIntervals(numbers(50)) as never, [0.5, 0.5]), 'predictInterval is for those'],
    ['classes for numbers', () => predictInterval(fitIntervals(right) as never, 1), 'predictSet is for those'],
    [
      'models of other rows',
      () => combinePredictions([Float64Array.of(1, 2), Float64Array.of(1)], Float64Array.of(0.5, 0.5)),
      'model 1 says 1 numbers and model 0 2',
    ],
    ['weights that are no mean', () => combinePredictions([Float64Array.of(1)], Float64Array.of(0.5)), 'add up to 0.5'],
    ['a model of NaN', () => selectEnsemble(choosing, [Float64Array.of(Number.NaN, 1, 1)]), 'model 0 says NaN of row 0'],
    ['no model', () => selectEnsemble(choosing, []), 'the predictions are an empty array'],
    ['a row beyond', () => selectEnsemble({ ...choosing, rows: Uint32Array.of(3) }, [choosing.truth]), 'rows holds 3 at place 0'],
    ['rows of part of a class', () => applyTemperature(Float64Array.of(0.5, 0.5, 1), 2, 1), '3 probabilities are no rows of 2 classes'],
  ])('%s', (_, call, message) => {
    expect(call).toThrow(InvalidDataError)
    expect(call).toThrow(message)
  })

  it.each([
    ['a level of 95', () => scorePredictions({ judged: right }, { level: 95 }), 'level is 95; it must lie between 0 and 1'],
    [
      'a metric that is none',
      () => scorePredictions({ judged: right }, { metric: 'f1' as never }),
      'metric is the text "f1"; it must be one of accuracy, balancedAccuracy, logLoss',
    ],
    ['a metric of numbers', () => scorePredictions({ judged: right }, { metric: 'r2' }), 'metric is r2; of classes it must be one of'],
    ['a level of 0', () => predictInterval(fitIntervals(numbers(50)) as never, 1, 0, 0), 'level is 0'],
    ['a temperature below 0', () => applyTemperature(right.probabilities, 2, -1), 'temperature is -1; it must be a finite number above 0'],
  ])('%s', (_, call, message) => {
    expect(call).toThrow(InvalidSpecError)
    expect(call).toThrow(message)
  })
})

it('a temperature near 0 leaves what is likeliest, also of many classes', () => {
  const chances = Float64Array.from({ length: 300 }, (_, i) => (i < 2 ? 0.005 : 0.99 / 298))
  const sharp = applyTemperature(chances, 300, 1e-4)
  expect([sharp[0], sharp[1], sharp[2]]).toEqual([0.5, 0.5, 0])
})

it('rows that do not choose may be anything', () => {
  const weights = selectEnsemble(choosing, [Float64Array.of(1, 2, Number.NaN), Float64Array.of(9, 9, Number.NaN)])
  expect(weights[0]).toBeGreaterThan(0.5)
  expect((weights[0] ?? 0) + (weights[1] ?? 0)).toBeCloseTo(1, 12)
})
