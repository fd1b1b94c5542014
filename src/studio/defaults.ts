// The configuration that the studio proposes for a data set.

import type { Task } from '../data/dataset.ts'
import { type Range, type StudioConfig, VERSION } from './config.ts'
import type { DataDescription } from './description.ts'

const fixed = (value: number): Range => ({ low: value, high: value, log: false, points: 2 })

/** The number of rows from which a table is large: networks and batches grow with it, epochs and repeats shrink. */
const MANY_ROWS = 5000
/** Of fewer, batches are small as well: none may be larger than the training part. */
const FEW_ROWS = 200

/** None larger than half of the rows: the training part is smaller than the data. */
function smallBatches(rows: number): number[] {
  const sizes = [4, 8, 16].filter((size) => size <= rows / 2)
  return sizes.length > 0 ? sizes : [Math.max(1, Math.floor(rows / 2))]
}

/** A study that anybody can run: some minutes on a laptop, and enough trials for importances. */
export function defaultConfig(data: DataDescription): StudioConfig {
  const { rows } = data
  const large = rows > MANY_ROWS
  const column = data.columns.find(({ name }) => name === data.target)
  const task: Task = data.images === undefined ? (column?.tasks[0] ?? 'regression') : 'multiclass'
  const features = data.columns.filter(({ name }) => name !== data.target)
  return {
    version: VERSION,
    data: {
      source: data.source,
      target: data.target ?? null,
      task,
      ignore: features.filter(({ doubt }) => doubt !== undefined).map(({ name }) => name),
      categorical: [],
      missing: data.columns.some(({ missing }) => missing > 0) ? 'median' : 'refuse',
      test: { share: 0.2, seed: 0, stratify: task !== 'regression' },
      scaling: data.images === undefined ? 'standardize' : 'none',
      ...(data.images === undefined && { targets: 'auto' as const }),
    },
    network: {
      layers: { low: 1, high: 3, log: false, points: 3 },
      units: large ? { low: 16, high: 128, log: true, points: 4 } : { low: 4, high: 64, log: true, points: 5 },
      activations: ['relu', 'tanh', 'elu'],
      initializers: ['glorotUniform'],
      dropout: fixed(0),
      l2: fixed(0),
    },
    training: {
      optimizers: ['adam', 'rmsprop', 'sgd'],
      learningRate: { low: 1e-4, high: 1e-1, log: true, points: 4 },
      batchSizes: large ? [64, 128, 256] : rows < FEW_ROWS ? smallBatches(rows) : [16, 32, 64],
      epochs: large ? 5 : 30,
    },
    search: {
      strategy: 'tpe',
      // In units of the target: the loss is of a target that was scaled.
      objective: task === 'regression' ? 'rootMeanSquaredError' : 'testAccuracy',
      trials: 30,
      repeats: large ? 1 : 3,
      seed: 0,
    },
    // What trains small networks well, and to the same bits after every reload: `auto` decides by speed, from time to time otherwise.
    backend: { prefer: 'wasm', workers: null },
  }
}

/** What is said of the data, but that this column names groups. */
export function withoutGroups({ by, ...rest }: StudioConfig['data'], column: string): StudioConfig['data'] {
  return by === undefined || by === column ? rest : { ...rest, by }
}

/** The configuration for another target: its task, and what depends on that. */
export function withTarget(config: StudioConfig, data: DataDescription, target: string): StudioConfig {
  const fresh = defaultConfig({ ...data, target })
  const ignore = config.data.ignore.filter((name) => name !== target)
  return {
    ...config,
    data: {
      ...withoutGroups(config.data, target),
      target,
      task: fresh.data.task,
      ignore,
      test: { ...config.data.test, stratify: fresh.data.test.stratify },
    },
    search: { ...config.search, objective: fresh.search.objective },
  }
}
