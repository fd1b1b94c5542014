import { readFileSync } from 'node:fs'
import {
  createStudy,
  embeddingLayers,
  fit,
  fitPreparation,
  InvalidDataError,
  InvalidSpecError,
  openBackend,
  type PrepareOptions,
  preparationFromJSON,
  prepare,
  prepareFeatures,
  readTable,
  type TrainSpec,
  unprepareTargets,
} from 'espalier'
import {
  fromKeras,
  fromOnnx,
  fromSafetensors,
  fromTfjsFiles,
  type Model,
  modelOf,
  predictModel,
  toKeras,
  toOnnx,
  toSafetensors,
  toTfjsFiles,
} from 'espalier/formats'
import * as h5wasm from 'h5wasm'
import { afterAll, describe, expect, it } from 'vitest'
import { categories, numbers, range, table } from './tables.ts'

/** Categories as tokens of an embedding, from a table to files of the network that learned them. */

const backend = await openBackend({ prefer: 'wasm', workers: 0 })
afterAll(() => backend.dispose())

const small = table(
  categories('town', ['Ulm', 'Bonn', null, 'Ulm', 'Köln', 'Trier']),
  numbers('area', [1, 2, 3, 4, 5, 6]),
  categories('heating', ['gas', 'oil', 'gas', 'gas', 'wood', null]),
  categories('floor', ['a', 'b', 'c', 'a', 'b', 'd']),
  numbers('price', [1, 2, 3, 4, 5, 6]),
)
const options = {
  target: 'price',
  numbers: 'none',
  missing: 'mode',
  categories: { name: 'embedding', outputDim: 4 },
  columns: { town: { categories: { name: 'embedding', outputDim: 6 } } },
} as const

describe('tokens', () => {
  const preparation = fitPreparation(small, range(0, 5), options)

  it('stand behind the numbers, those of one outputDim together, each column with rows of its own', () => {
    const { features, featureNames, inputSize, tokens, unseen } = prepare(preparation, small)
    expect(featureNames).toEqual(['area', 'heating', 'floor', 'town'])
    // heating: none of them, gas, oil, wood; floor: none of them, a, b, c.
    expect(tokens).toEqual([
      { features: 2, inputDim: 8, outputDim: 4 },
      { features: 1, inputDim: 5, outputDim: 6 },
    ])
    const rows = range(0, 6).map((i) => [...features.slice(i * inputSize, (i + 1) * inputSize)])
    // Bonn, Köln, Ulm, and a missing town, which a training row has; a missing heating is the most frequent one, for no training row misses it.
    expect(rows).toEqual([
      [1, 1, 5, 3],
      [2, 2, 6, 1],
      [3, 1, 7, 4],
      [4, 1, 5, 3],
      [5, 3, 6, 2],
      [6, 1, 4, 0],
    ])
    expect(unseen.map(({ column, words }) => [column, words])).toEqual([
      ['floor', ['d']],
      ['town', ['Trier']],
    ])
  })

  it('are kept as JSON, which is checked', () => {
    const json = JSON.parse(JSON.stringify(preparation))
    expect(prepareFeatures(preparationFromJSON(json), small).features).toEqual(prepareFeatures(preparation, small).features)
    json.columns[2].indicator = true
    expect(() => preparationFromJSON(json)).toThrow(/column "floor" has an indicator beside its token/)
  })

  it('are not taken for numbers', async () => {
    const data = prepare(preparation, small, range(0, 5))
    const network = { inputSize: 4, loss: 'meanSquaredError' as const, layers: [{ units: 1 }] } satisfies TrainSpec['network']
    await expect(fit(backend, { network, batchSize: 5 }, { train: data })).rejects.toThrow(InvalidDataError)
    await expect(fit(backend, { network, batchSize: 5 }, { train: data })).rejects.toThrow(
      /train has tokens; begin layers with \.\.\.embeddingLayers\(data\)/,
    )
  })

  it('that are no row of their table are refused by row and column, in branches too', async () => {
    const data = prepare(preparation, small, range(0, 5))
    const network = {
      inputSize: 4,
      loss: 'meanSquaredError' as const,
      layers: [...embeddingLayers(data), { units: 1 }],
    } satisfies TrainSpec['network']
    const features = Float32Array.from(data.features)
    features[2 * 4 + 3] = 5
    await expect(fit(backend, { network, batchSize: 5 }, { train: { ...data, features } })).rejects.toThrow(
      /features has 5 in row 2, column 3 \(both from 0\); the tokens of an embedding with inputDim 5 are the whole numbers from 0 to 4/,
    )
  })

  it('need a size that there is', () => {
    for (const outputDim of [0, 1.5, 1e6])
      expect(() => fitPreparation(small, range(0, 5), { ...options, categories: { name: 'embedding', outputDim } })).toThrow(
        InvalidSpecError,
      )
  })
})

describe('a real table', async () => {
  const cars = await readTable(readFileSync('data/auto-mpg.csv'))
  const cylinders = cars.columns.find(({ name }) => name === 'cylinders')
  if (cylinders === undefined || !('values' in cylinders)) throw new Error('cylinders are numbers')
  const all = range(0, cars.rows)
  const strange = all.filter((row) => cylinders.values[row] === 3)
  const known = all.filter((row) => cylinders.values[row] !== 3)
  const rows = { train: known.filter((_, i) => i % 5 !== 0), test: known.filter((_, i) => i % 5 === 0) }
  const how = {
    target: 'mpg',
    categorical: ['cylinders', 'origin', 'year'],
    missing: 'median' as const,
    categories: { name: 'embedding' as const, outputDim: 3 },
  } satisfies PrepareOptions
  const preparation = fitPreparation(cars, rows.train, how)
  const [train, test] = [prepare(preparation, cars, rows.train), prepare(preparation, cars, rows.test)]
  const spec: TrainSpec = {
    network: {
      inputSize: train.inputSize,
      loss: 'meanSquaredError',
      layers: [...embeddingLayers(train), { units: 16, activation: 'relu' }, { units: 1 }],
    },
    optimizer: { name: 'adam', learningRate: 0.01 },
    epochs: 60,
    seed: 1,
    metrics: ['r2'],
  }
  const result = await fit(backend, spec, { train, test })

  it('is learned, its categories with it', () => {
    expect(result.history.testMetrics.r2?.at(-1)).toBeGreaterThan(0.8)
    const [, [embeddings = new Float32Array()] = []] = result.weights
    const [{ inputDim = 0 } = {}] = train.tokens ?? []
    expect(embeddings.length).toBe(inputDim * 3)
    const sizeOf = (token: number) => Math.hypot(...embeddings.slice(token * 3, token * 3 + 3))
    // Row 0 is of cylinders that no training row has: nothing moved it from where it began, between -0.05 and 0.05.
    expect(sizeOf(0)).toBeLessThan(0.05 * Math.sqrt(3))
    expect(Math.max(...range(1, 6).map(sizeOf))).toBeGreaterThan(0.2)
  })

  it('is predicted where categories are new', async () => {
    const { features, unseen } = prepareFeatures(preparation, cars, strange)
    expect(strange.length).toBe(4)
    expect(unseen).toEqual([{ column: 'cylinders', words: ['3'], rows: 4 }])
    const outputs = await result.predict(features)
    expect(outputs.every((value) => Number.isFinite(value))).toBe(true)
    // As if the token's numbers were what they are: the prediction hangs on the other columns.
    expect(new Set(outputs).size).toBeGreaterThan(1)
  })

  const model = modelOf(result, { data: train })
  it.each<[string, () => Model | Promise<Model>]>([
    ['safetensors', () => fromSafetensors(toSafetensors(model)) as Model],
    ['Keras', async () => fromKeras(await toKeras(model, h5wasm), h5wasm)],
    ['TensorFlow.js', () => fromTfjsFiles(toTfjsFiles(model))],
    ['ONNX', () => fromOnnx(toOnnx(model)) as Model],
  ])('is kept in files of %s, with its categories', async (_, through) => {
    const again = await through()
    expect(again.data.preparation?.columns).toEqual(preparation.columns)
    const wanted = unprepareTargets(preparation, await result.predict(test.features))
    const found = await predictModel(backend, again, test.features)
    for (const [i, value] of found.entries()) expect(Math.abs(value / (wanted[i] ?? 0) - 1)).toBeLessThan(1e-5)
  })

  it('is studied by a template that says no inputs, each fold by what it learned', async () => {
    const study = await createStudy({
      space: { units: { type: 'int', low: 4, high: 12 } },
      train: { network: { loss: 'meanSquaredError', layers: [{ units: '$units', activation: 'relu' }, { units: 1 }] }, epochs: 4 },
      objective: 'testLoss',
      sampler: 'random',
      repeats: { folds: 2 },
    })
    const data = (fold: number) => {
      const [others, mine] = [all.filter((row) => row % 2 !== fold), all.filter((row) => row % 2 === fold)]
      const own = fitPreparation(cars, others, how)
      return { train: prepare(own, cars, others), test: prepare(own, cars, mine) }
    }
    for await (const _ of study.run(backend, data, { budget: { trials: 3 } }));
    expect(study.trials.map(({ state }) => state)).toEqual(['complete', 'complete', 'complete'])
    expect(study.trials.every(({ values }) => Number.isFinite(values?.[0]))).toBe(true)
  })
})
