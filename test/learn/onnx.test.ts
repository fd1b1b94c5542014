import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { InferenceSession, Tensor } from 'onnxruntime-web'
import { describe, expect, it } from 'vitest'
import { ACTIVATIONS, type ActivationName } from '../../src/core/activations.ts'
import { type Answer, makeAnswer } from '../../src/learn/answer.ts'
import type { TreesModel } from '../../src/learn/model.ts'
import { answerToOnnx } from '../../src/learn/onnx/write.ts'
import { featureCount } from '../../src/learn/predictor/features.ts'
import type { Prediction } from '../../src/learn/predictor/predictor.ts'
import { temporaryFolder } from '../cli/support.ts'
import { dates, range } from '../prepare/tables.ts'
import { at } from '../support/close.ts'
import { drawFrom } from '../support/random.ts'
import { answerOf, dataOf, houses, networkOf, preparationOf, rowsOf } from './answers.ts'

/** ONNX Runtime says what the answer says, of raw rows: with holes, with words and numbers that training did not have. */

type Row = ReturnType<typeof rowsOf>[number]

/** A table's rows as the inputs of the file. */
function feedsOf({ data }: Answer, rows: readonly Row[]): Record<string, Tensor> {
  return Object.fromEntries(
    data.columns.map(({ name, kind }) => {
      const cells = rows.map((row) => row[name] ?? null)
      const shape = [rows.length, 1]
      if (kind === 'category')
        return [
          name,
          new Tensor(
            'string',
            cells.map((cell) => String(cell ?? '')),
            shape,
          ),
        ]
      const values = Float64Array.from(cells, (cell) => (cell instanceof Date ? cell.getTime() : cell === null ? Number.NaN : Number(cell)))
      return [name, new Tensor('float64', values, shape)]
    }),
  )
}

async function predictThere(answer: Answer, rows: readonly Row[]) {
  const session = await InferenceSession.create(answerToOnnx(answer))
  const { prediction, probabilities } = await session.run(feedsOf(answer, rows))
  await session.release()
  return { prediction: prediction?.data as ArrayLike<number | string>, probabilities: probabilities?.data as Float32Array | undefined }
}

/** @param tolerance relative to numbers of a regression, absolute for probabilities */
function expectSame(answer: Answer, said: readonly Prediction[], there: Awaited<ReturnType<typeof predictThere>>, tolerance: number): void {
  const { classNames } = answer
  for (const [row, one] of said.entries()) {
    if (!('probabilities' in one)) {
      expect(Math.abs(Number(there.prediction[row]) / one.value - 1)).toBeLessThan(tolerance)
      continue
    }
    const shares = classNames.map((_name, i) => there.probabilities?.[row * classNames.length + i] ?? Number.NaN)
    for (const [i, name] of classNames.entries())
      expect(Math.abs(at(shares, i) - (one.probabilities[name] ?? Number.NaN))).toBeLessThan(tolerance)
    const sorted = Object.values(one.probabilities).sort((a, b) => b - a)
    if (at(sorted, 0) - at(sorted, 1) > 1e-4) expect(there.prediction[row]).toBe(one.value)
  }
}

describe('ONNX Runtime says what the answer says', () => {
  it.each(['binary', 'multiclass', 'regression'] as const)('of every kind of column, encoding, layer and model: %s', async (task) => {
    const { answer, table } = answerOf(task, 150)
    const [first] = rowsOf(table).filter((row) => Object.values(row).every((cell) => cell !== null))
    const strange: Row[] = [
      { ...first, area: 1000, age: -5, level: 40, noise: -30, town: 'Paris', code: '77', sold: new Date('1955-02-28T23:59:58Z') },
      { ...first, area: 0, age: 1e5, noise: 12, sold: new Date('2400-12-31T00:00:00Z') },
    ]
    const rows = [...rowsOf(table), ...strange]
    expectSame(answer, answer.predict(rows), await predictThere(answer, rows), 2e-5)
  })

  it('of skewed numbers by their logarithms', async () => {
    const plain = houses(60)
    const columns = plain.columns.map((column) =>
      column.kind === 'number' && column.name === 'area' ? { ...column, values: column.values.map((x) => Math.exp(x / 40)) } : column,
    )
    const skewed = { ...plain, columns }
    const preparation = preparationOf(skewed, 'regression', range(0, 60), { numbers: { name: 'robust', logarithm: true } })
    expect(preparation.columns.find(({ name }) => name === 'area')).toHaveProperty('encoding.unit')
    const { model } = networkOf(
      [{ activation: 'tanh' }, { activation: 'linear' }],
      [{ units: 5 }, { units: 1 }],
      featureCount(preparation),
      'meanSquaredError',
      drawFrom(3),
    )
    const answer = makeAnswer(
      dataOf({ preparations: [preparation], models: [{ preparation: 0, weight: 1, model }], temperature: 1 }, skewed, 'regression'),
    )
    const [first] = rowsOf(skewed)
    const rows = [...rowsOf(skewed), ...[-5, 0, 1e-9, 1e9].map((area) => ({ ...first, area }))]
    expectSame(answer, answer.predict(rows), await predictThere(answer, rows), 2e-5)
  })

  /** An answer by one tree that asks one feature, of houses sold when `sold` says, and the target's unit. */
  function treeAnswer(sold: readonly string[], threshold: number, unit: { log: boolean; mean: number; scale: number }): Answer {
    const plain = houses(60)
    const when = dates('sold', sold)
    const table = { ...plain, columns: plain.columns.map((column) => (column.name === 'sold' ? when : column)) }
    const fitted = preparationOf(table, 'regression', range(0, 60), { dates: ['hour'] })
    const place = featureCount({
      columns: fitted.columns.slice(
        0,
        fitted.columns.findIndex(({ name }) => name === 'sold'),
      ),
    })
    const model: TreesModel = {
      kind: 'trees',
      outputs: 1,
      base: Float64Array.of(0),
      roots: Int32Array.of(0),
      feature: Int32Array.of(place, -1, -1),
      threshold: Float32Array.of(threshold, 0, 0),
      left: Int32Array.of(1, 0, 0),
      value: Float32Array.of(0, 0.25, -0.5),
    }
    const preparation = { ...fitted, target: { ...fitted.target, units: [unit] } }
    return makeAnswer(
      dataOf({ preparations: [preparation], models: [{ preparation: 0, weight: 1, model }], temperature: 1 }, table, 'regression'),
    )
  }

  it('where trees tell noon from midnight, whose sines differ by 1e-16', async () => {
    const sold = range(0, 60).map((i) => `2020-01-${String(1 + (i % 28)).padStart(2, '0')}T${['00', '06', '12', '18'][i % 4]}:00:00Z`)
    const answer = treeAnswer(sold, 6e-17, { log: false, mean: 0, scale: 1 })
    const rows = rowsOf({ ...houses(60), columns: houses(60).columns.map((one) => (one.name === 'sold' ? dates('sold', sold) : one)) })
    const said = answer.predict(rows)
    expect(said.map(({ value }) => value)).toEqual(range(0, 60).map((i) => (i % 4 === 0 || i % 4 === 3 ? 0.25 : -0.5)))
    expectSame(answer, said, await predictThere(answer, rows), 1e-12)
  })

  it.each([
    ['far from 0', { log: false, mean: 1.7e12, scale: 1000 }],
    ['beyond float32', { log: false, mean: 1e40, scale: 1e39 }],
    ['of a large logarithm', { log: true, mean: 120, scale: 1 }],
  ])('of targets %s', async (_what, unit) => {
    const sold = range(0, 60).map((i) => `2020-01-01T${String(i % 24).padStart(2, '0')}:30:00Z`)
    const answer = treeAnswer(sold, 0.1, unit)
    const rows = rowsOf(houses(60))
    expectSame(answer, answer.predict(rows), await predictThere(answer, rows), 1e-12)
  })

  const from = houses(60)
  const preparation = preparationOf(from, 'regression', range(0, 60), {
    numbers: 'standard',
    dates: ['elapsed', 'year', 'month', 'weekday', 'hour'],
  })
  const inputs = featureCount(preparation)

  it.each(Object.keys(ACTIVATIONS) as ActivationName[])('with the activation %s', async (activation) => {
    const parameters = Object.keys(ACTIVATIONS[activation].parameters)
    const other = Object.fromEntries(parameters.map((name, i) => [name, name === 'approximate' ? true : [0.3, 0.8, 0.1][i]]))
    const models = [activation, { name: activation, ...other }].map((given, i) => {
      const layers = [{ activation: given }, { activation: 'linear' }] as Parameters<typeof networkOf>[0]
      return {
        preparation: 0,
        weight: 0.5,
        model: networkOf(layers, [{ units: 5 }, { units: 1 }], inputs, 'meanSquaredError', drawFrom(8 + i)).model,
      }
    })
    const answer = makeAnswer(dataOf({ preparations: [preparation], models, temperature: 1 }, from, 'regression'))
    expectSame(answer, answer.predict(from), await predictThere(answer, rowsOf(from)), 2e-5)
  })
})

const PYTHON = process.env.ESPALIER_PYTHON ?? 'python3'
const PROGRAM = `
import json, sys, numpy, onnxruntime
given = json.load(open('given.json'))
kinds = {'tensor(double)': numpy.float64, 'tensor(string)': object}
session = onnxruntime.InferenceSession('answer.onnx')
feeds = {one.name: numpy.array([[cell] for cell in given[one.name]], dtype=kinds[one.type]) for one in session.get_inputs()}
prediction, = session.run(['prediction'], feeds)
json.dump([float(one) for one in prediction[:, 0]], sys.stdout)
`
const hasRuntime = spawnSync(PYTHON, ['-c', 'import numpy, onnxruntime']).status === 0

it.skipIf(!hasRuntime)(
  `ONNX Runtime of Python says it too (${hasRuntime ? 'installed' : `left out: ${PYTHON} has no onnxruntime`})`,
  () => {
    const { answer, table } = answerOf('regression', 80)
    const rows = rowsOf(table)
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'answer.onnx'), answerToOnnx(answer))
    const given = answer.data.columns.map(({ name, kind }) => {
      const cells = rows.map((row) => row[name] ?? null)
      return [name, cells.map((cell) => (kind === 'category' ? String(cell ?? '') : cell instanceof Date ? cell.getTime() : cell))]
    })
    // A missing number is null in JSON, and None is NaN as float64.
    writeFileSync(join(folder, 'given.json'), JSON.stringify(Object.fromEntries(given)))
    const { stdout, stderr, status } = spawnSync(PYTHON, ['-c', PROGRAM], { cwd: folder, encoding: 'utf8' })
    expect(status, stderr).toBe(0)
    const there = JSON.parse(stdout) as number[]
    for (const [row, { value }] of answer.predict(rows).entries()) expect(Math.abs(at(there, row) / Number(value) - 1)).toBeLessThan(2e-5)
  },
)
