import { expect, it } from 'vitest'
import { calibrationErrorOf, crossTempered, temperatureOf, withTemperature } from '../../src/learn/calibration.ts'
import { drawFrom } from '../support/random.ts'

/** Classes drawn from chances that are then said with another certainty. */
function rowsOf(rows: number, classes: number, certainty: number, seed: number) {
  const draw = drawFrom(seed)
  const actual = new Int32Array(rows)
  const probabilities = new Float64Array(rows * classes)
  for (let row = 0; row < rows; row++) {
    const scores = Array.from({ length: classes }, () => 1.5 * draw.normal())
    const chances = softmax(scores)
    let rest = draw.uniform()
    actual[row] = Math.max(
      0,
      chances.findIndex((chance) => {
        rest -= chance
        return rest < 0
      }),
    )
    probabilities.set(softmax(scores.map((score) => score * certainty)), row * classes)
  }
  return { actual, classes, probabilities }
}

function softmax(scores: readonly number[]): number[] {
  const powers = scores.map(Math.exp)
  const sum = powers.reduce((a, b) => a + b)
  return powers.map((power) => power / sum)
}

it('finds the temperature that makes too sure and too timid chances true', () => {
  expect(temperatureOf(rowsOf(4000, 3, 2, 1))).toBeCloseTo(2, 0)
  expect(temperatureOf(rowsOf(4000, 3, 2, 1))).toBeGreaterThan(1.85)
  expect(temperatureOf(rowsOf(4000, 3, 0.5, 2))).toBeCloseTo(0.5, 1)
  expect(Math.abs(Math.log(temperatureOf(rowsOf(4000, 2, 1, 3))))).toBeLessThan(0.1)
})

it('is the least of the log loss, and softmax(log p / T)', () => {
  const said = rowsOf(500, 4, 1.6, 4)
  const loss = (temperature: number): number => {
    const own = withTemperature(said.probabilities, 4, temperature)
    return said.actual.reduce((sum, actual, row) => sum - Math.log(own[row * 4 + actual] ?? 0), 0) / 500
  }
  const best = temperatureOf(said)
  expect(loss(best)).toBeLessThan(loss(best * 1.1))
  expect(loss(best)).toBeLessThan(loss(best / 1.1))
  const own = withTemperature(Float64Array.of(0.7, 0.2, 0.1), 3, 2)
  const expected = softmax([0.7, 0.2, 0.1].map((p) => Math.log(p) / 2))
  for (const [i, p] of expected.entries()) expect(own[i]).toBeCloseTo(p, 12)
  expect(withTemperature(Float64Array.of(1, 0), 2, 3)).toEqual(Float64Array.of(1, 0))
})

it('does not take a handful of rows that were all right for certainty', () => {
  const few = { actual: Int32Array.of(0, 1, 0), classes: 2, probabilities: Float64Array.of(0.8, 0.2, 0.3, 0.7, 0.9, 0.1) }
  expect(temperatureOf(few)).toBeGreaterThan(0.5)
  expect(temperatureOf(few)).toBeLessThan(1)
  expect(temperatureOf(few, [])).toBe(1)
})

it('gives each fold the temperature of the others', () => {
  const said = rowsOf(90, 3, 2, 5)
  const folds = Int32Array.from({ length: 90 }, (_, row) => row % 3)
  const tempered = crossTempered(said, folds)
  // What is true of a row moves the other folds' rows and not its own fold's.
  const changed = { ...said, actual: said.actual.with(0, ((said.actual[0] ?? 0) + 1) % 3) }
  const again = crossTempered(changed, folds)
  for (const row of folds.keys()) expect(again[row * 3] === tempered[row * 3], `row ${row}`).toBe(folds[row] === 0)
})

it('has a calibration error that is by chance alone where chances are true, and far above it where not', () => {
  const true_ = calibrationErrorOf(rowsOf(2000, 3, 1, 6))
  expect(true_.value).toBeLessThan(1.6 * true_.byChance)
  expect(true_.value).toBeGreaterThan(0.4 * true_.byChance)
  const sure = calibrationErrorOf(rowsOf(2000, 3, 3, 6))
  expect(sure.value).toBeGreaterThan(4 * sure.byChance)
  // By hand: 0.95 said and right in 1 of 2, 0.6 said and right in 1 of 1.
  const few = { actual: Int32Array.of(0, 1, 0), classes: 2, probabilities: Float64Array.of(0.95, 0.05, 0.95, 0.05, 0.6, 0.4) }
  expect(calibrationErrorOf(few, 10).value).toBeCloseTo((2 * 0.45 + 0.4) / 3, 12)
  expect(calibrationErrorOf(few, 10).bins).toEqual([
    { rows: 1, said: 0.6, right: 1 },
    { rows: 2, said: 0.95, right: 0.5 },
  ])
})
