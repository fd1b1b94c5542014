import { type Backend, type ComparisonTable, compareRepeats, type EpochEvent, fitPopulation, type Summary, summarize } from 'espalier'
import type { Combination } from './combinations.ts'
import type { Prepared } from './data.ts'

export type Metric = 'testLoss' | 'testAccuracy'

/** Combinations that train side by side, each with all seeds, and what they have come to. */
export class Race {
  readonly combinations: readonly Combination[]
  readonly seeds: number
  readonly epochs: number
  /** (combinations x epochs x seeds) */
  readonly #values: Readonly<Record<Metric, number[][][]>>
  /** Of combinations that lost a seed: its loss grew beyond all numbers. */
  readonly #diverged = new Set<number>()
  readonly #spreads = new Map<string, Summary>()
  #stopped = false

  constructor(combinations: readonly Combination[], seeds: number, epochs: number) {
    this.combinations = combinations
    this.seeds = seeds
    this.epochs = epochs
    this.#values = { testLoss: combinations.map(() => []), testAccuracy: combinations.map(() => []) }
  }

  /** Trains a population for each batch size, for members of one have the same shapes. Ends with the last epoch, or soon after `stop`. */
  async run(backend: Backend, data: Prepared, onEpoch: () => void): Promise<void> {
    const batchSizes = [...new Set(this.combinations.map(({ batchSize }) => batchSize))]
    await Promise.all(batchSizes.map((batchSize) => this.#runPopulation(backend, data, batchSize, onEpoch)))
  }

  stop(): void {
    this.#stopped = true
  }

  async #runPopulation(backend: Backend, data: Prepared, batchSize: number, onEpoch: () => void): Promise<void> {
    const { inputSize, outputSize, task } = data.all
    const [loss, output] =
      task === 'binary' ? (['binaryCrossentropy', 'sigmoid'] as const) : (['sparseCategoricalCrossentropy', 'softmax'] as const)
    const runs = this.combinations.flatMap((combination, place) =>
      combination.batchSize === batchSize ? Array.from({ length: this.seeds }, (_, seed) => ({ ...combination, place, seed })) : [],
    )
    await fitPopulation(
      backend,
      { inputSize, units: [12, 8, outputSize], loss, batchSize: Math.min(batchSize, data.train.rows) },
      runs.map(({ activation, optimizer, learningRate, seed }) => ({
        layers: [{ activation }, { activation }, { activation: output }],
        optimizer: { name: optimizer, learningRate },
        epochs: this.epochs,
        seed,
      })),
      data,
      {
        callbacks: {
          onEpoch: (event) => {
            const { place = 0, seed = 0 } = runs[event.member] ?? {}
            this.#note(place, seed, event)
            onEpoch()
            return this.#stopped ? 'stop' : undefined
          },
        },
      },
    )
  }

  #note(place: number, seed: number, event: EpochEvent): void {
    if (!Number.isFinite(event.loss)) this.#diverged.add(place)
    for (const metric of ['testLoss', 'testAccuracy'] as const) {
      const epochs = this.#values[metric][place] ?? []
      const seeds = epochs[event.epoch] ?? []
      seeds[seed] = event[metric] ?? Number.NaN
      epochs[event.epoch] = seeds
    }
  }

  get diverged(): ReadonlySet<number> {
    return this.#diverged
  }

  /** Epochs that all seeds of a combination have behind them. */
  epochsOf(place: number): number {
    const epochs = this.#values.testLoss[place] ?? []
    const open = epochs.findIndex((seeds) => Object.keys(seeds).length < this.seeds)
    return open < 0 ? epochs.length : open
  }

  /** Epochs that everything has behind it, but for combinations that diverged. */
  get epochsDone(): number {
    const all = this.combinations.map((_, place) => (this.#diverged.has(place) ? this.epochs : this.epochsOf(place)))
    return Math.min(...all)
  }

  /** Mean over the seeds after an epoch, from 0, and its 95 % interval; each is computed once. */
  spread(metric: Metric, place: number, epoch: number): Summary {
    const key = `${metric} ${place} ${epoch}`
    const known = this.#spreads.get(key)
    if (known !== undefined) return known
    const spread = summarize(this.#values[metric][place]?.[epoch] ?? [])
    this.#spreads.set(key, spread)
    return spread
  }

  /** Every combination against the best one, seed by seed, after the last epoch that all have done. */
  compare(metric: Metric): ComparisonTable {
    const last = this.epochsDone - 1
    const lists = this.#values[metric].map((epochs, place) => (this.#diverged.has(place) ? [] : (epochs[last] ?? [])))
    return compareRepeats(lists, { direction: metric === 'testLoss' ? 'minimize' : 'maximize' })
  }
}
