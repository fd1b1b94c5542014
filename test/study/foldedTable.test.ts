import { createStudy, fit, fitPreparation, openBackend, prepare } from 'espalier'
import { expect, it } from 'vitest'
import { prepareFolds } from '../../src/prepare/index.ts'
import { categories, numbers, range, table } from '../prepare/tables.ts'

/** One town has a single row: the fold that tests on it has a feature less than the others. */
const ROWS = 60
const houses = table(
  numbers(
    'area',
    range(0, ROWS).map((i) => 50 + ((i * 37) % 91)),
  ),
  categories(
    'town',
    range(0, ROWS).map((i) => (i === 20 ? 'Rom' : i % 2 === 0 ? 'Bonn' : 'Ulm')),
  ),
  numbers(
    'price',
    range(0, ROWS).map((i) => 3 * ((i * 37) % 91) + (i % 2)),
  ),
)

it('folds of different widths train networks of their own number of inputs, and come back as they were', async () => {
  const folds = prepareFolds(houses, { numbers: 'standard' }, false, { folds: 3, seed: 0 })
  expect(new Set(folds.map(({ train }) => train.inputSize))).toEqual(new Set([3, 4]))
  const backend = await openBackend({ prefer: 'wasm', workers: 0 })
  try {
    const network = { loss: 'meanSquaredError' as const, layers: [{ units: 4, activation: 'relu' as const }, { units: 1 }] }
    const study = await createStudy({
      space: { rate: { type: 'float', low: 0.01, high: 0.1 } },
      train: { network, optimizer: { name: 'adam', learningRate: '$rate' }, batchSize: 10, epochs: 5 },
      objective: 'testLoss',
      sampler: 'random',
      repeats: { folds: 3 },
    })
    const data = (fold: number) => folds[fold] ?? expect.fail('there are three folds')
    for await (const _ of study.run(backend, data, { budget: { trials: 1 } }));
    const trial = study.trials[0] ?? expect.fail('one trial was asked for')
    const values = (trial.userAttrs['espalier:repeats'] as number[][]).flat()
    expect(values).toHaveLength(3)
    expect(study.systemAttrs['espalier:preparation']).toEqual(JSON.parse(JSON.stringify(folds.map(({ preparation }) => preparation))))
    for (const [fold, { train, test, preparation }] of folds.entries()) {
      const spec = { network: { inputSize: train.inputSize, ...network }, batchSize: 10, epochs: 5, seed: 0 }
      const own = await fit(backend, { ...spec, optimizer: { name: 'adam', learningRate: Number(trial.params.rate) } }, { train, test })
      expect(own.history.testLoss.at(-1), `fold ${fold}`).toBe(values[fold])
      const again = await study.retrain(0, backend, data, fold)
      expect(again.weights).toEqual(own.weights)
      // What the fold learned is what its own training rows say, by the public functions.
      expect(prepare(preparation, houses).inputSize).toBe(train.inputSize)
    }
    const all = fitPreparation(houses, range(0, ROWS), { numbers: 'standard' })
    for (const { preparation } of folds) expect(preparation).not.toEqual(all)
  } finally {
    await backend.dispose()
  }
})
