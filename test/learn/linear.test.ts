import { describe, expect, it } from 'vitest'
import { finish } from '../../src/core/steps.ts'
import { linearSteps } from '../../src/learn/linear/fit.ts'
import { linearOutputs } from '../../src/learn/linear/outputs.ts'
import { eigenSteps } from '../../src/learn/linear/symmetric.ts'
import type { LinearModel } from '../../src/learn/model.ts'
import type { LearningRows } from '../../src/learn/rows.ts'
import { drawFrom } from '../support/random.ts'

const fit = (data: LearningRows, strengths?: readonly number[]) => finish(linearSteps(data, { seed: 3, ...(strengths && { strengths }) }))

/** Rows with normal features; targets of the first two, and chance. */
function rowsOf(task: LearningRows['task'], rows: number, inputs = 5, outputs = task === 'multiclass' ? 3 : 1, noise = 0.5): LearningRows {
  const draw = drawFrom(rows + inputs)
  const features = Float32Array.from({ length: rows * inputs }, () => draw.normal())
  const signal = Float32Array.from(
    { length: rows },
    (_, i) => 2 * Number(features[i * inputs]) - Number(features[i * inputs + 1]) + draw.normal() * noise,
  )
  const targets =
    task === 'regression'
      ? Float32Array.from({ length: rows * outputs }, (_, i) => Number(signal[Math.floor(i / outputs)]) + (i % outputs) * draw.normal())
      : signal.map((value) => (task === 'binary' ? Number(value > 0) : value < -1 ? 0 : value < 1 ? 1 : 2))
  return { features, rows, inputs, targets, outputs, task }
}

/** Rows as often as their weights say. */
function repeated(data: LearningRows, weights: readonly number[]): LearningRows {
  const order = weights.flatMap((weight, row) => new Array<number>(weight).fill(row))
  const width = data.task === 'regression' ? data.outputs : 1
  return {
    ...data,
    rows: order.length,
    features: Float32Array.from(order.flatMap((row) => Array.from(data.features.subarray(row * data.inputs, (row + 1) * data.inputs)))),
    targets: order.flatMap((row) => Array.from(data.targets).slice(row * width, (row + 1) * width)),
  }
}

function expectSameLines(a: LinearModel, b: LinearModel, digits: number): void {
  a.coefficients.forEach((value, i) => void expect(value).toBeCloseTo(Number(b.coefficients[i]), digits))
  a.intercepts.forEach((value, i) => void expect(value).toBeCloseTo(Number(b.intercepts[i]), digits))
}

describe('eigenvectors', () => {
  it.each([1, 2, 3, 17, 60])('take a symmetric matrix of %i apart', (size) => {
    const draw = drawFrom(size)
    const matrix = new Float64Array(size * size)
    for (let i = 0; i < size; i++)
      for (let j = 0; j <= i; j++) {
        // Some rows are alike, so that values are too.
        matrix[i * size + j] = i > size - 4 && j > size - 4 ? Number(i === j) : draw.normal()
        matrix[j * size + i] = Number(matrix[i * size + j])
      }
    const { values, vectors } = finish(eigenSteps(matrix.slice(), size))
    expect(Array.from(values)).toEqual(Array.from(values).sort((a, b) => a - b))
    let worst = 0
    for (let i = 0; i < size; i++)
      for (let j = 0; j < size; j++) {
        let product = 0
        let whole = 0
        for (let k = 0; k < size; k++) {
          product += Number(vectors[k * size + i]) * Number(vectors[k * size + j])
          whole += Number(vectors[i * size + k]) * Number(values[k]) * Number(vectors[j * size + k])
        }
        worst = Math.max(worst, Math.abs(product - Number(i === j)), Math.abs(whole - Number(matrix[i * size + j])))
      }
    expect(worst).toBeLessThan(1e-12 * size)
  })

  it('of a diagonal and of zeros are the axes', () => {
    expect(finish(eigenSteps(Float64Array.of(3, 0, 0, 0, 1, 0, 0, 0, 2), 3)).values).toEqual(Float64Array.of(1, 2, 3))
    expect(finish(eigenSteps(new Float64Array(9), 3)).values).toEqual(new Float64Array(3))
    expect(finish(eigenSteps(new Float64Array(0), 0)).values).toEqual(new Float64Array(0))
  })
})

describe('lines', () => {
  it.each(['regression', 'binary', 'multiclass'] as const)('count a row by its weight as if it were there as often: %s', (task) => {
    const data = rowsOf(task, 50)
    const weights = Array.from({ length: 50 }, (_, i) => (i * 7) % 4)
    expectSameLines(fit({ ...data, sampleWeights: weights }, [2]).model, fit(repeated(data, weights), [2]).model, 4)
  })

  it.each(['regression', 'binary'] as const)('count weights alike where columns are more than rows: %s', (task) => {
    const data = rowsOf(task, 20, 60)
    const weights = Array.from({ length: 20 }, (_, i) => 1 + (i % 3))
    expectSameLines(fit({ ...data, sampleWeights: weights }, [2]).model, fit(repeated(data, weights), [2]).model, 4)
  })

  it('give copies of a column the same part, and constants none', () => {
    const data = rowsOf('regression', 200, 3)
    const features = new Float32Array(200 * 5)
    for (let row = 0; row < 200; row++) {
      const own = Array.from(data.features.subarray(row * 3, row * 3 + 3))
      features.set([...own, Number(own[0]), 1234.567], row * 5)
    }
    const { model } = fit({ ...data, features, inputs: 5 })
    expect(model.coefficients[0]).toBeCloseTo(1, 1)
    expect(model.coefficients[3]).toBeCloseTo(Number(model.coefficients[0]), 10)
    expect(model.coefficients[4]).toBe(0)
    const logistic = fit({
      ...data,
      targets: Array.from(data.targets, (value) => Number(value > 0)),
      task: 'binary',
      features,
      inputs: 5,
    }).model
    expect(logistic.coefficients[3]).toBeCloseTo(Number(logistic.coefficients[0]), 10)
  })

  it('learn several regressions at once', () => {
    const data = rowsOf('regression', 120, 4, 2)
    const { model, strengths } = fit(data)
    expect(strengths.length).toBe(2)
    for (const output of [0, 1]) {
      const alone = fit({ ...data, outputs: 1, targets: Array.from(data.targets).filter((_, i) => i % 2 === output) })
      expect(strengths[output]).toBe(alone.strengths[0])
      expectSameLines(
        {
          ...model,
          outputs: 1,
          coefficients: model.coefficients.filter((_, i) => i % 2 === output),
          intercepts: model.intercepts.slice(output, output + 1),
        },
        alone.model,
        12,
      )
    }
  })

  it('know that nothing is to be known', () => {
    const noise = rowsOf('regression', 300, 5, 1, 0)
    const draw = drawFrom(77)
    const { model, strengths } = fit({ ...noise, targets: Array.from({ length: 300 }, () => draw.normal()) })
    expect(strengths[0]).toBeGreaterThan(100)
    for (const coefficient of model.coefficients) expect(Math.abs(coefficient)).toBeLessThan(0.06)
    const constant = fit({ ...noise, targets: new Float32Array(300).fill(2.5) }).model
    expect(constant.intercepts[0]).toBeCloseTo(2.5, 12)
    for (const coefficient of constant.coefficients) expect(coefficient).toBeCloseTo(0, 12)
  })

  it('answer where there is one row, one class, or no feature that varies', () => {
    const one: LearningRows = { features: Float32Array.of(1, 2), rows: 1, inputs: 2, targets: [7], outputs: 1, task: 'regression' }
    expect(linearOutputs(fit(one).model, Float32Array.of(5, 5), 1, 'regression')).toEqual(Float64Array.of(7))
    const two: LearningRows = { features: Float32Array.of(1, 2), rows: 2, inputs: 1, targets: [0, 1], outputs: 1, task: 'binary' }
    expect(fit(two).strengths).toEqual([1])
    const data = rowsOf('binary', 40)
    const single = fit({ ...data, targets: new Float32Array(40) })
    expect(single.strengths).toEqual([])
    expect(linearOutputs(single.model, data.features, 40, 'binary')[0]).toBeCloseTo(0.5 / 40.5, 12)
    const flat = fit({ ...rowsOf('multiclass', 40), features: new Float32Array(200).fill(3) })
    const shares = [0, 1, 2].map((label) => Array.from(rowsOf('multiclass', 40).targets).filter((target) => target === label).length / 40)
    linearOutputs(flat.model, new Float32Array(5), 1, 'multiclass').forEach((p, i) => void expect(p).toBeCloseTo(Number(shares[i]), 9))
    const none: LearningRows = { features: new Float32Array(0), rows: 4, inputs: 0, targets: [1, 2, 3, 4], outputs: 1, task: 'regression' }
    expect(fit(none).model.intercepts).toEqual(Float64Array.of(2.5))
  })

  it('give a class without rows half a row, and the others what they would have without it', () => {
    const data = rowsOf('multiclass', 90)
    const four = linearOutputs(fit({ ...data, outputs: 4 }).model, data.features, 90, 'multiclass')
    const three = linearOutputs(fit(data).model, data.features, 90, 'multiclass')
    let rare = 0
    for (let row = 0; row < 90; row++) {
      const last = Number(four[row * 4 + 3])
      rare += last / 90
      for (let k = 0; k < 3; k++) expect(Number(four[row * 4 + k]) / (1 - last)).toBeCloseTo(Number(three[row * 3 + k]), 9)
    }
    expect(rare).toBeGreaterThan(0.001)
    expect(rare).toBeLessThan(0.05)
    // Of three classes two have rows: the same line as of two.
    const binary = rowsOf('binary', 90)
    const lonely = linearOutputs(
      fit({ ...binary, task: 'multiclass', outputs: 3, targets: Array.from(binary.targets, (target) => 2 * target) }).model,
      binary.features,
      90,
      'multiclass',
    )
    const pair = linearOutputs(fit(binary).model, binary.features, 90, 'binary')
    pair.forEach((p, row) => void expect(Number(lonely[row * 3 + 2]) / (1 - Number(lonely[row * 3 + 1]))).toBeCloseTo(p, 9))
  })

  it('keep the strength of rare classes off rows that their folds could not know', () => {
    const data = rowsOf('multiclass', 60)
    const targets = Array.from(data.targets, (target, row) => (row < 2 ? 3 : target))
    const { model, strengths } = fit({ ...data, targets, outputs: 4 })
    expect(strengths.length).toBe(1)
    for (const p of linearOutputs(model, data.features, 60, 'multiclass')) expect(p).toBeGreaterThan(0)
  })

  it('learn a table with more columns than directions can be found for, from some of its rows', () => {
    const data = rowsOf('regression', 640, 620, 1, 0.1)
    const { rows, model } = fit(data, [10])
    expect(rows).toBe(600)
    expect(model.coefficients.length).toBe(620)
  })

  it('pause within some milliseconds of work, and give the same bits', () => {
    const data = rowsOf('multiclass', 20_000, 20)
    const steps = linearSteps(data, { seed: 3 })
    let pieces = 0
    for (;;) {
      const { done, value } = steps.next()
      if (done) {
        expect(value).toEqual(fit(data))
        expect(value.rows).toBe(20_000)
        expect(value.rowsOfChoice).toBeLessThan(20_000)
        break
      }
      pieces++
    }
    expect(pieces).toBeGreaterThan(50)
  })
})
