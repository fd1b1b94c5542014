import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { finish } from '../../src/core/steps.ts'
import { linearSteps } from '../../src/learn/linear/fit.ts'
import { linearOutputs } from '../../src/learn/linear/outputs.ts'
import { centred, leftOutErrors } from '../../src/learn/linear/ridge.ts'
import { rotateSteps } from '../../src/learn/linear/rotate.ts'
import type { LearningRows } from '../../src/learn/rows.ts'

/** Lines beside scikit-learn's, on numbers that test/support/python/linear.py wrote. */

interface Rows {
  readonly rows: number
  readonly features: number[]
  readonly targets: number[]
}

interface Golden {
  readonly ridge: (Rows & { shape: string; alphas: number[]; errors: number[]; alpha: number; coefficients: number[]; intercept: number })[]
  readonly logistic: (Rows & { shape: string; classes: number; fits: { strength: number; coefficients: number[]; loss: number }[] })[]
  readonly chosen: (Rows & { classes: number; strength: number; loss: number; guess: number })[]
}

const golden = JSON.parse(readFileSync(fileURLToPath(new URL('../golden/sklearn-linear.json', import.meta.url)), 'utf8')) as Golden

const dataOf = ({ features, targets }: Rows, rows: number, task: LearningRows['task'], outputs: number): LearningRows => {
  const inputs = features.length / targets.length
  return {
    features: Float32Array.from(features).slice(0, rows * inputs),
    rows,
    inputs,
    targets: Float32Array.from(targets).slice(0, rows),
    outputs,
    task,
  }
}

/** Equal within a part of the largest. */
function expectClose(found: ArrayLike<number>, wanted: readonly number[], tolerance: number): void {
  expect(found.length).toBe(wanted.length)
  wanted.forEach(
    (value, i) =>
      void expect(Math.abs(Number(found[i]) - value), `${i}: ${found[i]} for ${value}`).toBeLessThanOrEqual(
        tolerance * Math.abs(value) + 1e-9,
      ),
  )
}

const logLoss = (outputs: Float64Array, targets: ArrayLike<number>, classes: number): number => {
  let sum = 0
  for (let row = 0; row < targets.length; row++) {
    const label = Number(targets[row])
    sum -= Math.log(
      classes === 2 ? (label === 1 ? Number(outputs[row]) : 1 - Number(outputs[row])) : Number(outputs[row * classes + label]),
    )
  }
  return sum / targets.length
}

describe.each(golden.ridge.map((found) => [`${found.rows} ${found.shape} rows`, found] as const))('ridge regression of %s', (_, found) => {
  const data = dataOf(found, found.rows, 'regression', 1)

  it('has the errors of rows that are left out, as fits without them have', () => {
    const all = Uint32Array.from({ length: data.rows }, (_, row) => row)
    const rotated = finish(rotateSteps(data, all))
    const errors = finish(leftOutErrors(rotated, centred(data, all, 0).values, new Float64Array(data.rows).fill(1), found.alphas))
    expectClose(errors, found.errors, 1e-6)
  })

  it('chooses the strength of RidgeCV, and its coefficients', () => {
    const { model, strengths } = finish(linearSteps(data, { seed: 0 }))
    const [strength = Number.NaN] = strengths
    expect(strength / found.alpha).toBeCloseTo(1, 9)
    expectClose(model.coefficients, found.coefficients, 1e-5)
    expectClose(model.intercepts, [found.intercept], 1e-5)
  })
})

describe.each(golden.logistic.map((found) => [`${found.classes} classes of ${found.rows} ${found.shape} rows`, found] as const))(
  'logistic regression of %s',
  (_, found) => {
    const { classes } = found
    const outputs = classes === 2 ? 1 : classes
    const data = dataOf(found, found.rows, classes === 2 ? 'binary' : 'multiclass', outputs)

    it.each(found.fits)('has the coefficients of LogisticRegression at strength $strength', ({ strength, coefficients, loss }) => {
      const { model } = finish(linearSteps(data, { seed: 0, strengths: [strength] }))
      const byOutput = Array.from(coefficients, (_, i) =>
        Number(model.coefficients[(i % data.inputs) * outputs + Math.floor(i / data.inputs)]),
      )
      const size = Math.max(...coefficients.map(Math.abs))
      byOutput.forEach(
        (value, i) =>
          void expect(Math.abs(value - Number(coefficients[i]))).toBeLessThanOrEqual(
            1e-3 * Math.abs(Number(coefficients[i])) + 1e-5 * size,
          ),
      )
      expect(logLoss(linearOutputs(model, data.features, data.rows, data.task), data.targets, classes)).toBeCloseTo(loss, 5)
    })
  },
)

it.each(golden.chosen)('logistic regression of $classes classes predicts fresh rows as LogisticRegressionCV does: $loss', (found) => {
  const { classes, rows } = found
  const outputs = classes === 2 ? 1 : classes
  const task = classes === 2 ? 'binary' : 'multiclass'
  const { model, rowsOfChoice } = finish(linearSteps(dataOf(found, rows, task, outputs), { seed: 1 }))
  expect(rowsOfChoice).toBe(rows)
  const fresh = found.targets.length - rows
  const features = Float32Array.from(found.features).slice(-(found.features.length / found.targets.length) * fresh)
  const loss = logLoss(linearOutputs(model, features, fresh, task), found.targets.slice(rows), classes)
  // Other folds may choose a neighbouring strength.
  expect(loss).toBeLessThan(found.loss + 0.03 * found.guess)
})
