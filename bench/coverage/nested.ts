/**
 * What `learn` does, with stand-ins: every fold trains all candidates, chooses its ensemble by the out-of-fold predictions of the other folds' rows, and
 * judges its own rows; all folds' ensembles answer together.
 */

import { at } from '../../src/core/at.ts'
import type { Judged } from '../../src/learn/score/judged.ts'
import type { Predictions } from '../../src/learn/score/score.ts'
import type { Draw } from './draw.ts'
import { candidates, type Predict } from './learners.ts'
import type { Rows } from './worlds.ts'

export interface Nested {
  /** Of the ensemble, and of the line: a prediction of every row by who had not seen it and was not chosen by it, and what each fold says of all rows. */
  readonly own: Predictions
  readonly line: Predictions
  /** The bag of all folds. */
  readonly answer: Predict
  readonly lineAnswer: Predict
  /** (rows), of the last repeat. */
  readonly folds: Int32Array
}

export interface NestedOptions {
  readonly folds?: number
  readonly repeats?: number
}

/** Random folds of like size, classes spread evenly. */
function foldsOf(data: Rows, classes: number, count: number, random: Draw): Int32Array {
  const keys = Float64Array.from({ length: data.rows }, () => random.uniform())
  const order = Array.from(keys.keys()).sort(
    (a, b) => (classes === 0 ? 0 : at(data.targets, a) - at(data.targets, b)) || at(keys, a) - at(keys, b),
  )
  const folds = new Int32Array(data.rows)
  for (const [i, row] of order.entries()) folds[row] = i % count
  return folds
}

export function judgedAs(data: Rows, classes: number, said: Float64Array): Judged {
  return classes === 0
    ? { task: 'numbers', actual: data.targets, predicted: said }
    : { task: 'classes', actual: Int32Array.from(data.targets), classes, probabilities: said }
}

const GREEDY = 12

/** Weights of candidates that come from adding the best one twelve times (Caruana and others, ICML 2004), by squared error or log loss of these rows. */
function greedy(said: readonly Float64Array[], data: Rows, outputs: number, isUsed: (row: number) => boolean): Float64Array {
  const sum = new Float64Array(data.rows * outputs)
  const weights = new Float64Array(said.length)
  for (let step = 1; step <= GREEDY; step++) {
    let best = { index: 0, loss: Number.POSITIVE_INFINITY }
    for (const [index, own] of said.entries()) {
      let loss = 0
      for (let row = 0; row < data.rows; row++) {
        if (!isUsed(row)) continue
        const target = data.targets[row] as number
        const place = outputs === 1 ? row : row * outputs + target
        const value = ((sum[place] as number) + (own[place] as number)) / step
        loss += outputs === 1 ? (value - target) ** 2 : -Math.log(Math.max(value, 1e-7))
      }
      if (loss < best.loss) best = { index, loss }
    }
    weights[best.index] = at(weights, best.index) + 1 / GREEDY
    const own = at(said, best.index)
    for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) + (own[i] as number)
  }
  return weights
}

const mix = (parts: readonly { readonly weight: number; readonly predict: Predict }[]): Predict => {
  const used = parts.filter(({ weight }) => weight > 0)
  return (features, rows) => {
    let sum: Float64Array | undefined
    for (const { weight, predict } of used) {
      const own = predict(features, rows)
      sum = sum === undefined ? own.map((value) => value * weight) : sum.map((value, i) => value + weight * (own[i] as number))
    }
    return sum ?? new Float64Array()
  }
}

export function nested(data: Rows, classes: number, random: Draw, options: NestedOptions = {}): Nested {
  const { folds: count = 5, repeats = 1 } = options
  const outputs = Math.max(1, classes)
  const total = new Float64Array(data.rows * outputs)
  const lineTotal = new Float64Array(data.rows * outputs)
  const ofFolds: Predict[] = []
  const lines: Predict[] = []
  const unseen: Uint8Array[] = []
  let folds: Int32Array = new Int32Array(data.rows)
  for (let repeat = 0; repeat < repeats; repeat++) {
    folds = foldsOf(data, classes, count, random)
    const own = folds
    const placesOf = (fold: number): Uint32Array => Uint32Array.from(own.keys()).filter((row) => own[row] === fold)
    const trained = Array.from({ length: count }, (_, fold) => {
      const places = Uint32Array.from(own.keys()).filter((row) => own[row] !== fold)
      return candidates.map((learner) => learner(data, places, classes, random))
    })
    const said = candidates.map((_, index) => {
      const all = new Float64Array(data.rows * outputs)
      for (const [fold, models] of trained.entries()) {
        const places = placesOf(fold)
        const features = new Float64Array(places.length * data.width)
        for (const [i, row] of places.entries())
          features.set(data.features.subarray(row * data.width, (row + 1) * data.width), i * data.width)
        const values = at(models, index)(features, places.length)
        for (const [i, row] of places.entries()) all.set(values.subarray(i * outputs, (i + 1) * outputs), row * outputs)
      }
      return all
    })
    for (const [fold, models] of trained.entries()) {
      const weights = greedy(said, data, outputs, (row) => own[row] !== fold)
      ofFolds.push(mix(said.map((_, i) => ({ weight: at(weights, i), predict: at(models, i) }))))
      lines.push(at(models, 0))
      unseen.push(Uint8Array.from(own, (one) => Number(one === fold)))
      for (const row of placesOf(fold))
        for (let o = row * outputs; o < (row + 1) * outputs; o++) {
          total[o] = said.reduce((sum, values, i) => sum + at(weights, i) * at(values, o), at(total, o))
          lineTotal[o] = at(lineTotal, o) + at(at(said, 0), o)
        }
    }
  }
  const bag = (parts: readonly Predict[]): Predict => mix(parts.map((predict) => ({ weight: 1 / parts.length, predict })))
  const predictions = (sum: Float64Array, parts: readonly Predict[]): Predictions => {
    const judged = judgedAs(
      data,
      classes,
      sum.map((value) => value / repeats),
    )
    return {
      judged,
      bag: { judged, folds: parts.map((predict, i) => ({ said: predict(data.features, data.rows), unseen: at(unseen, i) })) },
    }
  }
  return { own: predictions(total, ofFolds), line: predictions(lineTotal, lines), answer: bag(ofFolds), lineAnswer: bag(lines), folds }
}
