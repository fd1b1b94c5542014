import { fit, openBackend, type PrepareOptions, prepare, prepareTable, unprepareTargets } from 'espalier'
import {
  fromOnnx,
  fromSafetensors,
  fromTfjsFiles,
  type Model,
  modelOf,
  predictModel,
  toOnnx,
  toSafetensors,
  toTfjsFiles,
} from 'espalier/formats'
import { describe, expect, it } from 'vitest'
import { categories, numbers, range, table } from './tables.ts'

/** A target that is scaled in training is in its own units in every prediction, metric and file. */

const houses = table(
  numbers(
    'area',
    range(0, 80).map((i) => 60 + 25 * Math.sin(1.7 * i)),
  ),
  categories(
    'town',
    range(0, 80).map((i) => ['Bonn', 'Ulm'][i % 2] ?? ''),
  ),
  numbers(
    'price',
    range(0, 80).map((i) => 300_000 + 90_000 * Math.sin(1.7 * i) + 20_000 * (i % 2) + (i % 10 === 0 ? 700_000 : 0)),
  ),
)

async function trained(
  options: PrepareOptions,
): Promise<{ model: Model; raw: Float32Array; inUnits: Float32Array; r2: number | undefined }> {
  const backend = await openBackend({ prefer: 'wasm', workers: 0 })
  try {
    const { train, test, preparation } = prepareTable(houses, options, { seed: 1 })
    const { inputSize } = train
    const network = { inputSize, loss: 'meanSquaredError' as const, layers: [{ units: 8, activation: 'tanh' as const }, { units: 1 }] }
    const result = await fit(
      backend,
      { network, optimizer: { name: 'adam', learningRate: 0.02 }, epochs: 30, metrics: ['r2', 'meanAbsoluteError'] },
      { train, ...(test && { test }) },
    )
    const outputs = await result.predict(prepare(preparation, houses).features)
    const inUnits = unprepareTargets(preparation, outputs)
    const found = result.history.testMetrics.meanAbsoluteError?.at(-1) ?? Number.NaN
    const tested = await result.predict(test?.features ?? [])
    const wanted = unprepareTargets(preparation, Float32Array.from(test?.targets ?? []))
    const errors = unprepareTargets(preparation, tested).map((value, i) => Math.abs(value - (wanted[i] ?? 0)))
    const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length
    expect(Math.abs(found / mean - 1)).toBeLessThan(1e-5)
    expect(found).toBeGreaterThan(1000)
    return { model: modelOf(result, { data: train }), raw: outputs, inUnits, r2: result.history.testMetrics.r2?.at(-1) }
  } finally {
    await backend.dispose()
  }
}

const near = (found: Float32Array, wanted: Float32Array): void => {
  expect(found.length).toBe(wanted.length)
  for (const [i, value] of found.entries()) expect(Math.abs(value / (wanted[i] ?? 0) - 1)).toBeLessThan(1e-5)
}

/** Numbers and one-hot columns of every row, as they lie in the file. */
const rawRows = range(0, 80).map((i) => [60 + 25 * Math.sin(1.7 * i), Number(i % 2 === 0), Number(i % 2 === 1)])

describe.each(['standard', 'logStandard'] as const)('targets: %s', (targets) => {
  it('a saved model predicts in units, and keeps its bits', async () => {
    const { model, inUnits } = await trained({ targets, scaling: 'standardize' })
    const again = fromSafetensors(toSafetensors(model))
    expect(again.data).toEqual(model.data)
    expect(again.weights).toEqual(model.weights)
    const backend = await openBackend({ prefer: 'wasm', workers: 0 })
    // Columns and transforms are there as well: raw rows are scaled by the model.
    near(await predictModel(backend, again, rawRows), inUnits)
    await backend.dispose()
  })

  it('files of other programs say the target in its own units, or are refused', async () => {
    const { model, inUnits } = await trained({ targets, scaling: 'standardize' })
    if (targets === 'logStandard') {
      expect(() => toOnnx(model)).toThrow(
        /target "price" is learned by its logarithm, which files of other programs are not written with yet/,
      )
      return
    }
    const backend = await openBackend({ prefer: 'wasm', workers: 0 })
    for (const again of [fromOnnx(toOnnx(model)), fromTfjsFiles(toTfjsFiles(model)), fromOnnx(toOnnx(model), { notes: 'ignore' })])
      near(await predictModel(backend, again, rawRows), inUnits)
    await backend.dispose()
  })
})

it('features that other programs have no words for are the inputs of their files', async () => {
  const { model, inUnits } = await trained({ targets: 'standard', numbers: 'piecewiseLinear' })
  expect(model.data.columns).toBeUndefined()
  const again = fromOnnx(toOnnx(model))
  expect(again.data.preparation?.columns).toEqual(model.data.preparation?.columns)
  const { preparation } = model.data
  if (preparation === undefined) throw new Error('the model has a preparation')
  const backend = await openBackend({ prefer: 'wasm', workers: 0 })
  near(await predictModel(backend, again, prepare(preparation, houses).features), inUnits)
  await backend.dispose()
})
