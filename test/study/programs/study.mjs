// node study.mjs <journal> <workers> <sampler> <pruner>: 60 trials on Pima; prints a line a rung, and at the end the best trial. It goes on
// where the journal ends, so a test may kill it anywhere. Seconds matter: 12 epochs, two repeats.
import { categorical, createStudy, fitStandardizer, float, int, loadDataset, openBackend, trainTestSplit } from 'espalier'
import { FileCheckpoints, FileJournal } from 'espalier/node'

const [, , journal = '', workers = '1', sampler = 'random', pruner = 'none'] = process.argv
const { all } = await loadDataset('pima')
const split = trainTestSplit(all, { stratify: true })
const scaler = fitStandardizer(split.train)
const backend = await openBackend({ prefer: 'wasm', workers: Number(workers) })
const study = await createStudy({
  space: {
    layers: int(1, 2),
    units: int(4, 32, { log: true }),
    activation: categorical(['relu', 'tanh']),
    optimizer: categorical(['sgd', 'adam']),
    learningRate: float(1e-4, 0.1, { log: true }),
    momentum: float(0, 0.95, { when: "optimizer == 'sgd'" }),
  },
  constraints: ['layers * units <= 48'],
  train: {
    network: {
      inputSize: 8,
      loss: 'binaryCrossentropy',
      layers: [
        { repeat: '$layers', units: '$units', activation: '$activation' },
        { units: 1, activation: 'sigmoid' },
      ],
    },
    optimizer: { name: '$optimizer', learningRate: '$learningRate', momentum: '$momentum' },
    epochs: 12,
  },
  objective: 'testLoss',
  sampler: /** @type {'random'} */ (sampler),
  pruner: /** @type {'none'} */ (pruner),
  repeats: 2,
  seed: 11,
  // A process killed while it appends leaves its lock; nobody else writes here.
  journal: new FileJournal(journal, { gracePeriod: 0.5 }),
  checkpoints: new FileCheckpoints(journal),
})
const data = { train: scaler.apply(split.train), test: scaler.apply(split.test) }
for await (const { type } of study.run(backend, data, { budget: { trials: 60 } })) if (type === 'rung') console.log('rung')
console.log(JSON.stringify({ trials: study.trials.length, best: study.best?.number, value: study.best?.values }))
await backend.dispose()
