/** What is measured, as plain data, for every library and host alike. */

import type { MemberSpec, TopologySpec } from 'espalier'

/** One network and how it is trained. */
export interface Trial {
  /** Inputs first, outputs last. */
  readonly widths: readonly [number, ...number[]]
  readonly activation: 'relu' | 'selu' | 'tanh' | 'linear'
  readonly initializer: 'heNormal' | 'glorotUniform'
  readonly optimizer: 'sgd' | 'adam' | 'rmsprop' | 'adamax'
  readonly learningRate: number
  readonly batchSize: number
  readonly seed: number
}

/** What runs beside espalier, in turn with it; 'alone' is espalier itself on one thread. */
export type PeerName = 'tensorflow' | 'jax' | 'pytorch' | 'alone'

export type DataName = 'fashionMnist' | 'pima'

/** Passes over the first `rows` rows of the data. */
export interface Span {
  readonly rows: number
  readonly epochs: number
}

export interface Workload {
  readonly id: string
  readonly title: string
  readonly data: DataName
  /** Several are trained as one study, those of one batch size as one population. */
  readonly trials: readonly [Trial, ...Trial[]]
  readonly threads: 1 | 2
  /** The threads train one network together, on shared memory; else each its own. */
  readonly together?: true
  readonly peers: readonly PeerName[]
  readonly shuffle: boolean
  /** The work a reported time stands for. */
  readonly work: Span
  /**
   * What a round times: 'epoch' one epoch of a training that goes on from round to round, set-up left out; 'fit' calls of fit from
   * beginning to end, set-up included.
   */
  readonly timed: 'epoch' | 'fit'
  readonly unit: 'seconds' | 'step'
  /** What all libraries train from the same weights on the same batches, a peer timed in `rounds` parts, to compare accuracy. */
  comparison(rounds: number): Span
}

const PIMA_ROWS = 614
const FASHION_ROWS = 60_000

const LEARNING_RATES = { sgd: 0.01, adam: 0.001, rmsprop: 0.001, adamax: 0.002 } as const

function fashion(trial: Pick<Trial, 'activation' | 'initializer' | 'optimizer' | 'batchSize'>): Trial {
  return { widths: [784, 512, 128, 32, 10], learningRate: LEARNING_RATES[trial.optimizer], seed: 1, ...trial }
}

function pima(trial: Pick<Trial, 'activation' | 'optimizer' | 'batchSize'>): Trial {
  return { widths: [8, 12, 8, 1], initializer: 'heNormal', learningRate: LEARNING_RATES[trial.optimizer], seed: 1, ...trial }
}

const LIBRARIES = ['tensorflow', 'jax', 'pytorch'] as const

const onFashion = {
  data: 'fashionMnist',
  threads: 1,
  peers: LIBRARIES,
  shuffle: true,
  work: { rows: FASHION_ROWS, epochs: 1 },
  timed: 'epoch',
  unit: 'seconds',
  comparison: (rounds: number) => ({ rows: rounds * 1536, epochs: 1 }),
} as const satisfies Partial<Workload>

const onPima = {
  data: 'pima',
  peers: LIBRARIES,
  shuffle: false,
  work: { rows: PIMA_ROWS, epochs: 100 },
  timed: 'fit',
} as const satisfies Partial<Workload>

const epochsARound = (epochs: number) => (rounds: number) => ({ rows: PIMA_ROWS, epochs: epochs * rounds })

const study = (['relu', 'selu', 'tanh'] as const).flatMap((activation) =>
  (['sgd', 'adam', 'rmsprop', 'adamax'] as const).flatMap((optimizer) =>
    [5, 10, 16, 32].map((batchSize) => pima({ activation, optimizer, batchSize })),
  ),
)

const adamax = fashion({ activation: 'selu', initializer: 'heNormal', optimizer: 'adamax', batchSize: 128 })

export const workloads: readonly Workload[] = [
  {
    ...onFashion,
    id: 'W1-sgd',
    title: '784-512-128-32-10, selu, SGD, batch 128',
    trials: [fashion({ activation: 'selu', initializer: 'heNormal', optimizer: 'sgd', batchSize: 128 })],
  },
  {
    ...onFashion,
    id: 'W1-adamax',
    title: '784-512-128-32-10, selu, Adamax, batch 128',
    trials: [adamax],
  },
  {
    ...onFashion,
    id: 'W1b',
    title: '784-512-128-32-10, linear, SGD, batch 32',
    trials: [fashion({ activation: 'linear', initializer: 'glorotUniform', optimizer: 'sgd', batchSize: 32 })],
  },
  ...[5, 32].map(
    (batchSize): Workload => ({
      ...onPima,
      id: `W2-${batchSize}`,
      title: `8-12-8-1, relu, Adam, batch ${batchSize}, 100 epochs of 614 rows`,
      threads: 1,
      unit: 'step',
      trials: [pima({ activation: 'relu', optimizer: 'adam', batchSize })],
      comparison: epochsARound(20),
    }),
  ),
  {
    ...onPima,
    id: 'W3',
    title: '48 trials of 8-12-8-1 (3 activations x 4 optimizers x 4 batch sizes), 100 epochs, two workers',
    threads: 2,
    unit: 'seconds',
    trials: study as [Trial, ...Trial[]],
    comparison: epochsARound(1),
  },
  {
    ...onFashion,
    id: 'W4',
    title: '12 trials of W1 with Adamax, two workers',
    threads: 2,
    peers: ['alone', 'pytorch'],
    trials: [adamax, ...Array.from({ length: 11 }, (_, i) => ({ ...adamax, seed: i + 2 }))],
  },
  {
    ...onFashion,
    id: 'W1-threads',
    title: 'W1 with Adamax, one network on two threads',
    threads: 2,
    together: true,
    peers: ['alone', 'pytorch'],
    trials: [adamax],
  },
]

/** Optimizer steps of a trial. The last batch of an epoch may be smaller. */
export function steps({ batchSize }: Trial, { rows, epochs }: Span): number {
  return Math.ceil(rows / batchSize) * epochs
}

/**
 * Floating-point operations in the matrix products of the workload: per row and weight 2 forward, 2 for the weight gradient and,
 * but for the first layer, 2 for the input gradient. All else that training computes is not counted.
 */
export function operations(trials: readonly Trial[], { rows, epochs }: Span): number {
  const perRow = trials.map(({ widths }) =>
    widths.slice(1).reduce((sum, units, layer) => sum + (layer === 0 ? 4 : 6) * units * (widths[layer] ?? 0), 0),
  )
  return rows * epochs * perRow.reduce((sum, count) => sum + count, 0)
}

const isBinary = ({ widths }: Trial): boolean => widths.at(-1) === 1

export function topologyOf(trial: Trial): TopologySpec {
  const [inputSize, ...units] = trial.widths
  return { inputSize, units, batchSize: trial.batchSize, loss: isBinary(trial) ? 'binaryCrossentropy' : 'categoricalCrossentropy' }
}

/**
 * How a trial is trained. The timed runs speak Keras 2.2, whose cross-entropies clip probabilities and pass no gradient where they
 * did; the comparison speaks Keras 3, which like the peers works from the logits.
 */
export function memberOf(trial: Trial, dialect: 'keras2.2' | 'keras3', epochs: number, shuffle: boolean): MemberSpec {
  const { activation, initializer, optimizer, learningRate, widths } = trial
  const output = isBinary(trial) ? 'sigmoid' : 'softmax'
  return {
    layers: widths.slice(1).map((_, i) => ({ initializer, activation: i === widths.length - 2 ? output : activation })),
    optimizer: { name: optimizer, learningRate },
    dialect,
    epochs,
    shuffle,
    seed: trial.seed,
  }
}
