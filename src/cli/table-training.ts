/** A training file for a table that comes without one: what `espalier train prices.csv` trains. */

import { stringify } from 'yaml'
import type { Dataset, Task } from '../data/dataset.ts'
import type { TrainingFile } from './training-file.ts'

/** Files that are tables by their names; anything else is a training file. */
export const isTableName = (path: string): boolean =>
  path === '-' || /\.(csv|tsv|tab|txt|data|arff|jsonl|ndjson|parquet|xlsx)(\.gz)?$/i.test(path)

/** Of both hidden layers; rows of a batch; updates of the weights in all. Each a round number from papers on tables, none chosen by any test rows. */
const UNITS = 128
const STEPS = 6000

const OUTPUTS = {
  binary: { activation: 'sigmoid', loss: 'binaryCrossentropy' },
  multiclass: { activation: 'softmax', loss: 'categoricalCrossentropy' },
  regression: { activation: 'linear', loss: 'meanSquaredError' },
} as const satisfies Record<Task, unknown>

/** How a table is prepared where nothing is said: as RealMLP does, every hole filled in and said. */
export const PREPARED = { numbers: 'robust', missing: 'median' } as const

/**
 * The network and its training: two hidden layers of 128, dropout 0.1, AdamW along half a cosine, some 6,000 updates.
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
    optimizer: { name: 'adamw', learningRate: 0.002, weightDecay: 0.02 },
    learningRateSchedule: { name: 'cosine' },
    batchSize,
    epochs: Math.min(Math.max(Math.round(STEPS / Math.ceil(rows / batchSize)), 10), 300),
  }
}

/** For people to change, and for `espalier train` to read. */
export const trainingYaml = (file: TrainingFile): string =>
  `# What \`espalier train\` made up for this table: change it, and train it again.\n${stringify(file)}`
