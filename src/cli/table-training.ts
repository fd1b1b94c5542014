/** A training file for a table that comes without one: what `espalier train prices.csv` trains. */

import { stringify } from 'yaml'
import type { TrainSpec } from '../core/spec.ts'
import type { Dataset, Task } from '../data/dataset.ts'
import { type Backend, fit, trainTestSplit } from '../index.ts'
import type { TrainingFile } from './training-file.ts'

/** Files that are tables by their names; anything else is a training file. */
export const isTableName = (path: string): boolean =>
  path === '-' || /\.(csv|tsv|tab|txt|data|arff|jsonl|ndjson|parquet|xlsx)(\.gz)?$/i.test(path)

/** Of both hidden layers. */
const UNITS = 128
/** Updates of the weights at most, and the share of them without improvement after which a training is given up. */
const STEPS = 6000
const PATIENCE = 0.1
/** Of fewer rows a fifth says nothing. */
const FEWEST_ROWS = 50

const OUTPUTS = {
  binary: { activation: 'sigmoid', loss: 'binaryCrossentropy' },
  multiclass: { activation: 'softmax', loss: 'categoricalCrossentropy' },
  regression: { activation: 'linear', loss: 'meanSquaredError' },
} as const satisfies Record<Task, unknown>

/** How a table is prepared where nothing is said: as RealMLP does, every hole filled in and said. */
export const PREPARED = { numbers: 'robust', missing: 'median' } as const

/**
 * The network and its training: two hidden layers of 128, dropout 0.1, AdamW, at most some 6,000 updates.
 * @param data as the file will say it
 */
export function trainingFor(
  data: TrainingFile['data'],
  { task, rows, outputSize }: Pick<Dataset, 'task' | 'rows' | 'outputSize'>,
): TrainingFile {
  const batchSize = Math.min(rows, rows < 2000 ? 32 : rows < 20_000 ? 128 : 512)
  const { activation, loss } = OUTPUTS[task]
  const hidden = { units: UNITS, activation: 'relu', initializer: 'heNormal', dropout: 0.1 } as const
  return {
    data,
    network: { loss, layers: [hidden, hidden, { units: outputSize, activation }] },
    optimizer: { name: 'adamw', learningRate: 0.001, weightDecay: 0.02 },
    batchSize,
    epochs: Math.min(Math.max(Math.round(STEPS / Math.ceil(rows / batchSize)), 10), 300),
  }
}

/**
 * The epochs after which a fifth of the training rows was predicted best by a network that was trained on the others: no test row has a say in it.
 * Of fewer than 50 rows as many as the file says.
 */
export async function findEpochs(backend: Backend, spec: TrainSpec, train: Dataset, signal: AbortSignal): Promise<number> {
  const { epochs = 1, batchSize = 32 } = spec
  if (train.rows < FEWEST_ROWS) return epochs
  const parts = trainTestSplit(train, { testFraction: 0.2, seed: spec.seed ?? 0 })
  const earlyStopping = { monitor: 'testLoss', patience: Math.max(5, Math.round(PATIENCE * epochs)) } as const
  const fitted = await fit(backend, { ...spec, batchSize: Math.min(batchSize, parts.train.rows), earlyStopping, signal }, parts)
  return (fitted.bestEpoch ?? epochs - 1) + 1
}

/** For people to change, and for `espalier train` to read. */
export const trainingYaml = (file: TrainingFile): string =>
  `# What \`espalier train\` made up for this table: change it, and train it again.\n${stringify(file)}`
